package change

import (
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
)

func rightsOf(ends string, ps ...access.Permission) Values {
	return Values{Fields: map[string]string{FieldEndsAt: ends}, Permissions: append([]access.Permission{}, ps...)}
}

func mailTo(email string, domain bool) Values {
	return Values{Fields: map[string]string{FieldEmail: email}, Mail: map[access.MailCategory]bool{access.MailDomain: domain}}
}

func TestWhichDraftsLeaveWithoutBeingAskedForAgain(t *testing.T) {
	const early, late = "2027-04-30T00:00:00Z", "2028-04-30T00:00:00Z"
	tests := []struct {
		name   string
		change Change
		want   bool
	}{
		{"a contact's phone", edit(fields(FieldPhone, "1"), fields(FieldPhone, "2")), true},
		{"a contact's e-mail", Change{Kind: EditContact, Before: mailTo("a@x.example", false), After: mailTo("b@x.example", false)}, true},
		{"the e-mail of who gets the domains' mail", Change{Kind: EditContact, Before: mailTo("a@x.example", true), After: mailTo("b@x.example", true)}, false},
		{"the domains' mail for one more", Change{Kind: EditContact, Before: mailTo("a@x.example", false), After: mailTo("a@x.example", true)}, false},
		{"the domains' mail for one less", Change{Kind: EditContact, Before: mailTo("a@x.example", true), After: mailTo("a@x.example", false)}, true},
		{"a new contact", Change{Kind: AddContact, After: mailTo("a@x.example", false)}, true},
		{"a new contact who gets the domains' mail", Change{Kind: AddContact, After: mailTo("a@x.example", true)}, false},
		{"the account's phone", Change{Kind: EditAccount, Before: fields(FieldPhone, "1"), After: fields(FieldPhone, "2")}, true},
		{"the account's e-mail, for which hosts ask for a code", Change{Kind: EditAccount, Before: fields(FieldEmail, "a"), After: fields(FieldEmail, "b")}, false},
		{"one's own name", Change{Kind: EditProfile, Before: fields(FieldFirstName, "a"), After: fields(FieldFirstName, "b")}, true},
		{"one's login e-mail", Change{Kind: ChangeLogin, Before: fields(FieldEmail, "a"), After: fields(FieldEmail, "b")}, false},
		{"fewer permissions", Change{Kind: SetPermissions, Before: rightsOf("", "invoices", "orders"), After: rightsOf("", "invoices")}, true},
		{"one permission for another", Change{Kind: SetPermissions, Before: rightsOf("", "invoices"), After: rightsOf("", "orders")}, false},
		{"access that ends", Change{Kind: SetPermissions, Before: rightsOf("", "invoices"), After: rightsOf(early, "invoices")}, true},
		{"access that ends sooner", Change{Kind: SetPermissions, Before: rightsOf(late, "invoices"), After: rightsOf(early, "invoices")}, true},
		{"access that ends later", Change{Kind: SetPermissions, Before: rightsOf(early, "invoices"), After: rightsOf(late, "invoices")}, false},
		{"access that no longer ends", Change{Kind: SetPermissions, Before: rightsOf(early, "invoices"), After: rightsOf("", "invoices")}, false},
		{"access until something that is no date", Change{Kind: SetPermissions, Before: rightsOf(early, "invoices"), After: rightsOf("soon", "invoices")}, false},
		{"an invitation with more", Change{Kind: EditInvitation, Before: rightsOf(""), After: rightsOf("", "invoices")}, false},
		{"an invitation with less", Change{Kind: EditInvitation, Before: rightsOf("", "invoices"), After: rightsOf("")}, true},
		{"an invitation", Change{Kind: Invite, After: rightsOf("")}, false},
		{"an invitation again", Change{Kind: ResendInvitation, Target: "i"}, false},
		{"revoking", Change{Kind: Revoke, Target: "u"}, false},
		{"deleting a contact", Change{Kind: DeleteContact, Target: "c"}, false},
		{"cancelling an invitation", Change{Kind: CancelInvitation, Target: "i"}, false},
		{"what the host wants proof for", Change{Kind: EditContact, Before: fields(FieldPhone, "1"), After: fields(FieldPhone, "2"), Trouble: &trouble.Trouble{Kind: trouble.ProofNeeded}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.change.SendsItself(); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestWhatCannotReachItsHostIsKept(t *testing.T) {
	unknown := refusal(trouble.OutcomeUnknown)
	tests := []struct {
		name     string
		change   Change
		outcomes []Outcome
		want     State
		why      trouble.Kind
	}{
		{"the host's name does not resolve", edit(Values{}, Values{}), []Outcome{refusal(trouble.HostNotFound)}, Draft, trouble.HostNotFound},
		{"no connection", edit(Values{}, Values{}), []Outcome{refusal(trouble.Unreachable)}, Draft, trouble.Unreachable},
		{"no connection in time", edit(Values{}, Values{}), []Outcome{refusal(trouble.TimedOut)}, Draft, trouble.TimedOut},
		{"the host is busy", edit(Values{}, Values{}), []Outcome{refusal(trouble.Busy)}, Draft, trouble.Busy},
		{"the host says not so fast", edit(Values{}, Values{}), []Outcome{refusal(trouble.RateLimited)}, Draft, trouble.RateLimited},
		{"a removal too", Change{Account: ref, Kind: Revoke, Target: "u"}, []Outcome{refusal(trouble.Unreachable)}, Draft, trouble.Unreachable},
		{"a network's own page is no host: who is there must sign in to it", edit(Values{}, Values{}), []Outcome{refusal(trouble.NotAHost)}, Refused, trouble.NotAHost},
		{"the host's no is a no", edit(Values{}, Values{}), []Outcome{refusal(trouble.LastDomain)}, Refused, trouble.LastDomain},
		{"it may have arrived before the connection was lost", edit(Values{}, Values{}), []Outcome{unknown, refusal(trouble.Unreachable)}, Refused, trouble.OutcomeUnknown},
		{"nobody wants an e-mail to change a password tomorrow", Change{Account: ref, Kind: ResetPassword}, []Outcome{refusal(trouble.Unreachable)}, Refused, trouble.Unreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := desk(&script{outcomes: tt.outcomes})
				defer d.Close(t.Context())
				c := d.Submit(tt.change)
				if c.State == Waiting { // what is on its way may be a draft by now
					_ = d.SendNow(c.ID)
				}
				got, err := d.Await(t.Context(), c.ID)
				if err != nil || got.State != tt.want || got.Trouble == nil || got.Trouble.Kind != tt.why {
					t.Errorf("%s %v %v", got.State, got.Trouble, err)
				}
			})
		})
	}
}

func TestOnceTheHostAnswersOnlyWhatMayLeavesByItselfAndInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		d := desk(s)
		defer d.Close(t.Context())
		add := func(c Change) string {
			s.mu.Lock()
			s.outcomes = append(s.outcomes, refusal(trouble.Unreachable))
			s.mu.Unlock()
			got, err := d.Do(t.Context(), c)
			if err != nil || got.State != Draft {
				t.Fatal(got.State, err)
			}
			return got.ID
		}
		more := Change{Account: ref, Kind: SetPermissions, Target: "u", Before: rightsOf(""), After: rightsOf("", "invoices")}
		phone := edit(fields(FieldPhone, "1"), fields(FieldPhone, "2"))
		name := Change{Account: ref, Kind: AddContact, After: mailTo("a@x.example", false)}
		first, second, third := add(phone), add(more), add(name)
		other := add(Change{Account: access.Ref{Identity: "j", Account: "a"}, Kind: AddContact, After: mailTo("a@x.example", false)})
		s.sent = nil
		d.Reachable(ref.Identity)
		synctest.Wait()
		if len(s.sent) != 2 || s.sent[0].ID != first || s.sent[1].ID != third {
			t.Errorf("sent %+v", s.sent)
		}
		for id, want := range map[string]State{first: Confirmed, second: Draft, third: Confirmed, other: Draft} {
			if c, _ := d.Get(id); c.State != want {
				t.Errorf("%s is %s, want %s", c.Kind, c.State, want)
			}
		}
		if err := d.SendNow(second); err != nil {
			t.Fatal(err)
		}
		if c, _ := d.Await(t.Context(), second); c.State != Confirmed {
			t.Errorf("what the person sends: %s", c.State)
		}
	})
}

