package whole

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diagnostics"
	"concierge/app/vault"
	"concierge/client/api"
	"concierge/host/sample"
)

// TestNeitherTheLogNorADiagnosticsFileNamesAnybody has everything go wrong that is logged, with a host whose own words name
// people, and looks into every byte that is kept of it.
func TestNeitherTheLogNorADiagnosticsFileNamesAnybody(t *testing.T) {
	p := start(t, unlimited)
	dir, logs := t.TempDir(), t.TempDir()
	diary, err := diagnostics.Open(diagnostics.Config{Dir: logs, Home: dir})
	p.must(err)
	t.Cleanup(func() { p.must(diary.Close()) })
	keyring := vault.Session()
	w := p.window(dir, keyring, func(cfg *app.Config) { cfg.Log = diary.Logger(slog.LevelDebug) })
	marie := w.signInAt(p.proxy.URL)
	w.filled(marie)
	var ref access.Ref
	for _, a := range w.Store.Accounts(marie) {
		ref = a.Ref
	}
	snap := w.snapshot(ref)

	p.through(func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		rw.Header().Set("Content-Type", "application/problem+json")
		rw.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(rw).Encode(api.Problem{Status: http.StatusForbidden, Type: "https://concierge.example/problems/forbidden",
			Title: "Not for " + snap.Account.Name, Detail: "Marie Tremblay (" + sample.OwnerEmail + ") said no; ask https://me:s3cr3t@host.example/?token=s3cr3t"})
	})
	_ = w.Refresh(t.Context(), ref) // refused, as is meant
	w.AskNow(marie)
	ct := snap.Contacts[0]
	w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldPhone] = "+1 418 555-0101" }), change.Refused)
	p.through(nil)
	p.endSessions()
	_ = w.Refresh(t.Context(), ref)
	secret, err := keyring.Get(t.Context(), marie)
	p.must(err)
	program := diagnostics.Section{Name: "program"}
	text, err := diary.Report(append([]diagnostics.Section{program}, w.Facts()...), w.Names([]string{"Ma boulangerie"}))
	p.must(err)
	w.end()

	kept := map[string][]byte{"the report": []byte(text)}
	list, err := filepath.Glob(filepath.Join(logs, "*"))
	p.must(err)
	for _, path := range list {
		kept[filepath.Base(path)], err = os.ReadFile(path)
		p.must(err)
	}
	if !bytes.Contains(kept["concierge.log"], []byte("403")) {
		t.Errorf("nothing of it is in the log, so this test sees nothing:\n%s", kept["concierge.log"])
	}
	never := []string{"Marie", "Tremblay", "s3cr3t", secret, sample.OwnerEmail, snap.Account.Name, snap.Account.Email, "555-0101", dir}
	for _, s := range w.Store.Snapshots() {
		for _, u := range s.Users {
			never = append(never, u.LastName, u.Email)
		}
		for _, c := range s.Contacts {
			never = append(never, c.Email, c.Phone)
		}
	}
	for name, data := range kept {
		for _, not := range never {
			if not != "" && bytes.Contains(data, []byte(not)) {
				t.Errorf("%s has %q:\n%s", name, not, data)
			}
		}
	}
	if !strings.Contains(text, "sign-ins: 1") || !strings.Contains(text, "[log]") {
		t.Errorf("the report is\n%s", text)
	}
}
