package locales_test

import (
	"testing"

	"concierge/assets/locales"
)

func TestFrenchElidesBeforeANameAndOnlyThere(t *testing.T) {
	fr, en := locales.For("fr"), locales.For("en")
	for _, tc := range []struct {
		name     string
		of       *locales.Words
		key      string
		data     []any
		expected string
	}{
		{"a vowel", fr, "say.change_revoke_done", []any{"Name", "Olivier Roy"}, "L'accès d'Olivier Roy est révoqué."},
		{"a vowel with an accent", fr, "say.change_revoke_done", []any{"Name", "Élise Roy"}, "L'accès d'Élise Roy est révoqué."},
		{"an address", fr, "say.change_revoke_done", []any{"Name", "alice@studio.example"}, "L'accès d'alice@studio.example est révoqué."},
		{"a silent h", fr, "say.change_revoke_done", []any{"Name", "Hélène Roy"}, "L'accès d'Hélène Roy est révoqué."},
		{"an h that may be heard", fr, "say.change_revoke_done", []any{"Name", "Hassan Roy"}, "L'accès de Hassan Roy est révoqué."},
		{"a y that is a vowel", fr, "say.change_revoke_done", []any{"Name", "Yves Roy"}, "L'accès d'Yves Roy est révoqué."},
		{"a y that is none", fr, "say.change_revoke_done", []any{"Name", "Yan Roy"}, "L'accès de Yan Roy est révoqué."},
		{"a consonant", fr, "say.change_revoke_done", []any{"Name", "Sam Gagnon"}, "L'accès de Sam Gagnon est révoqué."},
		{"nothing", fr, "say.change_revoke_done", []any{"Name", ""}, "L'accès de  est révoqué."},
		{"que", fr, "say.next_itself", []any{"TheHost", "Hébergement Exemple"}, "Partira tout seul dès qu'Hébergement Exemple répondra."},
		{"what somebody wrote", fr, "say.with_detail", []any{"Text", "Amis de Olivier", "Detail", "x"}, "Amis de Olivier (x)"},
		{"another language", en, "say.change_revoke_done", []any{"Name", "Olivier Roy"}, "The access of Olivier Roy is revoked."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.of.T(tc.key, tc.data...); got != tc.expected {
				t.Errorf("%q, want %q", got, tc.expected)
			}
		})
	}
}
