package diagnostics

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"concierge/client"
	"concierge/client/api"
)

// dying makes this test program crash in a way, with a Diary in a folder.
const dying = "CONCIERGE_TEST_DIES"

func TestMain(m *testing.M) {
	way, dir, does := strings.Cut(os.Getenv(dying), " ")
	if does {
		die(way, dir)
	}
	os.Exit(m.Run())
}

func die(way, dir string) {
	d, err := Open(Config{Dir: dir, Stderr: os.Stderr})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	d.Logger(slog.LevelInfo).Info("about to end")
	never := make(chan struct{})
	switch way {
	case "goroutine":
		go func() { panic("no such account for marie@chezmarcel.example") }()
	case "nil":
		go func() {
			var p *Config
			fmt.Println(p.Dir)
		}()
	case "signal":
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Signal(syscall.SIGSEGV)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	case "well":
		os.Exit(0)
	}
	<-never
}

func open(t *testing.T, cfg Config) *Diary {
	t.Helper()
	d, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestACrashOfAnyGoroutineAndAFatalSignalAreTakenInByTheNextStart(t *testing.T) {
	for _, c := range []struct{ way, says string }{
		{"goroutine", "panic: no such account for [e-mail]"},
		{"nil", "invalid memory address or nil pointer dereference"},
		{"signal", "SIGSEGV"},
		{"well", ""},
	} {
		t.Run(c.way, func(t *testing.T) {
			if c.way == "signal" && runtime.GOOS == "windows" {
				t.Skip("there are no signals")
			}
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), dying+"="+c.way+" "+dir)
			out, err := cmd.CombinedOutput()
			if (err != nil) != (c.says != "") {
				t.Fatalf("%v\n%s", err, out)
			}
			d := open(t, Config{Dir: dir})
			crashed, err := d.Own()
			if err != nil || crashed != (c.says != "") {
				t.Fatalf("crashed %t, %v", crashed, err)
			}
			text, at, err := d.LastCrash()
			if err != nil || !strings.Contains(text, c.says) || at.IsZero() == crashed {
				t.Errorf("%v %v\n%s", at, err, text)
			}
			if again, err := d.Own(); again || err != nil {
				t.Errorf("told twice: %v", err)
			}
			if lines, err := d.Tail(10); err != nil || len(lines) != 1 || !strings.Contains(lines[0], "about to end") {
				t.Errorf("the log has %q, %v", lines, err)
			}
			nothingOfMarie(t, dir)
		})
	}
}

// nothingOfMarie looks into every file of a folder.
func nothingOfMarie(t *testing.T, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		path := filepath.Join(dir, e.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, not := range []string{"marie", "Marie", "chezmarcel", "s3cr3t"} {
			if bytes.Contains(data, []byte(not)) {
				t.Errorf("%s has %q:\n%s", e.Name(), not, data)
			}
		}
		if info, err := e.Info(); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
			t.Errorf("%s is %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestWhatAHostSaysAndWhatOpensSomethingDoesNotReachTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "concierge.log")
	if err := os.WriteFile(path, nil, 0o644); err != nil { // of somebody who copied it about
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	d := open(t, Config{Dir: dir, Stderr: &stderr, Level: slog.LevelDebug, Home: "/home/marie"})
	log := d.Logger(slog.LevelDebug)
	said := &client.Problem{Call: "GET /v1/accounts/{id}", Problem: api.Problem{Status: 403, Type: "x", Title: "Forbidden", Detail: `Marie "M" is the owner`}}
	log.Warn("fetch", "err", fmt.Errorf("account 7: %w", errors.Join(errors.New("other"), said)))
	log.Error("sign-in of marie@chezmarcel.example", "url", "https://marie:s3cr3t@host.example/callback?code=s3cr3t#s3cr3t", "list", []string{"Authorization: Bearer s3cr3t"})
	log.Info("file", "path", "/home/marie/.config/Concierge/settings.json", "token", "s3cr3t", "said", "refresh_token=s3cr3t&x=1")
	log.Debug("signed in", "name", "Marie")
	nothingOfMarie(t, dir)
	lines, err := d.Tail(10)
	if err != nil || len(lines) != 3 {
		t.Fatalf("%q %v", lines, err)
	}
	for i, want := range []string{"account 7: other", "https://host.example/callback", "~/.config/Concierge/settings.json"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("%q has lost %q", lines[i], want)
		}
	}
	if !strings.Contains(stderr.String(), "name=Marie") {
		t.Errorf("stderr has %s", stderr.String())
	}
}

func TestTheLogIsBoundedBySizeAndCount(t *testing.T) {
	dir := t.TempDir()
	d := open(t, Config{Dir: dir, Most: 2000, Keep: 2})
	if _, err := d.Own(); err != nil {
		t.Fatal(err)
	}
	log := d.Logger(slog.LevelInfo)
	for i := range 500 {
		log.Info("line", "n", i)
	}
	all, err := filepath.Glob(filepath.Join(dir, "concierge*.log"))
	if err != nil || len(all) != 3 {
		t.Fatalf("%q %v", all, err)
	}
	for _, path := range all {
		if info, err := os.Stat(path); err != nil || info.Size() > 2000 {
			t.Errorf("%s has %d bytes, %v", path, info.Size(), err)
		}
	}
	lines, err := d.Tail(30)
	if err != nil || len(lines) != 30 || !strings.Contains(lines[29], "n=499") || !strings.Contains(lines[0], "n=470") {
		t.Errorf("%q %v", lines, err)
	}
	nothingOfMarie(t, dir)
}

func TestOnlyTheFirstProcessTurnsTheLogOver(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, Config{Dir: dir, Most: 300, Keep: 1}), open(t, Config{Dir: dir, Most: 300, Keep: 1})
	for range 20 {
		second.Logger(slog.LevelInfo).Info("asks the first to raise its window")
	}
	if all, err := filepath.Glob(filepath.Join(dir, "*.1.log")); len(all) != 0 || err != nil {
		t.Errorf("%q %v", all, err)
	}
	if _, err := first.Own(); err != nil {
		t.Fatal(err)
	}
	first.Logger(slog.LevelInfo).Info("goes on")
	if lines, err := first.Tail(1); err != nil || !strings.Contains(lines[0], "goes on") {
		t.Errorf("%q %v", lines, err)
	}
}

func TestOfManyCrashesTheLastAreKept(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 18, 14, 0, 0, 0, time.UTC)
	d := open(t, Config{Dir: dir, Now: func() time.Time { return now }})
	for i := range 5 {
		if _, err := fmt.Fprintf(d.crash, "panic: %d", i); err != nil {
			t.Fatal(err)
		}
		if crashed, err := d.Own(); !crashed || err != nil {
			t.Fatal(crashed, err)
		}
		now = now.Add(time.Minute)
	}
	if all := d.crashes(); len(all) != 3 {
		t.Errorf("%q", all)
	}
	if text, at, err := d.LastCrash(); err != nil || text != "panic: 4" || !at.Equal(now.Add(-time.Minute)) {
		t.Errorf("%q %v %v", text, at, err)
	}
}

