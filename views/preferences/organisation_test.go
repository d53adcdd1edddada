package preferences_test

import (
	"context"
	"testing"
	"time"

	"concierge/app/policy"
	"concierge/app/trouble"
	"concierge/app/update"
	"concierge/views/preferences"

	"fyne.io/fyne/v2"
)

// updates is a publisher who says what there is.
type updates struct {
	version string
	asked   time.Time
}

func (u updates) Found() (update.Manifest, bool) {
	return update.Manifest{Version: u.version}, u.version != ""
}
func (u updates) Asked() time.Time { return u.asked }

func with(set policy.Policy, u preferences.Updates) func(*preferences.Config) {
	return func(cfg *preferences.Config) { cfg.Policy, cfg.Updates = set, u }
}

func TestWhatTheOrganisationHasSetIsSaidAndCannotBeChanged(t *testing.T) {
	o := openWith(t, "fr", with(policy.Policy{Path: "/etc/concierge/policy.json", Host: "clients.example", HostLocked: true, LockWithin: 5 * time.Minute, NoUpdateCheck: true, NoDiagnostics: true}, updates{}))
	o.sees(t, "Fixé par votre organisation", "La connexion se fait seulement à clients.example", "Le verrouillage se fait après 5 minutes au plus",
		"Les nouvelles versions ne sont pas cherchées", "Aucun fichier de diagnostic n'est enregistré", "Fichier : /etc/concierge/policy.json", "Fixé par votre organisation : 5 minutes au plus.")
	look := o.Check(t, "Chercher une nouvelle version une fois par jour")
	if !look.Disabled() || look.Checked() {
		t.Error("new versions can be looked for")
	}
	o.Tap(t, "Chercher une nouvelle version une fois par jour")
	if !o.settings.LooksForUpdates() {
		t.Error("a control that is taken over changes something")
	}
	if o.Sees("Jamais") || o.Sees("15 minutes") {
		t.Error("offers to lock later than is set")
	}
}

func TestOfTheTimesToLockThoseThatAreAllowedCanBeChosen(t *testing.T) {
	o := openWith(t, "en", with(policy.Policy{Path: "p", LockWithin: 20 * time.Minute}, nil))
	o.sees(t, "5 minutes", "15 minutes", "20 minutes")
	if o.Sees("Never") || o.Sees("60 minutes") {
		t.Error("offers to lock later than is set")
	}
	o.page.Focus()
	for range 3 {
		o.Window.Canvas().FocusNext()
	}
	o.Press(fyne.KeyHome)
	if got := o.settings.LockAfter(); got != 5*time.Minute {
		t.Errorf("locks after %v", got)
	}
}

func TestAPolicyThatIsNotUnderstoodIsTold(t *testing.T) {
	p := policy.Policy{Path: "/etc/concierge/policy.json", HostLocked: true, LockWithin: policy.Strictest, NoUpdateCheck: true,
		Trouble: &trouble.Trouble{Kind: trouble.PolicyUnread, Path: "/etc/concierge/policy.json"}}
	o := openWith(t, "en", with(p, nil))
	o.sees(t, "No new sign-in is possible", "The window locks after 5 minutes at most")
	if o.Sees("New versions") || o.Sees("New versions are not looked for") {
		t.Error("speaks of versions in a build that looks for none")
	}
}

func TestWithoutAPolicyNothingIsSaidOfOne(t *testing.T) {
	if o := openWith(t, "en", with(policy.Policy{Path: "p"}, nil)); o.Sees("Set by your organisation") || o.Sees("New versions") {
		t.Error("speaks of what there is not")
	}
}

func TestLookingForNewVersionsIsChosenAndItsStateSaid(t *testing.T) {
	o := openWith(t, "en", with(policy.Policy{}, updates{}))
	o.sees(t, "New versions", "Not checked yet.")
	o.Tap(t, "Look for a new version once a day")
	if o.settings.LooksForUpdates() {
		t.Error("still looks")
	}
	o.settings.SetLooksForUpdates(true) // in another window
	o.page.Update(context.Background())
	if !o.Check(t, "Look for a new version once a day").Checked() {
		t.Error("what another window chose is not shown")
	}
	o = openWith(t, "en", with(policy.Policy{}, updates{version: "2.0.0", asked: o.Env.Now()}))
	o.Tap(t, "See what is new")
	if len(o.did) != 1 || o.did[0] != "see" {
		t.Errorf("did %q", o.did)
	}
}
