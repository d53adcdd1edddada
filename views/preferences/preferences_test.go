package preferences_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/settings"
	"concierge/app/signin"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/preferences"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// signIns is who is signed in.
type signIns []signin.Identity

func (s signIns) Identities() []signin.Identity { return slices.Clone(s) }

var other = access.Ref{Identity: viewtest.Ref.Identity, Account: "garage"}

type opened struct {
	*viewtest.World
	page     *preferences.Page
	settings *settings.Store
	did      []string
}

func open(t *testing.T, lang string, who ...signin.Identity) *opened {
	t.Helper()
	return openWith(t, lang, func(*preferences.Config) {}, who...)
}

func openWith(t *testing.T, lang string, with func(*preferences.Config), who ...signin.Identity) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Lang: lang})}
	t.Cleanup(o.Window.Close)
	chosen, told := settings.Open(filepath.Join(t.TempDir(), "settings.json"), nil)
	if told != nil {
		t.Fatal(told)
	}
	o.settings = chosen
	o.Store.PutAccounts(viewtest.Ref.Identity, []access.Summary{
		{Ref: viewtest.Ref, Name: "Boulangerie Chez Marcel", Role: access.Owner}, {Ref: other, Name: "Garage Lavoie", Role: access.Member},
	})
	note := func(what string) func(string) { return func(id string) { o.did = append(o.did, what+" "+id) } }
	cfg := preferences.Config{
		Settings: chosen, Store: o.Store, SignIns: signIns(who), Files: preferences.Files{Folder: "/home/marie/.config/Concierge", Version: "1.2.3"},
		Go: preferences.Go{SignOut: note("sign out"), SignInAgain: note("sign in again"), TryKeyring: note("keyring"), AddIdentity: func() { o.did = append(o.did, "add") }, Lock: func() { o.did = append(o.did, "lock") },
			SeeUpdate: func() { o.did = append(o.did, "see") }},
	}
	with(&cfg)
	o.page = preferences.New(o.Env, viewtest.Ref, cfg)
	t.Cleanup(func() {
		o.page.Close()
		if err := chosen.Close(); err != nil {
			t.Error(err)
		}
	})
	o.Open(o.page)
	return o
}

func (o *opened) sees(t *testing.T, want ...string) {
	t.Helper()
	for _, s := range want {
		if !o.Sees(s) {
			t.Errorf("does not say %q; it says:\n%s", s, strings.Join(o.Texts(), "\n"))
		}
	}
}

func TestLookLanguageAndSizeHoldAsSoonAsTheyAreChosen(t *testing.T) {
	o := open(t, "fr")
	o.page.Focus()
	o.Press(fyne.KeyRight)
	if got := o.settings.Language(); got != "fr" {
		t.Errorf("language %q after one step right of the system's", got)
	}
	o.Window.Canvas().FocusNext()
	o.Press(fyne.KeyEnd)
	if got := o.settings.Theme(); got != settings.Dark {
		t.Errorf("theme %q", got)
	}
	o.Window.Canvas().FocusNext()
	o.Press(fyne.KeyRight, fyne.KeyRight)
	if got := o.settings.TextSize(); got != 130 {
		t.Errorf("text size %d", got)
	}
	o.Window.Canvas().FocusNext()
	o.Press(fyne.KeyRight, fyne.KeyRight)
	if got := o.settings.LockAfter(); got != 15*time.Minute {
		t.Errorf("locks after %v", got)
	}
	o.sees(t, "C'est un écran posé devant vos comptes, pas un coffre.")
	o.Tap(t, "Verrouiller maintenant")
	if !slices.Equal(o.did, []string{"lock"}) {
		t.Errorf("did %q", o.did)
	}
}

func TestWhatIsToldOfOutsideOfTheWindowIsChosenKindByKind(t *testing.T) {
	o := open(t, "fr")
	o.sees(t, "Changements faits ailleurs", "Une personne de plus peut se connecter à un compte.")
	o.Tap(t, "Nouvel utilisateur")
	o.Tap(t, "Nouveau destinataire des courriels Domaines")
	if o.settings.Notifies("new-user") || !o.settings.Notifies("domain-recipient") || !o.settings.Notifies("wider-rights") {
		t.Error("what was ticked is not what holds")
	}
	o.settings.SetNotifies("new-user", true) // in another window
	o.page.Update(context.Background())
	if !o.Check(t, "Nouvel utilisateur").Checked() {
		t.Error("what another window chose is not shown")
	}
}

