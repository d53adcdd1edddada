package policy

import (
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/trouble"
)

var quiet = slog.New(slog.DiscardHandler)

func read(t *testing.T, content string) Policy {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	p := Read(path, quiet)
	if p.Path != path {
		t.Errorf("path %q", p.Path)
	}
	p.Path = ""
	return p
}

func TestWhatIsSetHolds(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          Policy
	}{
		{"nothing", `{}`, Policy{}},
		{"everything", `{"host":{"address":"clients.example","locked":true},"lockMinutes":15,"updateCheck":false,"export":false,"diagnostics":false}`,
			Policy{Host: "clients.example", HostLocked: true, LockWithin: 15 * time.Minute, NoUpdateCheck: true, NoExport: true, NoDiagnostics: true}},
		{"what is allowed anyway", `{"lockMinutes":0,"updateCheck":true,"export":true,"diagnostics":true}`, Policy{}},
		{"a host filled in", `{"host":{"address":"https://clients.example"}}`, Policy{Host: "https://clients.example"}},
		{"of a later version", `{"later":{"x":1},"host":{"address":"a.example","colour":"red"}}`, Policy{Host: "a.example"}},
		{"as Windows writes", "\ufeff{\"export\":false}\r\n", Policy{NoExport: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, c.content); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestWithoutAFileNothingIsSet(t *testing.T) {
	if p := Read(filepath.Join(t.TempDir(), "none", "policy.json"), quiet); !reflect.DeepEqual(p, Policy{}) {
		t.Errorf("%+v", p)
	}
}

func TestAFileThatCannotBeReadIsTakenOnItsStrictSide(t *testing.T) {
	for _, content := range []string{"", "null", "[]", `{"export":`, `"x"`, strings.Repeat(" ", most) + "{}"} {
		p := read(t, content)
		if !trouble.Is(p.Trouble, trouble.PolicyUnread) || !p.HostLocked || p.Allows("a.example") || p.LockAfter(0) != Strictest || !p.NoUpdateCheck || !p.NoExport || !p.NoDiagnostics {
			t.Errorf("%.20q: %+v", content, p)
		}
	}
	dir := t.TempDir() // in the file's place
	if p := Read(dir, quiet); !p.NoExport || p.Trouble == nil || p.Trouble.Path != dir {
		t.Errorf("%+v", p)
	}
	secret := filepath.Join(dir, "policy.json")
	if err := os.WriteFile(secret, []byte(`{}`), 0); err != nil {
		t.Fatal(err)
	}
	if p := Read(secret, quiet); runtime.GOOS != "windows" && os.Getuid() != 0 && !p.NoExport {
		t.Errorf("one that may not be read: %+v", p)
	}
}

func TestAPartThatIsNotUnderstoodIsStrictAndTheOthersHold(t *testing.T) {
	for _, c := range []struct {
		content string
		strict  func(Policy) bool
	}{
		{`{"export":"no","lockMinutes":60}`, func(p Policy) bool { return p.NoExport && p.LockWithin == time.Hour && !p.NoUpdateCheck }},
		{`{"export":null}`, func(p Policy) bool { return p.NoExport }},
		{`{"lockMinutes":-1}`, func(p Policy) bool { return p.LockWithin == Strictest }},
		{`{"lockMinutes":"15"}`, func(p Policy) bool { return p.LockWithin == Strictest }},
		{`{"lockMinutes":1e300}`, func(p Policy) bool { return p.LockWithin == Strictest }},
		{`{"host":"clients.example"}`, func(p Policy) bool { return p.HostLocked && !p.Allows("clients.example") }},
		{`{"host":{"locked":true}}`, func(p Policy) bool { return p.HostLocked && !p.Allows("clients.example") }},
		{`{"host":{"address":"http://clients.example","locked":false}}`, func(p Policy) bool { return p.HostLocked }},
		{`{"updateCheck":0}`, func(p Policy) bool { return p.NoUpdateCheck }},
		{`{"diagnostics":{}}`, func(p Policy) bool { return p.NoDiagnostics }},
	} {
		if p := read(t, c.content); !c.strict(p) || !trouble.Is(p.Trouble, trouble.PolicyUnread) || !slices.Contains(p.Sets(), "unread") {
			t.Errorf("%s: %+v", c.content, p)
		}
	}
}

func TestALockedHostIsTheOnlyOneHoweverItIsTyped(t *testing.T) {
	p := Policy{Host: "clients.example/area", HostLocked: true}
	for address, may := range map[string]bool{
		"clients.example": true, "CLIENTS.Example/": true, "https://clients.example/area/": true, "https://clients.example:8443": false,
		"other.example": false, "clients.example.other.example": false, "https://clients.example@other.example": false, "": false, "http://127.0.0.1:9": false,
	} {
		if p.Allows(address) != may {
			t.Errorf("%q: %t", address, !may)
		}
	}
	if open := (Policy{Host: "clients.example"}); !open.Allows("other.example") {
		t.Error("a host that is only filled in keeps people from others")
	}
}

func TestNobodyLocksLaterThanIsSet(t *testing.T) {
	const m = time.Minute
	all := []time.Duration{0, 5 * m, 15 * m, 60 * m}
	for _, c := range []struct {
		within time.Duration
		may    []time.Duration
		chosen map[time.Duration]time.Duration
	}{
		{0, all, map[time.Duration]time.Duration{0: 0, 5 * m: 5 * m}},
		{15 * m, []time.Duration{5 * m, 15 * m}, map[time.Duration]time.Duration{0: 15 * m, 5 * m: 5 * m, 60 * m: 15 * m}},
		{2 * m, []time.Duration{2 * m}, map[time.Duration]time.Duration{0: 2 * m, 5 * m: 2 * m}},
		{120 * m, []time.Duration{5 * m, 15 * m, 60 * m, 120 * m}, map[time.Duration]time.Duration{0: 120 * m, 60 * m: 60 * m}},
	} {
		p := Policy{LockWithin: c.within}
		if got := p.LockChoices(all); !slices.Equal(got, c.may) {
			t.Errorf("within %v: %v", c.within, got)
		}
		for chosen, want := range c.chosen {
			if got := p.LockAfter(chosen); got != want {
				t.Errorf("within %v, chosen %v: %v", c.within, chosen, got)
			}
		}
	}
}

// FuzzPolicy reads the file as somebody else may have written it: nothing that is written badly opens anything.
func FuzzPolicy(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `{"export":false}`, `{"host":{"address":"a.example","locked":true},"lockMinutes":15}`, "\ufeff{}", `{"lockMinutes":1e999}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "policy.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		p := Read(path, quiet)
		if p.LockWithin < 0 || p.LockWithin > 24*time.Hour {
			t.Errorf("locks within %v", p.LockWithin)
		}
		if p.Host == "" && p.HostLocked && p.Trouble == nil {
			t.Error("nobody can sign in, and nobody is told")
		}
	})
}
