package say

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/assets/locales"
)

var (
	fr  = locales.For("fr")
	en  = locales.For("en")
	now = time.Date(2026, 11, 18, 14, 2, 0, 0, time.Local)
)

// nb writes texts with ~ for a no-break space.
func nb(s string) string { return strings.ReplaceAll(s, "~", "\u00a0") }

// whole fails when a text is missing, empty or has a hole.
func whole(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if s == "" || strings.Contains(s, "⟦") || strings.Contains(s, "<no value>") || strings.Contains(s, "  ") {
			t.Errorf("not whole: %q", s)
		}
	}
}

// constants reads the values of the constants of a type from a Go file, so that a new one cannot be forgotten here.
func constants(t *testing.T, file, typ string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); ok && id.Name == typ && len(v.Values) == 1 {
			s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return true
	})
	if len(out) == 0 {
		t.Fatalf("no constants of %s in %s", typ, file)
	}
	return out
}

func host() access.Host {
	h := access.Host{Name: "Hébergement Exemple"}
	for _, k := range []string{"profile", "contacts", "products", "manageproducts", "productsso", "domains", "managedomains", "invoices", "quotes", "tickets", "affiliates", "emails", "orders"} {
		h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: k})
	}
	h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: "backups", Title: access.Text{"fr": "Gérer les sauvegardes", "en": "Manage backups"}})
	for _, k := range []string{"general", "invoice", "support", "product", "domain"} {
		h.MailCategories = append(h.MailCategories, access.CatalogueEntry{Key: k})
	}
	return h
}

