package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concierge/host/gateway/audit"
	"concierge/host/server"
)

var at = time.Date(2026, 11, 26, 14, 0, 0, 5e6, time.FixedZone("EST", -5*3600))

func write(person, account, target string) server.Answered {
	return server.Answered{Request: "req", At: at, Method: "PUT", Route: "PUT /v1/accounts/{accountId}/users/{userId}/permissions", Action: "setUserPermissions",
		Person: person, Account: account, Target: target, Status: 200, IP: "203.0.113.9"}
}

func TestALineSaysWhoDidWhatWithWhatResult(t *testing.T) {
	var b bytes.Buffer
	l, err := audit.Open("stdout", &b, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	l.Call(ctx, write("7", "12", "8"))
	refused := write("7", "12", "8")
	refused.Status, refused.Problem = 409, "urn:concierge:problem:owner-protected"
	l.Call(ctx, refused)
	unsure := write("7", "12", "8")
	unsure.Unsure = true
	l.Call(ctx, unsure)
	l.Ended(ctx, at, "12", "8", at)
	l.SignedIn(ctx, at, "7", "203.0.113.9")
	read := write("7", "12", "8")
	read.Method = "GET"
	l.Call(ctx, read)
	l.Call(ctx, write("", "12", "8")) // a stranger
	want := `{"time":"2026-11-26T19:00:00.005Z","event":"call","action":"setUserPermissions","result":"done","status":200,"problem":"","person":"7","account":"12","target":"8","route":"PUT /v1/accounts/{accountId}/users/{userId}/permissions","request":"req","ip":"203.0.113.9"}
{"time":"2026-11-26T19:00:00.005Z","event":"call","action":"setUserPermissions","result":"refused","status":409,"problem":"urn:concierge:problem:owner-protected","person":"7","account":"12","target":"8","route":"PUT /v1/accounts/{accountId}/users/{userId}/permissions","request":"req","ip":"203.0.113.9"}
{"time":"2026-11-26T19:00:00.005Z","event":"call","action":"setUserPermissions","result":"unconfirmed","status":200,"problem":"","person":"7","account":"12","target":"8","route":"PUT /v1/accounts/{accountId}/users/{userId}/permissions","request":"req","ip":"203.0.113.9"}
{"time":"2026-11-26T19:00:00.005Z","event":"access-ended","account":"12","target":"8","due":"2026-11-26T19:00:00.005Z"}
{"time":"2026-11-26T19:00:00.005Z","event":"signed-in","person":"7","ip":"203.0.113.9"}
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestNobodyWritesLinesOfTheirOwn(t *testing.T) {
	for _, evil := range []string{
		"8\n{\"event\":\"call\"}", "8\r\n", "8\x1b[2K\x1b[1A", "8\u2028", "8\u2029", "8\u0085", "8\u202egnp.exe", "8\x00", "8\x7f", "8\xff\xfe", `8","person":"1`,
		strings.Repeat("é", 10_000),
	} {
		var b bytes.Buffer
		l, err := audit.Open("stdout", &b, nil)
		if err != nil {
			t.Fatal(err)
		}
		l.Call(context.Background(), write("7", evil, evil))
		line := b.String()
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") || strings.ContainsAny(line, "\r\x1b\x00\x7f\u2028\u2029\u0085\u202e") || len(line) > 1000 {
			t.Errorf("%q became %q", evil, line)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil || got["person"] != "7" {
			t.Errorf("%q became %q: %v", evil, line, err)
		}
	}
}

func TestARotatedFileIsOpenedAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	l, err := audit.Open(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.SignedIn(context.Background(), at, "1", "")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	l.SignedIn(context.Background(), at, "2", "")
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	l.SignedIn(context.Background(), at, "3", "")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, lines := range map[string]int{path + ".1": 2, path: 1} {
		b, err := os.ReadFile(name)
		if err != nil || strings.Count(string(b), "\n") != lines {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if about, err := os.Stat(name); err != nil || about.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, about.Mode(), err)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestALineThatIsLostIsTold(t *testing.T) {
	lost := 0
	l, err := audit.Open("stdout", full{}, func(error) { lost++ })
	if err != nil {
		t.Fatal(err)
	}
	l.SignedIn(context.Background(), at, "1", "")
	if lost != 1 {
		t.Errorf("told %d times", lost)
	}
	if _, err := audit.Open(filepath.Join(t.TempDir(), "none", "audit.log"), nil, nil); err == nil {
		t.Error("a file in a missing folder was opened")
	}
	var none *audit.Log
	none.SignedIn(context.Background(), at, "1", "")
	if err := errors.Join(none.Reopen(), none.Close()); err != nil {
		t.Error(err)
	}
}