func TestALargerTextKeepsTheFocusAndCutsNothing(t *testing.T) {
	o := open(t, "fr", signin.Identity{ID: "a", Name: "Marie", Email: "marie@chezmarcel.example", HostName: "Hébergement Exemple"})
	o.Window.Canvas().FocusNext()
	o.Window.Canvas().FocusNext()
	before := o.Focused()
	test.ApplyTheme(t, kit.NewTheme(kit.Dark, 1.5))
	o.page.Update(context.Background())
	if o.Focused() != before {
		t.Errorf("the focus went from %q to %q", before, o.Focused())
	}
}

func TestAccountsAreMarkedAndUnmarked(t *testing.T) {
	o := open(t, "en")
	o.sees(t, "No account is marked yet.")
	o.settings.SetAlias(other, "Le garage")
	o.page.Update(context.Background())
	o.sees(t, "Le garage", "Garage Lavoie")

	o.Tap(t, "Add Boulangerie Chez Marcel to favourites")
	if !o.settings.Favourite(viewtest.Ref) {
		t.Error("the open account is no favourite")
	}
	texts := o.Texts()
	if slices.Index(texts, "Boulangerie Chez Marcel") > slices.Index(texts, "Le garage") {
		t.Errorf("favourites do not come first: %q", texts)
	}

	o.settings.SetFavourite(viewtest.Ref, false)
	o.page.Update(context.Background())
	o.Window.Canvas().Focus(o.Button(t, "Remove"))
	o.Tap(t, "Remove")
	if o.settings.Alias(other) != "" || o.Sees("Le garage") {
		t.Error("the alias stays")
	}
	if o.Focused() == "" {
		t.Error("nothing has the focus once the row is gone")
	}
}

func TestAnAccountIsRenamedFromItsRow(t *testing.T) {
	o := open(t, "en")
	o.settings.SetFavourite(other, true)
	o.page.Update(context.Background())
	o.Tap(t, "Edit")
	o.Type("Le garage du coin")
	o.Press(fyne.KeyReturn)
	if got := o.settings.Alias(other); got != "Le garage du coin" {
		t.Errorf("alias %q", got)
	}
	o.sees(t, "Le garage du coin")
}

func TestEachSignInSaysHowItIsKeptAndWhatToDo(t *testing.T) {
	kept := signin.Identity{ID: "a", Name: "Marie", Email: "marie@chezmarcel.example", HostName: "Hébergement Exemple", Sample: true}
	session := signin.Identity{ID: "b", Name: "Bea", Email: "b@x.example", HostName: "Nuage", SessionOnly: true, Trouble: &trouble.Trouble{Kind: trouble.KeyringMissing}}
	locked := signin.Identity{ID: "c", Name: "Cam", Email: "c@x.example", HostName: "Nuage", Trouble: &trouble.Trouble{Kind: trouble.KeyringLocked}}
	ended := signin.Identity{ID: "d", Name: "Dan", Email: "d@x.example", HostName: "Nuage", Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}}
	for _, c := range []struct {
		name  string
		who   signin.Identity
		state string
		does  map[string]string
	}{
		{"kept", kept, "Kept in the keyring", map[string]string{"Sign out": "sign out a"}},
		{"for this session", session, "Until you quit", map[string]string{"Sign out": "sign out b", "Try the keyring again": "keyring b"}},
		{"waiting for the keyring", locked, "Waiting for the keyring", map[string]string{"Try the keyring again": "keyring c", "Sign in again": "sign in again c"}},
		{"ended", ended, "Sign in again", map[string]string{"Sign in again": "sign in again d"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := open(t, "en", c.who)
			o.sees(t, c.state, c.who.Email)
			for label, want := range c.does {
				o.did = nil
				o.Tap(t, label)
				if !slices.Equal(o.did, []string{want}) {
					t.Errorf("%q did %q, want %q", label, o.did, want)
				}
			}
			if c.does["Try the keyring again"] == "" && o.Sees("Try the keyring again") {
				t.Error("offers the keyring that is not what is missing")
			}
		})
	}
}

func TestWhereTheFilesAreCanBeCopied(t *testing.T) {
	o := open(t, "en")
	o.sees(t, "/home/marie/.config/Concierge", "Concierge 1.2.3")
	o.Tap(t, "Copy the path")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "/home/marie/.config/Concierge" {
		t.Errorf("copied %q", got)
	}
}