// A connection that dies while an edit leaves it is how being offline often begins.
func TestWhatNobodyKnowsTheOutcomeOfIsFoundOutOnceTheHostAnswers(t *testing.T) {
	unknown := refusal(trouble.OutcomeUnknown)
	more := Change{Account: ref, Kind: SetPermissions, Target: "u", Before: rightsOf(""), After: rightsOf("", "invoices")}
	tests := []struct {
		name   string
		change Change
		left   bool // its form
		want   State
	}{
		{"an edit whose form was left", edit(fields("phone", "1"), fields("phone", "2")), true, Confirmed},
		{"an edit whose form shows it", edit(fields("phone", "1"), fields("phone", "2")), false, Refused},
		{"what gives somebody more", more, true, Refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := desk(&script{outcomes: []Outcome{unknown, unknown, unknown}})
				defer d.Close(t.Context())
				c, _ := d.Do(t.Context(), tt.change)
				if tt.left {
					if err := d.Release(c.ID); err != nil {
						t.Fatal(err)
					}
				}
				d.Reachable(ref.Identity)
				synctest.Wait()
				if got, _ := d.Get(c.ID); got.State != tt.want {
					t.Errorf("%s", got.State)
				}
			})
		})
	}
}

// Saved offline twice: what was wanted first must not overtake or hide what is wanted now.
func TestEditingTheSameThingAgainIsOneDraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{refusal(trouble.Unreachable), refusal(trouble.Unreachable)}}
		d := desk(s)
		defer d.Close(t.Context())
		if _, err := d.Do(t.Context(), edit(fields("phone", "1", "city", "Laval", "company", "A"), fields("phone", "2", "city", "Lévis", "company", "A"))); err != nil {
			t.Fatal(err)
		}
		again := edit(fields("phone", "1", "city", "Laval", "company", "A"), fields("phone", "3", "city", "Laval", "company", "B"))
		again.Base = "newer"
		c, err := d.Do(t.Context(), again)
		if err != nil || len(d.List()) != 1 {
			t.Fatalf("%v, %+v", err, d.List())
		}
		if f := c.After.Fields; f["phone"] != "3" || f["city"] != "Lévis" || f["company"] != "B" || c.Base != "1" {
			t.Errorf("%+v on %s", f, c.Base)
		}
		if got, ok := d.DraftOf(ref, EditContact, "c"); !ok || got.ID != c.ID {
			t.Errorf("%+v", got)
		}
		d.scribe.settle(t.Context())
		if left, err := d.cfg.Journal.Pending(t.Context()); err != nil || len(left) != 1 || left[0].ID != c.ID {
			t.Errorf("the journal has %+v, %v", left, err)
		}
	})
}

