package leaving_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/plan"
	"concierge/app/trouble"
	"concierge/views/kit/shot"
	"concierge/views/leaving"
	"concierge/views/page"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

const lea = "lea@studio.example"

type opened struct {
	*viewtest.World
	t         *testing.T
	page      *leaving.Page
	conflicts []change.Change
	persons   []string
	proof     *leaving.Proof
	goTo      leaving.Go
	journal   *journal.Memory
}

// begin is a world with Léa in accounts of these names; how she is there begins each.
func begin(t *testing.T, accounts ...string) *opened {
	t.Helper()
	test.NewTempApp(t)
	page.UpdateAtOnce()
	o := &opened{World: viewtest.New(viewtest.Config{}), t: t, journal: &journal.Memory{}}
	t.Cleanup(o.Window.Close)
	o.goTo = leaving.Go{
		Conflict: func(c change.Change) { o.conflicts = append(o.conflicts, c) },
		Person:   func(ref access.Ref, key string) { o.persons = append(o.persons, ref.Account+" "+key) },
		Alias:    func(access.Ref) string { return "" }, Color: func(access.Ref) int { return 2 },
		Export: func(_ string, makes func() leaving.Proof) { p := makes(); o.proof = &p },
	}
	var list []access.Summary
	for _, name := range accounts {
		how, name, _ := strings.Cut(name, " ")
		s := access.Snapshot{Ref: at(name), Account: access.Account{ID: name, Name: name, Email: "info@" + name + ".example", Preferences: access.Preferences{access.MailDomain: true}},
			Me: access.Membership{UserID: "u1", Role: access.Owner}}
		for _, what := range strings.Split(how, "+") {
			switch what {
			case "user":
				s.Users = append(s.Users, access.User{ID: "u3", ETag: "1", FirstName: "Léa", LastName: "Dubois", Email: lea})
			case "contact":
				s.Contacts = append(s.Contacts, access.Contact{ID: "c3", ETag: "1", FirstName: "Léa", LastName: "Dubois", Email: lea, Preferences: access.Preferences{access.MailInvoice: true}})
			case "last":
				s.Account.Preferences = nil
				s.Contacts = append(s.Contacts, access.Contact{ID: "c3", ETag: "1", FirstName: "Léa", LastName: "Dubois", Email: lea, Preferences: access.Preferences{access.MailDomain: true}})
			case "owner":
				s.Users = append(s.Users, access.User{ID: "u3", ETag: "1", FirstName: "Léa", LastName: "Dubois", Email: lea, Role: access.Owner})
			}
		}
		list = append(list, access.Summary{Ref: s.Ref, Name: name, Role: access.Owner})
		o.Store.PutSnapshot(s, viewtest.Now)
	}
	o.Store.PutAccounts(viewtest.Ref.Identity, list)
	o.desk(time.Hour)
	return o
}

// desk is one over the journal, with a host that does what the script says, one thing after the other.
func (o *opened) desk(delay time.Duration) {
	o.Desk = change.NewDesk(change.Config{Sender: o.Script, Refresh: func(context.Context, access.Ref) error { return nil }, UndoDelay: delay, Journal: o.journal, AtOnce: 1})
	o.t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		o.Desk.Close(ctx)
	})
	o.Env.Signals = page.Signals{Accounts: &o.Store.AccountChanged, Lists: &o.Store.ListChanged}
}

func (o *opened) open(what leaving.What) {
	o.t.Helper()
	o.page = leaving.New(o.Env, what, o.Store, o.Desk, o.goTo)
	o.t.Cleanup(o.page.Close)
	o.Open(o.page)
}

// update shows what has become of it. The desk works on goroutines of its own, which the screen of a test does not follow.
func (o *opened) update() {
	o.page.Update(o.t.Context())
	shot.Settle(o.Window)
}

func (o *opened) sees(want ...string) {
	o.t.Helper()
	for _, s := range want {
		if !o.Sees(s) {
			o.t.Errorf("%q is not there: %q", s, o.Texts())
		}
	}
}

func (o *opened) seesNot(want ...string) {
	o.t.Helper()
	for _, s := range want {
		if o.Sees(s) {
			o.t.Errorf("%q is there: %q", s, o.Texts())
		}
	}
}

