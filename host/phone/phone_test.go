package phone_test

import (
	"testing"

	"concierge/host/phone"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		about, number, country, want string
		ok                           bool
	}{
		{"as one dials it at home", "514 555-0188", "CA", "+15145550188", true},
		{"with an extension", "(514) 555-0188 ext. 12", "CA", "+15145550188 x12", true},
		{"an international number needs no country", "+44 20 7946 0018", "", "+442079460018", true},
		{"a number of another country than the account's", "+33 1 42 68 53 00", "CA", "+33142685300", true},
		{"too short", "555", "CA", "", false},
		{"words", "call me", "CA", "", false},
		{"no country and no +", "514 555-0188", "", "", false},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got, ok := phone.Canonical(c.number, c.country); got != c.want || ok != c.ok {
				t.Errorf("%q in %q: %q, %v", c.number, c.country, got, ok)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	code, rest, ext, ok := phone.Split("+15145550188 x12")
	if code != "1" || rest != "5145550188" || ext != "x12" || !ok {
		t.Error(code, rest, ext, ok)
	}
	if _, _, _, ok := phone.Split("514 555-0188"); ok {
		t.Error("a number of nowhere was split")
	}
}
