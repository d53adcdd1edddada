package docs

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/policy"
	"concierge/app/update"
	"concierge/host/gateway"
	"concierge/host/gateway/audit"
	"concierge/host/gateway/check"
	"concierge/host/gateway/config"
	"concierge/host/server"
	"concierge/host/whmcs/remote"
)

// languages are what a block can be in, and how each is held; those for the shell are held in commands_test.go.
var languages = map[string]func(t *testing.T, b block){
	"sh":    func(*testing.T, block) {},
	"toml":  settled,
	"json":  object,
	"caddy": proxied,
	"nginx": proxied,
	"ini":   unitLines,
	"text":  text,
}

func TestEveryBlockSaysWhatItIsInAndIsHeld(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if held := languages[b.lang]; held == nil {
				t.Errorf("%s: nothing here knows how to check what is in %q", b.at(), b.lang)
			} else {
				held(t, b)
			}
		}
	}
}

const secrets = "/etc/concierge-host/secrets"

// configuration is the first block of settings of a page, with its secrets in files that are there, and besides it another.
func configuration(t *testing.T, b block) string {
	t.Helper()
	whole := b.text
	for _, p := range pages(t) {
		if p.name != b.page {
			continue
		}
		i := slices.IndexFunc(p.blocks, func(b block) bool { return b.lang == "toml" })
		if p.blocks[i].line != b.line {
			whole = p.blocks[i].text + "\n" + b.text
		}
	}
	dir := t.TempDir()
	for name, secret := range map[string]string{
		"whmcs_identifier": "identifier", "whmcs_secret": "secret", "sign_in_client_secret": "secret", "mail_smtp": "smtp://user:password@mail.example:587",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole = strings.ReplaceAll(whole, secrets, filepath.ToSlash(dir))
	file := filepath.Join(dir, "gateway.toml")
	if err := os.WriteFile(file, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// settled has the gateway read what its operators are told to write.
func settled(t *testing.T, b block) {
	t.Helper()
	c, err := config.Load(configuration(t, b), nil, nil)
	if err != nil || len(c.Warnings) > 0 {
		t.Errorf("%s: %v %v", b.at(), err, c.Warnings)
	}
}

// object holds JSON against who reads or writes it.
func object(t *testing.T, b block) {
	t.Helper()
	var is map[string]any
	if err := json.Unmarshal([]byte(b.text), &is); err != nil {
		t.Errorf("%s: %v", b.at(), err)
		return
	}
	switch {
	case is["event"] != nil:
		audited(t, b, is)
	case is["issued"] != nil:
		if _, err := update.Sign([]byte(b.text), make([]byte, 64)); err != nil {
			t.Errorf("%s: %v", b.at(), err)
		}
	case is["host"] != nil:
		file := filepath.Join(t.TempDir(), "policy.json")
		if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		if p := policy.Read(file, slog.New(slog.NewTextHandler(&log, nil))); p.Trouble != nil || log.Len() > 0 {
			t.Errorf("%s: %v %s", b.at(), p.Trouble, &log)
		}
	default:
		t.Errorf("%s: nothing here knows whose JSON this is", b.at())
	}
}

// audited holds the line of the audit log against one that is written now: the same names, and the same values where they are
// not of one moment.
func audited(t *testing.T, b block, is map[string]any) {
	t.Helper()
	var out bytes.Buffer
	log, err := audit.Open("stdout", &out, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	log.Call(t.Context(), server.Answered{At: time.Now(), Method: "PUT", Action: "setUserPermissions", Status: 200, Person: "7", Account: "12", Target: "8",
		Route: "PUT /v1/accounts/{accountId}/users/{userId}/permissions", Request: "r", IP: "203.0.113.9"})
	var written map[string]any
	if err := json.Unmarshal(out.Bytes(), &written); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	for name, v := range written {
		if said, has := is[name]; !has || (name != "time" && name != "request" && said != v) {
			t.Errorf("%s: the log writes %s: %v, the page says %v", b.at(), name, v, is[name])
		}
		delete(is, name)
	}
	if len(is) > 0 {
		t.Errorf("%s: the log writes no %v", b.at(), is)
	}
}

// proxied holds the proxies' configurations to what the gateway listens to and believes.
func proxied(t *testing.T, b block) {
	t.Helper()
	c, _ := config.Load("", nil, nil) // incomplete, and with its defaults
	if c.Listen == "" || !strings.Contains(b.text, c.Listen) {
		t.Errorf("%s: the gateway listens to %q", b.at(), c.Listen)
	}
	if strings.Count(b.text, "{") != strings.Count(b.text, "}") {
		t.Errorf("%s: braces", b.at())
	}
	for header := range strings.FieldsSeq(b.text) {
		if strings.HasPrefix(header, "X-") && !said(t, "host/listen/", header) {
			t.Errorf("%s: the gateway does not read %s", b.at(), header)
		}
	}
}

// unitLines holds what an operator adds to our unit against what the unit itself says of it.
func unitLines(t *testing.T, b block) {
	t.Helper()
	for l := range strings.Lines(b.text) {
		if l = strings.TrimSpace(l); !said(t, "packaging/server/concierge-host.service", l) {
			t.Errorf("%s: the unit does not say %s", b.at(), l)
		}
	}
}

// text holds what is neither typed nor read by a program, by how it begins.
func text(t *testing.T, b block) {
	t.Helper()
	switch first := b.first(); {
	case strings.HasPrefix(first, "main.go "):
		house(t, b)
	case strings.HasPrefix(first, "ok "):
		checked(t, b)
	case strings.HasPrefix(first, "https://"):
		base := "https://concierge.example"
		if want := gateway.CallbackURL(base); first != want {
			t.Errorf("%s: it is %s", b.at(), want)
		}
	case strings.HasPrefix(first, "Concierge, on customers'"): // a drawing
	default:
		t.Errorf("%s: nothing here knows what %q is", b.at(), first)
	}
}

var (
	roleRow = regexp.MustCompile(`(?m)^\| (GetUsers, .+) \| (.+) \|$`)
	aWord   = regexp.MustCompile(`[A-Za-z]+`)
)

// Who grants less is told by concierge-host check; who is told to grant more than is needed grants it.
func TestTheActionsForTheRoleAreThoseThatTheGatewayCalls(t *testing.T) {
	m := roleRow.FindStringSubmatch(find(t, "docs/providers.md").text)
	if m == nil {
		t.Fatal("the page has no table of actions")
	}
	told := aWord.FindAllString(m[1]+" "+m[2], -1)
	for _, a := range told {
		if !slices.Contains(remote.Actions(), a) {
			t.Errorf("the gateway does not call %s", a)
		}
	}
	for _, a := range remote.Actions() {
		if !slices.Contains(told, a) && a != "GetClients" { // of which the page speaks apart
			t.Errorf("the page does not ask for %s", a)
		}
	}
}

var columns = regexp.MustCompile(` {2,}`)

// checked holds what concierge-host check is said to print: states, actions, and words that it has.
func checked(t *testing.T, b block) {
	t.Helper()
	states := []string{string(check.OK), string(check.Warning), string(check.Missing), string(check.Off)}
	for l := range strings.Lines(b.text) {
		l = strings.TrimSpace(l)
		if l == "" || l == "..." {
			continue
		}
		if state, does, after := strings.Cut(l, ": "); after && slices.Contains(states, state) { // what to do, below the table
			for part := range strings.SplitSeq(strings.ReplaceAll(does, "...", ":"), ":") {
				if part = strings.TrimSpace(part); part != "" && !said(t, "host/gateway/check/", part) && !slices.Contains(remote.Actions(), part) {
					t.Errorf("%s: it does not say %q", b.at(), part)
				}
			}
			continue
		}
		cells := columns.Split(l, 3)
		if len(cells) != 3 || !slices.Contains(states, cells[0]) {
			t.Errorf("%s: %q", b.at(), l)
			continue
		}
		if action, is := strings.CutPrefix(cells[1], "action "); is {
			if !slices.Contains(remote.Actions(), action) {
				t.Errorf("%s: the gateway calls no %s", b.at(), action)
			}
		} else if !said(t, "host/gateway/check/", `"`+cells[1]+`"`) {
			t.Errorf("%s: nothing is called %q", b.at(), cells[1])
		}
	}
}
