package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	past "concierge/app/history"
	"concierge/app/trouble"
	"concierge/views/history"
	"concierge/views/page"
	"concierge/views/permissions"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestMain(m *testing.M) {
	page.UpdateAtOnce()
	os.Exit(m.Run())
}

// owns are Changes made here.
type owns []past.Done

func (o owns) Ended(_ context.Context, ref access.Ref) ([]past.Done, error) {
	return slices.DeleteFunc(slices.Clone(o), func(d past.Done) bool { return d.Account != ref }), nil
}

// ago is a moment before now, in hours.
func ago(hours int) time.Time { return viewtest.Now.Add(-time.Duration(hours) * time.Hour) }

// opened is the screen in the sample world, with a past.
type opened struct {
	*viewtest.World
	t         *testing.T
	page      *history.Page
	kept      *past.Kept
	own       owns
	record    []access.Activity
	fails     error
	asked     []string // cursors
	more      bool     // the host has a second page
	person    string
	prefill   *permissions.Prefill
	refreshed int
}

// before makes the account what it was before an edit, hours ago, until since.
func (o *opened) before(revision string, since, until int, edit func(*access.Snapshot)) {
	was := viewtest.Snapshot()
	was.Revision = revision
	edit(&was)
	is := viewtest.Snapshot()
	o.kept.Take(cache.Replaced{Before: was, After: is, Since: ago(since), At: ago(until)})
}

func world(t *testing.T, w *viewtest.World) *opened {
	o := &opened{World: w, t: t, kept: past.NewKept()}
	o.before("0", 50, 40, func(s *access.Snapshot) {
		s.Users[1].Permissions = []access.Permission{access.Invoices, access.Tickets}
		s.Contacts[3].Phone = "+15145550100"
		s.Users = append(s.Users, access.User{ID: "u9", FirstName: "Paul", LastName: "Roy", Email: "paul@livraison.example", Role: access.Member,
			Permissions: []access.Permission{access.Quotes}})
	})
	o.own = owns{{Change: change.Change{ID: "1", Account: viewtest.Ref, Kind: change.Revoke, Target: "u9", TargetName: "Paul Roy",
		Before: change.OfRights([]access.Permission{access.Quotes}, time.Time{}, ""), At: ago(41)}, Ended: ago(41)}}
	o.record = []access.Activity{
		{ID: "3", At: ago(2), Actor: "Léa Dubois", ActorEmail: "lea@studio.example", Action: "signedIn"},
		{ID: "2", At: ago(45), Actor: "Marie Tremblay", ActorEmail: "marie@chezmarcel.example", Action: "user.permissions", Target: "Sam Gagnon"},
	}
	return o
}

func (o *opened) open() {
	o.t.Helper()
	line := past.Open(past.Config{Own: o.own, Versions: o.kept, Activity: func(_ context.Context, cursor string) ([]access.Activity, string, error) {
		o.asked = append(o.asked, cursor)
		switch {
		case o.fails != nil:
			return nil, "", o.fails
		case cursor == "" && o.more:
			return o.record[:1], "next", nil
		case cursor == "" || !o.more:
			return o.record, "", nil
		}
		return o.record[1:], "", nil
	}}, viewtest.Ref)
	o.page = history.New(o.Env, viewtest.Ref, o.Store, o.Desk, line, history.Go{
		Person: func(key string) { o.person = key }, Invite: func(p permissions.Prefill) { o.prefill = &p }, Refresh: func() { o.refreshed++ },
	})
	o.t.Cleanup(o.page.Close)
	o.Open(o.page)
}

func start(t *testing.T, prepare ...func(*opened)) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := world(t, viewtest.New(viewtest.Config{}))
	t.Cleanup(o.Window.Close)
	for _, p := range prepare {
		p(o)
	}
	o.open()
	return o
}

func (o *opened) sees(want ...string) {
	o.t.Helper()
	for _, s := range want {
		if !o.Sees(s) {
			o.t.Fatalf("%q is not to be seen in %q", s, o.Texts())
		}
	}
}

func (o *opened) hides(want ...string) {
	o.t.Helper()
	for _, s := range want {
		if o.Sees(s) {
			o.t.Fatalf("%q is to be seen in %q", s, o.Texts())
		}
	}
}

// row goes to a row by the keyboard and opens it.
func (o *opened) row(text string) {
	o.t.Helper()
	for range 50 {
		o.Press(fyne.KeyDown)
		if strings.HasPrefix(o.Focused(), text) {
			o.Press(fyne.KeyReturn)
			return
		}
	}
	o.t.Fatalf("no row begins with %q; there is %q", text, o.Texts())
}