func TestAFormThatBeganWithTheDraftMayTakePartsOfItBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{refusal(trouble.Unreachable), refusal(trouble.Unreachable)}}
		d := desk(s)
		defer d.Close(t.Context())
		host := fields("phone", "1", "city", "Laval")
		draft, _ := d.Do(t.Context(), edit(host, fields("phone", "2", "city", "Lévis")))
		moved := fields("phone", "1", "city", "Laval", "company", "B") // by somebody else, meanwhile
		begins := draft.OnTopOf(moved)
		if f := begins.Fields; f["phone"] != "2" || f["city"] != "Lévis" || f["company"] != "B" {
			t.Errorf("the form begins with %+v", f)
		}
		begins.Fields["city"] = "Laval" // taken back
		again := edit(moved, begins)
		again.Base, again.Instead = "newer", draft.ID
		c, err := d.Do(t.Context(), again)
		if f := c.After.Fields; err != nil || len(d.List()) != 1 || f["phone"] != "2" || f["city"] != "Laval" || c.Base != "newer" {
			t.Errorf("%+v on %s, %v", f, c.Base, err)
		}
	})
}

func TestAnEditOfWhatADraftConcernsAlreadyDoesNotOvertakeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{refusal(trouble.Unreachable), refusal(trouble.Unreachable)}}
		d := desk(s)
		defer d.Close(t.Context())
		resend, _ := d.Do(t.Context(), Change{Account: ref, Kind: ResendInvitation, Target: "i"})
		less, _ := d.Do(t.Context(), Change{Account: ref, Kind: EditInvitation, Target: "i", Before: rightsOf("", "invoices"), After: rightsOf("")})
		d.Reachable(ref.Identity)
		synctest.Wait()
		a, _ := d.Get(resend.ID)
		b, _ := d.Get(less.ID)
		if a.State != Draft || b.State != Draft {
			t.Errorf("%s and %s", a.State, b.State)
		}
	})
}

