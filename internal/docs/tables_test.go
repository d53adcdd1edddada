package docs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	row      = regexp.MustCompile(`(?m)^\| (.+?) \| (.+?) \|$`)
	direct   = regexp.MustCompile(`(?m)^(?:\t|require |tool )([^\s]+\.[^\s]+/[^\s]+|[a-z]+\.[a-z]+/[^\s]+)( v\S+)?$`)
	moduleIs = regexp.MustCompile(`[a-z0-9.-]+\.[a-z]+/[\w./-]+`)
	installs = regexp.MustCompile(`go install ([^\s@]+)@`)
)

// What the program is made of is said to people, all of it and nothing else.
func TestTheTableOfDependenciesIsThatOfGoMod(t *testing.T) {
	_, table, found := strings.Cut(find(t, "README.md").text, "## What each dependency is for\n")
	if !found {
		t.Fatal("the README has no table of dependencies")
	}
	var listed []string
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		listed = append(listed, moduleIs.FindAllString(m[1], -1)...)
	}
	var needed []string
	for _, m := range direct.FindAllStringSubmatch(readFile(t, "go.mod"), -1) {
		needed = append(needed, m[1])
	}
	for _, m := range installs.FindAllStringSubmatch(readFile(t, "Makefile"), -1) {
		needed = append(needed, m[1])
	}
	if len(needed) < 20 {
		t.Fatalf("go.mod requires only %q", needed)
	}
	of := func(module, p string) bool { return p == module || strings.HasPrefix(p, module+"/") }
	for _, n := range needed {
		if !slices.ContainsFunc(listed, func(l string) bool { return of(l, n) }) {
			t.Errorf("the README does not say what %s is for", n)
		}
	}
	for _, l := range listed {
		if !slices.ContainsFunc(needed, func(n string) bool { return of(l, n) }) {
			t.Errorf("the README says what %s is for, and nothing needs it", l)
		}
	}
}

func TestTheReadmeListsAllThatCanBeMade(t *testing.T) {
	said := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `make ([a-z0-9-]+)` \\|").FindAllStringSubmatch(find(t, "README.md").text, -1) {
		said[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?m)^([a-z0-9-]+):.*## `).FindAllStringSubmatch(readFile(t, "Makefile"), -1) {
		if !said[m[1]] {
			t.Errorf("the README's table does not say what make %s does", m[1])
		}
		delete(said, m[1])
	}
	if len(said) > 0 {
		t.Errorf("the Makefile does not explain %v", said)
	}
}

func TestTheVersionOfGoIsThatOfGoMod(t *testing.T) {
	m := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readFile(t, "go.mod"))
	for _, name := range []string{"README.md", "docs/contributors.md", "tools/setup"} {
		for _, said := range regexp.MustCompile(`Go (\d+\.\d+)`).FindAllStringSubmatch(readFile(t, name), -1) {
			if said[1] != m[1] {
				t.Errorf("%s says Go %s, go.mod %s", name, said[1], m[1])
			}
		}
	}
}

// house holds the drawing of the tree: each name is there, and of the folders that it goes into it has every package.
func house(t *testing.T, b block) {
	t.Helper()
	drawn := map[string]bool{}
	inside := map[string]bool{} // folders of which it names parts
	dir := ""
	for l := range strings.Lines(b.text) {
		names := strings.Fields(columns.Split(strings.TrimSpace(l), 2)[0])
		indented := strings.HasPrefix(l, " ")
		if !indented {
			dir = strings.TrimSuffix(names[0], "/")
		}
		for _, n := range names {
			at := strings.TrimSuffix(n, "/")
			if indented {
				at = path.Join(dir, at)
				inside[dir] = true
			}
			if !exists(at) {
				t.Errorf("%s: there is no %s", b.at(), at)
			}
			drawn[at] = true
		}
	}
	for dir := range inside {
		if dir == "views" { // one package per family of screens: only those for all are named
			continue
		}
		entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if at := dir + "/" + e.Name(); e.IsDir() && !drawn[at] {
				t.Errorf("%s: it leaves out %s", b.at(), at)
			}
		}
	}
	tops, err := fs.Glob(os.DirFS(root), "[^.]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, top := range tops {
		if info, err := os.Stat(filepath.Join(root, top)); err == nil && info.IsDir() && !slices.Contains([]string{"build", "docs", "internal", "cmd"}, top) && !drawn[top] {
			t.Errorf("%s: it leaves out %s", b.at(), top)
		}
	}
}