// approve presses the button, lets what waits leave, and waits until everything has ended or needs the person.
func (o *opened) approve(label string) {
	o.t.Helper()
	o.Tap(o.t, label)
	list := o.Desk.List()
	for _, c := range list {
		_ = o.Desk.SendNow(c.ID)
	}
	o.await()
}

func (o *opened) await() {
	o.t.Helper()
	for _, c := range o.Desk.List() {
		if _, err := o.Desk.Await(o.t.Context(), c.ID); err != nil {
			o.t.Fatal(err)
		}
	}
	o.update()
}

func at(account string) access.Ref {
	return access.Ref{Identity: viewtest.Ref.Identity, Account: account}
}

func refused(k trouble.Kind) change.Outcome {
	return change.Outcome{Trouble: &trouble.Trouble{Kind: k, Host: "Hébergement Exemple"}}
}

func TestEveryAccountStandsThereWithWhatWillBeDoneOrWhyNot(t *testing.T) {
	o := begin(t, "user+contact Boulangerie", "user Coop", "user+last Studio", "owner Garage", "none Ailleurs")
	list := append(slices.Clone(o.Store.Accounts("")), access.Summary{Ref: at("Loin"), Name: "Loin"})
	hidden := access.Snapshot{Ref: at("Autre"), Me: access.Membership{UserID: "u1", Role: access.Member}}
	list = append(list, access.Summary{Ref: hidden.Ref, Name: "Autre"})
	o.Store.PutAccounts(viewtest.Ref.Identity, list)
	o.Store.PutSnapshot(hidden, viewtest.Now)
	o.open(leaving.What{Person: lea})
	o.sees("Retirer Léa Dubois de 4 comptes", "Rien n'est envoyé avant votre accord", "Révoquer l'utilisateur · supprimer le contact", "Retirer de 2 comptes",
		"le contact reste : personne d'autre ne reçoit les courriels Domaines", "À décider", "Propriétaire du compte : cet accès ne se retire pas", "Impossible d'ici",
		"on ne sait pas si Léa Dubois y est", "Pas encore connu", "vous ne voyez pas les utilisateurs")
	o.seesNot("Ailleurs", "Exporter la preuve", "Suspendre")
	if len(o.Desk.List()) != 0 {
		t.Error("something was sent before anybody agreed")
	}
}

func TestTicksAreChangedByKeyboardAndOnlyWhatIsTickedIsSent(t *testing.T) {
	o := begin(t, "user Boulangerie", "user Coop", "user+last Studio")
	o.open(leaving.What{Person: lea})
	if !strings.Contains(o.Focused(), "Boulangerie, coché") {
		t.Errorf("the keyboard is on %q", o.Focused())
	}
	o.Press(fyne.KeySpace)
	o.sees("Retirer de 1 compte")
	if !strings.Contains(o.Focused(), "Boulangerie, non coché") {
		t.Errorf("the keyboard is on %q", o.Focused())
	}
	o.Press(fyne.KeyDown, fyne.KeyReturn)
	if b := o.Button(t, "Retirer de 0 compte"); !b.Disabled() {
		t.Error("nothing can be approved")
	}
	o.Press(fyne.KeyDown, fyne.KeySpace) // what is to be decided is, by ticking it
	o.approve("Retirer de 1 compte")
	sent := o.Script.Sent()
	if len(sent) != 1 || sent[0].Account != at("Studio") || sent[0].Kind != change.Revoke || sent[0].Plan.Name != "Léa Dubois" || sent[0].Plan.Email != lea {
		t.Errorf("%+v", sent)
	}
	o.sees("1 sur 3", "Non retiré", "Confirmé")
}

func TestUntilItLeavesTheWholeCanBeUndoneAndIsAskedAnew(t *testing.T) {
	o := begin(t, "user Boulangerie", "user Coop")
	o.open(leaving.What{Person: lea})
	o.Press(fyne.KeySpace)
	o.Tap(t, "Retirer de 1 compte")
	o.update()
	o.sees("En attente", "Non retiré", "Annuler l'action", "0 sur 2", "Exporter la preuve")
	o.Tap(t, "Annuler l'action")
	o.update()
	o.sees("Retirer de 1 compte") // what was ticked still is
	o.seesNot("En attente", "Exporter la preuve")
	if len(o.Script.Sent()) != 0 {
		t.Error("it left")
	}
}

