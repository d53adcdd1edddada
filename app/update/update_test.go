package update

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var start = time.Date(2026, 11, 18, 14, 0, 0, 0, time.UTC)

// world is a publisher, its web server, and a computer with a clock of its own.
type world struct {
	*testing.T
	key    ed25519.PrivateKey
	server *httptest.Server
	calls  atomic.Int32
	mu     sync.Mutex
	serve  http.HandlerFunc
	now    time.Time
	cfg    Config
}

func newWorld(t *testing.T) *world {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, key: private, now: start}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.calls.Add(1)
		w.mu.Lock()
		serve := w.serve
		w.mu.Unlock()
		serve(rw, r)
	}))
	t.Cleanup(w.server.Close)
	w.cfg = Config{Address: w.server.URL + "/manifest.json", Key: base64.StdEncoding.EncodeToString(public), Version: "1.0.0",
		File: filepath.Join(t.TempDir(), "updates.json"), Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler)}
	return w
}

func (w *world) checker() *Checker {
	w.Helper()
	c, err := New(w.cfg)
	if err != nil || c == nil {
		w.Fatal(c, err)
	}
	return c
}

func (w *world) answers(serve http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serve = serve
}

func (w *world) says(data []byte) {
	w.answers(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(data) })
}

// manifest is one as it is put on the server.
func (w *world) manifest(version string, issued time.Time) []byte {
	w.Helper()
	raw, err := json.Marshal(Manifest{Version: version, Issued: issued, URL: "https://concierge.example/download",
		Notes: map[string]string{"fr": "Du nouveau.", "en": "Some news."}})
	if err != nil {
		w.Fatal(err)
	}
	data, err := Sign(raw, w.key)
	if err != nil {
		w.Fatal(err)
	}
	return data
}

func TestANewerVersionIsFoundAndStillKnownAtTheNextStart(t *testing.T) {
	w := newWorld(t)
	w.says(w.manifest("1.2.0", start))
	c := w.checker()
	told := 0
	c.Changed.Listen(func(struct{}) { told++ })
	if _, is := c.Found(); is {
		t.Fatal("found before anybody was asked")
	}
	if err := c.Check(t.Context()); err != nil || told != 1 {
		t.Fatal(err, told)
	}
	for _, c := range []*Checker{c, w.checker()} {
		m, is := c.Found()
		if !is || m.Version != "1.2.0" || m.In("fr") != "Du nouveau." || m.In("de") != "Some news." || !c.Asked().Equal(start) {
			t.Errorf("%+v %t %v", m, is, c.Asked())
		}
		if c.due() {
			t.Error("asks again the same day")
		}
	}
	w.cfg.Version = "1.2.0" // installed meanwhile
	if m, is := w.checker().Found(); is {
		t.Errorf("offers %s to who has it", m.Version)
	}
}

