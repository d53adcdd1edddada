package house

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the top of the source tree, as seen from this package.
const root = "../.."

// module is the name that our import paths begin with.
const module = "concierge"

// source is one Go file.
type source struct {
	name string // path from the root, with slashes
	dir  string // path of its package from the root; "." for the root's
	test bool
	ast  *ast.File
}

var fset = token.NewFileSet()

// position says where something is, for messages.
func position(p token.Pos) string {
	at := fset.Position(p)
	if rel, err := filepath.Rel(root, at.Filename); err == nil {
		at.Filename = filepath.ToSlash(rel)
	}
	return at.String()
}

// sources reads every Go file of the tree that can be built on some system with the tags of the Makefile.
func sources(t *testing.T, mode parser.Mode) []source {
	t.Helper()
	var all []source
	walk(t, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		f, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(name)), nil, mode|parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if built(f) {
			all = append(all, source{name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), ast: f})
		}
	})
	if len(all) < 50 {
		t.Fatalf("only %d Go files were found: is this the tree?", len(all))
	}
	return all
}

// walk calls do with the path of every file, leaving out what is not source.
func walk(t *testing.T, do func(name string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == "build" || d.Name() == "testdata" || (strings.HasPrefix(d.Name(), ".") && rel != ".") {
				return fs.SkipDir
			}
			return nil
		}
		do(rel)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ourTags are the tags of the Makefile and those the compiler sets everywhere.
var ourTags = []string{"migrated_fynedo", "accessibility", "no_emoji", "cgo", "gc", "race", "go1.26"}

// built tells whether a file is part of the program on any system.
func built(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() > f.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			x, err := constraint.Parse(c.Text)
			if err != nil {
				return true // the compiler will say so
			}
			return slices.ContainsFunc([]string{"linux", "windows", "darwin", "freebsd", "js"}, func(system string) bool {
				return x.Eval(func(tag string) bool {
					return tag == system || (tag == "unix" && system != "windows" && system != "js") || tag == "amd64" || slices.Contains(ourTags, tag)
				})
			})
		}
	}
	return true
}
