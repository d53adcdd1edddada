package house

import (
	"go/ast"
	"go/parser"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Text for people stands in assets/locales. In views, a string is taken for such a text when it has a word, a space and
// another word, or a letter that English keys do not have, or when it is one capitalised word that is not the name of
// a template's field. Strings that only programs and logs read are left out: what goes into errors, logs, panics and
// formats without words. What is left is listed here, each with its reason.
var notForPeople = map[string]string{
	"Ég":        "is measured, never shown: the tallest and the deepest letter",
	"Concierge": "the product's name, the same in both languages",
	"%d s":      "the sign of seconds is the same in both languages",
}

// namesOfFyne is the file whose strings are Fyne's own English words, by which Fyne is told ours.
const namesOfFyne = "views/kit/words.go"

// drawnForTests are folders of views that are not part of the program: they draw its pieces for tests and for the eye.
var drawnForTests = []string{"views/gallery", "views/kit/gallery", "views/kit/shot", "views/viewtest"}

var (
	words       = regexp.MustCompile(`\p{L}[\p{L}'’,.;:!?]*[ \x{00a0}]+\p{L}`)
	capitalised = regexp.MustCompile(`^\p{Lu}\p{Ll}+[.…:?]?$`)
	foreign     = regexp.MustCompile(`[À-ÖØ-öø-ÿŒœ]`)
)

// quiet are the functions whose strings no person reads.
var quiet = regexp.MustCompile(`^(errors\.New|fmt\.Errorf|panic|regexp\.MustCompile|trace|.*\b(slog|[lL]og|[lL]ogger)\.[A-Z]\w*)$`)

func TestViewsContainNoTextForPeople(t *testing.T) {
	names := map[string]bool{}
	for _, all := range texts(t) {
		for _, x := range all {
			for _, f := range x.fields() {
				names[f] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, s := range sources(t, 0) {
		skip := s.test || !below(s.dir, "views") || s.name == namesOfFyne
		for _, d := range drawnForTests {
			skip = skip || below(s.dir, d)
		}
		if skip {
			continue
		}
		var above []ast.Node
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if n == nil {
				above = above[:len(above)-1]
				return true
			}
			above = append(above, n)
			v, ok := literal(n)
			if !ok || toldToPrograms(above) {
				return true
			}
			if !words.MatchString(v) && !foreign.MatchString(v) && (!capitalised.MatchString(v) || names[v]) {
				return true
			}
			seen[v] = true
			if notForPeople[v] == "" {
				t.Errorf("%s: %q looks like a text for people: put it into assets/locales", position(n.Pos()), v)
			}
			return true
		})
	}
	for v := range notForPeople {
		if !seen[v] {
			t.Errorf("%q is excepted from this test and stands nowhere any more", v)
		}
	}
}

func TestWhatIsDrawnForTestsIsNotInTheProgram(t *testing.T) {
	isFor := func(folder string) bool {
		return slices.ContainsFunc(drawnForTests, func(d string) bool { return below(folder, d) })
	}
	for _, s := range sources(t, parser.ImportsOnly) {
		if s.test || isFor(s.dir) {
			continue
		}
		for _, p := range imports(t, s) {
			if folder, our := ours(p); our && isFor(folder) {
				t.Errorf("%s imports %s", s.name, p)
			}
		}
	}
}

// toldToPrograms tells whether the string at the end of a path through the tree is an import, a tag, or goes into an
// error or a log.
func toldToPrograms(above []ast.Node) bool {
	for i := len(above) - 2; i >= 0; i-- {
		switch n := above[i].(type) {
		case *ast.ImportSpec, *ast.Field:
			return true
		case *ast.CallExpr:
			if quiet.MatchString(nameOf(n.Fun)) {
				return true
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		}
	}
	return false
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		return nameOf(e.Fun) + "()"
	}
	return ""
}

var (
	notText   = regexp.MustCompile(`(?s)<!--.*?-->|<style.*?</style>|<script.*?</script>|\{\{.*?\}\}`)
	spoken    = regexp.MustCompile(`(?i)\b(placeholder|title|alt|aria-label|content)="([^"]*)"`)
	tag       = regexp.MustCompile(`(?s)<[^>]*>`)
	entity    = regexp.MustCompile(`&[a-z]+;|&#\d+;`)
	letter    = regexp.MustCompile(`\p{L}`)
	technical = regexp.MustCompile(`^(width=device-width|light dark|noindex|no-referrer)`)
)

func TestPagesContainNoTextForPeople(t *testing.T) {
	pages := 0
	walk(t, func(name string) {
		if path.Ext(name) != ".html" {
			return
		}
		pages++
		content := notText.ReplaceAllString(read(t, name), "")
		for _, m := range spoken.FindAllStringSubmatch(content, -1) {
			if letter.MatchString(m[2]) && !technical.MatchString(m[2]) {
				t.Errorf("%s: %s says %q: put it into assets/locales", name, m[1], m[2])
			}
		}
		for line := range strings.SplitSeq(tag.ReplaceAllString(content, "\n"), "\n") {
			if letter.MatchString(entity.ReplaceAllString(line, "")) {
				t.Errorf("%s: %q is a text for people: put it into assets/locales", name, strings.TrimSpace(line))
			}
		}
	})
	if pages == 0 {
		t.Error("no page was found")
	}
}
