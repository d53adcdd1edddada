package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"concierge/host/whmcs/whmcstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	identifier = "IdEnTiFiEr-7Fq2"
	secret     = `s3cr/t+"Kä&e]y`
	accessKey  = "acc=ss key'9"
)

// install is where WHMCS is on every test server: it is seldom at the root of its name.
const install = "/clients"

// fake is a server that answers calls by action, and keeps what it was sent as PHP would see it.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	calls []map[string]any
}

// reply answers one call.
type reply func(w http.ResponseWriter, sent map[string]any)

func newFake(t testing.TB, answer reply) *fake {
	t.Helper()
	f := &fake{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has gone
		}
		if r.Method != http.MethodPost || r.URL.Path != install+"/includes/api.php" || r.URL.RawQuery != "" ||
			r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s %s (%s)", r.Method, r.URL, r.Header.Get("Content-Type"))
		}
		sent := phpPost(string(body))
		f.mu.Lock()
		f.calls = append(f.calls, sent)
		f.mu.Unlock()
		answer(w, sent)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) seen() []map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// says always answers the same.
func says(status int, body string) reply {
	return func(w http.ResponseWriter, _ map[string]any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have gone
	}
}

// inTurn answers with one after the other, and goes on with the last.
func inTurn(answers ...reply) reply {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, sent map[string]any) {
		mu.Lock()
		a := answers[min(n, len(answers)-1)]
		n++
		mu.Unlock()
		a(w, sent)
	}
}

// hangUp closes the connection without a word.
func hangUp(w http.ResponseWriter, _ map[string]any) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

func newClient(t testing.TB, base string, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{URL: base + install, Identifier: identifier, Secret: secret, AccessKey: accessKey, Location: time.UTC,
		Log: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.pause = func(ctx context.Context) error { return ctx.Err() }
	t.Cleanup(c.Close)
	return c
}

// client is a client of a server that answers so.
func client(t testing.TB, answer reply, change ...func(*Config)) (*Client, *fake) {
	t.Helper()
	f := newFake(t, answer)
	return newClient(t, f.URL, change...), f
}

// logged is a log that can be read.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logged) use(c *Config) {
	c.Log = slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// inMemory carries requests to a handler without a network, for tests in a bubble.
type inMemory func(r *http.Request) (*http.Response, error)

func (f inMemory) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func response(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// phpPost decodes a form as PHP does (php_default_treat_data and php_register_variable_ex): the key's leading blanks go,
// NUL ends it, blanks and dots before the first bracket become _, brackets make arrays, and the last of a name counts.
func phpPost(body string) map[string]any {
	vars := make(map[string]any)
	for pair := range strings.SplitSeq(body, "&") {
		rawKey, rawValue, _ := strings.Cut(pair, "=")
		key, value := phpDecode(rawKey), phpDecode(rawValue)
		key = strings.TrimLeft(key, " ")
		if i := strings.IndexByte(key, 0); i >= 0 {
			key = key[:i]
		}
		if key == "" || key[0] == '[' {
			continue
		}
		head, rest := key, ""
		if i := strings.IndexByte(key, '['); i >= 0 {
			head, rest = key[:i], key[i:]
		}
		head = strings.NewReplacer(" ", "_", ".", "_").Replace(head)
		path := []string{head}
		for strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				path[len(path)-1] += "_" + rest[1:]
				break
			}
			path = append(path, rest[1:end])
			rest = rest[end+1:]
		}
		at := vars
		for _, step := range path[:len(path)-1] {
			next, ok := at[step].(map[string]any)
			if !ok {
				next = make(map[string]any)
				at[step] = next
			}
			at = next
		}
		at[path[len(path)-1]] = value
	}
	return vars
}

func phpDecode(s string) string {
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return decoded
}

// documentation is the vendor's.
func documentation(t testing.TB) map[string]struct {
	SampleReply   json.RawMessage
	ErrorMessages []string
	Request       []struct {
		Name     string
		Required bool
	}
} {
	t.Helper()
	var docs map[string]struct {
		SampleReply   json.RawMessage
		ErrorMessages []string
		Request       []struct {
			Name     string
			Required bool
		}
	}
	if err := json.Unmarshal(whmcstest.Documentation(t), &docs); err != nil {
		t.Fatal(err)
	}
	return docs
}

// errorOf is the *Error that err is, or nil.
func errorOf(err error) *Error {
	var e *Error
	errors.As(err, &e)
	return e
}

// answering answers by action; a message is an error.
func answering(answer func(action string, sent map[string]any) (status int, message string)) reply {
	return func(w http.ResponseWriter, sent map[string]any) {
		status, message := answer(sent["action"].(string), sent)
		body := []byte(`{"result":"success","whmcs":{"version":"8.0.0"}}`)
		if message != "" {
			var err error
			if body, err = json.Marshal(map[string]string{"result": "error", "message": message}); err != nil {
				panic(err)
			}
		}
		says(status, string(body))(w, sent)
	}
}
