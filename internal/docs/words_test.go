package docs

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"
	"testing"
)

// owners are the pages for people who use the application, and their languages.
var owners = map[string]string{"docs/owners.md": "en", "docs/proprietaires.md": "fr"}

// quoting are the pages whose words in bold are those on the screen; the others emphasise with it.
var quoting = map[string]string{"README.md": "en", "docs/firms.md": "en", "docs/owners.md": "en", "docs/proprietaires.md": "fr"}

var (
	aField = regexp.MustCompile(`\\\{\\\{.*?\\\}\\\}`)
	// aKey is a key of the keyboard; views/gallery holds them against the application, for these tests need no toolkit.
	aKey = regexp.MustCompile(`^(Ctrl|Alt)\+(\S+)$|^F\d+$`)
)

// sayings are all that the application says in a language, as expressions that a quotation matches.
func sayings(t *testing.T, lang string) (out []*regexp.Regexp) {
	t.Helper()
	for name, content := range files(t) {
		if path.Dir(name) != "assets/locales" || !strings.HasSuffix(name, "."+lang+".json") {
			continue
		}
		var texts map[string]json.RawMessage
		if err := json.Unmarshal([]byte(content), &texts); err != nil {
			t.Fatal(err)
		}
		for _, raw := range texts {
			var one string
			forms := map[string]string{}
			if json.Unmarshal(raw, &one) == nil {
				forms["one"] = one
			} else if err := json.Unmarshal(raw, &forms); err != nil {
				t.Fatal(err)
			}
			for _, s := range forms {
				s = aField.ReplaceAllString(regexp.QuoteMeta(breaking(s)), `.+`)
				if s != ".+" {
					out = append(out, regexp.MustCompile("^"+s+"$"))
				}
			}
		}
	}
	if len(out) < 500 {
		t.Fatalf("only %d texts in %s", len(out), lang)
	}
	return out
}

// breaking makes spaces that do not break ordinary ones.
func breaking(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestWordsInBoldAreThoseOnTheScreen(t *testing.T) {
	for name, lang := range quoting {
		all := sayings(t, lang)
		p := find(t, name)
		if owners[name] != "" && len(p.bold) < 40 {
			t.Errorf("%s quotes only %d words", name, len(p.bold))
		}
		for _, s := range p.bold {
			if aKey.MatchString(s.text) || s.text == "bold" || s.text == "gras" { // the keys have a test of their own
				continue
			}
			for part := range strings.SplitSeq(breaking(s.text), " > ") {
				if !matches(all, part) {
					t.Errorf("%s: the application never says “%s”", s.at(), part)
				}
			}
		}
	}
}

func matches(all []*regexp.Regexp, s string) bool {
	for _, r := range all {
		if r.MatchString(s) {
			return true
		}
	}
	return false
}

// frenchRules are those of assets/locales (internal/house), for a page.
var frenchRules = []struct {
	refused *regexp.Regexp
	because string
}{
	{regexp.MustCompile(`[^\x{00a0}]:`), "a no-break space stands before a colon"},
	{regexp.MustCompile(`[\s\x{00a0}][;?]`), "nothing stands before ; and ?"},
	{regexp.MustCompile(`«[^\x{00a0}]|[^\x{00a0}]»`), "a no-break space stands inside « »"},
	{regexp.MustCompile(`(?i)(^|\P{L})(e-?mails?|mails?|permissions?|tickets?|devis)($|\P{L})`), "it is not the product's word"},
	{regexp.MustCompile(`!`), "no exclamation marks"},
}

var notProse = regexp.MustCompile(`!?\[[^\]]*\]\([^)]*\)|(?m)^\*In English.*$`)

func TestTheFrenchPageIsSetAsFrenchIs(t *testing.T) {
	// What stands in code was taken out: a colon after it has lost what it followed.
	text := notProse.ReplaceAllString(inCode.ReplaceAllString(readFile(t, "docs/proprietaires.md"), "x"), "x")
	text = regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "")
	for i, l := range strings.Split(text, "\n") {
		for _, r := range frenchRules {
			if r.refused.MatchString(l) {
				t.Errorf("docs/proprietaires.md, about line %d: %s: %s", i+1, r.because, l)
			}
		}
	}
}