func TestActivity(t *testing.T) {
	for _, c := range []struct {
		name string
		w    *locales.Words
		a    access.Activity
		want string
	}{
		{"an invitation names the preset", fr, access.Activity{Actor: "Marie", Action: "user.invited", Target: "noe@studio.example", Permissions: access.PresetDeveloper.Of(host().Permissions)}, "Marie a invité noe@studio.example (Développeur web)"},
		{"an invitation that may not have left", fr, access.Activity{Actor: "Marie", Action: "user.invited", Target: "noe@studio.example", Permissions: []access.Permission{"emails"}, Unconfirmed: true}, "Marie a invité noe@studio.example (1 autorisation) · envoi non confirmé"},
		{"what may not be done", en, access.Activity{Actor: "Marie", Action: "contact.changed", Target: "Sam", Unconfirmed: true}, "Marie changed the contact Sam · not confirmed"},
		{"an invitation accepted with another address", en, access.Activity{Actor: "Noé", ActorEmail: "noe@home.example", Action: "invitation.accepted", Target: "noe@studio.example"}, "noe@home.example accepted the invitation sent to noe@studio.example"},
		{"an accepted invitation", en, access.Activity{Actor: "Noé", Action: "invitation.accepted", Target: "noe@studio.example", Permissions: []access.Permission{"emails"}}, "noe@studio.example accepted the invitation (1 permission)"},
		{"changed fields, an address once", fr, access.Activity{Actor: "Marie", Action: "account.changed", Fields: []string{"email", "address.city", "line1", "secretThing"}}, "Marie a modifié les infos du compte (courriel et adresse)"},
		{"the host itself", fr, access.Activity{Action: "user.accessEnded", Target: "Sam Gagnon"}, "L'accès de Sam Gagnon a pris fin à la date prévue"},
		{"the host itself acts", en, access.Activity{Action: "contact.deleted", Target: "Sam"}, "Hébergement Exemple deleted the contact Sam"},
		{"a note is told as the host wrote it", fr, access.Activity{Action: "note", Text: "Carte mise à jour"}, "Carte mise à jour"},
		{"an action of a newer host, with text", fr, access.Activity{Actor: "Marie", Action: "backup.made", Text: "Sauvegarde faite"}, "Sauvegarde faite"},
		{"an action of a newer host, without", fr, access.Activity{Actor: "Marie", Action: "backup.made"}, "Marie a fait un changement que cette version ne sait pas décrire"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Activity(c.w, host(), c.a); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, w := range []*locales.Words{fr, en} {
		for _, a := range []string{"user.invited", "invitation.accepted", "invitation.changed", "invitation.resent", "invitation.cancelled", "user.permissions", "user.removed", "user.accessEnded", "contact.added", "contact.changed", "contact.deleted", "account.changed", "signedIn"} {
			unknown := Activity(w, host(), access.Activity{Actor: "Marie", Action: "x"})
			if got := Activity(w, host(), access.Activity{Actor: "Marie", Action: a, Target: "Sam"}); got == unknown {
				t.Errorf("%s has no words in %s", a, w.Lang())
			} else {
				whole(t, got)
			}
		}
	}
}

func TestExpiry(t *testing.T) {
	for _, c := range []struct {
		name   string
		at     time.Time
		fr, en string
	}{
		{"in two days", now.AddDate(0, 0, 2), "expire dans 2 jours", "expires in 2 days"},
		{"in a minute", now.Add(time.Minute), "expire aujourd'hui à 14~h~03", "expires today at 2:03~PM"},
		{"after midnight", time.Date(2026, 11, 19, 0, 5, 0, 0, time.Local), "expire demain à 0~h~05", "expires tomorrow at 12:05~AM"},
		{"at this moment", now, "expirée depuis aujourd'hui", "expired today"},
		{"yesterday", now.AddDate(0, 0, -1), "expirée depuis hier", "expired yesterday"},
		{"five days ago", now.AddDate(0, 0, -5), "expirée depuis 5 jours", "expired 5 days ago"},
		{"not told", time.Time{}, "date d'expiration inconnue", "expiry not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := access.Invitation{ExpiresAt: c.at}
			if got := Expiry(fr, now, i); spaces(got) != spaces(nb(c.fr)) {
				t.Errorf("got %q", got)
			}
			if got := Expiry(en, now, i); spaces(got) != spaces(nb(c.en)) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// spaces makes every kind of space plain: which ones dates and times have is decided where they are made.
func spaces(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestAccessLine(t *testing.T) {
	set := []access.Permission{"emails", "invoices", "quotes"}
	april := time.Date(2027, 4, 30, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		name, reason string
		at           time.Time
		want         string
	}{
		{"with an end and a reason", "impôts 2026", april, "Comptable · jusqu'au 30 avril 2027 · «~impôts 2026~»"},
		{"without an end", "", time.Time{}, "Comptable"},
		{"whose end has passed", "", now.AddDate(0, 0, -1), "Comptable · devait prendre fin le 17 novembre 2026"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := AccessLine(fr, host(), now, set, c.at, c.reason); spaces(got) != spaces(nb(c.want)) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestEndsAndRemindersSayWhatIsKnown(t *testing.T) {
	s := access.Snapshot{Me: access.Membership{UserID: "u1"}, Users: []access.User{{ID: "u2", FirstName: "Ève", LastName: "Roy"}}}
	for _, c := range []struct {
		at           time.Time
		ends, ending string // in French
		own          string // in English
	}{
		{now.AddDate(0, 1, 0), "jusqu'au 18 décembre 2026", "L'accès d'Ève Roy prend fin dans 4 semaines, le 18 décembre 2026", "Your access ends in 4 weeks, on December 18, 2026"},
		{now.AddDate(0, 0, 2), "jusqu'au 20 novembre 2026", "L'accès d'Ève Roy prend fin dans 2 jours, le 20 novembre 2026", "Your access ends in 2 days, on November 20, 2026"},
		{now.AddDate(0, 0, 1), "prend fin demain", "L'accès d'Ève Roy prend fin demain à 14 h 02", "Your access ends tomorrow at 2:02 PM"},
		{now.Add(time.Minute), "prend fin aujourd'hui à 14 h 03", "L'accès d'Ève Roy prend fin aujourd'hui à 14 h 03", "Your access ends today at 2:03 PM"},
		{now, "devait prendre fin le 18 novembre 2026", "L'accès d'Ève Roy devait prendre fin le 18 novembre 2026", "Your access was to end on November 18, 2026"},
	} {
		if got := spaces(Ends(fr, now, c.at)); got != c.ends {
			t.Errorf("ends: %q, want %q", got, c.ends)
		}
		if got := spaces(Reminder(fr, s, now, access.Reminder{UserID: "u2", EndsAt: c.at})); got != c.ending {
			t.Errorf("reminder: %q, want %q", got, c.ending)
		}
		if got := spaces(Reminder(en, s, now, access.Reminder{UserID: "u1", EndsAt: c.at})); got != c.own {
			t.Errorf("own: %q, want %q", got, c.own)
		}
	}
	if got := spaces(Reminder(fr, s, now, access.Reminder{UserID: "u9", EndsAt: now.AddDate(0, 0, 1)})); got != "L'accès d'une personne prend fin demain à 14 h 02" {
		t.Errorf("somebody unknown: %q", got)
	}
}

func TestInviteTextIsInTheLanguageOfTheInvited(t *testing.T) {
	i := access.Invitation{
		Email: "noe@studio.example", InvitedBy: "Marie Tremblay", Permissions: []access.Permission{"domains", "tickets"},
		ExpiresAt: time.Date(2026, 11, 25, 14, 2, 0, 0, time.Local), EndsAt: time.Date(2027, 4, 30, 12, 0, 0, 0, time.Local), AcceptURL: "https://h.example/accept/1",
	}
	h := host()
	h.Features.InvitedOnly.Available = true
	want := "Hello,\n\nMarie Tremblay invites you to sign in to the account Chez Marcel at Hébergement Exemple.\nYou will be able to view domains and open tickets.\nThis access ends on April 30, 2027.\n\n" +
		"To accept, open this link and sign in with the address noe@studio.example. No other address will work.\nhttps://h.example/accept/1\nThe invitation is valid until November 25, 2026 at 2:02 PM.\n"
	if got := spaces(InviteText("en", h, "Chez Marcel", i)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	i = access.Invitation{Email: "noe@studio.example"}
	want = "Bonjour,\n\nLe propriétaire du compte vous invite à vous connecter au compte Chez Marcel chez Hébergement Exemple.\nLes autorisations vous seront attribuées plus tard.\n\n" +
		"Pour accepter, suivez le lien du courriel envoyé à noe@studio.example. Aucune autre adresse ne fonctionnera.\n"
	if got := InviteText("fr-CA", h, "Chez Marcel", i); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	h.Features.InvitedOnly = access.Feature{}
	if got := InviteText("fr", h, "Chez Marcel", i); strings.Contains(got, "autre adresse") || !strings.Contains(got, "envoyé à noe@studio.example.") {
		t.Errorf("where any address will do: %s", got)
	}
}

func TestFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		places []access.Place
		want   string
	}{
		{"the same everywhere", []access.Place{{Contact: true}, {Contact: true}, {Contact: true, Main: true}}, "contact dans 3 comptes"},
		{"once", []access.Place{{User: true, Contact: true}}, "utilisateur dans un compte"},
		{"not the same everywhere", []access.Place{{Owner: true, User: true}, {User: true}}, "dans 2 comptes"},
		{"invited", []access.Place{{Invited: true}}, "invitation dans un compte"},
		{"nowhere", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Found(fr, access.PersonHit{Places: c.places}); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestFrenchPunctuationHasNoBreakSpaces(t *testing.T) {
	for _, room := range []string{"say", "access", "trouble", "checkup"} {
		b, err := os.ReadFile("../../assets/locales/" + room + ".fr.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{" :", "« ", " »", " ;", "\u00a0;", " ?", "!"} {
			for line := range strings.Lines(string(b)) {
				if _, text, _ := strings.Cut(line, ": \""); strings.Contains(text, bad) {
					t.Errorf("%s: %q in %s", room, bad, line)
				}
			}
		}
	}
}

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	for _, room := range []string{"say", "access", "trouble", "checkup"} {
		keys := func(lang string) []string {
			b, err := os.ReadFile("../../assets/locales/" + room + "." + lang + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var m map[string]any
			if err := json.Unmarshal(b, &m); err != nil {
				t.Fatal(err)
			}
			return slices.Sorted(maps.Keys(m))
		}
		if f, e := keys("fr"), keys("en"); !slices.Equal(f, e) {
			t.Errorf("%s: French has %d texts, English %d", room, len(f), len(e))
		}
	}
}
