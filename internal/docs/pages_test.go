package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// root is the top of the source tree, as seen from this package.
const root = "../.."

// page is one file of the documentation, taken apart.
type page struct {
	name   string // from the root, with slashes
	text   string // all of it
	prose  string // without blocks and code
	blocks []block
	spans  []span
	bold   []span
}

// block is what stands between two fences.
type block struct {
	page, lang, text string
	line             int
}

// span is a piece of a line: what stands in `code` or in **bold**.
type span struct {
	page, text string
	line       int
}

func (b block) at() string    { return fmt.Sprintf("%s:%d", b.page, b.line) }
func (s span) at() string     { return fmt.Sprintf("%s:%d", s.page, s.line) }
func (b block) first() string { first, _, _ := strings.Cut(b.text, "\n"); return first }

// Code first: what looks bold inside of it is not.
var (
	inCode = regexp.MustCompile("`([^`]+)`")
	inBold = regexp.MustCompile(`(?s)\*\*(.+?)\*\*`)
)

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// pages are README.md and docs/*.md.
func pages(t *testing.T) []page {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	out := []page{take(t, "README.md")}
	for _, f := range files {
		out = append(out, take(t, "docs/"+filepath.Base(f)))
	}
	return out
}

func find(t *testing.T, name string) page {
	t.Helper()
	for _, p := range pages(t) {
		if p.name == name {
			return p
		}
	}
	t.Fatalf("there is no %s", name)
	return page{}
}

func take(t *testing.T, name string) page {
	t.Helper()
	p := page{name: name, text: readFile(t, name)}
	var prose strings.Builder
	var open *block
	before := ""
	for i, l := range strings.Split(p.text, "\n") {
		fence, is := strings.CutPrefix(l, "```")
		switch {
		case is && open == nil:
			open = &block{page: name, lang: fence, line: i + 2}
		case is:
			p.blocks = append(p.blocks, *open)
			open = nil
		case open != nil:
			open.text += l + "\n"
		default:
			if before == "" && strings.HasPrefix(l, "    ") {
				t.Errorf("%s:%d: a block without fences does not say what it is in", name, i+1)
			}
			prose.WriteString(l)
		}
		prose.WriteByte('\n') // lines keep their numbers
		before = l
	}
	if open != nil {
		t.Errorf("%s: a block has no end", open.at())
	}
	text := prose.String()
	line := func(at int) int { return strings.Count(text[:at], "\n") + 1 }
	for _, m := range inCode.FindAllStringSubmatchIndex(text, -1) {
		p.spans = append(p.spans, span{name, text[m[2]:m[3]], line(m[0])})
	}
	p.prose = inCode.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
	text = p.prose
	for _, m := range inBold.FindAllStringSubmatchIndex(text, -1) {
		p.bold = append(p.bold, span{name, strings.Join(strings.Fields(text[m[2]:m[3]]), " "), line(m[0])})
	}
	return p
}

// tree is every file but the documentation itself, what is built, and what git ignores, by path.
var tree = sync.OnceValues(func() (map[string]string, error) {
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == "build" || rel == ".git" || rel == "internal/docs" || rel == "docs/pictures" || d.Name() == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(rel); ext == ".md" || ext == ".sum" || !d.Type().IsRegular() {
			return nil
		}
		b, err := fs.ReadFile(os.DirFS(root), rel)
		all[rel] = string(b)
		return err
	})
	return all, err
})

func files(t *testing.T) map[string]string {
	t.Helper()
	all, err := tree()
	if err != nil || len(all) < 500 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	return all
}

// said tells whether a file of the tree whose path begins with under says a text.
func said(t *testing.T, under, text string) bool {
	t.Helper()
	for name, content := range files(t) {
		if strings.HasPrefix(name, under) && strings.Contains(content, text) {
			return true
		}
	}
	return false
}

// exists tells whether a path of the tree, file or folder, is there.
func exists(name string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are the names by which headings can be linked to, as GitHub makes them.
func (p page) anchors() []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(p.prose, -1) {
		out = append(out, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), ""), " ", "-"))
	}
	return out
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.prose, -1) {
			if strings.HasPrefix(m[1], "https://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			at := p.name
			if file != "" {
				at = path.Join(path.Dir(p.name), file)
			}
			if !exists(at) {
				t.Errorf("%s: %s is not there", p.name, m[1])
			} else if anchor != "" && !slices.Contains(find(t, at).anchors(), anchor) {
				t.Errorf("%s: %s has no heading %s", p.name, at, anchor)
			}
		}
	}
}

func TestEveryPageIsLinkedFromTheReadme(t *testing.T) {
	readme := find(t, "README.md")
	for _, p := range pages(t)[1:] {
		if !strings.Contains(readme.prose, "]("+p.name) {
			t.Errorf("the README does not lead to %s", p.name)
		}
	}
}
