package whole

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client/api"
	"concierge/host/sample"
	"concierge/host/serve"
	"concierge/host/server"
)

// patience is how long anything may take before a test says that it does not happen.
const patience = 30 * time.Second

// place is a sample host, and a proxy before its API that can misbehave.
type place struct {
	testing.TB
	*serve.Running
	cfg   serve.Config
	proxy *httptest.Server
	odd   atomic.Pointer[func(w http.ResponseWriter, r *http.Request, pass http.Handler)]
	skew  atomic.Int64 // how far the host's clock is ahead, in nanoseconds
	who   string       // who signs in in the browser; "" is Marie
}

func start(t testing.TB, limits server.Limits) *place {
	t.Helper()
	p := &place{TB: t, cfg: serve.Config{Dir: t.TempDir(), Seed: true, SeedNumber: 1, Log: slog.New(slog.DiscardHandler), Limits: limits}}
	p.cfg.Now = func() time.Time { return time.Now().Add(time.Duration(p.skew.Load())) }
	p.open()
	target, err := url.Parse(p.URL)
	p.must(err)
	pass := &httputil.ReverseProxy{ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	p.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if odd := p.odd.Load(); odd != nil {
			(*odd)(w, r, pass)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		p.proxy.CloseClientConnections()
		p.proxy.Close()
		p.close()
	})
	return p
}

// unlimited is for tests that are not about limits.
var unlimited = server.Limits{PersonBurst: 1_000_000, PersonPerSecond: 1_000_000, AddressBurst: 1_000_000, AddressPerSecond: 1_000_000}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// open starts the host, where it was when it has run before.
func (p *place) open() {
	p.Helper()
	r, err := serve.Sample(context.Background(), p.cfg)
	p.must(err)
	p.Running = r
	p.cfg.Listen = strings.TrimPrefix(r.URL, "http://")
}

func (p *place) close() {
	p.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if err := p.Running.Close(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		p.Error(err)
	}
}

// through has every call to the API answered by fn; nil is as usual.
func (p *place) through(fn func(w http.ResponseWriter, r *http.Request, pass http.Handler)) {
	if fn == nil {
		p.odd.Store(nil)
		p.proxy.CloseClientConnections()
		return
	}
	p.odd.Store(&fn)
}

// endSessions ends every sign-in at the host, as new passwords do.
func (p *place) endSessions() {
	p.Helper()
	_, err := p.Sample.DB().Querier(p.Context()).ExecContext(p.Context(), "DELETE FROM oidc_families")
	p.must(err)
}

// code is the newest step-up code e-mailed to an address.
func (p *place) code(to string) string {
	p.Helper()
	mails, err := p.Sample.Mails(p.Context(), to)
	p.must(err)
	for _, m := range mails {
		if m.Code != "" {
			return m.Code
		}
	}
	p.Fatal("no code was sent to " + to)
	return ""
}

// truth is an account as the host has it.
func (p *place) truth(account string) api.Snapshot {
	p.Helper()
	s, err := p.Sample.Snapshot(p.Context(), account)
	p.must(err)
	return s
}

// window is a running application without its window.
type window struct {
	*app.Core
	p     *place
	moved chan struct{} // something changed
}

func (p *place) window(dir string, v vault.Vault, also ...func(*app.Config)) *window {
	p.Helper()
	w := &window{p: p, moved: make(chan struct{}, 1)}
	cfg := app.Config{
		IdentitiesFile: filepath.Join(dir, "identities.json"), Folder: dir, Vault: v, Language: func() string { return "fr" }, Version: "test",
		Browser: func(link string) error { go p.browse(link); return nil }, PollEvery: time.Hour, Log: slog.New(slog.DiscardHandler),
	}
	for _, fn := range also {
		fn(&cfg)
	}
	w.Core = app.New(cfg)
	w.Store.ListChanged.Listen(func(string) { w.wake() })
	w.Store.AccountChanged.Listen(func(access.Ref) { w.wake() })
	w.Desk.Changed.Listen(func(change.Change) { w.wake() })
	p.Cleanup(func() { w.end() })
	p.must(w.Start(p.Context()))
	return w
}

func (w *window) end() []change.Change {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return w.Close(ctx)
}