func TestADraftThatLeftByItselfAsksForNothingWhileNobodyIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{refusal(trouble.Unreachable), {Challenge: &Challenge{ID: "ch"}}, {Challenge: &Challenge{ID: "ch2"}}}}
		d := desk(s)
		defer d.Close(t.Context())
		c, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		d.Reachable(ref.Identity)
		got, _ := d.Await(t.Context(), c.ID)
		if got.State != Draft || got.Trouble.Kind != trouble.ProofNeeded {
			t.Fatalf("%s %v", got.State, got.Trouble)
		}
		d.Reachable(ref.Identity)
		synctest.Wait()
		if len(s.sent) != 2 {
			t.Errorf("sent %d times", len(s.sent))
		}
		if err := d.SendNow(c.ID); err != nil {
			t.Fatal(err)
		}
		if got, _ = d.Await(t.Context(), c.ID); got.State != NeedsProof {
			t.Errorf("%s when the person is there", got.State)
		}
		if err := d.Release(c.ID); err != nil {
			t.Fatal(err)
		}
		if got, _ = d.Get(c.ID); got.State != Draft {
			t.Errorf("%s when put aside", got.State)
		}
	})
}

func TestADraftThatHasBecomePointlessEnds(t *testing.T) {
	tests := []struct {
		name    string
		now     Outcome
		want    State
		already bool
		gone    bool
	}{
		{"somebody else did the same", Outcome{Stale: &Conflict{Theirs: fields("phone", "2"), TheirsBase: "2"}}, Confirmed, true, false},
		{"its target is gone", Outcome{Stale: &Conflict{Gone: true}}, Conflicting, false, true},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			d := desk(&script{outcomes: []Outcome{refusal(trouble.Unreachable), tt.now}})
			defer d.Close(t.Context())
			c, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
			d.Reachable(ref.Identity)
			got, _ := d.Await(t.Context(), c.ID)
			if got.State != tt.want || got.Already != tt.already || (got.Conflict != nil && got.Conflict.Gone) != tt.gone {
				t.Errorf("%s: %s, already %v", tt.name, got.State, got.Already)
			}
		})
	}
}

func TestRemovingSomethingTakesItsDraftsAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := desk(&script{outcomes: []Outcome{refusal(trouble.Unreachable)}})
		defer d.Close(t.Context())
		draft, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		if got, err := d.Do(t.Context(), Change{Account: ref, Kind: DeleteContact, Target: "c"}); err != nil || got.State != Confirmed {
			t.Fatal(got.State, err)
		}
		if _, kept := d.Get(draft.ID); kept {
			t.Error("the draft stays")
		}
	})
}

func TestFlushingSendsWhatMayLeaveAndNamesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := desk(&script{outcomes: []Outcome{refusal(trouble.Unreachable), refusal(trouble.Unreachable)}})
		defer d.Close(t.Context())
		phone, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		invite, _ := d.Do(t.Context(), Change{Account: ref, Kind: Invite, After: mailTo("a@x.example", false)})
		waits := d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		before := time.Now()
		left := d.Flush(t.Context(), ref.Identity)
		if len(left) != 1 || left[0].ID != invite.ID || time.Since(before) >= 8*time.Second {
			t.Errorf("left %+v", left)
		}
		for _, id := range []string{phone.ID, waits.ID} {
			if c, _ := d.Get(id); c.State != Confirmed {
				t.Errorf("%s is %s", c.Kind, c.State)
			}
		}
	})
}

func TestWhatNoConnectionSettlesIsForThePerson(t *testing.T) {
	of := func(s State, k trouble.Kind, alone bool) Change {
		c := Change{Kind: EditContact, State: s, Alone: alone}
		if k != "" {
			c.Trouble = &trouble.Trouble{Kind: k}
		}
		return c
	}
	for _, tt := range []struct {
		name string
		c    Change
		want bool
	}{
		{"a draft", of(Draft, trouble.Unreachable, true), false},
		{"one under way", of(Sending, "", true), false},
		{"a conflict", of(Conflicting, "", true), true},
		{"a conflict that a form shows", of(Conflicting, "", false), false},
		{"one refused", of(Refused, trouble.Forbidden, true), true},
		{"one whose outcome is found out", of(Refused, trouble.OutcomeUnknown, true), false},
		{"one that leaves after a sign-in", of(Refused, trouble.SignInNeeded, true), false},
		{"one that cannot be read", of(Unread, "", false), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.Undecided(); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}
