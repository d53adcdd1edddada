package welcome_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/welcome"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// attempt is a sign-in whose end the test decides.
type attempt struct {
	opened    error
	end       func(context.Context) (welcome.Person, error)
	cancelled bool
}

func (a *attempt) URL() string       { return "https://h.example/authorize?state=x" }
func (a *attempt) Host() access.Host { return access.Host{Name: "Hébergement Exemple"} }
func (a *attempt) Open() error       { return a.opened }
func (a *attempt) Cancel()           { a.cancelled = true }
func (a *attempt) Wait(ctx context.Context) (welcome.Person, error) {
	return a.end(ctx)
}

type signer struct {
	hosts   []string
	begin   func() (welcome.Attempt, error)
	unlock  error
	unlocks int
}

func (s *signer) Begin(_ context.Context, host, email string) (welcome.Attempt, error) {
	s.hosts = append(s.hosts, strings.TrimSpace(host+" "+email))
	return s.begin()
}
func (s *signer) BeginSample(context.Context) (welcome.Attempt, error) { return s.begin() }
func (s *signer) Unlock(context.Context, string) error                 { s.unlocks++; return s.unlock }

type world struct {
	win    fyne.Window
	page   *welcome.Page
	signer *signer
	work   []func() // what left the UI goroutine and has not run yet
	done   []welcome.Person
}

var marie = welcome.Person{Identity: "1", Name: "Marie Tremblay", Email: "marie@chezmarcel.example", Host: "Hébergement Exemple"}

func open(t *testing.T, lang string, known ...welcome.Known) *world {
	t.Helper()
	return openWith(t, lang, func(*welcome.Config) {}, known...)
}

func openWith(t *testing.T, lang string, with func(*welcome.Config), known ...welcome.Known) *world {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.Light, 1))
	w := &world{win: test.NewTempWindow(t, nil), signer: &signer{}}
	env := page.Env{Window: w.win, Words: locales.For(lang), Now: time.Now, Go: func(f func()) { w.work = append(w.work, f) }}
	cfg := welcome.Config{Signer: w.signer, Known: known, Sample: true,
		Done: func(p welcome.Person) { w.done = append(w.done, p) }, OtherLanguage: func() {}}
	with(&cfg)
	w.page = welcome.New(env, cfg)
	t.Cleanup(w.page.Close)
	w.win.SetContent(kit.WithTips(w.page.Object(), w.win))
	w.win.Canvas().SetOnTypedKey(w.page.Key)
	w.win.Resize(fyne.NewSize(1280, 800))
	w.page.Focus()
	return w
}

// goOn lets everything that waits away from the UI goroutine run.
func (w *world) goOn() {
	for len(w.work) > 0 {
		f := w.work[0]
		w.work = w.work[1:]
		f()
	}
}

func (w *world) says(s string) bool {
	return strings.Contains(strings.Join(shot.Texts(w.win.Content()), "\n"), s)
}

func (w *world) press(t *testing.T, label string) {
	t.Helper()
	if !shot.Tap(w.win, label) {
		t.Fatalf("nothing says %q in %q", label, shot.Texts(w.win.Content()))
	}
}

func TestFromTheAddressToTheAccountsByKeyboard(t *testing.T) {
	w := open(t, "fr")
	w.signer.begin = func() (welcome.Attempt, error) {
		return &attempt{end: func(context.Context) (welcome.Person, error) {
			if !w.says("Terminez dans votre navigateur") || !w.says("Une page d'Hébergement Exemple s'est ouverte") {
				t.Errorf("while waiting it says %q", shot.Texts(w.win.Content()))
			}
			return marie, nil
		}}, nil
	}
	test.Type(w.win.Canvas().Focused(), "espace.exemple.example")
	shot.Press(w.win, fyne.KeyReturn)
	w.goOn()
	if !w.says("Marie Tremblay") || !w.says("marie@chezmarcel.example") || len(w.done) != 0 {
		t.Fatalf("does not show who is signed in before going on: %q", shot.Texts(w.win.Content()))
	}
	shot.Press(w.win, fyne.KeyReturn)
	if len(w.done) != 1 || w.done[0] != marie || w.signer.hosts[0] != "espace.exemple.example" {
		t.Errorf("done %v at %v", w.done, w.signer.hosts)
	}
}

