package house

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// text is one text in one language: its forms by plural category, or one form under "" when it has none.
type text struct {
	file  string
	forms map[string]string
}

func (x text) plural() bool { return x.forms[""] == "" }

var field = regexp.MustCompile(`\{\{-?\s*\.([A-Za-z]+)[^}]*\}\}`)

// fields are the names that a text's templates ask for, sorted.
func (x text) fields() []string {
	var names []string
	for _, form := range x.forms {
		for _, m := range field.FindAllStringSubmatch(form, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	slices.Sort(names)
	return names
}

// texts reads every text by language and key.
func texts(t *testing.T) map[string]map[string]text {
	t.Helper()
	all := map[string]map[string]text{"fr": {}, "en": {}}
	walk(t, func(name string) {
		dir, file := path.Split(name)
		if dir != "assets/locales/" || path.Ext(file) != ".json" {
			return
		}
		room, lang, ok := strings.Cut(strings.TrimSuffix(file, ".json"), ".")
		if !ok || all[lang] == nil {
			t.Errorf("%s is not named room.fr.json or room.en.json", name)
			return
		}
		var content map[string]json.RawMessage
		if err := json.Unmarshal([]byte(read(t, name)), &content); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for key, raw := range content {
			x := text{file: name, forms: map[string]string{}}
			var one string
			if err := json.Unmarshal(raw, &one); err == nil {
				x.forms[""] = one
			} else if err := json.Unmarshal(raw, &x.forms); err != nil {
				t.Errorf("%s: %s: %v", name, key, err)
				continue
			}
			if !regexp.MustCompile(`^` + room + `\.[a-z0-9_]+$`).MatchString(key) {
				t.Errorf("%s: the key %q is not %s. and small letters", name, key, room)
			}
			all[lang][key] = x
		}
	})
	if len(all["fr"]) < 100 {
		t.Fatalf("only %d texts were found", len(all["fr"]))
	}
	return all
}

// rooms are the names before the dot of all keys.
func rooms(all map[string]map[string]text) map[string]bool {
	r := map[string]bool{}
	for key := range all["fr"] {
		room, _, _ := strings.Cut(key, ".")
		r[room] = true
	}
	return r
}

// ownFields are texts whose languages need different things to say the same.
var ownFields = map[string]string{
	"dates.clock":         "English has halves of the day",
	"dates.clock_seconds": "English has halves of the day",
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	all := texts(t)
	for _, pair := range [][2]string{{"fr", "en"}, {"en", "fr"}} {
		for key, x := range all[pair[0]] {
			y, ok := all[pair[1]][key]
			switch {
			case !ok:
				t.Errorf("%s: %s has no %s", x.file, key, pair[1])
			case x.plural() != y.plural():
				t.Errorf("%s: %s has a plural in one language only", x.file, key)
			case !slices.Equal(x.fields(), y.fields()) && ownFields[key] == "":
				t.Errorf("%s: %s asks for %v, and in %s for %v", x.file, key, x.fields(), pair[1], y.fields())
			}
		}
	}
}

func TestPluralsHaveTheFormsOfTheirLanguage(t *testing.T) {
	for lang, all := range texts(t) {
		for key, x := range all {
			for form, s := range x.forms {
				if s == "" || s != strings.Trim(s, " ") || strings.Contains(s, "  ") {
					t.Errorf("%s: %s is empty or has spaces too many: %q", x.file, key, s)
				}
				if form != "" && form != "one" && form != "other" && (form != "many" || lang != "fr") {
					t.Errorf("%s: %s has the form %q", x.file, key, form)
				}
			}
			if x.plural() && (x.forms["one"] == "" || x.forms["other"] == "") {
				t.Errorf("%s: %s lacks one or other", x.file, key)
			}
		}
	}
}

// Signs stand for what is put in, so that typography around it is seen and its own name is not.
var anyField = regexp.MustCompile(`\{\{[^}]*\}\}`)

// address is what is typed or read by machines inside a text; its rules are not those of sentences.
var address = regexp.MustCompile(`https?://\S+|\S+@\S+|\d+:\d+`)

// rule is what no text of a language has, and why.
type rule struct {
	refused *regexp.Regexp
	because string
}

// anyRules are those of both languages.
var anyRules = []rule{
	{regexp.MustCompile(`[\t \x{00a0}\x{202f}]{2}|^\s|\s$| \n|\n `), "blanks stand alone, and not at an end"},
	{regexp.MustCompile(`[\s\x{00a0}\x{202f}][,.]`), "nothing stands before a comma or a full stop"},
	{regexp.MustCompile(`[‘’]`), "apostrophes are straight, as everywhere here"},
	{regexp.MustCompile(`!`), "no exclamation marks"},
	{regexp.MustCompile(`\.\.`), "an ellipsis is one sign: …"},
}

// frenchRules are those of Quebec (Office québécois de la langue française): a no-break space before a colon and
// inside « », nothing before the other double signs. Words are those of the product's vocabulary.
var frenchRules = append([]rule{
	{regexp.MustCompile(`(^|[^\x{00a0}\x{202f}]):`), "a no-break space stands before a colon"},
	{regexp.MustCompile(`[\s\x{00a0}\x{202f}][;?]`), "nothing stands before ; and ?"},
	{regexp.MustCompile(`«[^\x{00a0}\x{202f}]|[^\x{00a0}\x{202f}]»|«$|^»`), "a no-break space stands inside « »"},
	{regexp.MustCompile(`["“”]`), "quotation marks are « »"},
	{regexp.MustCompile(`[^\x{00a0}\x{202f}]%`), "a no-break space stands before %"},
	{regexp.MustCompile(`(?i)(^|\P{L})(the|your|you|with|from|this)($|\P{L})`), "it is not English"},
	{regexp.MustCompile(`(?i)(^|\P{L})(e-?mails?|mails?)($|\P{L})`), "it is « courriel »"},
	{regexp.MustCompile(`(?i)(^|\P{L})permissions?($|\P{L})`), "it is « autorisation »"},
	{regexp.MustCompile(`(?i)(^|\P{L})tickets?($|\P{L})`), "it is « billet »"},
	{regexp.MustCompile(`(?i)(^|\P{L})devis($|\P{L})`), "it is « soumission »"},
}, anyRules...)

var englishRules = append([]rule{
	{regexp.MustCompile(`[\s\x{00a0}\x{202f}][:;?!]`), "nothing stands before : ; ? !"},
	{regexp.MustCompile(`["«»]`), "quotation marks are “ ”"},
	{regexp.MustCompile(`“[^”]*(“|$)|^[^“]*”`), "quotation marks come in pairs"},
	{regexp.MustCompile(`(?i)[àâçéèêëîïôùûœ]`), "it is not French, save the language's own name"},
	{regexp.MustCompile(`(?i)(^|\P{L})emails?($|\P{L})`), "it is e-mail"},
}, anyRules...)

// own are the names of the languages in themselves, which stand in texts of the other.
var own = regexp.MustCompile(`^(Passer au f|F|.*[, ]f)rançais($|,)`)

func TestTextsAreSetAsTheirLanguageIs(t *testing.T) {
	for lang, all := range texts(t) {
		rules := frenchRules
		if lang == "en" {
			rules = englishRules
		}
		for key, x := range all {
			for _, s := range x.forms {
				s = address.ReplaceAllString(anyField.ReplaceAllString(s, "§"), "§")
				if lang == "en" {
					s = own.ReplaceAllString(s, "§")
				}
				for _, r := range rules {
					if r.refused.MatchString(s) {
						t.Errorf("%s: %s: %s: %q", x.file, key, r.because, s)
					}
				}
			}
		}
	}
}

func TestTheRulesSeeWhatTheyShould(t *testing.T) {
	see := func(rules []rule, s string, ok bool) {
		refused := slices.ContainsFunc(rules, func(r rule) bool { return r.refused.MatchString(s) })
		if refused == ok {
			t.Errorf("%q: refused is %v", s, refused)
		}
	}
	for s, ok := range map[string]bool{
		"Autorisation sensible\u00a0: domaines": true, "Autorisation sensible : domaines": false, "Autorisation: domaines": false,
		"«\u00a0Enregistrer\u00a0»": true, "« Enregistrer »": false, "«Enregistrer»": false, "Vraiment?": true, "Vraiment ?": false,
		"deux  blancs": false, "à la fin ": false, "avant , la virgule": false, "l’apostrophe": false, "50 %": false, "50\u00a0%": true, "Enregistrer the contact": false,
		"Bravo!": false, "un courriel": true, "un e-mail": false, "Un email": false, "les permissions": false, "permissionnaire": true,
	} {
		see(frenchRules, s, ok)
	}
	for s, ok := range map[string]bool{
		"Sensitive: domains": true, "Sensitive : domains": false, "“Save”": true, "\"Save\"": false, "« Save »": false, "“Save": false, "Save”": false,
		"Really?": true, "Really ?": false, "Wait...": false, "Wait…": true, "an email": false, "an e-mail": true, "Quitter Éclair": false, "two  blanks": false,
	} {
		see(englishRules, s, ok)
	}
}