func TestNothingAboutThePersonIsSent(t *testing.T) {
	w := newWorld(t)
	w.answers(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || len(body) > 0 || r.URL.RawQuery != "" || r.Header.Get("Cookie") != "" || r.Header.Get("Accept-Language") != "" || r.UserAgent() != "Concierge/1.0.0" {
			t.Errorf("sent %s %v %q", r.URL, r.Header, body)
		}
		http.SetCookie(rw, &http.Cookie{Name: "who", Value: "you"})
		_, _ = rw.Write(w.manifest("1.0.0", start))
	})
	c := w.checker()
	for range 2 {
		if err := c.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNotBelieved(t *testing.T) {
	w := newWorld(t)
	good := w.manifest("2.0.0", start)
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	var e envelope
	if err := json.Unmarshal(good, &e); err != nil {
		t.Fatal(err)
	}
	changed := e
	changed.Manifest = bytes.Replace(e.Manifest, []byte("concierge.example"), []byte("concierge.evil000"), 1)
	unsigned := e
	unsigned.Signature = nil
	elsewhere := e
	elsewhere.Signature = ed25519.Sign(w.key, e.Manifest) // right, but not for this purpose
	pack := func(e envelope) []byte {
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	theirs, err := Sign(e.Manifest, stranger)
	if err != nil {
		t.Fatal(err)
	}
	say := func(data []byte) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(data) }
	}
	for _, c := range []struct {
		name  string
		serve http.HandlerFunc
	}{
		{"of another key", say(theirs)},
		{"changed on the way", say(pack(changed))},
		{"unsigned", say(pack(unsigned))},
		{"signed for something else", say(pack(elsewhere))},
		{"the manifest alone", say(e.Manifest)},
		{"a web page", say([]byte("<html>"))},
		{"nothing", say(nil)},
		{"half of it", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", fmt.Sprint(len(good)))
			_, _ = rw.Write(good[:len(good)/2])
		}},
		{"endless", func(rw http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := rw.Write(bytes.Repeat([]byte(" "), 1<<16)); err != nil {
					return
				}
			}
		}},
		{"not there", http.NotFound},
		{"sent elsewhere", func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/manifest.json" {
				http.Redirect(rw, r, "/other.json", http.StatusFound)
				return
			}
			_, _ = rw.Write(good)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.cfg.File = filepath.Join(t.TempDir(), "updates.json")
			w.answers(c.serve)
			checker := w.checker()
			if err := checker.Check(t.Context()); err == nil {
				t.Error("no error")
			}
			if m, is := checker.Found(); is || !checker.Asked().IsZero() {
				t.Errorf("found %+v", m)
			}
			if checker.due() {
				t.Error("asks again at once")
			}
			w.now = w.now.Add(again)
			if !checker.due() {
				t.Error("never asks again")
			}
		})
	}
}

func TestAServerThatNeverAnswersIsGivenUp(t *testing.T) {
	w := newWorld(t)
	held, asked := make(chan struct{}), make(chan struct{})
	w.answers(func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(rw).Flush()
		close(asked)
		<-held
	})
	defer close(held)
	c := w.checker()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- c.Check(ctx) }()
	<-asked
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if c.http.Timeout != patience {
		t.Error("nobody gives up a slow one")
	}
}

func TestAnOlderManifestOrVersionIsNoNews(t *testing.T) {
	w := newWorld(t)
	c := w.checker()
	w.says(w.manifest("0.9.0", start))
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m, is := c.Found(); is {
		t.Errorf("offers to go back to %s", m.Version)
	}
	w.says(w.manifest("1.3.0", start.Add(2*daily)))
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.says(w.manifest("1.2.0", start.Add(daily))) // played again by somebody in between
	for _, c := range []*Checker{c, w.checker()} {
		if err := c.Check(t.Context()); err == nil {
			t.Error("an older manifest is taken")
		}
		if m, is := c.Found(); !is || m.Version != "1.3.0" {
			t.Errorf("%+v %t", m, is)
		}
	}
	w.says(w.manifest("1.2.1", start.Add(3*daily))) // the publisher took 1.3.0 back
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m, is := c.Found(); !is || m.Version != "1.2.1" {
		t.Errorf("%+v %t", m, is)
	}
}

func TestOnceADayWhateverTheClockDoes(t *testing.T) {
	w := newWorld(t)
	w.says(w.manifest("1.0.0", start))
	c := w.checker()
	for _, step := range []struct {
		what string
		to   time.Time
		due  bool
	}{
		{"the first time", start, true},
		{"a little later", start.Add(time.Hour), false},
		{"the next day", start.Add(25 * time.Hour), true},
		{"the clock was wrong by years", start.AddDate(10, 0, 0), true},
		{"and is put right", start.Add(26 * time.Hour), true},
		{"and stays", start.Add(27 * time.Hour), false},
	} {
		w.now = step.to
		if c.due() != step.due {
			t.Errorf("%s: due is %t", step.what, !step.due)
		}
		if step.due {
			if err := c.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWhoTurnsItOffIsNotAskedAbout(t *testing.T) {
	w := newWorld(t)
	w.says(w.manifest("2.0.0", start))
	on := true
	w.cfg.Allowed = func() bool { return on }
	c := w.checker()
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	on = false
	if err := c.Check(t.Context()); err == nil || w.calls.Load() != 1 {
		t.Errorf("asked %d times, %v", w.calls.Load(), err)
	}
	if _, is := c.Found(); is {
		t.Error("still tells what was found before")
	}
}

// canned is a server without a network, for tests about time.
type canned struct {
	calls *atomic.Int32
	data  []byte
}

func (s canned) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(s.data)), Request: r}, nil
}