func TestWithoutAFolderTheLogGoesToStderrAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	d, err := Open(Config{Dir: filepath.Join(file, "logs"), Stderr: &stderr})
	if err == nil {
		t.Error("nobody is told")
	}
	d.Logger(slog.LevelInfo).Info("here")
	if crashed, err := d.Own(); crashed || err != nil {
		t.Error(crashed, err)
	}
	if _, err := d.Tail(3); err != nil && !errors.Is(err, syscall.ENOTDIR) {
		t.Error(err)
	}
	if err := d.Close(); err != nil || !strings.Contains(stderr.String(), "here") {
		t.Errorf("%v %s", err, stderr.String())
	}
}

func TestWhatIsScrubbedAndWhatStays(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"marie@localhost wrote", "[e-mail] wrote"},
		{"jean-françois.côté+x@exemple.québec", "[e-mail]"},
		{"/root/go/pkg/mod/fyne.io/fyne/v2@v2.8.1/widget/button.go:33 +0x1d", "/root/go/pkg/mod/fyne.io/fyne/v2@v2.8.1/widget/button.go:33 +0x1d"},
		{`hexkey=0123456789abcdef`, "hexkey=[secret]"},
		{"Authorization: Bearer abc.def", "Authorization: Bearer [secret]"},
		{"eyJhbGciOi.eyJzdWIi.sig", "[secret]"},
		{"key 4f3c2b1a09f8e7d6c5b4a3f2e1d0c9b8", "key 4f3c…"},
		{"identity QWERTYUIOPASDFGHJKLZXCVBNM failed", "identity QWER… failed"},
		{"concierge/views/permissions.TestSomethingThatHasALongName", "concierge/views/permissions.TestSomethingThatHasALongName"},
		{"https://host.example/v1/accounts/7?token=abc", "https://host.example/v1/accounts/7?[secret]"},
	} {
		if got := Scrub(c.text, ""); got != c.want {
			t.Errorf("%q became %q, not %q", c.text, got, c.want)
		}
	}
}

func TestNamesAreFoundWhateverTheirAccentsAndOnlyAsWords(t *testing.T) {
	n := KnownAs([]string{"Léa Dubois", "Sam Gagnon", "Jo Li"}, []string{"Boulangerie Chez Marcel", "Or"})
	for text, want := range map[string]string{
		"LEA said":                     "[name] said",
		"the sample of Sam":            "the sample of [name]",
		"« Boulangerie  chez Marcel »": "« [name] »",
		"Boulangerie du coin":          "Boulangerie du coin",
		"Jo Li and Jo":                 "[name] and Jo",
		"lea.dubois@studio":            "[name]@studio",
		"ordinary or not":              "ordinary [name] not",
		"":                             "",
	} {
		if got := n.Remove(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}
