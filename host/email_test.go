package host_test

import (
	"strings"
	"testing"

	"concierge/host"
)

func TestAnAddressIsAcceptedOnlyWhenMailCanBeSentToIt(t *testing.T) {
	label := strings.Repeat("d", 60)
	for _, c := range []struct {
		name, address, clean string
		ok                   bool
	}{
		{"a plain address", "marie@chezmarcel.example", "marie@chezmarcel.example", true},
		{"blanks around and a domain in capitals", "  Marie@ChezMarcel.Example ", "Marie@chezmarcel.example", true},
		{"a tag and an apostrophe", "o'neil+concierge@mail.example", "o'neil+concierge@mail.example", true},
		{"a domain with accents", "info@boulangerie-été.example", "info@boulangerie-été.example", true},
		{"a local part of 64", strings.Repeat("a", 64) + "@mail.example", strings.Repeat("a", 64) + "@mail.example", true},
		{"a local part of 65", strings.Repeat("a", 65) + "@mail.example", "", false},
		{"254 octets", strings.Repeat("a", 64) + "@" + strings.Repeat(label+".", 3) + "examp", strings.Repeat("a", 64) + "@" + strings.Repeat(label+".", 3) + "examp", true},
		{"255 octets", strings.Repeat("a", 64) + "@" + strings.Repeat(label+".", 3) + "exampl1", "", false},
		{"a label of 64", "marie@" + strings.Repeat("d", 64) + ".example", "", false},
		{"nothing", "", "", false},
		{"no sign", "marie.chezmarcel.example", "", false},
		{"no local part", "@chezmarcel.example", "", false},
		{"no domain", "marie@", "", false},
		{"one label", "marie@localhost", "", false},
		{"two signs", "marie@chez@marcel.example", "", false},
		{"two dots", "marie..t@chezmarcel.example", "", false},
		{"a dot at the end", "marie@chezmarcel.example.", "", false},
		{"a blank inside", "marie t@chezmarcel.example", "", false},
		{"a line break", "marie@chezmarcel.example\r\nBcc: all@mail.example", "", false},
		{"a quoted local part", `"marie t"@chezmarcel.example`, "", false},
		{"an address literal", "marie@[192.0.2.1]", "", false},
		{"an IP address", "marie@192.0.2.1", "", false},
		{"a local part beyond ASCII", "rené@chezmarcel.example", "", false},
		{"a label that starts with a hyphen", "marie@-chez.example", "", false},
		{"an underscore in the domain", "marie@chez_marcel.example", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			clean, ok := host.CleanEmail(c.address)
			if ok != c.ok || ok && clean != c.clean {
				t.Errorf("got %q %v, want %q %v", clean, ok, c.clean, c.ok)
			}
		})
	}
}

func TestAddressesAreComparedWithoutCaseAndInEveryScript(t *testing.T) {
	for _, same := range [][2]string{
		{"Marie@ChezMarcel.example", " marie@chezmarcel.EXAMPLE"},
		{"info@été.example", "info@xn--t-9fab.example"},
		{"info@faß.example", "INFO@XN--FA-HIA.example"},
		{"info@ÉTÉ。example", "info@été.example"},
	} {
		if !host.SameEmail(same[0], same[1]) {
			t.Errorf("%q and %q are told apart: %q, %q", same[0], same[1], host.EmailKey(same[0]), host.EmailKey(same[1]))
		}
	}
	for _, other := range [][2]string{
		{"marie@chezmarcel.example", "maria@chezmarcel.example"},
		{"info@fass.example", "info@faß.example"},    // xn--fa-hia.example: two names in the DNS (RFC 5894 section 7.2)
		{"info@βόλος.example", "info@βόλοσ.example"}, // so are these
	} {
		if host.SameEmail(other[0], other[1]) {
			t.Errorf("%q and %q are taken for one", other[0], other[1])
		}
	}
}
