package scene

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"concierge/app/diagnostics"
	"concierge/app/policy"
	"concierge/app/trouble"
	"concierge/app/update"
	"concierge/views"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// programs are what concerns the program itself: diagnostics, what an organisation has set, new versions.
func programs() []Scene {
	diagnose := func(s *Stage) {
		s.Go(shell.Help, "computer")
		s.Press("help.to_diagnostics")
	}
	return []Scene{
		{Name: "diagnostics", Prepare: crashed, Do: diagnose},
		{Name: "export-people", Do: exports(shell.People)},
		{Name: "export-all", Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Find("window.do_export_all")
		}},
		{Name: "people-no-export", Prepare: set(func(p *policy.Policy) { p.NoExport = true }), Do: open(shell.People, "")},
		{Name: "overview-crashed", Prepare: crashed, Do: open(shell.Overview, "")},
		{Name: "overview-update", Prepare: newer, Do: open(shell.Overview, "")},
		{Name: "update", Prepare: newer, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("update.see")
		}},
		{Name: "preferences-set", Prepare: set(func(p *policy.Policy) {}), Do: open(shell.Preferences, "")},
		{Name: "preferences-set-end", Prepare: set(func(p *policy.Policy) {}), Do: end},
		{Name: "preferences-set-unread", Prepare: set(func(p *policy.Policy) {
			*p = policy.Policy{Path: p.Path, HostLocked: true, NoUpdateCheck: true, NoExport: true, NoDiagnostics: true, LockWithin: policy.Strictest,
				Trouble: &trouble.Trouble{Kind: trouble.PolicyUnread, Path: p.Path, Err: errors.New("not JSON")}}
		}), Do: end},
	}
}

// exports presses the button beside a list.
func exports(screen shell.Screen) func(*Stage) {
	return func(s *Stage) {
		s.Go(screen, "")
		s.Press("export.button")
	}
}

// end is the last part of the preferences, where what concerns the program stands.
func end(s *Stage) {
	s.Go(shell.Preferences, "")
	s.Window.Canvas().Focus(s.Button(s.T, s.Env.Words.T("preferences.copy_path")))
}

// crashed is a program that ended in a crash the last time, with a log.
func crashed(s *Stage) {
	logs := filepath.Join(s.dir, "logs")
	err := os.MkdirAll(logs, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(logs, "crash.txt"), []byte("panic: runtime error: index out of range [3] with length 3\n\ngoroutine 71 [running]:\nconcierge/views/people.(*Page).row(...)\n\tviews/people/rows.go:88\n"), 0o600)
	}
	diary, opened := diagnostics.Open(diagnostics.Config{Dir: logs, Home: s.dir, Now: func() time.Time { return viewtest.Now }})
	if err = errors.Join(err, opened); err == nil {
		_, err = diary.Own()
	}
	if err != nil {
		s.T.Fatalf("log: %v", err)
	}
	s.diary = diary
	log := diary.Logger(slog.LevelInfo)
	log.Info("start", "version", "1.0.0", "data", "system")
	log.Info("poll", "identity", "marie", "err", "unreachable (espace.exemple.example): dial tcp: connection refused")
	log.Warn("told", "trouble", "keyring-locked: the person Marie Tremblay <marie@chezmarcel.example> did not unlock it")
	s.with = func(cfg *views.Config) { cfg.Diary, cfg.Crashed = diary, true }
}

// published answers with a manifest, without a network.
type published []byte

func (p published) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(p))), Request: r}, nil
}

// checker is one that knows of a newer version.
func checker(s *Stage, allowed *bool) *update.Checker {
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		s.T.Fatalf("key: %v", err)
	}
	raw, err := json.Marshal(update.Manifest{Version: "1.2.0", Issued: viewtest.Now.AddDate(0, 0, -2), URL: "https://concierge.example/download", Notes: map[string]string{
		"fr": "La liste des personnes s'ouvre plus vite dans les grands comptes.\n\nUn accès qui prend fin est rappelé 31, 7 et 1 jours avant.\n\nCorrections pour les lecteurs d'écran.",
		"en": "The list of people opens faster in large accounts.\n\nAccess that ends is reminded of 31, 7 and 1 days before.\n\nMended for screen readers.",
	}})
	if err != nil {
		s.T.Fatalf("manifest: %v", err)
	}
	signed, err := update.Sign(raw, key)
	if err != nil {
		s.T.Fatalf("manifest: %v", err)
	}
	c, err := update.New(update.Config{Address: "https://concierge.example/manifest.json", Key: base64.StdEncoding.EncodeToString(public), Version: "1.0.0",
		File: filepath.Join(s.dir, "updates.json"), Now: func() time.Time { return viewtest.Now }, HTTP: published(signed), Allowed: func() bool { return *allowed }, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = c.Check(context.Background())
	}
	if err != nil {
		s.T.Fatalf("updates: %v", err)
	}
	return c
}

func newer(s *Stage) {
	yes := true
	c := checker(s, &yes)
	s.with = func(cfg *views.Config) { cfg.Updates = c }
}

// set is a computer of an organisation that has set everything, but for what a scene says.
func set(but func(*policy.Policy)) func(*Stage) {
	return func(s *Stage) {
		p := policy.Policy{Path: "/etc/concierge/policy.json", Host: "clients.cabinet-lavoie.example", HostLocked: true, NoUpdateCheck: true, LockWithin: 15 * time.Minute, NoDiagnostics: true}
		but(&p)
		allowed := true
		c := checker(s, &allowed)
		allowed = !p.NoUpdateCheck
		s.with = func(cfg *views.Config) { cfg.Updates, cfg.Policy = c, p }
	}
}
