package places

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"concierge/assets/phones"

	"github.com/nyaruka/phonenumbers"
)

func TestANumberIsWrittenInGroups(t *testing.T) {
	for _, c := range []struct{ about, number, want string }{
		{"of North America", "+15815550133", "+1 581-555-0133"},
		{"of France", "+33142685300", "+33 1 42 68 53 00"},
		{"of Italy, whose zero is kept", "+390612345678", "+39 06 1234 5678"},
		{"of a ship", "+870773111632", "+870 773 111 632"},
		{"of an island that writes them in one piece", "+24762889", "+247 62889"},
		{"too short for groups", "+15815550", "+1 5815550"},
		{"none", "", ""},
		{"without its country", "418 555-0199", "418 555-0199"},
		{"with words", "+1 poste 12", "+1 poste 12"},
		{"in somebody's own groups", "+1 581 555 0133", "+1 581 555 0133"},
		{"with an extension", "+15815550133 x12", "+15815550133 x12"},
		{"in digits of another script", "+1٥٨١٥٥٥٠١٣٣", "+1٥٨١٥٥٥٠١٣٣"},
		{"of no country", "+21012345678", "+21012345678"},
		{"a sign alone", "+", "+"},
		{"a country alone", "+33", "+33"},
		{"one digit after the country", "+331", "+331"},
		{"longer than any", "+33123456789012345678", "+33123456789012345678"},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got := Phone(c.number); got != c.want {
				t.Errorf("Phone(%q) = %q, want %q", c.number, got, c.want)
			}
		})
	}
}

// The library's own examples, and numbers that differ from them in some digits.
func TestNumbersAreWrittenAsTheLibraryWritesThem(t *testing.T) {
	const variations = 60
	r := rand.New(rand.NewPCG(15815550133, 33142685300))
	digit := func() byte { return byte('0' + r.IntN(10)) }
	valid, seen := 0, map[string]bool{}
	for _, example := range examples(t) {
		code := "+" + strconv.Itoa(int(example.GetCountryCode()))
		for i := range variations {
			national := []byte(phonenumbers.GetNationalSignificantNumber(example))
			if i > 0 {
				for range 1 + r.IntN(len(national)) {
					national[r.IntN(len(national))] = digit()
				}
				switch r.IntN(6) {
				case 0:
					national = append(national, digit())
				case 1:
					national = national[1:]
				}
			}
			number := code + string(national)
			if seen[number] {
				continue
			}
			seen[number] = true
			got := Phone(number)
			if digits := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(got); digits != number {
				t.Errorf("%s has other digits as %s", number, got)
			}
			n, err := phonenumbers.Parse(number, "")
			if err != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.Format(n, phonenumbers.E164) != number {
				continue
			}
			valid++
			if want := phonenumbers.Format(n, phonenumbers.INTERNATIONAL); got != want {
				t.Errorf("%s is %s, the library writes %s", number, got, want)
			}
		}
	}
	if valid < 20_000 {
		t.Errorf("only %d numbers were valid", valid)
	}
}

// examples are those of every country and kind of number.
func examples(t *testing.T) []*phonenumbers.PhoneNumber {
	t.Helper()
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	var found []*phonenumbers.PhoneNumber
	for _, m := range all.GetMetadata() {
		for _, kind := range []*phonenumbers.PhoneNumberDesc{
			m.GetGeneralDesc(), m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(),
			m.GetPersonalNumber(), m.GetVoip(), m.GetPager(), m.GetUan(), m.GetVoicemail(), m.GetNoInternationalDialling(),
		} {
			if kind.GetExampleNumber() == "" {
				continue
			}
			n, err := phonenumbers.Parse("+"+strconv.Itoa(int(m.GetCountryCode()))+kind.GetExampleNumber(), "")
			if err != nil {
				t.Errorf("%s: %s: %v", m.GetId(), kind.GetExampleNumber(), err)
				continue
			}
			found = append(found, n)
		}
	}
	if len(found) < 1000 {
		t.Fatalf("only %d examples", len(found))
	}
	return found
}

func TestEveryCountryThatTheLibraryKnowsIsKnown(t *testing.T) {
	known := phonenumbers.GetSupportedCallingCodes()
	for n := range 1000 {
		if _, ok := phones.Formats(strconv.Itoa(n)); ok != known[n] {
			t.Errorf("+%d: known is %v", n, ok)
		}
	}
	for code := range known { // or Phone would stop at the shorter one
		for other := range known {
			if a, b := strconv.Itoa(code), strconv.Itoa(other); a != b && strings.HasPrefix(b, a) {
				t.Errorf("+%s is the beginning of +%s", a, b)
			}
		}
	}
}