func TestWhatBecameOfEachAccountIsSaid(t *testing.T) {
	o := begin(t, "user+contact Aaa", "user Bbb", "user Ccc", "user Ddd", "user+last Studio")
	theirs := change.OfRights([]access.Permission{access.Invoices}, time.Time{}, "")
	o.Script.Then(change.Outcome{}, refused(trouble.LastDomain), change.Outcome{Stale: &change.Conflict{Theirs: theirs, TheirsBase: "2"}}, change.Outcome{}, refused(trouble.Unreachable))
	o.open(leaving.What{Person: lea})
	o.approve("Retirer de 4 comptes")
	o.sees("Révoquer l'utilisateur : fait · supprimer le contact · ", "Refusé · réessayer", "Conflit · comparer", "modifié ailleurs", "Confirmé ", "Non envoyé · réessayer",
		"Ignoré · à décider", "1 sur 5 · 1 à décider · 1 conflit · 1 refusé · 1 non envoyé")

	o.page.Focus()
	o.Press(fyne.KeyHome, fyne.KeyDown, fyne.KeyReturn)
	if len(o.conflicts) != 1 || o.conflicts[0].Account != at("Bbb") {
		t.Errorf("comparing shows %+v", o.conflicts)
	}
	o.Press(fyne.KeyEnd, fyne.KeyReturn) // what was skipped and can be ticked
	o.sees("Retirer de 1 compte")

	before := len(o.Script.Sent())
	o.Tap(t, "Réessayer")
	o.await()
	if len(o.Script.Sent()) != before+1 {
		t.Errorf("sent %d more, want what could not reach its host alone", len(o.Script.Sent())-before)
	}
	o.sees("2 sur 5")
}

func TestARefusalIsTriedAgainFromItsRow(t *testing.T) {
	o := begin(t, "user Aaa", "user Bbb")
	o.Script.Then(refused(trouble.RefusedByProvider))
	o.open(leaving.What{Person: lea})
	o.approve("Retirer de 2 comptes")
	o.sees("Refusé · réessayer")
	o.Press(fyne.KeyHome, fyne.KeyReturn)
	o.await()
	o.seesNot("Refusé")
	o.sees("2 sur 2")
}

func TestAHostThatAsksForACodeIsAnsweredFromTheRow(t *testing.T) {
	o := begin(t, "user Aaa")
	ask := change.Outcome{Challenge: &change.Challenge{ID: "ch", SentTo: "m…@chezmarcel.example", Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}}}}
	o.Script.Then(ask)
	o.open(leaving.What{Person: lea})
	o.approve("Retirer de 1 compte")
	o.sees("Code demandé · saisir", "1 code demandé")
	o.Press(fyne.KeyHome, fyne.KeyReturn)
	if !o.InDialog() {
		t.Fatal("no question came")
	}
	o.Press(fyne.KeyEscape)
	o.update()
	o.sees("Code demandé · saisir") // it is not given up by that
	o.Script.Then(ask)
	o.Press(fyne.KeyHome, fyne.KeyReturn)
	o.update()
	if !o.InDialog() {
		t.Error("it is not asked anew")
	}
}

func TestWhatIsHeldBackGoesOnWhenAsked(t *testing.T) {
	o := begin(t, "user Aaa", "user Bbb")
	o.open(leaving.What{Person: lea})
	o.Tap(t, "Retirer de 2 comptes")
	if err := o.Desk.Hold(o.Desk.List()[0].Plan.ID); err != nil {
		t.Fatal(err)
	}
	o.update()
	o.sees("Suspendu", "2 suspendus", "Reprendre")
	o.seesNot("Annuler l'action")
	o.Tap(t, "Reprendre")
	o.await()
	o.sees("2 sur 2")
}