func TestItAsksByItselfOnceADay(t *testing.T) {
	w := newWorld(t)
	data := w.manifest("1.0.0", start)
	synctest.Test(t, func(t *testing.T) {
		w.cfg.HTTP, w.cfg.Now = canned{&w.calls, data}, nil
		c := w.checker()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go c.Run(ctx)
		for _, step := range []struct {
			wait  time.Duration
			calls int32
		}{{first / 2, 0}, {first, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 2}, {3 * daily, 5}} {
			time.Sleep(step.wait)
			synctest.Wait()
			if got := w.calls.Load(); got != step.calls {
				t.Errorf("after %v more: asked %d times, not %d", step.wait, got, step.calls)
			}
		}
	})
}

func TestABuildWithoutAnAddressHasNoChecker(t *testing.T) {
	if c, err := New(Config{}); c != nil || err != nil {
		t.Error(c, err)
	}
	var none *Checker
	if _, is := none.Found(); is {
		t.Error("found by nobody")
	}
	key := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for _, cfg := range []Config{{Address: "http://updates.example", Key: key}, {Address: "ftp://127.0.0.1", Key: key}, {Address: "https://updates.example", Key: "AAAA"},
		{Address: "https://updates.example"}, {Address: "http://127.0.0.1.evil.example", Key: key}} {
		if c, err := New(cfg); c != nil || err == nil {
			t.Errorf("%+v makes a Checker", cfg)
		}
	}
}

func TestWhatIsKeptAndDamagedOrWrittenBySomebodyElseIsNotBelieved(t *testing.T) {
	w := newWorld(t)
	w.says(w.manifest("1.1.0", start))
	if err := w.checker().Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(w.cfg.File)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, []byte("{"), kept[:len(kept)/2], bytes.Replace(kept, []byte(`"signature":"`), []byte(`"signature":"AA`), 1)} {
		if err := os.WriteFile(w.cfg.File, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, is := w.checker().Found(); is {
			t.Errorf("%q: found %+v", data, m)
		}
	}
}

func TestAManifestThatCannotBeReadIsNotSigned(t *testing.T) {
	w := newWorld(t)
	for _, raw := range []string{``, `{}`, `{"version":"1.0","issued":"2026-11-18T14:00:00Z","url":"https://x.example"}`,
		`{"version":"1.0.0","url":"https://x.example"}`, `{"version":"1.0.0","issued":"2026-11-18T14:00:00Z","url":"http://x.example"}`,
		`{"version":"1.0.0","issued":"2026-11-18T14:00:00Z","url":"javascript:x"}`} {
		if _, err := Sign([]byte(raw), w.key); err == nil {
			t.Errorf("%s is signed", raw)
		}
	}
}

func TestNotesAreLettersAndLines(t *testing.T) {
	if got := plain("  one\x1b[31m\r\ntwo\u202e "); got != "one[31m\ntwo" {
		t.Errorf("%q", got)
	}
	if got := plain(strings.Repeat("é", longest+1)); len([]rune(got)) != longest+1 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d letters", len([]rune(got)))
	}
}

func TestVersionsComeInTheirOrder(t *testing.T) {
	order := []string{"0.1.5-alpha", "0.1.5-alpha.1", "0.1.5-alpha.beta", "0.1.5-rc.2", "0.1.5-rc.11", "0.1.5", "0.2.0", "0.10.0", "1.0.0+build", "1.0.1", "v2.0.0"}
	for i, a := range order {
		for j, b := range order {
			if Newer(a, b) != (i > j) {
				t.Errorf("%s newer than %s: %t", a, b, i <= j)
			}
		}
	}
	for _, odd := range []string{"", "1", "1.0", "1.0.0.0", "1.0.x", "1.0.0-", "-1.0.0", "dev"} {
		if Newer(odd, "0.0.1") || Newer("9.0.0", odd) {
			t.Errorf("%q counts as a version", odd)
		}
	}
}
