package change

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/client"
	"concierge/client/api"

	"github.com/google/go-cmp/cmp"
)

var long = time.Date(2026, time.November, 3, 9, 30, 0, 0, time.UTC)

// every is a Change with something in every part that is kept.
func every() (Change, progress) {
	return Change{
		ID: "K1", Account: ref, Kind: EditInvitation, Target: "i1", TargetName: "Noé", Base: "7", At: long,
		Plan:   Plan{ID: "P1", Name: "Noé", Email: "noe@studio.example"},
		Before: Values{Fields: map[string]string{FieldEndsAt: "", FieldReason: "x"}, Permissions: []access.Permission{}},
		After:  Values{Fields: map[string]string{FieldEndsAt: "2027-04-30T00:00:00Z"}, Permissions: []access.Permission{access.Invoices, "new-one"}, Mail: map[access.MailCategory]bool{access.MailDomain: false}},
		State:  Refused, Merged: true, Already: true, Unconfirmed: true,
		Trouble: &trouble.Trouble{Kind: trouble.Invalid, Host: "h.example", Permission: "contacts", RequestID: "r-1",
			Fields: []trouble.Field{{Name: "email", Code: "tooLong", Limit: 254}}},
		Conflict: &Conflict{Theirs: fields("phone", "9"), TheirsBase: "8", Gone: true, Collisions: []Collision{{Name: "phone", Base: "1", Mine: "2", Theirs: "9"}}},
	}, progress{left: long.Add(time.Minute), proof: "ch"}
}

