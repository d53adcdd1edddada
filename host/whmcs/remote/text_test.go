package remote

import (
	"strings"
	"testing"
)

func TestAddressesAreTheSameButForCase(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"zoe@example.com", "ZOE@Example.COM", true},
		{"zoé@example.com", "ZOÉ@example.com", true},
		{"σας@example.com", "ΣΑΣ@example.com", true},
		{" zoe@example.com", "zoe@example.com\n", true},
		{"zoe@example.com", "zoé@example.com", false},
		{"mike@example.com", "mi\u212ae@example.com", false}, // the Kelvin sign folds to k
		{"smith@example.com", "\u017fmith@example.com", false},
		{"strasse@example.com", "straße@example.com", false},
		{"zoe@example.com", "zoe@example.com.evil.example", false},
		{"a\ufffd@example.com", "a\xff@example.com", true}, // neither is an address
		{"", "", true},
	} {
		if got := sameAddress(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

func TestHTMLEscapingIsUndoneOnceWhereItCanBe(t *testing.T) {
	for text, want := range map[string]string{
		"Zoé &amp; Cie":        "Zoé & Cie",
		"O&#039;Neil":          "O'Neil",
		"O&#39;Neil":           "O'Neil",
		"&lt;b&gt; &quot;&gt;": `<b> ">`,
		"L'Hôtel &amp; Spa":    "L'Hôtel & Spa",
		"AT&amp;amp;T":         "AT&amp;T", // once
		"R&D":                  "R&D",
		"R&D, not R&amp;D":     "R&D, not R&amp;D", // was not escaped
		"a < b &amp; c":        "a < b &amp; c",
		"&eacute;t&eacute;":    "&eacute;t&eacute;", // htmlspecialchars writes no such
		"&copy":                "&copy",
		"&":                    "&",
		"":                     "",
	} {
		if got := unescaped(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"a&b", `<"'>`, "&amp;", "&#039;&lt;"} {
		if got := unescaped(phpEscaper.Replace(text)); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
	}
}

func TestTextForLogsIsOneHarmlessLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\nlevel=ERROR msg=x": "a level=ERROR msg=x",
		"a\x00\x1b[31mb":         "a [31mb",
		"non\u202emon\u2028x":    "non mon x",
		"  a  b  ":               "a b",
		strings.Repeat("é", 30):  strings.Repeat("é", 20) + "…",
		"\xff\xfe":               "",
	} {
		if got := line(text, 20); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