func TestSuspendingHoldsBackWhatHasNotLeft(t *testing.T) {
	o := begin(t, "user Aaa", "user Bbb", "user Ccc")
	block := make(chan struct{})
	o.Desk = change.NewDesk(change.Config{Sender: blocked{o.Script, block}, Refresh: func(context.Context, access.Ref) error { return nil }, UndoDelay: time.Nanosecond, AtOnce: 1})
	t.Cleanup(func() { o.Desk.Close(context.Background()) })
	moved := make(chan struct{}, 100)
	o.Desk.Changed.Listen(func(change.Change) { moved <- struct{}{} })
	o.open(leaving.What{Person: lea})
	o.Tap(t, "Retirer de 3 comptes")
	for o.count(change.Sending) != 1 {
		<-moved
	}
	o.update()
	o.sees("Envoi…", "En attente", "Suspendre")
	o.Tap(t, "Suspendre")
	close(block)
	for o.count(change.Confirmed) != 1 {
		<-moved
	}
	o.update()
	o.sees("1 sur 3 · 2 suspendus", "Reprendre")
}

type blocked struct {
	change.Sender
	until chan struct{}
}

func (b blocked) Send(ctx context.Context, c change.Change, proof string) change.Outcome {
	<-b.until
	return b.Sender.Send(ctx, c, proof)
}

func (o *opened) count(s change.State) (n int) {
	for _, c := range o.Desk.List() {
		if c.State == s {
			n++
		}
	}
	return n
}

func TestAPlanIsFoundAgainAfterARestartByItselfAndByThePerson(t *testing.T) {
	o := begin(t, "user Aaa", "user Bbb", "user Ccc")
	o.Script.Then(change.Outcome{}, refused(trouble.LastDomain))
	o.open(leaving.What{Person: lea})
	o.Press(fyne.KeyEnd, fyne.KeySpace) // the last one is left out
	o.approve("Retirer de 2 comptes")
	id := o.Desk.List()[0].Plan.ID
	o.Desk.Close(t.Context())
	s, _, _ := o.Store.Snapshot(at("Aaa"))
	s.Users = nil
	o.Store.PutSnapshot(s, viewtest.Now)

	for _, what := range []leaving.What{{Plan: id}, {Person: lea}} {
		o.desk(time.Hour)
		if err := o.Desk.Resume(t.Context(), viewtest.Ref.Identity); err != nil {
			t.Fatal(err)
		}
		o.open(what)
		o.sees("Retirer Léa Dubois de 3 comptes", "1 sur 3 · 1 refusé", "Confirmé", "Refusé · réessayer", "Non retiré")
	}
	if got := plan.Plans(o.Desk.List()); len(got) != 1 || got[0].ID != id {
		t.Errorf("%+v", got)
	}
}

func TestSomebodyWhoIsNowhereAndAPlanThatIsGone(t *testing.T) {
	o := begin(t, "none Aaa")
	o.open(leaving.What{Person: "nobody@h.example"})
	o.sees("Rien à retirer : nobody@h.example", "dans aucun des comptes que vous voyez")
	o.open(leaving.What{Plan: "gone"})
	o.sees("Aucun changement groupé")
	o.seesNot("Retirer de", "Rien à retirer")
}

func TestWithoutAConnectionItIsSaidSinceWhenAndTickedOnPurpose(t *testing.T) {
	o := begin(t, "user Aaa", "user Bbb")
	o.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	o.Script.Then(refused(trouble.Unreachable))
	o.open(leaving.What{Person: lea})
	o.sees("hors ligne : état de 14 h 02")
	if !o.Button(t, "Retirer de 0 compte").Disabled() {
		t.Error("it is ticked without being asked for")
	}
	o.Tap(t, "Cocher aussi les 2 comptes hors ligne")
	o.approve("Retirer de 2 comptes")
	o.sees("Non envoyé · réessayer", "0 sur 2 · 2 non envoyés")
	if n := len(o.Script.Sent()); n != 1 {
		t.Errorf("a host that is away was called %d times", n)
	}
}

func TestRowsWithoutABoxLeadToThePersonInThatAccount(t *testing.T) {
	o := begin(t, "last Studio")
	o.open(leaving.What{Person: lea})
	o.sees("Le contact reste", "À décider")
	o.Press(fyne.KeyReturn)
	if !slices.Equal(o.persons, []string{"Studio " + lea}) {
		t.Errorf("%v", o.persons)
	}
}