func TestEachFailureHasItsWordsAndKeepsTheAddress(t *testing.T) {
	said := map[string]trouble.Kind{}
	for _, kind := range []trouble.Kind{trouble.HostNotFound, trouble.Unreachable, trouble.TimedOut, trouble.CertUnknown, trouble.CertExpired,
		trouble.CertWrongName, trouble.NotAHost, trouble.PlainHTTP, trouble.SignInRefused, trouble.Redirected} {
		w := open(t, "fr")
		w.signer.begin = func() (welcome.Attempt, error) {
			return nil, &trouble.Trouble{Kind: kind, Host: "espace.exemple.example"}
		}
		test.Type(w.win.Canvas().Focused(), "espace.exemple.example")
		w.press(t, "Continuer dans le navigateur")
		w.goOn()
		all := strings.Join(shot.Texts(w.win.Content()), "\n")
		if other, twice := said[all]; twice {
			t.Errorf("%s is told as %s is", kind, other)
		}
		said[all] = kind
		if !w.says("espace.exemple.example") || !w.says("Se connecter") {
			t.Errorf("%s: the address is gone: %s", kind, all)
		}
	}
}

func TestAnAddressThatIsNoneIsSaidAtTheField(t *testing.T) {
	w := open(t, "en")
	w.signer.begin = func() (welcome.Attempt, error) { return nil, &trouble.Trouble{Kind: trouble.BadAddress} }
	if !w.says("where you manage your hosting") {
		t.Error("it does not say where the address is found")
	}
	for typed, want := range map[string]string{
		"": "Enter the address of your host's site.", "marie@chezmarcel.example": "you will enter your e-mail in the browser",
		"my host": "The address of a host looks like clients.my-host.example.",
	} {
		w.win.Canvas().Focused().(*kit.Input).SetText(typed)
		shot.Press(w.win, fyne.KeyReturn)
		w.goOn()
		if e, ok := w.win.Canvas().Focused().(fyne.Accessible); !ok || !strings.Contains(e.AccessibilityLabel(), "Address of your host") {
			t.Fatalf("%q: the focus is not back in the field: %T", typed, w.win.Canvas().Focused())
		}
		if !w.says(want) {
			t.Errorf("%q: it says %q", typed, shot.Texts(w.win.Content()))
		}
	}
}

func TestCancelWorksAtAnyTimeAndALateAnswerChangesNothing(t *testing.T) {
	for _, by := range []string{"button", "escape"} {
		w := open(t, "fr")
		a := &attempt{end: func(context.Context) (welcome.Person, error) { return marie, nil }}
		w.signer.begin = func() (welcome.Attempt, error) { return a, nil }
		w.press(t, "Essayer avec l'hébergeur d'exemple")
		if by == "button" {
			w.press(t, "Annuler")
		} else {
			shot.Press(w.win, fyne.KeyEscape)
		}
		w.goOn() // the answer comes after
		if !w.says("Adresse de votre hébergeur") || w.says("Marie Tremblay") || !a.cancelled {
			t.Errorf("%s: cancelled %v, says %q", by, a.cancelled, shot.Texts(w.win.Content()))
		}
	}
}

func TestTheLinkCanBeCopiedWhenNoBrowserOpens(t *testing.T) {
	w := open(t, "fr")
	w.signer.begin = func() (welcome.Attempt, error) {
		return &attempt{opened: &trouble.Trouble{Kind: trouble.BrowserTrouble}, end: func(context.Context) (welcome.Person, error) {
			w.press(t, "Copier le lien")
			if got := fyne.CurrentApp().Clipboard().Content(); got != "https://h.example/authorize?state=x" {
				t.Errorf("clipboard has %q", got)
			}
			return welcome.Person{}, errors.New("enough")
		}}, nil
	}
	w.press(t, "Essayer avec l'hébergeur d'exemple")
	w.goOn()
}

