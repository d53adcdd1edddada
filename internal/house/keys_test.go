package house

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// asked is what the program asks package locales for, as far as the source shows it: whole keys, keys of which a part is made
// when the program runs (as patterns), and what is put behind a key that is made elsewhere (k + "_title").
type asked struct {
	keys     map[string]string // key, or the beginning of keys, to where it stands
	patterns map[string]string // regular expression to where it stands
	endings  map[string]bool
	calls    []asking
}

// asking is one call of T or N with a key that stands there.
type asking struct {
	at     string
	key    string
	count  bool     // it is N
	names  []string // of the data
	hidden bool     // some of the data is not to be seen in the source
}

func gather(t *testing.T, all map[string]map[string]text) asked {
	t.Helper()
	var alternatives []string
	for r := range rooms(all) {
		alternatives = append(alternatives, r)
	}
	looks := regexp.MustCompile(`^(` + strings.Join(alternatives, "|") + `)\.[a-z0-9_]*$`)
	a := asked{map[string]string{}, map[string]string{}, map[string]bool{}, nil}
	for _, s := range sources(t, 0) {
		// The gateway's settings have names like keys, and are for operators: whmcs.url.
		if s.test || below(s.dir, "internal/house") || below(s.dir, "host/gateway/config") {
			continue
		}
		inside := map[ast.Node]bool{} // parts of expressions that are dealt with as a whole
		ast.Inspect(s.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op == token.ADD && !inside[n] {
					a.joined(parts(n, inside), looks, position(n.Pos()))
				}
			case *ast.CallExpr:
				a.call(n, looks, inside)
			case *ast.BasicLit:
				if v, ok := literal(n); ok && !inside[n] && looks.MatchString(v) {
					a.keys[v] = position(n.Pos())
				}
			}
			return true
		})
	}
	walk(t, func(name string) {
		if path.Ext(name) == ".html" {
			a.template(name, read(t, name), looks)
		}
	})
	return a
}

// parts takes a + b + c apart; a part that is not in the source is "".
func parts(e ast.Expr, inside map[ast.Node]bool) []string {
	if b, ok := e.(*ast.BinaryExpr); ok && b.Op == token.ADD {
		inside[b] = true
		return append(parts(b.X, inside), parts(b.Y, inside)...)
	}
	if v, ok := literal(e); ok {
		inside[e] = true
		return []string{v}
	}
	return []string{""}
}

func literal(e ast.Node) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	v, err := strconv.Unquote(l.Value)
	return v, err == nil
}

var ending = regexp.MustCompile(`^[a-z0-9_]+$`)

func (a *asked) joined(parts []string, looks *regexp.Regexp, at string) {
	last := parts[len(parts)-1]
	if parts[0] == "" {
		if ending.MatchString(last) {
			a.endings[last] = true
		}
		return
	}
	if !looks.MatchString(parts[0]) {
		return
	}
	p := ""
	for _, s := range parts {
		if s == "" {
			p += ".+"
		} else {
			p += regexp.QuoteMeta(s)
		}
	}
	a.patterns[p] = at
}

var anyKey = regexp.MustCompile(`^[a-z]+\.[a-z0-9_]+$`)

var verb = regexp.MustCompile(`%[a-z]`)

func (a *asked) call(c *ast.CallExpr, looks *regexp.Regexp, inside map[ast.Node]bool) {
	f, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || len(c.Args) == 0 {
		return
	}
	first, ok := literal(c.Args[0])
	if !ok {
		return
	}
	switch f.Sel.Name {
	case "Sprintf":
		if begins := verb.Split(first, 2)[0]; len(begins) < len(first) && looks.MatchString(begins) {
			inside[c.Args[0]] = true
			a.patterns[verb.ReplaceAllString(regexp.QuoteMeta(first), ".+")] = position(c.Pos())
		}
	case "T", "N":
		if !anyKey.MatchString(first) { // also of a room that does not exist
			return
		}
		k := asking{at: position(c.Pos()), key: first, count: f.Sel.Name == "N", hidden: c.Ellipsis.IsValid()}
		data := c.Args[1:]
		if k.count {
			k.names = append(k.names, "Count")
			data = data[min(1, len(data)):]
		}
		for i := 0; i < len(data); i += 2 {
			name, ok := literal(data[i])
			k.hidden = k.hidden || !ok
			k.names = append(k.names, name)
		}
		a.calls = append(a.calls, k)
	}
}

var (
	action = regexp.MustCompile(`\{\{[^}]*\}\}`)
	quoted = regexp.MustCompile(`"([^"]*)"`)
	callOf = regexp.MustCompile(`\.(T|N) "`)
)

func (a *asked) template(name, content string, looks *regexp.Regexp) {
	for _, act := range action.FindAllString(content, -1) {
		var words []string
		for _, m := range quoted.FindAllStringSubmatch(act, -1) {
			words = append(words, m[1])
		}
		for i, w := range words {
			if !looks.MatchString(w) {
				continue
			}
			a.keys[w] = name
			if m := callOf.FindStringSubmatch(act); m != nil && i == 0 {
				k := asking{at: name, key: w, count: m[1] == "N", names: words[1:]}
				if k.count {
					k.names = append(k.names, "Count")
				}
				a.calls = append(a.calls, k)
			}
		}
	}
}

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// notKeys are strings that look like keys and are none.
var notKeys = map[string]string{
	"account.changed": "what was done, in the contract's activity",
	"account.id":      "a field of an answer, in an error for logs",
}

func TestEveryKeyThatIsAskedForExists(t *testing.T) {
	all := texts(t)
	a := gather(t, all)
	for _, k := range a.calls {
		x, ok := all["fr"][k.key]
		if !ok {
			t.Errorf("%s: there is no text %s", k.at, k.key)
			continue
		}
		if k.count != x.plural() {
			t.Errorf("%s: %s is asked for with N if it has a plural, with T if not", k.at, k.key)
		}
		for _, f := range x.fields() {
			if !k.hidden && !slices.Contains(k.names, f) {
				t.Errorf("%s: %s needs %s", k.at, k.key, f)
			}
		}
	}
	exists := func(matches func(string) bool) bool {
		for key := range all["fr"] {
			if matches(key) {
				return true
			}
		}
		return false
	}
	for _, key := range sorted(a.keys) {
		begins := strings.TrimSuffix(key, "_") + "_"
		if notKeys[key] == "" && !exists(func(k string) bool { return k == key || strings.HasPrefix(k, begins) }) {
			t.Errorf("%s: there is no text %s", a.keys[key], key)
		}
	}
	for _, p := range sorted(a.patterns) {
		whole := regexp.MustCompile("^" + p)
		if !exists(whole.MatchString) {
			t.Errorf("%s: there is no text like %s", a.patterns[p], p)
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	all := texts(t)
	a := gather(t, all)
	var patterns []*regexp.Regexp
	for p := range a.patterns {
		patterns = append(patterns, regexp.MustCompile("^"+p+"$"))
	}
	used := func(key string) bool {
		return a.keys[key] != "" || slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(key) })
	}
	var unused []string
	for key, x := range all["fr"] {
		ok := used(key)
		for e := range a.endings {
			if begin, cut := strings.CutSuffix(key, e); cut && !ok {
				ok = used(begin)
			}
		}
		if !ok {
			unused = append(unused, x.file+": "+key+" is asked for nowhere")
		}
	}
	sort.Strings(unused)
	for _, u := range unused {
		t.Error(u)
	}
}
