package places

import (
	"slices"
	"strings"
	"testing"

	"concierge/app/access"
)

func TestCountriesAreInThePersonsLanguageWithTheUsualOnesFirst(t *testing.T) {
	for lang, want := range map[string][]string{
		"fr": {"Canada", "États-Unis", "France", "Afghanistan", "Afrique du Sud", "Albanie"},
		"en": {"Canada", "United States", "France", "Afghanistan", "Åland Islands", "Albania"},
	} {
		list := Countries(lang)
		var names []string
		seen := map[string]bool{}
		for _, c := range list {
			names = append(names, c.Name)
			if seen[c.Code] || len(c.Code) != 2 || c.Name == "" || c.Name == c.Code {
				t.Errorf("%s: %+v", lang, c)
			}
			seen[c.Code] = true
		}
		if !slices.Equal(names[:len(want)], want) {
			t.Errorf("%s begins with %q", lang, names[:len(want)])
		}
		if !slices.IsSortedFunc(names[3:], func(a, b string) int { return strings.Compare(access.Fold(a), access.Fold(b)) }) {
			t.Errorf("%s is not in order", lang)
		}
		if len(list) < 240 || len(list) > 255 || seen["UN"] || seen["SU"] || !seen["XK"] {
			t.Errorf("%s has %d countries", lang, len(list))
		}
	}
	if got := CountryName("fr", "MK"); got != "Macédoine du Nord" {
		t.Errorf("MK is %q", got)
	}
	if got := CountryName("fr", "ZZ"); got != "ZZ" {
		t.Errorf("an unknown country is %q, not its code", got)
	}
}

func TestALanguageIsCalledAsThoseWhoSpeakItCallIt(t *testing.T) {
	for tag, want := range map[string]string{"fr": "Français", "en": "English", "es": "Español", "fr-CA": "Français canadien", "tlh": "tlh", "no language": "no language"} {
		if got := LanguageName(tag); got != want {
			t.Errorf("%s is %q, want %q", tag, got, want)
		}
	}
}

func TestAnAddressInOneLineLeavesOutWhatIsEmpty(t *testing.T) {
	got := Address("fr", access.Address{Line1: "1, rue du Four", City: "Québec", Country: "CA"})
	if got != "1, rue du Four, Québec, Canada" {
		t.Errorf("got %q", got)
	}
}