func TestTheTimeLineTellsWhatHappenedWhereAndByWhom(t *testing.T) {
	o := start(t)
	o.sees("Connexion de Léa Dubois", "lea@studio.example", "Paul Roy n'a plus accès", "Ici, par vous", "L'accès de Sam Gagnon a changé", "Par vous",
		"Le contact Soutien TI a changé", "Ailleurs, on ne sait pas par qui")
	if o.Focused() == "" {
		t.Error("the keyboard is nowhere")
	}
}

func TestWhatTheHostsSystemDidNotConfirmIsSaidWithWhatToDo(t *testing.T) {
	for row, does := range map[string]string{
		"noe@studio.example est invité · envoi non confirmé": "Demandez à la personne s'il est arrivé",
		"Les infos du compte ont changé · non confirmé":      "n'a pas dit si c'est fait",
	} {
		o := start(t, func(o *opened) {
			o.record = append([]access.Activity{
				{ID: "5", At: ago(1), Actor: "Marie Tremblay", ActorEmail: "marie@chezmarcel.example", Action: "user.invited", Target: "noe@studio.example", Unconfirmed: true},
				{ID: "4", At: ago(2), Actor: "Sam Gagnon", ActorEmail: "sam@cabinet.example", Action: "account.changed", Fields: []string{"phone"}, Unconfirmed: true},
			}, o.record...)
		})
		o.row(row)
		o.sees(does)
	}
}

func TestTheKeyboardComesToTheRowsWhenTheyComeLate(t *testing.T) {
	var late []func()
	o := start(t, func(o *opened) {
		o.own, o.kept = nil, past.NewKept()
		o.Env.Go = func(work func()) { late = append(late, work) }
	})
	o.hides("Rien n'a encore changé", "Tout")
	for _, work := range late {
		work()
	}
	o.Press(fyne.KeyDown)
	if got := o.Focused(); !strings.HasPrefix(got, "Connexion de Léa Dubois") {
		t.Errorf("the keyboard is on %q", got)
	}
}

func TestARowTellsWhatItWasBeforeAndLeadsToThePerson(t *testing.T) {
	o := start(t)
	o.row("L'accès de Sam Gagnon")
	o.sees("16 novembre 2026 à 17 h 02", "Autorisations de Sam Gagnon, ajoutées : courriels et soumissions; retirées : billets de soutien", "Remettre comme avant")
	o.Tap(t, "Sam Gagnon")
	if o.person != "sam@cabinet.example" {
		t.Errorf("led to %q", o.person)
	}
}

func TestInASmallWindowTheWayBackSaysWhereItLeads(t *testing.T) {
	o := start(t, func(o *opened) { o.Window.Resize(viewtest.SmallRoom) })
	o.row("L'accès de Sam Gagnon")
	o.Tap(t, "Revenir à la liste")
	o.hides("Remettre comme avant", "Revenir à la liste")
	n := 0
	for _, text := range o.Texts() {
		if text == "Historique" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the screen's title stands %d times in %q", n, o.Texts())
	}
}

func TestWhatChangedIsPutBackAfterAReview(t *testing.T) {
	o := start(t)
	o.row("L'accès de Sam Gagnon")
	o.Tap(t, "Remettre comme avant")
	o.sees("Remettre comme avant?", "Sam Gagnon pourra payer les factures et ouvrir des billets")
	if len(o.Script.Sent()) != 0 {
		t.Fatal("sent before it was agreed to")
	}
	o.Press(fyne.KeyEscape)
	if o.InDialog() || len(o.Script.Sent()) != 0 {
		t.Fatal("Escape does not leave it as it is")
	}
	o.Tap(t, "Remettre comme avant")
	o.Press(fyne.KeyReturn)
	sent := o.Script.Sent()
	if len(sent) != 1 || sent[0].Kind != change.SetPermissions || sent[0].Base != "u2" ||
		!access.SameSet(sent[0].After.Permissions, []access.Permission{access.Invoices, access.Tickets}) || sent[0].After.Fields["reason"] != "impôts 2026" {
		t.Errorf("sent %+v", sent)
	}
	if o.InDialog() {
		t.Error("the dialog is still there")
	}
}

func TestARefusalIsSaidInTheReview(t *testing.T) {
	o := start(t)
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}})
	o.row("Le contact Soutien TI")
	o.Tap(t, "Remettre comme avant")
	o.sees("Téléphone du contact Soutien TI : +1 514-555-0100 (avant : rien)")
	o.Press(fyne.KeyReturn)
	if !o.InDialog() || len(o.Script.Sent()) != 1 {
		t.Fatal("the dialog went with the refusal")
	}
	o.Press(fyne.KeyReturn)
	if len(o.Script.Sent()) != 2 || o.InDialog() {
		t.Errorf("once more: %d sent", len(o.Script.Sent()))
	}
}