func TestTheProofSaysWhatWasDoneWhereWhenAndWithWhichResult(t *testing.T) {
	o := begin(t, "user+contact Aaa", "user Bbb", "user+last Studio")
	o.Script.Then(change.Outcome{}, change.Outcome{}, refused(trouble.RefusedByProvider))
	hidden := access.Snapshot{Ref: at("Autre"), Me: access.Membership{UserID: "u1", Role: access.Member}}
	o.Store.PutAccounts(viewtest.Ref.Identity, append(slices.Clone(o.Store.Accounts("")), access.Summary{Ref: hidden.Ref, Name: "Autre"}))
	o.Store.PutSnapshot(hidden, viewtest.Now)
	o.open(leaving.What{Person: lea})
	o.approve("Retirer de 2 comptes")
	o.Tap(t, "Exporter la preuve")
	if o.proof == nil || len(o.proof.Missing) != 1 {
		t.Fatalf("%+v", o.proof)
	}
	var got []string
	for _, r := range o.proof.Sheet.Rows {
		if len(r) != len(o.proof.Sheet.Head) {
			t.Fatalf("%d cells under %d titles", len(r), len(o.proof.Sheet.Head))
		}
		when := ""
		if r[7] != "" {
			when = " at its time"
		}
		got = append(got, fmt.Sprintf("%s: %s: %s%s", r[0], r[4], r[5], when))
	}
	want := []string{"Aaa: Révoquer l'utilisateur: Confirmé at its time", "Aaa: Supprimer le contact: Confirmé at its time", "Bbb: Révoquer l'utilisateur: Refusé", "Studio: : Non fait"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if last := o.proof.Sheet.Rows[3][8]; !strings.Contains(last, "personne d'autre ne reçoit") || o.proof.Sheet.Rows[2][8] == "" {
		t.Errorf("without the reason: %q", o.proof.Sheet.Rows)
	}
}

func TestWhereTheOrganisationAllowsNoFilesNoProofIsSaved(t *testing.T) {
	o := begin(t, "user Aaa")
	o.goTo.NoExport = true
	o.open(leaving.What{Person: lea})
	o.Tap(t, "Retirer de 1 compte")
	o.update()
	if !o.Button(t, "Exporter la preuve").Disabled() {
		t.Error("it can be pressed")
	}
}

func TestSeveralPlansAreListedLatestFirst(t *testing.T) {
	o := begin(t, "user Aaa", "user Bbb")
	submit := func(p change.Plan, account string) {
		o.Desk.SubmitAll([]change.Change{{Account: at(account), Kind: change.Revoke, Target: "u3", TargetName: p.Name, Plan: p}})
	}
	submit(change.Plan{ID: "1", Name: "Noé Roy", Email: "noe@h.example"}, "Aaa")
	submit(change.Plan{ID: "2", Name: "Léa Dubois", Email: lea}, "Bbb")
	var seen []string
	o.goTo.Plan = func(id string) { seen = append(seen, id) }
	l := leaving.NewList(o.Env, o.Store, o.Desk, o.goTo)
	t.Cleanup(l.Close)
	o.Open(l)
	o.sees("Changements groupés", "Retirer Léa Dubois de 1 compte", "Retirer Noé Roy de 1 compte", "0 sur 1")
	o.Press(fyne.KeyReturn)
	o.Press(fyne.KeyDown, fyne.KeyReturn)
	if !slices.Equal(seen, []string{"2", "1"}) {
		t.Errorf("%v", seen)
	}
}

func TestFourHundredAccountsAreApprovedAtOnce(t *testing.T) {
	var names []string
	for i := range 400 {
		names = append(names, fmt.Sprintf("user Compte%03d", i))
	}
	o := begin(t, names...)
	o.open(leaving.What{Person: lea})
	o.approve("Retirer de 400 comptes")
	o.sees("400 sur 400")
	if n := len(o.Script.Sent()); n != 400 {
		t.Errorf("sent %d", n)
	}
}
