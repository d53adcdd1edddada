package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"concierge/client/api"
)

// People of the sample host, and what they are here for.
const (
	marie = "marie@chezmarcel.example" // owns the bakery
	sam   = "sam@cabinet.example"      // reaches 40 accounts, as user of the bakery too
	lea   = "lea@studio.example"       // user of the bakery, without what the owner may

	bakery = "Boulangerie Chez Marcel"
)

// host is the provider's program, as a process of its own.
type host struct {
	*process
	t      *testing.T
	c      *computer
	data   string
	url    string
	tokens map[string]string // access tokens by e-mail
}

// serve starts a host with the sample's people.
func (c *computer) serve() *host {
	c.t.Helper()
	h := &host{t: c.t, c: c, data: c.t.TempDir(), tokens: map[string]string{}}
	h.begin("127.0.0.1:0")
	return h
}

func (h *host) begin(listen string) {
	h.t.Helper()
	h.process = h.c.start("host", nil, nil, os.Environ(), hostProgram, "serve", "--data", h.data, "--sample", "--listen", listen)
	h.url = h.firstLine(h.t)
}

// stop ends it, as when the provider's server is down.
func (h *host) stop() {
	h.t.Helper()
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	<-h.ended
	if h.err != nil {
		h.t.Errorf("the host ended with %v", h.err)
	}
}

// again starts it where it was.
func (h *host) again() {
	h.t.Helper()
	h.begin(strings.TrimPrefix(h.url, "http://"))
}

// caller asks a host in somebody's name, beside the application.
type caller struct {
	t          *testing.T
	url, token string
}

// as makes calls in the name of one of the host's people.
func (h *host) as(email string) caller {
	h.t.Helper()
	if h.tokens[email] == "" {
		h.tokens[email] = mint(h.t, h.data, email)
	}
	return caller{h.t, h.url, h.tokens[email]}
}

func mint(t *testing.T, data, email string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), hostProgram, "token", "--data", data, "--user", email).Output()
	if err != nil {
		t.Fatalf("token for %s: %v", email, err)
	}
	return strings.TrimSpace(string(out))
}

// call makes one call; into may be nil. It returns the status and the type of a problem.
func (c caller) call(method, path string, body string, header http.Header, into any) (status int, problem string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		var p struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal(answer, &p) // an answer that is no problem has no type
		return res.StatusCode, p.Type
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return res.StatusCode, ""
}

func (c caller) get(path string, into any) {
	c.t.Helper()
	if status, problem := c.call(http.MethodGet, path, "", nil, into); status != http.StatusOK {
		c.t.Fatalf("GET %s: %d %s", path, status, problem)
	}
}

// account finds one of the caller's accounts by name.
func (c caller) account(name string) (id string) {
	c.t.Helper()
	for _, a := range c.accounts() {
		if a.Name == name {
			return a.ID
		}
	}
	c.t.Fatalf("no account %s", name)
	return ""
}

func (c caller) accounts() []api.AccountSummary {
	c.t.Helper()
	var list struct {
		Accounts []api.AccountSummary `json:"accounts"`
	}
	c.get("/v1/accounts?limit=100", &list)
	return list.Accounts
}

// snapshot is all that the caller sees of an account.
func (c caller) snapshot(name string) api.Snapshot {
	c.t.Helper()
	var s api.Snapshot
	c.get("/v1/accounts/"+c.account(name)+"/snapshot", &s)
	return s
}

func (c caller) me() api.Me {
	c.t.Helper()
	var me api.Me
	c.get("/v1/me", &me)
	return me
}

// user finds a user of a snapshot by address.
func user(s api.Snapshot, email string) (api.User, bool) {
	i := slices.IndexFunc(s.Users, func(u api.User) bool { return u.Email == email })
	if i < 0 {
		return api.User{}, false
	}
	return s.Users[i], true
}

func contact(s api.Snapshot, email string) (api.Contact, bool) {
	i := slices.IndexFunc(s.Contacts, func(c api.Contact) bool { return c.Email == email })
	if i < 0 {
		return api.Contact{}, false
	}
	return s.Contacts[i], true
}

func sorted(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return fmt.Sprint(list)
}

var codePattern = regexp.MustCompile(`class="code">(\d{5})<`)

// code is the newest code the host would have e-mailed to somebody, read from its mailbox page.
func (h *host) code(to string) string {
	h.t.Helper()
	res, err := http.Get(h.mailbox(to)) //nolint:gosec // our own host
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	found := codePattern.FindSubmatch(page)
	if found == nil {
		h.t.Fatalf("no code for %s in %s", to, page)
	}
	return string(found[1])
}

// mailbox is the page with the e-mails to somebody.
func (h *host) mailbox(to string) string { return h.url + "/mailbox?lang=fr&to=" + url.QueryEscape(to) }