func TestAChangeComesBackFromTheJournalAsItWas(t *testing.T) {
	c, p := every()
	e, err := encode(c, p, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got, progressed, err := decode(e)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(c, got); d != "" || progressed != p {
		t.Errorf("%s %+v", d, progressed)
	}
	if got.Before.Permissions == nil || got.After.Permissions == nil || got.Before.Mail != nil {
		t.Error("what is empty and what is missing are mixed up")
	}
}

// Files of this form exist on people's computers.
func TestTheFormOnTheDiskStaysAsItIs(t *testing.T) {
	c, p := every()
	e, err := encode(c, p, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"v":1,"kind":"edit-invitation","target":"i1","targetName":"Noé","base":"7",` +
		`"before":{"fields":{"endsAt":"","reason":"x"},"permissions":[]},` +
		`"after":{"fields":{"endsAt":"2027-04-30T00:00:00Z"},"permissions":["invoices","new-one"],"mail":{"domain":false}},` +
		`"state":"refused","plan":{"id":"P1","name":"Noé","email":"noe@studio.example"},"left":"2026-11-03T09:31:00Z","proof":"ch","merged":true,"already":true,"unconfirmed":true,` +
		`"trouble":{"kind":"invalid","host":"h.example","permission":"contacts","fields":[{"name":"email","code":"tooLong","limit":254}],"requestId":"r-1"},` +
		`"conflict":{"theirs":{"fields":{"phone":"9"}},"theirsBase":"8","gone":true,"collisions":[{"name":"phone","base":"1","mine":"2","theirs":"9"}]}}`
	if string(e.Body) != want {
		t.Errorf("got\n%s\nwant\n%s", e.Body, want)
	}
}

func TestACodeIsNeverWrittenDown(t *testing.T) {
	c, p := every()
	c.State, c.Challenge = NeedsProof, &Challenge{ID: "secret-id", SentTo: "marie@chezmarcel.example", Fields: []ChallengeField{{Name: "code"}}}
	e, err := encode(c, p, time.Time{})
	if err != nil || strings.Contains(string(e.Body), "secret-id") || strings.Contains(string(e.Body), "marie@") {
		t.Errorf("%s %v", e.Body, err)
	}
}

func TestWhatTheJournalHasOfAnotherVersionOrDamaged(t *testing.T) {
	tests := []struct {
		name, body string
		ok         bool
	}{
		{"of this version", `{"v":1,"kind":"revoke","state":"waiting"}`, true},
		{"with what a later version added", `{"v":1,"kind":"revoke","state":"waiting","mood":{"x":[1]},"before":{"more":1}}`, true},
		{"of a plan", `{"v":1,"kind":"revoke","state":"queued","plan":{"id":"P1","more":[1]}}`, true},
		{"of a plan without a name of its own", `{"v":1,"kind":"revoke","state":"queued","plan":{}}`, true},
		{"of a plan that is none", `{"v":1,"kind":"revoke","state":"queued","plan":"P1"}`, false},
		{"a state nobody knows here", `{"v":1,"kind":"revoke","state":"dreaming"}`, true},
		{"with nothing but what it must have", `{"v":1,"kind":"edit-contact"}`, true},
		{"of a newer form", `{"v":2,"kind":"revoke","state":"waiting"}`, false},
		{"of no form", `{"kind":"revoke"}`, false},
		{"a kind nobody knows here", `{"v":1,"kind":"transfer-domain","state":"sending"}`, false},
		{"cut in the middle", `{"v":1,"kind":"revo`, false},
		{"another shape", `{"v":1,"kind":"revoke","before":[1,2]}`, false},
		{"null", `null`, false},
		{"empty", ``, false},
		{"zeroes", "\x00\x00\x00\x00", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Decode(journal.Entry{ID: "K", Account: ref, Body: []byte(tt.body)})
			if (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrForm) {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

func TestWhatIsConfirmedIsReadAsThat(t *testing.T) {
	c, err := Decode(journal.Entry{ID: "K", Account: ref, At: long, Ended: long, Body: []byte(`{"v":1,"kind":"revoke","state":"sending"}`)})
	if err != nil || c.State != Confirmed || !c.At.Equal(long) {
		t.Errorf("%+v, %v", c, err)
	}
}

func FuzzDecode(f *testing.F) {
	c, p := every()
	e, err := encode(c, p, time.Time{})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(e.Body), `{}`, `null`, `[]`, `{"v":1,"kind":"revoke"}`, `{"v":1,"kind":"invite","left":"x"}`,
		`{"v":1,"kind":"edit-contact","after":{"permissions":null,"mail":{"domain":1}}}`, `{"v":1e0,"kind":"revoke","conflict":{}}`,
		`{"v":1,"kind":"revoke","state":"queued","plan":{"id":"P","name":"é"}}`, `{"v":1,"kind":"revoke","plan":{"name":"x"}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, p, err := decode(journal.Entry{ID: "K", Account: ref, Body: body})
		if err != nil {
			if !errors.Is(err, ErrForm) {
				t.Errorf("an error without its kind: %v", err)
			}
			return
		}
		if !json.Valid(body) {
			t.Error("read from what is no JSON")
		}
		again, err := encode(c, p, time.Time{})
		if err != nil {
			t.Fatalf("cannot be written again: %v", err)
		}
		c2, p2, err := decode(again)
		if err != nil {
			t.Fatalf("cannot be read again: %v", err)
		}
		if d := cmp.Diff(c, c2); d != "" || !p.left.Equal(p2.left) || p.proof != p2.proof {
			t.Errorf("it changes by being written: %s", d)
		}
		_, _, _ = c.SendsItself(), Widens(c), Differences(c.Before, c.After) // whatever a file says
	})
}

func TestAKeyThatTheHostRemembersForOtherWordsMeansDone(t *testing.T) {
	got := outcome(Change{Kind: AddContact}, &client.Problem{Problem: api.Problem{Type: api.ProblemIdempotencyMismatch, Status: 422}})
	if got.Trouble != nil || got.Stale != nil || got.Challenge != nil {
		t.Errorf("%+v", got)
	}
}

// TestWhatComesBackFromASetAsideJournalWaitsForThePerson, who may have made it again: whatever state it was in, it does not
// leave by itself.
func TestWhatComesBackFromASetAsideJournalWaitsForThePerson(t *testing.T) {
	long, lately := time.Now().Add(-30*24*time.Hour), time.Now().Add(-time.Hour)
	for name, tt := range map[string]struct {
		c    Change
		left time.Time
		want State
		why  trouble.Kind
	}{
		"a draft":              {Change{Kind: EditContact, State: Draft}, time.Time{}, Draft, trouble.JournalTaken},
		"one that waited":      {Change{Kind: Revoke, State: Waiting}, time.Time{}, Draft, trouble.JournalTaken},
		"one on its way":       {Change{Kind: EditContact, State: Sending}, lately, Draft, trouble.JournalTaken},
		"one that may be done": {Change{Kind: Invite, State: Sending}, long, Refused, trouble.OutcomeUnknown},
		"a refused one":        {Change{Kind: EditContact, State: Refused, Trouble: &trouble.Trouble{Kind: trouble.LastDomain}}, time.Time{}, Refused, trouble.LastDomain},
		"a colliding one":      {Change{Kind: EditContact, State: Conflicting, Conflict: &Conflict{}}, time.Time{}, Conflicting, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tt.c.ID, tt.c.Account, tt.c.At = "x", ref, long
			e, err := encode(tt.c, progress{left: tt.left}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			j, s := &journal.Memory{}, &script{}
			if err := j.Write(t.Context(), Back(e)); err != nil {
				t.Fatal(err)
			}
			d := NewDesk(Config{Sender: s, Journal: j})
			defer d.Close(t.Context())
			if err := d.Resume(t.Context(), ref.Identity); err != nil {
				t.Fatal(err)
			}
			d.Reachable(ref.Identity)
			c, _ := d.Get("x")
			if c.State != tt.want || tt.why != "" && (c.Trouble == nil || c.Trouble.Kind != tt.why) || len(s.sent) != 0 {
				t.Errorf("%s %v, sent %d times", c.State, c.Trouble, len(s.sent))
			}
		})
	}
	if e := (journal.Entry{ID: "y", Body: []byte(`{"v":9}`)}); string(Back(e).Body) != string(e.Body) {
		t.Error("what cannot be read is written over")
	}
}
