package people

import (
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/locales"
	"concierge/views/viewtest"
)

func sample() facts {
	return facts{snapshot: viewtest.Snapshot(), host: viewtest.Host(), now: viewtest.Now}
}

// line is a row as one reads it.
func line(r row) string {
	out := []string{r.name, r.sub}
	for _, p := range r.access {
		out = append(out, "["+p.Text+"]")
	}
	if r.accessNote != "" {
		out = append(out, r.accessNote)
	}
	out = append(out, strings.Join(r.mail, "+")+r.mailNote)
	return strings.ReplaceAll(strings.Join(out, " | "), "\u00a0", " ")
}

func TestEachPersonIsOneLine(t *testing.T) {
	got := arrange(rows(locales.For("fr"), sample()), All, "", order{})
	want := []string{
		"Marie Tremblay | marie@chezmarcel.example | [Propriétaire] | 2FA · aujourd'hui | Facturation+Domaines",
		"Léa Dubois | lea@studio.example | [Développeur web] | [sans 2FA] | il y a 12 jours | Ne reçoit aucun courriel",
		"Sam Gagnon | sam@cabinet.example | [Comptable] | 2FA · jusqu'au 30 avril 2027 | Facturation",
		"noe@studio.example | Invitation envoyée il y a 5 jours | [Invité · expire dans 2 jours] | —",
		"Comptes à payer | factures@chezmarcel.example | Ne peut pas se connecter | Facturation",
		"Soutien TI | ti@chezmarcel.example | Ne peut pas se connecter | Général+Soutien+Produits",
		"Boulangerie Chez Marcel | info@chezmarcel.example | Adresse principale du compte | Général",
	}
	for i, w := range want {
		if i >= len(got) || line(got[i]) != w {
			t.Errorf("line %d is\n%q, want\n%q", i, line(got[min(i, len(got)-1)]), w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

func TestWhatTheHostCannotTellIsNotSaid(t *testing.T) {
	f := sample()
	f.host.Features.LastSignIn, f.host.Features.TwoFactor = access.Feature{}, access.Feature{}
	for _, r := range rows(locales.For("fr"), f) {
		if s := line(r); strings.Contains(s, "2FA") || strings.Contains(s, "aujourd'hui") || strings.Contains(s, "12 jours") {
			t.Errorf("said although unknown: %q", s)
		}
	}
}

func TestTheFilterFindsWithoutAccentsOrCaseAndAllWordsMustMatch(t *testing.T) {
	all := rows(locales.For("fr"), sample())
	for filter, want := range map[string][]string{
		"LEA":                {"Léa Dubois"},
		"a payer":            {"Comptes à payer"},
		"studio":             {"Léa Dubois", "noe@studio.example"},
		"studio dévelop":     {"Léa Dubois"},
		"facturation":        {"Marie Tremblay", "Sam Gagnon", "Comptes à payer"},
		"sans 2fa":           {"Léa Dubois"},
		"cabinet.example":    {"Sam Gagnon"},
		"personne de ce nom": nil,
	} {
		var got []string
		for _, r := range arrange(all, All, filter, order{}) {
			got = append(got, r.name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", filter, got, want)
		}
	}
}

func TestSegmentsShowAndCountWhatTheyName(t *testing.T) {
	all := rows(locales.For("fr"), sample())
	n := counts(all)
	for s, want := range map[Segment]int{All: 7, Users: 3, Contacts: 4, Invitations: 1} {
		if n[s] != want || len(arrange(all, s, "", order{})) != want {
			t.Errorf("segment %d counts %d and shows %d, want %d", s, n[s], len(arrange(all, s, "", order{})), want)
		}
	}
}

func TestTheListIsSortedByAColumnInBothDirections(t *testing.T) {
	all := rows(locales.For("fr"), sample())
	for name, c := range map[string]struct {
		o           order
		first, last string
	}{
		"by name":               {order{by: byPerson}, "Boulangerie Chez Marcel", "Soutien TI"},
		"by name, down":         {order{by: byPerson, down: true}, "Soutien TI", "Boulangerie Chez Marcel"},
		"by access":             {order{by: bySignIn}, "Marie Tremblay", "Boulangerie Chez Marcel"},
		"by access, down":       {order{by: bySignIn, down: true}, "Boulangerie Chez Marcel", "Marie Tremblay"},
		"most mail first":       {order{by: byMail}, "Soutien TI", "noe@studio.example"},
		"most mail first, down": {order{by: byMail, down: true}, "Léa Dubois", "Soutien TI"},
	} {
		got := arrange(all, All, "", c.o)
		first, last := got[0].name, got[len(got)-1].name
		if first != c.first || last != c.last {
			t.Errorf("%s: from %q to %q, want from %q to %q", name, first, last, c.first, c.last)
		}
	}
}

func TestARemovalUnderWayIsNotShownAsDone(t *testing.T) {
	f := sample()
	f.changes = []change.Change{
		{Kind: change.Revoke, Target: "u2", State: change.Waiting}, {Kind: change.CancelInvitation, Target: "i1", State: change.Sending},
		{Kind: change.Revoke, Target: "u3", State: change.Refused},
	}
	got := map[string]string{}
	for _, r := range rows(locales.For("fr"), f) {
		got[r.name] = line(r)
	}
	for name, want := range map[string]string{"Sam Gagnon": "[Révocation en attente]", "noe@studio.example": "[Envoi…]", "Léa Dubois": "[Développeur web]"} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s: %q, want %s in it", name, got[name], want)
		}
	}
}

func TestOtherAccountsAreCountedOnceByHostAndAddress(t *testing.T) {
	account := func(identity, id string, emails ...string) access.Snapshot {
		s := access.Snapshot{Ref: access.Ref{Identity: identity, Account: id}}
		for _, e := range emails {
			s.Users = append(s.Users, access.User{Email: e})
		}
		return s
	}
	here := access.Ref{Identity: "i", Account: "here"}
	mail := access.Snapshot{Ref: access.Ref{Identity: "i", Account: "c"}, Contacts: []access.Contact{{Email: "sam@x.example"}, {Email: " SAM@x.example"}}}
	got := elsewhere([]access.Snapshot{
		account("i", "here", "sam@x.example"), account("i", "a", "Sam@X.example", "lea@x.example"), account("j", "a", "sam@x.example"),
		account("k", "a", "sam@x.example"), mail, account("j", "here", "sam@x.example"),
	}, here, func(identity string) (host, email string) {
		return map[string]string{"i": "one", "j": "one", "k": "two"}[identity], "Marie@x.example"
	})
	// At host one: a (reached twice, here too) and c; at host two: a. Whoever reaches them is in each.
	if got["sam@x.example"] != 3 || got["lea@x.example"] != 1 || got["marie@x.example"] != 3 {
		t.Errorf("%v, want 3, 1 and 3", got)
	}
}

func TestAnEndIsSaidAsWhatIsKnownOfIt(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, said time.Duration
		want     string
	}{
		{"in a while", 40 * 24 * time.Hour, 0, "[Comptable] | 2FA · jusqu'au 28 décembre 2026"},
		{"tomorrow", 24 * time.Hour, 0, "[Comptable] | [prend fin demain]"},
		{"today", time.Hour, 0, "[Comptable] | [prend fin aujourd'hui]"},
		{"passed a moment ago", -time.Minute, 0, "[Comptable] | fin prévue aujourd'hui"},
		{"passed since the host was heard of", -48 * time.Hour, -72 * time.Hour, "[Comptable] | fin prévue il y a 2 jours"},
		{"passed, and the host still lists it", -48 * time.Hour, 0, "[Comptable] | [En retard] | fin prévue il y a 2 jours"},
	} {
		f := sample()
		f.said = f.now.Add(c.said)
		f.snapshot.Users = slices.Clone(f.snapshot.Users)
		f.snapshot.Users[1].EndsAt = f.now.Add(c.in)
		for _, r := range rows(locales.For("fr"), f) {
			if r.name == "Sam Gagnon" && !strings.Contains(line(r), "sam@cabinet.example | "+c.want+" | ") {
				t.Errorf("%s: %s", c.name, line(r))
			}
		}
	}
}
