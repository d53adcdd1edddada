package say

import (
	"slices"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
)

func TestWhatAnEditWantsIsListedAndNothingElse(t *testing.T) {
	tests := []struct {
		name string
		c    change.Change
		want []string
	}{
		{"texts, an address as one, and mail", change.Change{Kind: change.EditContact,
			Before: change.Values{Fields: map[string]string{"phone": "+15815550133", "line1": "1, rue A", "city": "Laval", "company": "A"}, Mail: map[access.MailCategory]bool{"invoice": true}},
			After: change.Values{Fields: map[string]string{"phone": "+14185550142", "line1": "2, rue B", "city": "Lévis", "company": ""},
				Mail: map[access.MailCategory]bool{"invoice": false, "domain": true}}},
			[]string{"Adresse~: 2, rue B, Lévis", "Entreprise~: rien", "Téléphone~: +1 418-555-0142", "Reçoit~: Domaines", "Ne reçoit plus~: Facturation"}},
		{"what it does not concern is not said to become nothing", change.Change{Kind: change.EditContact,
			Before: change.Values{Fields: map[string]string{"phone": "1"}, Permissions: []access.Permission{access.Invoices}, Mail: map[access.MailCategory]bool{"invoice": true}},
			After:  change.Values{Mail: map[access.MailCategory]bool{"domain": true}}}, []string{"Reçoit~: Domaines"}},
		{"permissions", change.Change{Kind: change.SetPermissions, Before: change.OfRights([]access.Permission{access.Invoices}, time.Time{}, ""),
			After: change.OfRights([]access.Permission{access.Tickets}, time.Date(2027, 4, 30, 12, 0, 0, 0, time.Local), "")},
			[]string{"Date de fin~: 30~avril 2027", "Ajoute~: billets de soutien", "Retire~: factures"}},
		{"a removal wants nothing more", change.Change{Kind: change.Revoke, Before: change.OfRights([]access.Permission{access.Invoices}, time.Time{}, "")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			for _, s := range tt.want {
				want = append(want, nb(s))
			}
			if got := Wanted(fr, tt.c, host()); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestWhatBecomesOfWhatWaits(t *testing.T) {
	now := time.Date(2026, 11, 18, 14, 2, 0, 0, time.Local)
	lost := &trouble.Trouble{Kind: trouble.OutcomeUnknown}
	away := &trouble.Trouble{Kind: trouble.Unreachable}
	edit := change.Values{Fields: map[string]string{"phone": "2"}}
	tests := []struct {
		name, key string
		c         change.Change
	}{
		{"leaves by itself", "say.next_itself", change.Change{Kind: change.EditContact, State: change.Draft, Trouble: away, After: edit}},
		{"waits for the person", "say.next_you", change.Change{Kind: change.Revoke, State: change.Draft, Trouble: away}},
		{"waits for a code", "say.next_proof", change.Change{Kind: change.EditContact, State: change.Draft, Trouble: &trouble.Trouble{Kind: trouble.ProofNeeded}}},
		{"not known, and safe to send again", "say.next_unknown", change.Change{Kind: change.AddContact, State: change.Refused, Trouble: lost, At: now.AddDate(0, 0, -2)}},
		{"not known for so long that the host may have forgotten", "say.next_check", change.Change{Kind: change.AddContact, State: change.Refused, Trouble: lost, At: now.AddDate(0, 0, -8)}},
		{"not known for long, but a tag tells", "say.next_unknown", change.Change{Kind: change.EditContact, State: change.Refused, Trouble: lost, At: now.AddDate(0, 0, -8)}},
		{"to be decided", "say.next_conflict", change.Change{Kind: change.EditContact, State: change.Conflicting, Conflict: &change.Conflict{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := Next(fr, now, tt.c, "Hébergement"), fr.T(tt.key, "TheHost", "Hébergement"); got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
	if got := Next(fr, now, change.Change{Kind: change.EditContact, State: change.Refused, Trouble: &trouble.Trouble{Kind: trouble.LastDomain}}, "H"); got != "" {
		t.Errorf("a refusal says it all: %q", got)
	}
}
