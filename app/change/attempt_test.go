package change

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"

	"github.com/google/go-cmp/cmp"
)

func refusal(k trouble.Kind) Outcome { return Outcome{Trouble: &trouble.Trouble{Kind: k}} }

func TestARefusalCanBeTriedAgainByWhoIsJustBeingTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{refusal(trouble.NotAHost)}}
		d := desk(s)
		defer d.Close(t.Context())
		d.Changed.Listen(func(c Change) {
			if c.State == Refused {
				if err := d.Retry(c.ID); err != nil {
					t.Error(err)
				}
			}
		})
		c, err := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		if err != nil || c.State != Confirmed || len(s.sent) != 2 {
			t.Errorf("got %s %v after %d sendings, want confirmed after 2", c.State, err, len(s.sent))
		}
	})
}

func TestWhatHappensToAChangeIsToldInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{block: make(chan struct{})}
		d := desk(s)
		defer d.Close(t.Context())
		var told []State
		d.Changed.Listen(func(c Change) {
			if c.Account != ref || c.Target != "second" {
				return
			}
			if c.State == Sending {
				time.Sleep(time.Second) // a listener whose goroutine does not run for a while
			}
			told = append(told, c.State)
		})
		d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		go func() { time.Sleep(time.Millisecond); close(s.block) }()
		next := edit(fields("city", "1"), fields("city", "2"))
		next.Target = "second"
		second := d.Submit(next)
		if _, err := d.Await(t.Context(), second.ID); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(told, []State{Sending, Confirmed}) {
			t.Errorf("told as %v", told)
		}
	})
}

func TestAnInvitationThatChangedIsResentAndNotOnlySaidToBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := OfRights([]access.Permission{"invoices"}, time.Time{}, "")
		now := OfRights([]access.Permission{"invoices", "tickets"}, time.Time{}, "")
		s := &script{outcomes: []Outcome{{Stale: &Conflict{Theirs: now, TheirsBase: "2"}}}}
		d := desk(s)
		defer d.Close(t.Context())
		c, err := d.Do(t.Context(), Change{Account: ref, Kind: ResendInvitation, Target: "i", Base: "1", Before: before})
		if err != nil || c.State != Confirmed || len(s.sent) != 2 || s.sent[1].Base != "2" {
			t.Errorf("%s %v, sent %d times; want sent again on the new tag", c.State, err, len(s.sent))
		}
	})
}

func TestRemovingIsDoneOnlyWhenItIsSureThatTheTargetIsGone(t *testing.T) {
	gone := Outcome{Stale: &Conflict{Gone: true}}
	notFound := &trouble.Trouble{Kind: trouble.NotFound}
	tests := []struct {
		name    string
		kind    Kind
		refresh error
		want    State
		trouble trouble.Kind
	}{
		{"the user is gone, the account is there", Revoke, nil, Confirmed, ""},
		{"the account itself is out of reach: nothing is known of the user", Revoke, notFound, Refused, trouble.NotFound},
		{"the host went away before it could be asked", DeleteContact, &trouble.Trouble{Kind: trouble.Unreachable}, Refused, trouble.Unreachable},
		{"an invitation that is gone may have been accepted", CancelInvitation, nil, Refused, trouble.InvitationOver},
		{"editing in an account out of reach is no conflict about the contact", EditContact, notFound, Refused, trouble.NotFound},
		{"editing what is gone is one", EditContact, nil, Conflicting, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := NewDesk(Config{Sender: &script{outcomes: []Outcome{gone}}, Refresh: func(context.Context, access.Ref) error { return tt.refresh }})
				defer d.Close(t.Context())
				c, err := d.Do(t.Context(), Change{Account: ref, Kind: tt.kind, Target: "x", Base: "1", After: fields("phone", "2")})
				if err != nil || c.State != tt.want || (c.Trouble == nil) != (tt.trouble == "") || c.Trouble != nil && c.Trouble.Kind != tt.trouble {
					t.Errorf("got %s, %v, %v; want %s %s", c.State, c.Trouble, err, tt.want, tt.trouble)
				}
			})
		})
	}
}

func TestOnceTheHostMayHaveActedALostConnectionDoesNotSayOtherwise(t *testing.T) {
	for last, want := range map[trouble.Kind]trouble.Kind{
		trouble.Unreachable: trouble.OutcomeUnknown, trouble.NotAHost: trouble.OutcomeUnknown,
		trouble.SignInNeeded: trouble.SignInNeeded, trouble.LastDomain: trouble.LastDomain,
	} {
		synctest.Test(t, func(t *testing.T) {
			d := desk(&script{outcomes: []Outcome{refusal(trouble.OutcomeUnknown), refusal(last)}})
			defer d.Close(t.Context())
			c, err := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
			if err != nil || c.State != Refused || c.Trouble.Kind != want {
				t.Errorf("an unknown outcome and then %s ends as %s %v, want %s", last, c.State, c.Trouble, want)
			}
		})
	}
}

func TestOnlyATagThatMovedIsNotAMerge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := fields("phone", "1")
		d := desk(&script{outcomes: []Outcome{{Stale: &Conflict{Theirs: base, TheirsBase: "2"}}}})
		defer d.Close(t.Context())
		if c, err := d.Do(t.Context(), edit(base, fields("phone", "2"))); err != nil || c.State != Confirmed || c.Merged {
			t.Errorf("%s, merged %v, %v", c.State, c.Merged, err)
		}
	})
}

