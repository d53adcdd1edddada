package docs

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notOurs is what stands in code and is nowhere in the tree, each with its reason.
var notOurs = map[string]string{
	"$api_access_key":      "a setting of WHMCS",
	"/etc/caddy/Caddyfile": "Caddy's",
	"/usr/local":           "the system's",
	"~/.local":             "the person's",
	"postgres://concierge:PASSWORD@db.example/concierge?sslmode=verify-full": "an address as PostgreSQL documents it",
	"views -> app -> client -> client/api <- host":                           "the direction that internal/house holds",
	"fyne.DoAndWait":   "Fyne's, and not ours to call",
	"dialog.ShowError": "Fyne's, and not ours to call",
	"dialog.NewError":  "Fyne's, and not ours to call",
	"%ProgramData%":    "Windows'",
}

var (
	program  = regexp.MustCompile(`^(sudo |[A-Z]+=\S+ )*((build/)?[a-z0-9_-]+(\.exe)?|tools/[a-z-]+)( |$)`)
	metric   = regexp.MustCompile(`\bconcierge_([a-z_]+)`)
	url      = regexp.MustCompile(`^https?://127\.0\.0\.1:\d+(/\w+)$`)
	flag     = regexp.MustCompile(`^--(\w+)( [A-Z]+)?$`)
	inSystem = regexp.MustCompile(`^(~|%\w+%|/Library)[/\\]`)
	dotted   = regexp.MustCompile(`^(\w+)\.(\w+)$`)
	settings = regexp.MustCompile(`^(\[\w+\] )?\w+( = .+)?$`)
	pathLike = regexp.MustCompile(`^\.?[\w-]+(\.\w+)?(/[\w.-]+)+/?$`)
)

func TestEveryWordInCodeIsOneThatThereIs(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range pages(t) {
		for _, s := range p.spans {
			if notOurs[s.text] != "" {
				seen[s.text] = true
			} else if !there(t, s) {
				t.Errorf("%s: `%s` is nowhere, and nothing here knows how to check it", s.at(), s.text)
			}
		}
	}
	for text := range notOurs {
		if !seen[text] {
			t.Errorf("%q is excepted from this test and stands nowhere any more", text)
		}
	}
}

// there tells whether what stands in code is there. A call of a program is held as those in blocks are.
func there(t *testing.T, s span) bool {
	t.Helper()
	if m := program.FindStringSubmatch(s.text); m != nil && (strings.Contains(s.text, " ") || strings.HasPrefix(s.text, "tools/")) {
		if name := strings.TrimPrefix(m[2], "build/"); programs[name] != nil || strings.HasPrefix(name, "tools/") {
			return holdAll(t, s)
		}
	}
	if strings.HasPrefix(s.text, "sudo ") {
		return holdAll(t, s)
	}
	if names := metric.FindAllStringSubmatch(s.text, -1); len(names) > 0 && s.page == "docs/providers.md" {
		return !slices.ContainsFunc(names, func(m []string) bool { return !said(t, "host/gateway/metrics/metrics.go", `"`+m[1]+`"`) })
	}
	if m := url.FindStringSubmatch(s.text); m != nil {
		return said(t, "host/gateway/", `"`+m[1]+`"`) || said(t, "host/gateway/", " "+m[1]+`"`)
	}
	if m := flag.FindStringSubmatch(s.text); m != nil {
		return said(t, "main.go", `"`+m[1]+`"`) || said(t, "cmd/concierge-host/", `"`+m[1]+`"`)
	}
	if inSystem.MatchString(s.text) && s.page == "docs/firms.md" { // they are put together where they are used
		return !slices.ContainsFunc(strings.FieldsFunc(s.text, func(r rune) bool { return strings.ContainsRune(`/\%~`, r) }), func(part string) bool {
			return !said(t, "app/policy/", part) && !said(t, "app/place/", part)
		})
	}
	if m := dotted.FindStringSubmatch(s.text); m != nil {
		switch {
		case s.page == "docs/firms.md" && said(t, "app/policy/", `"`+m[1]+`"`) && said(t, "app/policy/", `json:"`+m[2]+`"`):
			return true
		case s.page == "docs/bench.md" && said(t, "e2e/bench/", `"`+m[1]+"."+`"`) && said(t, "e2e/bench/", `"`+m[2]+`"`):
			return true
		}
		for name := range files(t) {
			if path.Base(name) == s.text {
				return true
			}
		}
	}
	if programs[s.text] != nil {
		return true
	}
	if s.page == "docs/providers.md" && settings.MatchString(s.text) {
		table, key, in := strings.Cut(s.text, "] ")
		if in {
			table = table[1:] + "."
		} else {
			table, key = "", s.text
		}
		name, _, set := strings.Cut(key, " = ")
		if (in || set) && knownSetting(t, table+name) {
			return true
		}
	}
	return slices.Contains(released(t), s.text) || (pathLike.MatchString(s.text) && exists(s.text)) || said(t, "", s.text)
}

var exampleLine = regexp.MustCompile(`(?m)^(?:\[(\w+)\]|# (\w+) = .*)$`)

// knownSetting tells whether the gateway's example configuration, which a test of its own holds against the program, has a key.
func knownSetting(t *testing.T, key string) bool {
	t.Helper()
	table := ""
	for _, m := range exampleLine.FindAllStringSubmatch(readFile(t, "packaging/server/gateway.toml"), -1) {
		if m[1] != "" {
			table = m[1] + "."
		} else if table+m[2] == key {
			return true
		}
	}
	return false
}

// holdAll holds each call in the text, and is true: what is wrong with one has been said.
func holdAll(t *testing.T, s span) bool {
	t.Helper()
	all, err := parse(s.text, s.at())
	if err != nil {
		t.Error(err)
	}
	for _, c := range all {
		hold(t, c)
	}
	return true
}
