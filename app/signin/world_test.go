package signin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client"
	"concierge/client/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// keyring is a vault whose every call can fail, as those of operating systems do.
type keyring struct {
	mu      sync.Mutex
	secrets map[string]string
	fails   trouble.Kind // "" when it works
	asked   []string     // "get a", "set a", "delete a"
	onSet   func(ctx context.Context) error
}

func newKeyring() *keyring { return &keyring{secrets: map[string]string{}} }

func (k *keyring) do(what string) error {
	k.asked = append(k.asked, what)
	if k.fails != "" {
		return &trouble.Trouble{Kind: k.fails, Err: errors.New("as arranged")}
	}
	return nil
}

func (k *keyring) Get(_ context.Context, id string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.do("get " + id); err != nil {
		return "", err
	}
	s, ok := k.secrets[id]
	if !ok {
		return "", vault.ErrNotFound
	}
	return s, nil
}

func (k *keyring) Set(ctx context.Context, id, secret string) error {
	k.mu.Lock()
	wait := k.onSet
	k.mu.Unlock()
	if wait != nil {
		if err := wait(ctx); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.do("set " + id); err != nil {
		return err
	}
	k.secrets[id] = secret
	return nil
}

func (k *keyring) Delete(_ context.Context, id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.do("delete " + id); err != nil {
		return err
	}
	delete(k.secrets, id)
	return nil
}

func (k *keyring) fail(kind trouble.Kind) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fails = kind
}

func (k *keyring) secret(id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.secrets[id]
}

func (k *keyring) ids() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []string
	for id := range k.secrets {
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}

func (k *keyring) count(what string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for _, a := range k.asked {
		if strings.HasPrefix(a, what) {
			n++
		}
	}
	return n
}

// world is a host, a keyring and a folder; managers in it are windows of the application.
type world struct {
	*testing.T
	host *fakeHost
	keys *keyring
	dir  string
	log  *logBuffer
	cfg  Config

	server *httptest.Server // not in a bubble
	pipes  *pipes           // of the last attempt, in a bubble
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newWorld has a real server on this computer.
func newWorld(t *testing.T) *world {
	w := emptyWorld(t)
	w.server = w.host.serve()
	w.cfg.Discover = Discover(client.Config{Log: slog.New(slog.NewTextHandler(w.log, nil))})
	return w
}

// newBubble has a host without a network, for tests about time.
func newBubble(t *testing.T) *world {
	w := emptyWorld(t)
	w.host.url = "http://127.0.0.1:1"
	w.cfg.HTTP = inMemory{w.host}
	w.cfg.Listen = func() (net.Listener, error) {
		w.pipes = newPipes()
		return w.pipes, nil
	}
	w.cfg.Discover = func(context.Context, string) (Found, error) {
		return Found{URL: w.host.url, Host: access.Host{URL: w.host.url, Name: "Hébergement Boréal"}, SignIn: api.SignIn{Issuer: w.host.issuer(), ClientID: clientID}}, nil
	}
	return w
}

func emptyWorld(t *testing.T) *world {
	w := &world{T: t, host: newFake(t), keys: newKeyring(), dir: t.TempDir(), log: &logBuffer{}}
	w.cfg = Config{
		File: filepath.Join(w.dir, "identities.json"), Vault: w.keys, Browser: func(string) error { return nil },
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Language: func() string { return "fr" },
	}
	return w
}

// window starts the application once more.
func (w *world) window() *Manager {
	w.Helper()
	m := New(w.cfg)
	w.Cleanup(m.Close)
	if err := m.Restore(w.Context()); err != nil {
		w.Fatal(err)
	}
	return m
}

func (w *world) begin(m *Manager) *Attempt {
	w.Helper()
	a, err := m.Begin(w.Context(), w.host.url, "")
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// signIn does it all.
func (w *world) signIn(m *Manager, p person) Identity {
	w.Helper()
	w.host.set(func() { w.host.person = p })
	a := w.begin(m)
	w.browse(a.URL())
	i, err := a.Wait(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return i
}

// browse opens an address as a browser does, follows it back to the application, and returns the last page.
func (w *world) browse(address string) (status int, page string) {
	w.Helper()
	status, page, err := w.tryBrowse(address)
	if err != nil {
		w.Fatal(err)
	}
	return status, page
}

func (w *world) tryBrowse(address string) (status int, page string, err error) {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if w.cfg.HTTP != nil {
		c.Transport = bubbleBrowser{w.cfg.HTTP, w.pipes}
	}
	r, err := c.Get(address)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	return r.StatusCode, string(body), err
}

// callback is where the browser would come back to, with other values.
func callback(a *Attempt, change func(url.Values)) string {
	q := url.Values{"state": {a.state}, "code": {"none"}}
	change(q)
	return a.oauth.RedirectURL + "?" + q.Encode()
}

func (w *world) token(m *Manager, id string) string {
	w.Helper()
	s, err := m.Tokens(id).Token(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) file() string {
	w.Helper()
	data, err := os.ReadFile(w.cfg.File)
	if err != nil && !os.IsNotExist(err) {
		w.Fatal(err)
	}
	return string(data)
}

// noSecretsAnywhere searches everything that was written.
func (w *world) noSecretsAnywhere() {
	w.Helper()
	given := w.host.givenSecrets()
	if len(given) == 0 {
		w.Error("no secret was given: the search proves nothing")
	}
	places := map[string]string{"the log": w.log.String()}
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		places[path] = string(data)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	for place, text := range places {
		for _, s := range given {
			if strings.Contains(text, s) {
				w.Errorf("a secret is in %s", place)
			}
		}
	}
}

func kindOf(t *trouble.Trouble) trouble.Kind {
	if t == nil {
		return ""
	}
	return t.Kind
}

// heard collects what a manager says changed.
func heard(m *Manager) func() []string {
	var mu sync.Mutex
	var ids []string
	m.Changed.Listen(func(id string) {
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, id)
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		all := ids
		ids = nil
		return all
	}
}

// pipes is a listener without a network.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	over  chan struct{}
	addr  pipeAddr
}

type pipeAddr string

func (a pipeAddr) Network() string { return "tcp" }
func (a pipeAddr) String() string  { return string(a) }

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), over: make(chan struct{}), addr: "127.0.0.1:2"}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.over:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.over) })
	return nil
}

func (p *pipes) Addr() net.Addr { return p.addr }

// bubbleBrowser reaches the host in memory and the application through its pipes.
type bubbleBrowser struct {
	host http.RoundTripper
	back *pipes
}

func (b bubbleBrowser) RoundTrip(r *http.Request) (*http.Response, error) {
	p := b.back
	if p == nil || r.URL.Host != p.addr.String() {
		return b.host.RoundTrip(r)
	}
	t := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		select {
		case p.conns <- theirs:
			return ours, nil
		case <-p.over:
			return nil, errors.New("connection refused")
		}
	}}
	return t.RoundTrip(r)
}
