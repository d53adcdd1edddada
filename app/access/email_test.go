package access

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/net/idna"
)

func TestOneAddressHasOneKeyHoweverItIsWritten(t *testing.T) {
	for _, c := range []struct{ about, a, b string }{
		{"in capitals", "Julie@Cafe.example", " julie@cafe.EXAMPLE "},
		{"in another script, and as the DNS has it", "julie@café.example", "julie@xn--caf-dma.example"},
		{"so in capitals", "JULIE@CAFÉ.EXAMPLE", "Julie@XN--CAF-DMA.example"},
		{"with its accents apart", "julie@cafe\u0301.example", "julie@xn--caf-dma.example"},
		{"in two labels", "a@日本.münchen.example", "a@xn--wgv71a.xn--mnchen-3ya.example"},
		{"with another full stop", "a@日本。example", "a@xn--wgv71a.example"},
		{"in wide letters", "ａ@ｃafé.example", "a@xn--caf-dma.example"},
		{"a domain alone", "Café.example", "xn--caf-dma.example"},
	} {
		if a, b := EmailKey(c.a), EmailKey(c.b); a != b || a == "" {
			t.Errorf("%s: %q and %q", c.about, a, b)
		}
	}
}

func TestAddressesOfOthersHaveOtherKeys(t *testing.T) {
	for _, c := range []struct{ about, a, b string }{
		{"a domain without the accent", "julie@café.example", "julie@cafe.example"},
		{"the sharp s is no double s in the DNS", "a@faß.example", "a@fass.example"},
		{"a label that stands for an ordinary one is no label", "a@xn--cafe-.example", "a@cafe.example"},
		{"nor is one in capitals", "a@xn--caf-pia.example", "a@café.example"},
		{"nor one that ends in the middle", "a@xn--caf-d.example", "a@café.example"},
		{"before the @ it is a name", "xn--caf-dma@a.example", "café@a.example"},
	} {
		if a, b := EmailKey(c.a), EmailKey(c.b); a == b {
			t.Errorf("%s: both %q", c.about, a)
		}
	}
	for _, odd := range []string{"xn--", "a@xn--", "a@xn--.example", "@", "a@xn--99999999999999.example", "a@xn--é.example", "a@xn--0.example"} {
		EmailKey(odd) // must not fail
	}
}

// The library is the judge of what the DNS has; it must not be in the application's vocabulary itself.
func TestDomainsAreReadAsTheLibraryWritesThem(t *testing.T) {
	r := rand.New(rand.NewPCG(3492, 5890))
	alphabets := [][2]rune{{'a', 'z'}, {'A', 'Z'}, {'à', 'ÿ'}, {'À', 'Ö'}, {'α', 'ω'}, {'А', 'я'}, {'ऄ', 'ह'}, {'ぁ', 'ゖ'}, {'一', '龥'}, {'가', '힣'}, {'0', '9'}}
	compared := 0
	for range 20_000 {
		label := make([]rune, 1+r.IntN(12))
		of := alphabets[r.IntN(len(alphabets))]
		for i := range label {
			if r.IntN(4) == 0 {
				of = alphabets[r.IntN(len(alphabets))]
			}
			label[i] = of[0] + rune(r.IntN(int(of[1]-of[0])+1))
		}
		domain := string(label) + ".example"
		ascii, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			continue
		}
		compared++
		if a, b := EmailKey("a@"+domain), EmailKey("a@"+ascii); a != b {
			t.Fatalf("%q is %q, and %q as %q", domain, a, b, ascii)
		}
	}
	if compared < 5_000 {
		t.Errorf("only %d domains were compared", compared)
	}
}

func TestAPersonOfBothSpellingsIsOne(t *testing.T) {
	people := People(Snapshot{
		Users:    []User{{ID: "1", FirstName: "Julie", Email: "julie@café.example", Role: Member}},
		Contacts: []Contact{{ID: "2", FirstName: "Julie", Email: "julie@xn--caf-dma.example"}},
	})
	if len(people) != 1 || people[0].User == nil || len(people[0].Contacts) != 1 {
		t.Errorf("%+v", people)
	}
}
