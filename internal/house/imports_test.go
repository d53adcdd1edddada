package house

import (
	"errors"
	"go/parser"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says what the packages below a folder may import of ours: themselves, and what is listed. The first
// folder that fits counts. A name stands for itself and all below it, with a "." at the end for itself alone.
var layers = []struct {
	folder string
	may    []string
	sees   string // why, in messages
}{
	{"main.go", []string{""}, "everything: it wires"},
	{"cmd", []string{""}, "everything: it wires"},
	{"packaging", []string{"packaging", "app/about.", "assets"}, "assets, and what the product is"},
	{"e2e", []string{""}, "everything: it tests the whole"},
	{"internal/whole", []string{""}, "everything: it tests the whole without a window"},
	{"internal/docs", []string{""}, "everything: it holds the documentation against all there is"},
	{"internal/house", nil, "nothing of ours: it reads files"},
	{"app/access", nil, "nothing of ours: it is the vocabulary"},
	{"app", []string{"app", "client", "assets"}, "app, client and assets"},
	{"views", []string{"views", "app", "assets"}, "views, app and assets"},
	{"client/api", nil, "nothing of ours: it is the contract"},
	{"client", []string{"client/api"}, "client/api"},
	{"host", []string{"host", "client/api.", "assets"}, "host, client/api and assets"},
	{"assets", []string{"assets"}, "assets"},
}

// windowless are the folders that must not reach Fyne, not even through others of ours.
var windowless = []string{"app", "client", "host", "cmd", "assets/locales"}

// drivers need cgo: who imports them cannot be built or tested in seconds.
var drivers = []string{"fyne.io/fyne/v2/app", "fyne.io/fyne/v2/driver/glfw"}

func below(name, folder string) bool {
	return folder == "" || name == folder || strings.HasPrefix(name, folder+"/")
}

func imports(t *testing.T, s source) []string {
	t.Helper()
	var paths []string
	for _, i := range s.ast.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		paths = append(paths, p)
	}
	return paths
}

// ours returns the folder of an import path of our module.
func ours(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

func TestImportsGoInOneDirection(t *testing.T) {
	for _, s := range sources(t, parser.ImportsOnly) {
		found := false
		for _, l := range layers {
			if !below(s.dir, l.folder) && s.name != l.folder {
				continue
			}
			found = true
			for _, p := range imports(t, s) {
				folder, our := ours(p)
				if !our || folder == s.dir {
					continue
				}
				allowed := false
				for _, m := range l.may {
					itself, alone := strings.CutSuffix(m, ".")
					allowed = allowed || folder == itself || (!alone && below(folder, m))
				}
				if !allowed {
					t.Errorf("%s imports %s; %s sees %s", s.name, p, l.folder, l.sees)
				}
			}
			break
		}
		if !found {
			t.Errorf("%s is in no layer: say in this test what it may import", s.name)
		}
	}
}

func TestTheVocabularyImportsOnlyTheStandardLibraryAndText(t *testing.T) {
	for _, s := range sources(t, parser.ImportsOnly) {
		if !below(s.dir, "app/access") || s.test {
			continue
		}
		for _, p := range imports(t, s) {
			if strings.Contains(strings.SplitN(p, "/", 2)[0], ".") && !below(p, "golang.org/x/text") {
				t.Errorf("%s imports %s", s.name, p)
			}
		}
	}
}

func TestOnlyViewsReachTheToolkit(t *testing.T) {
	edges := map[string][]string{} // from a package of ours to what it imports, ours as folders
	for _, s := range sources(t, parser.ImportsOnly) {
		for _, p := range imports(t, s) {
			if folder, our := ours(p); our {
				p = folder
			}
			edges[s.dir] = append(edges[s.dir], p)
		}
	}
	var reach func(dir string, seen map[string]bool, way []string)
	reach = func(dir string, seen map[string]bool, way []string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		way = append(way, dir)
		for _, p := range edges[dir] {
			if below(p, "fyne.io") || below(p, "github.com/dweymouth/fyne-tooltip") {
				t.Errorf("%s imports %s", strings.Join(way, " -> "), p)
				return
			}
			reach(p, seen, way)
		}
	}
	for dir := range edges {
		for _, w := range windowless {
			if below(dir, w) {
				reach(dir, map[string]bool{}, nil)
			}
		}
	}
}

// forProviders are what only the provider's program is made of: the application embeds the sample host, and must not carry
// the drivers and servers of the gateway.
var forProviders = []string{"host/gateway", "host/mail", "host/whmcs", "host/store/postgres", "github.com/jackc/pgx/v5", "github.com/prometheus/client_golang",
	"github.com/wneessen/go-mail", "github.com/BurntSushi/toml", "github.com/sony/gobreaker/v2", "host/phone", "github.com/nyaruka/phonenumbers"}

func TestTheApplicationDoesNotCarryTheGateway(t *testing.T) {
	edges := map[string][]string{}
	for _, s := range sources(t, parser.ImportsOnly) {
		if s.test {
			continue
		}
		for _, p := range imports(t, s) {
			if folder, our := ours(p); our {
				p = folder
			}
			edges[s.dir] = append(edges[s.dir], p)
		}
	}
	seen := map[string]bool{}
	var reach func(dir string, way []string)
	reach = func(dir string, way []string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		way = append(way, dir)
		for _, p := range edges[dir] {
			for _, not := range forProviders {
				if below(p, not) {
					t.Errorf("%s -> %s", strings.Join(way, " -> "), p)
				}
			}
			reach(p, way)
		}
	}
	reach(".", nil)
	if !seen["host/serve"] {
		t.Error("the application does not embed the sample host: does this test still follow imports?")
	}
}

// slow are modules that cost every start, whoever of ours or others' imports them.
var slow = []string{"github.com/nyaruka/phonenumbers", "google.golang.org/protobuf"}

func TestTheApplicationIsNotLinkedFromWhatIsSlowToStart(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Dir, list.Env = root, append(os.Environ(), "CGO_ENABLED=1") // the window needs it; nothing is compiled
	out, err := list.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		t.Fatalf("%v: %s", err, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, module+"/views/places") {
		t.Fatalf("of %d packages none is views/places: is this the application?", len(linked))
	}
	for _, p := range linked {
		for _, not := range slow {
			if below(p, not) {
				t.Errorf("it is linked from %s", p)
			}
		}
	}
}

func TestOnlyTheProgramAndItsJourneysImportTheDriver(t *testing.T) {
	for _, s := range sources(t, parser.ImportsOnly) {
		for _, p := range imports(t, s) {
			for _, d := range drivers {
				if p == d && s.name != "main.go" && !below(s.dir, "e2e") {
					t.Errorf("%s imports %s, which needs cgo", s.name, p)
				}
			}
		}
	}
}