func (w *window) wake() {
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// until waits for something to become true.
func (w *window) until(what string, is func() bool) {
	w.p.Helper()
	late := time.After(patience)
	for !is() {
		select {
		case <-w.moved:
		case <-late:
			w.p.Fatalf("it does not happen that %s", what)
		}
	}
}

// as signs in without a browser, for this session.
func (w *window) as(email, at string) string {
	w.p.Helper()
	tokens, err := w.p.Mint(w.p.Context(), email)
	w.p.must(err)
	i, err := w.SignIn.Adopt(w.p.Context(), at, tokens.Refresh)
	w.p.must(err)
	return i.ID
}

// signIn signs Marie in through the browser, to be kept.
func (w *window) signIn() string { return w.signInAt(w.p.URL) }

func (w *window) signInAt(at string) string {
	w.p.Helper()
	try, err := w.SignIn.Begin(w.p.Context(), at, cmp.Or(w.p.who, sample.OwnerEmail))
	w.p.must(err)
	w.p.must(try.Open())
	ctx, cancel := context.WithTimeout(w.p.Context(), patience)
	defer cancel()
	i, err := try.Wait(ctx)
	w.p.must(err)
	return i.ID
}

// filled waits until every account of an identity is there.
func (w *window) filled(id string) {
	w.p.Helper()
	w.until("everything is fetched", func() bool {
		list := w.Store.Accounts(id)
		for _, a := range list {
			if _, _, has := w.Store.Snapshot(a.Ref); !has {
				return false
			}
		}
		return len(list) > 0
	})
}

// account is the one with a name.
func (w *window) account(id, name string) access.Ref {
	w.p.Helper()
	for _, a := range w.Store.Accounts(id) {
		if a.Name == name {
			return a.Ref
		}
	}
	w.p.Fatal("no account " + name)
	return access.Ref{}
}

func (w *window) snapshot(ref access.Ref) access.Snapshot {
	s, _, _ := w.Store.Snapshot(ref)
	return s
}

// do sends a Change and wants it to end as told.
func (w *window) do(c change.Change, want change.State) change.Change {
	w.p.Helper()
	return w.ends(w.Desk.Submit(c).ID, want)
}

func (w *window) ends(id string, want change.State) change.Change {
	w.p.Helper()
	ctx, cancel := context.WithTimeout(w.p.Context(), patience)
	defer cancel()
	c, err := w.Desk.Await(ctx, id)
	if err != nil || c.State != want {
		w.p.Fatalf("%s of %s ended as %s (%v, %v, %+v), want %s", c.Kind, c.TargetName, c.State, c.Trouble, err, c.Conflict, want)
	}
	return c
}

// why is the trouble a Change was refused for.
func why(c change.Change) trouble.Kind {
	if c.Trouble == nil {
		return ""
	}
	return c.Trouble.Kind
}

// newContact adds somebody.
func newContact(ref access.Ref, name, email string) change.Change {
	return change.Change{Account: ref, Kind: change.AddContact, After: change.Values{
		Fields: map[string]string{change.FieldFirstName: name, change.FieldEmail: email},
		Mail:   map[access.MailCategory]bool{access.MailInvoice: true},
	}}
}

// editContact changes what fn changes of a contact as the window shows it.
func editContact(ref access.Ref, ct access.Contact, fn func(change.Values)) change.Change {
	after := change.OfContact(ct)
	fn(after)
	return change.Change{Account: ref, Kind: change.EditContact, Target: ct.ID, TargetName: ct.FirstName, Base: ct.ETag, Before: change.OfContact(ct), After: after}
}

func contactOf(s access.Snapshot, email string) access.Contact {
	for _, ct := range s.Contacts {
		if ct.Email == email {
			return ct
		}
	}
	return access.Contact{}
}

// count is how many contacts of an account have an address, at the host.
func (p *place) count(account, email string) (n int) {
	p.Helper()
	for _, ct := range p.truth(account).Contacts {
		if ct.Email == email {
			n++
		}
	}
	return n
}

var (
	formPath  = regexp.MustCompile(`action="([^"]+)/password"`)
	formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)
)

// browse plays the person in the browser: e-mail and password on the host's page.
func (p *place) browse(link string) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.Error(err)
		return
	}
	b := &http.Client{Jar: jar, Timeout: patience}
	read := func(res *http.Response, err error) string {
		if err != nil {
			p.Error(err)
			return ""
		}
		body, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			p.Error(err)
		}
		return string(body)
	}
	page := read(b.Get(link))
	path, token := formPath.FindStringSubmatch(page), formToken.FindStringSubmatch(page)
	if path == nil || token == nil {
		p.Errorf("no form to sign in: %s", page)
		return
	}
	read(b.PostForm(p.URL+path[1]+"/password", url.Values{"form_token": {token[1]}, "lang": {"fr"}, "email": {cmp.Or(p.who, sample.OwnerEmail)}, "password": {sample.SamplePassword}}))
}

// html is what a network's own sign-in page does to every call.
func html(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<html><body>Bienvenue au Café du Port</body></html>")
}

// cut lets the host act and breaks the connection in the middle of its answer.
func cut(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	got := httptest.NewRecorder()
	pass.ServeHTTP(got, r)
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	var whole bytes.Buffer
	if err := got.Result().Write(&whole); err == nil {
		_, _ = conn.Write(whole.Bytes()[:whole.Len()/2])
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}