func TestAKeyringThatFailsIsSaidBeforeGoingOn(t *testing.T) {
	w := open(t, "fr")
	w.signer.begin = func() (welcome.Attempt, error) {
		return &attempt{end: func(context.Context) (welcome.Person, error) {
			p := marie
			p.Unsaved = &trouble.Trouble{Kind: trouble.KeyringLocked}
			return p, nil
		}}, nil
	}
	w.press(t, "Essayer avec l'hébergeur d'exemple")
	w.goOn()
	if !w.says("il faudra vous reconnecter au prochain démarrage") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
}

func TestASignInThatWaitsIsListedAndCanGoOn(t *testing.T) {
	known := welcome.Known{Identity: "9", Name: "Sam Gagnon", Email: "sam@cabinet.example", Host: "Hébergement Exemple", HostURL: "https://h.example",
		Trouble: &trouble.Trouble{Kind: trouble.KeyringLocked}}
	w := open(t, "fr", known)
	w.press(t, "Réessayer le trousseau")
	w.signer.unlock = &trouble.Trouble{Kind: trouble.KeyringLocked}
	w.goOn()
	if !w.says("Sam Gagnon") || len(w.done) != 0 {
		t.Fatal("a keyring that stays locked must keep the sign-in listed")
	}
	w.signer.unlock = nil
	w.press(t, "Réessayer le trousseau")
	w.goOn()
	if len(w.done) != 1 || w.done[0].Identity != "9" {
		t.Errorf("done %v", w.done)
	}

	w = open(t, "fr", known)
	w.signer.begin = func() (welcome.Attempt, error) { return nil, errors.New("not now") }
	w.press(t, "Se reconnecter")
	w.goOn()
	if len(w.signer.hosts) != 1 || w.signer.hosts[0] != "https://h.example sam@cabinet.example" {
		t.Errorf("signed in again at %v", w.signer.hosts)
	}
}

func TestNothingIsCut(t *testing.T) {
	for _, lang := range locales.Languages() {
		w := open(t, lang, welcome.Known{Identity: "9", Name: "Sam Gagnon", Email: "sam@cabinet.example", Host: "H", Trouble: &trouble.Trouble{Kind: trouble.KeyringRefused}})
		for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 1024, Height: 640}} {
			w.win.Resize(size)
			if cut := shot.CutLabels(w.win); len(cut) > 0 {
				t.Errorf("%s %v: %q", lang, size, cut)
			}
		}
	}
}

func TestAHostThatTheOrganisationHasSetIsGoneToWithoutTyping(t *testing.T) {
	diagnosed := 0
	w := openWith(t, "fr", func(cfg *welcome.Config) {
		cfg.Host, cfg.HostSet, cfg.Sample, cfg.Diagnostics = "clients.example", true, false, func() { diagnosed++ }
	})
	if !w.says("Fixée par votre organisation.") || w.says("Essayer avec l'hébergeur d'exemple") {
		t.Errorf("it says %q", shot.Texts(w.win.Content()))
	}
	w.signer.begin = func() (welcome.Attempt, error) {
		return &attempt{end: func(context.Context) (welcome.Person, error) { return marie, nil }}, nil
	}
	shot.Press(w.win, fyne.KeyReturn) // the keyboard is on what goes on
	w.goOn()
	if len(w.signer.hosts) != 1 || w.signer.hosts[0] != "clients.example" {
		t.Errorf("went to %q", w.signer.hosts)
	}
	w.press(t, "Fichier de diagnostic")
	if diagnosed != 1 {
		t.Error("the diagnostics file is not reached from here")
	}
}