func TestLostAccessNeedsAnInvitationWhichOpensWithWhatWasBefore(t *testing.T) {
	o := start(t)
	o.row("Paul Roy n'a plus accès")
	o.sees("il faut une nouvelle invitation")
	o.hides("Remettre comme avant")
	o.Tap(t, "Inviter de nouveau")
	if o.prefill == nil || o.prefill.Email != "paul@livraison.example" || !slices.Equal(o.prefill.Permissions, []access.Permission{access.Quotes}) {
		t.Errorf("the invitation begins with %+v", o.prefill)
	}
}

func TestWhatIsLookedForIsFoundWithoutAccentsAndByPerson(t *testing.T) {
	o := start(t)
	o.Input(t, "Filtrer").SetText("lea connexion")
	o.sees("Connexion de Léa Dubois")
	o.hides("Paul Roy n'a plus accès")
	for _, number := range []string{"514-555-0100", "5145550100"} {
		o.Input(t, "Filtrer").SetText(number)
		o.sees("Le contact Soutien TI a changé")
		o.hides("Connexion de Léa Dubois")
	}
	o.Input(t, "Filtrer").SetText("xyzzy")
	o.sees("Rien ne correspond à ce filtre")
	o.Tap(t, "Tout montrer")
	o.sees("Paul Roy n'a plus accès")
	o.Tap(t, "Personne")
	o.Tap(t, "Léa Dubois")
	o.sees("Connexion de Léa Dubois")
	o.hides("Paul Roy n'a plus accès", "Le contact Soutien TI a changé")
}

func TestWhatIsTypedOnARowGoesToTheFilter(t *testing.T) {
	o := start(t)
	o.Type("paul")
	o.sees("Paul Roy n'a plus accès")
	o.hides("Connexion de Léa Dubois")
}

func TestWhatCameBeforeIsReadOnAsking(t *testing.T) {
	o := start(t, func(o *opened) { o.more = true })
	o.sees("Connexion de Léa Dubois", "Afficher ce qui précède")
	o.hides("Paul Roy n'a plus accès")
	o.row("Afficher ce qui précède")
	o.sees("Paul Roy n'a plus accès", "L'accès de Sam Gagnon a changé")
	o.hides("Afficher ce qui précède")
	if !slices.Equal(o.asked, []string{"", "next"}) {
		t.Errorf("asked the host %q", o.asked)
	}
}

func TestTwoDatesAreComparedByPersonAndPutBackOneByOne(t *testing.T) {
	o := start(t)
	o.Tap(t, "Tout")
	o.Press(fyne.KeyRight)
	o.sees("Sam Gagnon", "Paul Roy ne peut plus se connecter", "1 différence", "Soutien TI")
	for range 3 {
		o.Window.Canvas().FocusNext()
	}
	o.row("Soutien TI")
	o.Tap(t, "Remettre comme avant")
	o.Press(fyne.KeyReturn)
	if sent := o.Script.Sent(); len(sent) != 1 || sent[0].Kind != change.EditContact || sent[0].After.Fields["phone"] != "+15145550100" {
		t.Errorf("sent %+v", sent)
	}
}

func TestTheComparisonIsOpenedFromElsewhere(t *testing.T) {
	o := start(t)
	o.page.Compare()
	o.sees("Paul Roy ne peut plus se connecter", "Du", "Maintenant")
	o.hides("Connexion de Léa Dubois")
}

func TestSeveralDifferencesOfOnePersonArePutBackTogetherOrAlone(t *testing.T) {
	o := start(t, func(o *opened) {
		o.kept = past.NewKept()
		o.before("5", 30, 20, func(s *access.Snapshot) {
			s.Contacts[3].Phone, s.Contacts[3].Email = "1", "vieux@chezmarcel.example"
		})
	})
	o.row("Le contact Soutien TI")
	o.sees("Courriel du contact Soutien TI : ti@chezmarcel.example (avant : vieux@chezmarcel.example)", "Remettre comme avant")
	o.Tap(t, "Remettre")
	o.sees("Courriel du contact Soutien TI : vieux@chezmarcel.example")
	o.hides("Téléphone")
	o.Press(fyne.KeyEscape)
	o.Tap(t, "Remettre comme avant")
	o.sees("Courriel du contact Soutien TI : vieux@chezmarcel.example", "Téléphone du contact Soutien TI : 1")
}