func TestAProofThatWasGivenIsNotAskedForTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{{Challenge: &Challenge{ID: "ch"}}, refusal(trouble.SignInNeeded)}}
		d := desk(s)
		defer d.Close(t.Context())
		c, err := d.Do(t.Context(), Change{Account: ref, Kind: Invite})
		if err != nil || c.State != NeedsProof {
			t.Fatal(c.State, err)
		}
		if err := d.Answer(c.ID, nil); err != nil {
			t.Fatal(err)
		}
		if c, _ = d.Await(t.Context(), c.ID); c.State != Refused || c.Challenge != nil {
			t.Fatalf("%s, challenge %v", c.State, c.Challenge)
		}
		d.RetryAfterSignIn(ref.Identity)
		if c, _ = d.Await(t.Context(), c.ID); c.State != Confirmed || !slices.Equal(s.proofs, []string{"", "ch", "ch"}) {
			t.Errorf("%s, sent with proofs %q", c.State, s.proofs)
		}
	})
}

// late is a Sender that is still on its way with the old session when the person signs in again.
type late struct {
	desk *Desk
	sent int
}

func (l *late) Send(context.Context, Change, string) Outcome {
	l.sent++
	if l.sent == 1 {
		l.desk.RetryAfterSignIn(ref.Identity)
		return refusal(trouble.SignInNeeded)
	}
	return Outcome{}
}

func (l *late) Answer(context.Context, Change, map[string]string) Outcome { return Outcome{} }

func TestASignInDuringTheLastCallOfAnEndedSessionIsNotMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &late{}
		l.desk = NewDesk(Config{Sender: l, Refresh: func(context.Context, access.Ref) error { return nil }})
		defer l.desk.Close(t.Context())
		c, err := l.desk.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		if err != nil || c.State != Confirmed || l.sent != 2 {
			t.Errorf("%s %v after %d sendings", c.State, err, l.sent)
		}
	})
}

func TestAClosedDeskTakesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{refusal(trouble.NotAHost)}}
		d := desk(s)
		refused, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		if left := d.Close(t.Context()); len(left) != 1 {
			t.Errorf("left %v, want the refused one", left)
		}
		if err := d.Retry(refused.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("retry: %v", err)
		}
		for _, k := range []Kind{EditContact, Revoke} {
			c := d.Submit(Change{Account: ref, Kind: k, Target: "x"})
			if c.State != Refused || c.Trouble == nil || c.Trouble.Kind != trouble.Cancelled {
				t.Errorf("%s: %s %v, want refused", k, c.State, c.Trouble)
			}
			if got, err := d.Await(t.Context(), c.ID); err != nil || got.State != Refused {
				t.Errorf("%s: await %s %v", k, got.State, err)
			}
		}
		time.Sleep(time.Minute)
		if len(s.sent) != 1 {
			t.Errorf("sent %d times", len(s.sent))
		}
	})
}

func TestWhatWaitsForAnIdentityLeavesBeforeItSignsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		d := desk(s)
		defer d.Close(t.Context())
		mine := d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		other := d.Submit(Change{Account: access.Ref{Identity: "j", Account: "a"}, Kind: Revoke, Target: "u"})
		d.Flush(t.Context(), ref.Identity)
		if c, _ := d.Get(mine.ID); c.State != Confirmed {
			t.Errorf("mine is %s", c.State)
		}
		if c, _ := d.Get(other.ID); c.State != Waiting {
			t.Errorf("the other identity's is %s", c.State)
		}
	})
}

func TestAConflictAboutSomethingGoneCannotBeDecidedByAnotherValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := desk(&script{outcomes: []Outcome{{Stale: &Conflict{Gone: true}}}})
		defer d.Close(t.Context())
		c, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		if err := d.Resolve(c.ID, c.After); !errors.Is(err, ErrTooLate) {
			t.Errorf("got %v", err)
		}
		if c, _ := d.Get(c.ID); c.State != Conflicting {
			t.Errorf("state %s", c.State)
		}
	})
}

func TestTheRefreshAfterASlowAnswerHasTimeOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left time.Duration
		s := &script{block: make(chan struct{})}
		d := NewDesk(Config{Sender: s, Timeout: time.Minute, Refresh: func(ctx context.Context, _ access.Ref) error {
			at, _ := ctx.Deadline()
			left = time.Until(at)
			return nil
		}})
		defer d.Close(t.Context())
		time.AfterFunc(59*time.Second, func() { close(s.block) })
		if c, err := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2"))); err != nil || c.State != Confirmed {
			t.Fatal(c.State, err)
		}
		if left < 10*time.Second {
			t.Errorf("%s left for the refresh", left)
		}
	})
}

func TestADeskKeepsItsOwnCopyOfWhatAPersonWants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		d := desk(s)
		defer d.Close(t.Context())
		after := Values{Fields: map[string]string{"phone": "2"}, Mail: map[access.MailCategory]bool{"domain": true}, Permissions: []access.Permission{"tickets"}}
		c := d.Submit(Change{Account: ref, Kind: DeleteContact, Target: "c", After: after})
		after.Fields["phone"], after.Mail["domain"], after.Permissions[0] = "9", false, "quotes"
		if _, err := d.Await(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		want := Values{Fields: map[string]string{"phone": "2"}, Mail: map[access.MailCategory]bool{"domain": true}, Permissions: []access.Permission{"tickets"}}
		if diff := cmp.Diff(want, s.sent[0].After); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

func TestPartOfAnAddressIsSentWithTheRestAsItWas(t *testing.T) {
	c := Change{Kind: EditContact, Before: fields(FieldLine1, "1 rue A", FieldCity, "Laval"), After: fields(FieldCity, "Québec")}
	if got := difference(c).address(); got == nil || got.Line1 != "1 rue A" || got.City != "Québec" {
		t.Errorf("sent %+v", got)
	}
}
