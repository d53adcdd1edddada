package place

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// computer is one with a program in bin, and whatever the environment says.
func computer(t *testing.T, env map[string]string) (c Computer, bin string) {
	t.Helper()
	root := t.TempDir()
	bin = filepath.Join(root, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	return Computer{
		Getenv:     func(name string) string { return env[name] },
		Executable: func() (string, error) { return filepath.Join(bin, "concierge"), nil },
		Config:     func() (string, error) { return filepath.Join(root, "config"), nil },
		State:      func() (string, error) { return filepath.Join(root, "state"), nil },
	}, bin
}

func TestTheFlagGoesBeforeTheEnvironmentThatBeforeTheFolderBesideAndThatBeforeTheSystem(t *testing.T) {
	for _, c := range []struct {
		name     string
		flag     string
		env      map[string]string
		portable bool
		way      Way
	}{
		{"all of them", "/f", map[string]string{Variable: "/h"}, true, Flag},
		{"no flag", "", map[string]string{Variable: "/h"}, true, Home},
		{"nothing but the folder", "", nil, true, Portable},
		{"an empty variable is none", "", map[string]string{Variable: ""}, false, System},
		{"nothing", "", nil, false, System},
	} {
		t.Run(c.name, func(t *testing.T) {
			on, bin := computer(t, c.env)
			if c.portable {
				if err := os.Mkdir(filepath.Join(bin, Beside), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			p, err := Find(c.flag, on)
			if err != nil || p.Way != c.way {
				t.Fatalf("%+v %v", p, err)
			}
			if inside := filepath.Dir(p.Logs) == p.Folder; inside != (c.way != System) {
				t.Errorf("logs in %s, data in %s", p.Logs, p.Folder)
			}
		})
	}
}

func TestAFileOfThatNameBesideTheProgramMakesNothingPortable(t *testing.T) {
	on, bin := computer(t, nil)
	if err := os.WriteFile(filepath.Join(bin, Beside), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := Find("", on); err != nil || p.Way != System {
		t.Errorf("%+v %v", p, err)
	}
}

func TestBesideALinkIsBesideTheProgramItLeadsTo(t *testing.T) {
	on, bin := computer(t, nil)
	program := filepath.Join(bin, "concierge")
	if err := errors.Join(os.WriteFile(program, nil, 0o700), os.Mkdir(filepath.Join(bin, Beside), 0o700)); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "concierge")
	if err := os.Symlink(program, link); err != nil {
		t.Skip(err) // Windows lets not everybody
	}
	on.Executable = func() (string, error) { return link, nil }
	if p, err := Find("", on); err != nil || p.Way != Portable {
		t.Errorf("%+v %v", p, err)
	}
}

func TestBesideABundleIsNotInsideOfIt(t *testing.T) {
	on, bin := computer(t, nil)
	inside := filepath.Join(bin, "Concierge.app", "Contents", "MacOS")
	if err := errors.Join(os.MkdirAll(inside, 0o700), os.Mkdir(filepath.Join(bin, Beside), 0o700)); err != nil {
		t.Fatal(err)
	}
	on.Executable = func() (string, error) { return filepath.Join(inside, "concierge"), nil }
	p, err := Find("", on)
	if err != nil || p.Way != Portable || filepath.Base(filepath.Dir(p.Folder)) != "bin" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestAFolderNamedFromWhereTheProgramWasStartedHoldsFromEverywhere(t *testing.T) {
	on, _ := computer(t, nil)
	if p, err := Find("here", on); err != nil || !filepath.IsAbs(p.Folder) {
		t.Errorf("%+v %v", p, err)
	}
}

func TestEveryFileIsListedOnceAndWithWhatItIsFor(t *testing.T) {
	p := Place{Folder: "/d", Logs: "/l"}
	seen := map[string]bool{}
	for _, i := range p.Items() {
		if i.What == "" || i.Path == "" || seen[i.What] || seen[i.Path] {
			t.Errorf("%+v", i)
		}
		seen[i.What], seen[i.Path] = true, true
	}
}
