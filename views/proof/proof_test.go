package proof_test

import (
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/proof"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// clock lets a test make the seconds pass.
type clock struct {
	now  time.Time
	next func()
}

func (c *clock) after(_ time.Duration, f func()) func() {
	c.next = f
	return func() { c.next = nil }
}

func (c *clock) pass(d time.Duration) {
	c.now = c.now.Add(d)
	if f := c.next; f != nil {
		c.next = nil
		f()
	}
}

type asked struct {
	*viewtest.World
	clock *clock
	done  []change.State
	back  int
	step  *proof.Step
}

func challenge(id string) *change.Challenge {
	return &change.Challenge{ID: id, SentTo: "m•••@chezmarcel.example", ExpiresAt: viewtest.Now.Add(10 * time.Minute),
		Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}}}
}

// ask brings a Change to the point where the host wants proof; more is what the host answers afterwards.
func ask(t *testing.T, ch *change.Challenge, more ...change.Outcome) *asked {
	t.Helper()
	test.NewTempApp(t)
	a := &asked{World: viewtest.New(viewtest.Config{}), clock: &clock{now: viewtest.Now}}
	t.Cleanup(a.Window.Close)
	a.Env.Now, a.Env.After = func() time.Time { return a.clock.now }, a.clock.after
	a.Script.Then(change.Outcome{Challenge: ch}).Then(more...)
	c, err := a.Desk.Do(t.Context(), change.Change{Kind: change.Invite, Account: viewtest.Ref, After: change.Values{Fields: map[string]string{"email": "a@b.example"}}})
	if err != nil || c.State != change.NeedsProof {
		t.Fatal(c.State, err)
	}
	a.step = proof.New(proof.Config{
		Env: a.Env, Desk: a.Desk, Change: c,
		Done: func(c change.Change) { a.done = append(a.done, c.State) },
		Back: func() { a.back++ },
	})
	a.Window.SetContent(a.step.Object())
	a.Window.Resize(fyne.NewSize(480, 400))
	a.step.Focus()
	return a
}

func TestACompleteCodeGoesByItself(t *testing.T) {
	a := ask(t, challenge("1"))
	a.Type("1234")
	if len(a.Script.Typed()) != 0 {
		t.Fatal("an incomplete code was sent")
	}
	if !a.Button(t, "Confirmer").Disabled() {
		t.Error("an incomplete code could be confirmed")
	}
	a.Type("5")
	if len(a.done) != 1 || a.done[0] != change.Confirmed {
		t.Errorf("ended as %v", a.done)
	}
}

func TestAPastedCodeMayHaveBlanks(t *testing.T) {
	a := ask(t, challenge("1"))
	a.Input(t, "code").SetText(" 12 345\n")
	if got := a.Script.Typed(); len(got) != 1 || got[0]["code"] != "12345" {
		t.Errorf("typed %v", got)
	}
}

func TestTheCountdownSaysHowLongTheCodeIsGood(t *testing.T) {
	a := ask(t, challenge("1"))
	a.clock.pass(61 * time.Second)
	if !a.Sees("8 min 59 s") {
		t.Errorf("%q", a.Texts())
	}
	a.clock.pass(9 * time.Minute)
	if !a.Sees("Ce code n'est plus valide. Demandez-en un nouveau.") {
		t.Errorf("%q", a.Texts())
	}
}

func TestANewCodeCanBeAskedFor(t *testing.T) {
	a := ask(t, challenge("1"), change.Outcome{Challenge: challenge("2")})
	a.Type("123")
	a.Tap(t, "Envoyer un nouveau code")
	if !a.Sees("Un nouveau code est envoyé.") || a.Input(t, "code").Text != "" {
		t.Errorf("%q", a.Texts())
	}
}

func TestACodeThatIsOverIsReplacedAndSaidSo(t *testing.T) {
	a := ask(t, challenge("1"), change.Outcome{Challenge: challenge("2")})
	a.Script.ThenProof(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.CodeOver}})
	a.Type("12345")
	if !a.Sees("Le code précédent n'était plus valide") {
		t.Errorf("%q", a.Texts())
	}
}

func TestALostConnectionDoesNotCostTheCode(t *testing.T) {
	a := ask(t, challenge("1"))
	a.Script.ThenProof(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}})
	a.Type("12345")
	if in := a.Input(t, "code"); in.Text != "12345" {
		t.Errorf("the code is %q, said %q", in.Text, a.Texts())
	}
	a.Tap(t, "Confirmer")
	if len(a.done) != 1 || a.done[0] != change.Confirmed {
		t.Errorf("ended as %v", a.done)
	}
}

func TestGoingBackDropsTheChange(t *testing.T) {
	a := ask(t, challenge("1"))
	a.Tap(t, "Retour")
	if a.back != 1 || len(a.Desk.List()) != 0 {
		t.Errorf("went back %d times, left %d", a.back, len(a.Desk.List()))
	}
	if a.clock.next != nil {
		t.Error("the countdown goes on")
	}
}

func TestItSaysWhatTheProofIsFor(t *testing.T) {
	email := func(s string) change.Values { return change.Values{Fields: map[string]string{change.FieldEmail: s}} }
	own := access.Ref{Identity: viewtest.Ref.Identity}
	for name, c := range map[string]struct {
		change change.Change
		says   string
	}{
		"an invitation": {change.Change{Kind: change.Invite, Account: viewtest.Ref, After: email("sam@cabinet.example")},
			"Pour inviter sam@cabinet.example dans Boulangerie Chez Marcel."},
		"the login e-mail": {change.Change{Kind: change.ChangeLogin, Account: own, Before: email("marie@chezmarcel.example"), After: email("marie@ailleurs.example")},
			"Pour remplacer votre courriel de connexion, marie@chezmarcel.example, par marie@ailleurs.example."},
		"the account's e-mail": {change.Change{Kind: change.EditAccount, Account: viewtest.Ref, Before: email("info@chezmarcel.example"), After: email("allo@chezmarcel.example")},
			"Pour remplacer le courriel du compte Boulangerie Chez Marcel, info@chezmarcel.example, par allo@chezmarcel.example."},
		"an account that had no e-mail": {change.Change{Kind: change.EditAccount, Account: viewtest.Ref, After: email("allo@chezmarcel.example")},
			"Pour remplacer le courriel du compte Boulangerie Chez Marcel par allo@chezmarcel.example."},
		"what a host asks it for of its own": {change.Change{Kind: change.SetPermissions, Account: viewtest.Ref, Target: "u2", TargetName: "Sam Gagnon"},
			"Enregistrement des autorisations de Sam Gagnon, dans Boulangerie Chez Marcel."},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(t, challenge("1"))
			c.change.Challenge = challenge("2")
			a.Window.SetContent(proof.New(proof.Config{Env: a.Env, Desk: a.Desk, Change: c.change}).Object())
			if !a.Sees(c.says) {
				t.Errorf("%q", a.Texts())
			}
		})
	}
}
