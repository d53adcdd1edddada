package freshness_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/freshness"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestHowFreshSomethingIsIsSaidInOneLine(t *testing.T) {
	now := viewtest.Now
	of := func(k trouble.Kind) *trouble.Trouble { return &trouble.Trouble{Kind: k} }
	for _, c := range []struct {
		name      string
		own, list cache.Status
		has       bool
		fr, en    string
	}{
		{"confirmed today", cache.Status{At: now}, cache.Status{At: now}, true, "À jour · 14 h 02", "Up to date · 2:02 PM"},
		{"being asked for", cache.Status{At: now, Busy: true}, cache.Status{}, true, "Vérification…", "Checking…"},
		{"its list is on its way", cache.Status{}, cache.Status{Busy: true}, false, "Vérification…", "Checking…"},
		{"not asked for yet", cache.Status{}, cache.Status{At: now}, false, "En attente", "Waiting"},
		{"offline", cache.Status{At: now, Trouble: of(trouble.Unreachable)}, cache.Status{}, true, "Hors ligne · données de 14 h 02", "Offline · as of 2:02 PM"},
		{"offline since another day", cache.Status{At: now.AddDate(0, 0, -1)}, cache.Status{Trouble: of(trouble.TimedOut)}, true,
			"Hors ligne · données du mar. 17 nov. 14 h 02", "Offline · as of Tue, Nov 17, 2:02 PM"},
		{"offline, and nothing to show", cache.Status{Trouble: of(trouble.HostNotFound)}, cache.Status{}, false, "Hors ligne · jamais vérifié", "Offline · never checked"},
		{"too much was asked", cache.Status{At: now, Trouble: of(trouble.RateLimited)}, cache.Status{}, true, "Trop de demandes · données de 14 h 02", "Too many requests · as of 2:02 PM"},
		{"the sign-in has ended", cache.Status{At: now}, cache.Status{Trouble: of(trouble.SignInNeeded)}, true, "Connexion terminée · données de 14 h 02", "Signed out · as of 2:02 PM"},
		{"failed, and nothing to show", cache.Status{Trouble: of(trouble.HostError)}, cache.Status{}, false, "Panne chez l'hébergeur · jamais vérifié", "Host failure · never checked"},
		{"failed for a reason without a word", cache.Status{At: now, Trouble: of(trouble.Other)}, cache.Status{}, true, "Non mis à jour · données de 14 h 02", "Not updated · as of 2:02 PM"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, why := freshness.Of(c.own, c.list, c.has)
			for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
				got := freshness.Line(locales.For(lang), now, s, why, c.own.At)
				if got = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(got); got != want {
					t.Errorf("says %q, want %q", got, want)
				}
			}
		})
	}
}

type marks struct{}

func (marks) Alias(ref access.Ref) string {
	if ref.Account == "2" {
		return "Mon garage"
	}
	return ""
}
func (marks) Colour(access.Ref) int { return 0 }

// opened is an open panel over two sign-ins.
type opened struct {
	*viewtest.World
	panel  *freshness.Panel
	did    []string
	timers []func()
}

func account(n string) access.Ref { return access.Ref{Identity: viewtest.Ref.Identity, Account: n} }

// show opens the panel over accounts 1 to n of the sample identity, all confirmed.
func show(t *testing.T, n int, change func(*cache.Store)) *opened {
	t.Helper()
	page.UpdateAtOnce()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Size: fyne.NewSize(1280, 800)})}
	t.Cleanup(o.Window.Close)
	var list []access.Summary
	for i := 1; i <= n; i++ {
		list = append(list, access.Summary{Ref: account(fmt.Sprint(i)), Name: fmt.Sprintf("Compte %04d", i)})
	}
	o.Store.PutAccounts(viewtest.Ref.Identity, list)
	for _, a := range list {
		o.Store.PutSnapshot(access.Snapshot{Ref: a.Ref, Account: access.Account{Name: a.Name}}, viewtest.Now)
	}
	o.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.At = viewtest.Now })
	if change != nil {
		change(o.Store)
	}
	o.Env.Signals = page.Signals{Accounts: &o.Store.AccountChanged, Lists: &o.Store.ListChanged}
	o.Env.After = func(_ time.Duration, f func()) func() { o.timers = append(o.timers, f); return func() {} }
	o.panel = freshness.Show(o.Env, freshness.Config{
		Store: o.Store, Marks: marks{},
		Ask:         func(ref access.Ref) { o.did = append(o.did, "ask "+ref.Account) },
		AskAll:      func(id string) { o.did = append(o.did, "all of "+id) },
		SignInAgain: func(id string) { o.did = append(o.did, "sign in "+id) },
	})
	shot.Settle(o.Window)
	return o
}

func (o *opened) sees(t *testing.T, want ...string) {
	t.Helper()
	for _, s := range want {
		if !o.Sees(s) {
			t.Errorf("does not say %q; it says %q", s, o.Texts())
		}
	}
}