func TestWhatTakesSeveralChangesIsPutBackOneByOne(t *testing.T) {
	o := start(t, func(o *opened) {
		o.kept = past.NewKept()
		o.before("5", 30, 20, func(s *access.Snapshot) {
			s.Users[1].Permissions, s.Contacts[1].Phone = []access.Permission{access.Tickets}, "1"
		})
	})
	o.Tap(t, "Tout")
	o.Press(fyne.KeyRight)
	for range 3 {
		o.Window.Canvas().FocusNext()
	}
	o.Press(fyne.KeyDown, fyne.KeyReturn)
	o.sees("2 différences", "Remettre")
	o.hides("Remettre comme avant")
	o.Tap(t, "Remettre")
	o.sees("Autorisations de Sam Gagnon")
	o.hides("Téléphone du contact")
}

func TestTheScreenSaysWhatItCannotTell(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(o *opened)
		want    []string
		hidden  string
	}{
		{"nothing has happened", func(o *opened) { o.own, o.record, o.kept = nil, nil, past.NewKept() }, []string{"Rien n'a encore changé"}, "Connexion"},
		{"the host cannot be reached", func(o *opened) { o.fails = &trouble.Trouble{Kind: trouble.Unreachable} },
			[]string{"Ce que l'hébergeur a noté n'a pas pu être lu.", "Paul Roy n'a plus accès"}, "Connexion"},
		{"the host keeps no record", func(o *opened) {
			h := viewtest.Host()
			h.Features.Activity = access.Feature{}
			o.Store.SetIdentity(viewtest.Ref.Identity, h, access.Me{Email: "marie@chezmarcel.example"})
		}, []string{"Votre hébergeur ne note pas qui fait quoi."}, "n'a pas pu être lu"},
		{"the person does not own the account", func(o *opened) {
			s := viewtest.Snapshot()
			s.Me = access.Membership{UserID: "u2", Role: access.Member}
			o.Store.PutSnapshot(s, viewtest.Now)
		}, []string{"Seul le propriétaire voit ce que l'hébergeur a noté."}, "n'a pas pu être lu"},
		{"there is no account yet, and the host fails", func(o *opened) {
			o.Store.PutAccounts(viewtest.Ref.Identity, nil)
			o.Store.SetStatus(viewtest.Ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.TimedOut} })
		}, []string{"Réessayer"}, "Tout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := start(t, c.prepare)
			o.sees(c.want...)
			o.hides(c.hidden)
		})
	}
}

func TestAHostThatFailedIsAskedAgain(t *testing.T) {
	o := start(t, func(o *opened) { o.fails = errors.New("lost") })
	o.fails = nil
	o.Tap(t, "Réessayer")
	o.sees("Connexion de Léa Dubois")
	o.hides("n'a pas pu être lu")
	if o.refreshed != 1 {
		t.Errorf("asked for the account %d times", o.refreshed)
	}
}

func TestAHostThatAnswersAgainIsNoLongerSaidToFail(t *testing.T) {
	o := start(t, func(o *opened) { o.fails = errors.New("lost") })
	o.page.Update(t.Context())
	o.sees("n'a pas pu être lu")
	o.fails = nil
	s := viewtest.Snapshot()
	s.Revision = "2"
	o.Store.PutSnapshot(s, viewtest.Now)
	o.page.Update(t.Context())
	o.hides("n'a pas pu être lu")
}

func TestTheHostIsAskedOnceForEachStateOfTheAccount(t *testing.T) {
	o := start(t)
	o.page.Update(t.Context())
	if len(o.asked) != 1 {
		t.Fatalf("asked %d times for one state", len(o.asked))
	}
	s := viewtest.Snapshot()
	s.Revision = "2"
	o.Store.PutSnapshot(s, viewtest.Now)
	o.page.Update(t.Context())
	if len(o.asked) != 2 {
		t.Errorf("asked %d times for two", len(o.asked))
	}
}

func TestAThousandLinesAreShownAsQuicklyAsTen(t *testing.T) {
	o := start(t, func(o *opened) {
		for i := range 1000 {
			o.record = append(o.record, access.Activity{ID: fmt.Sprint("x", i), At: ago(100 + i), Actor: "Léa Dubois", Action: "signedIn"})
		}
	})
	o.sees("Connexion de Léa Dubois")
	if n := strings.Count(strings.Join(o.Texts(), "\n"), "Connexion de Léa Dubois"); n > 20 {
		t.Errorf("%d rows were made for what fits into the window", n)
	}
	began := time.Now()
	o.Input(t, "Filtrer").SetText("lea")
	if took := time.Since(began); took > time.Second {
		t.Errorf("filtering took %v", took)
	}
}