func TestWhatFailedComesFirstWithWhatToDo(t *testing.T) {
	o := show(t, 9, func(s *cache.Store) {
		s.SetStatus(account("7"), func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.HostError} })
		s.SetStatus(account("3"), func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	})
	o.sees(t, "7 à jour, 1 en échec et 1 hors ligne", "Panne chez l'hébergeur", "Réessayez plus tard.", "Mon garage")
	texts := o.Texts()
	if seven, three, one := slices.Index(texts, "Compte 0007"), slices.Index(texts, "Compte 0003"), slices.Index(texts, "Compte 0001"); seven > three || three > one {
		t.Errorf("in this order: %q", texts)
	}
	if o.Focused() != "Tout vérifier maintenant" {
		t.Errorf("the keyboard is on %q", o.Focused())
	}
	o.Press(fyne.KeyReturn)
	o.Tap(t, "Vérifier ce compte")
	if want := []string{"all of marie", "ask 7"}; !slices.Equal(o.did, want) {
		t.Errorf("did %q, want %q", o.did, want)
	}
	o.Press(fyne.KeyEscape)
	if o.InDialog() {
		t.Error("Escape does not close it")
	}
}

func TestOneAccountIsAskedForByKeyboard(t *testing.T) {
	o := show(t, 9, nil)
	o.sees(t, "9 comptes, tous à jour")
	for i := 0; !strings.Contains(o.Focused(), "Compte 0001"); i++ {
		if i == 6 {
			t.Fatalf("Tab does not reach the list; it is on %q", o.Focused())
		}
		o.Window.Canvas().FocusNext()
	}
	o.Press(fyne.KeyDown, fyne.KeyReturn)
	if want := []string{"ask 2"}; !slices.Equal(o.did, want) {
		t.Errorf("did %q, want %q", o.did, want)
	}
	o.sees(t, "Mon garage — À jour · 14 h 02")
}

func TestOfflineIsSaidCalmlyAndAnEndedSignInLeadsToANewOne(t *testing.T) {
	o := show(t, 2, func(s *cache.Store) {
		s.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
		s.PutIdentity(cache.Identity{ID: "nord", Host: access.Host{Name: "Hôte du Nord"}, Me: access.Me{Email: "m@nord.example"},
			Status: cache.Status{Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}}})
	})
	o.sees(t, "Hors ligne : Concierge montre les données de 14 h 02 et réessaie de lui-même.", "Marie Tremblay · Hébergement Exemple", "m@nord.example · Hôte du Nord")
	for _, alarm := range []string{"Impossible", "Erreur", "erreur"} {
		if o.Sees(alarm) {
			t.Errorf("being offline is told as %q", alarm)
		}
	}
	o.Tap(t, "Se reconnecter")
	if want := []string{"sign in nord"}; !slices.Equal(o.did, want) || o.InDialog() {
		t.Errorf("did %q, want %q; still open: %v", o.did, want, o.InDialog())
	}
}

func TestAThousandAccountsArriveUnderAQuietPanel(t *testing.T) {
	o := show(t, 0, func(s *cache.Store) {
		var list []access.Summary
		for i := range 1000 {
			list = append(list, access.Summary{Ref: account(fmt.Sprint(i)), Name: fmt.Sprintf("Compte %04d", i)})
		}
		s.PutAccounts(viewtest.Ref.Identity, list)
	})
	o.sees(t, "0 sur 1 000", "1 000 en attente")
	for i := range 412 {
		o.Store.PutSnapshot(access.Snapshot{Ref: account(fmt.Sprint(i)), Account: access.Account{Name: fmt.Sprintf("Compte %04d", i)}}, viewtest.Now)
	}
	if len(o.timers) != 1 {
		t.Errorf("%d updates are on their way for 412 accounts, want 1", len(o.timers))
	}
	o.timers[0]()
	o.sees(t, "412 sur 1 000", "412 à jour et 588 en attente", "Les comptes arrivent")
	for i := 412; i < 1000; i++ {
		o.Store.PutSnapshot(access.Snapshot{Ref: account(fmt.Sprint(i)), Account: access.Account{Name: fmt.Sprintf("Compte %04d", i)}}, viewtest.Now)
	}
	o.timers[1]()
	o.sees(t, "1 000 comptes, tous à jour")
	if o.Sees("sur 1 000") {
		t.Error("the progress stays")
	}
}

func BenchmarkAPanelOfAThousandAccounts(b *testing.B) {
	page.UpdateAtOnce()
	test.NewTempApp(b)
	w := viewtest.New(viewtest.Config{Size: fyne.NewSize(1280, 800)})
	defer w.Window.Close()
	var list []access.Summary
	for i := range 1000 {
		list = append(list, access.Summary{Ref: account(fmt.Sprint(i)), Name: fmt.Sprintf("Compte %04d", i)})
	}
	w.Store.PutAccounts(viewtest.Ref.Identity, list)
	p := freshness.Show(w.Env, freshness.Config{Store: w.Store, Marks: marks{}})
	for i := 0; b.Loop(); i++ {
		n := i % 1000
		w.Store.PutSnapshot(access.Snapshot{Ref: account(fmt.Sprint(n)), Account: access.Account{Name: fmt.Sprintf("Compte %04d", n)}}, viewtest.Now.Add(time.Duration(i)*time.Second))
		p.Update(context.Background())
	}
}
