package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
)

// lockedBuffer collects log lines of many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// everyForm prints a value in each way that something ends up in a log.
func everyForm(v any) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%v %+v %#v %s %q\n", v, v, v, v, v)
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	slog.New(slog.NewTextHandler(&b, level)).Debug("x", "v", v)
	slog.New(slog.NewJSONHandler(&b, level)).Debug("x", "v", v)
	if j, err := json.Marshal(v); err == nil {
		b.Write(j)
	}
	return b.String()
}

func TestTheTokenIsNowhereToBeRead(t *testing.T) {
	const token = "jeton-tres-secret.0123456789"
	parrot := func(status int, media, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			got := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			if got != token {
				t.Errorf("the token did not arrive: %q", got)
			}
			w.Header().Set("X-Request-Id", got)
			w.Header().Set("Location", "https://autre.example/?t="+got)
			w.Header().Set("Retry-After", got)
			write(w, status, media, strings.ReplaceAll(body, "TOKEN", got))
		}
	}
	answers := map[string]http.HandlerFunc{
		"a problem that repeats it": parrot(403, "application/problem+json", `{"type":"TOKEN","title":"TOKEN","detail":"TOKEN","requestId":"TOKEN",
			"errors":[{"pointer":"/TOKEN","code":"TOKEN","detail":"TOKEN"}],"current":{"x":"TOKEN"},"permission":"x"}`),
		"a refusal that repeats it":      parrot(401, "application/problem+json", `{"type":"urn:concierge:problem:unauthenticated","detail":"TOKEN"}`),
		"a limit that repeats it":        parrot(429, "application/problem+json", `{"type":"urn:concierge:problem:rate-limited","detail":"TOKEN"}`),
		"a page that repeats it":         parrot(200, "text/html", `<p>TOKEN</p>`),
		"a type that repeats it":         parrot(200, "text/html; x=TOKEN", `<p>`),
		"JSON that repeats it":           parrot(200, "application/json", `{"id":["TOKEN"],"TOKEN":1}`),
		"JSON that is broken after it":   parrot(200, "application/json", `{"id":"TOKEN"`),
		"a redirect that repeats it":     parrot(302, "text/plain", ``),
		"a profile that is as it should": parrot(200, "application/json", meJSON),
		"no HTTP but the token": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = fmt.Fprintf(conn, "%s\r\n\r\n", r.Header.Get("Authorization"))
			_ = conn.Close()
		},
		"a header line that is no header": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", token)
			_ = conn.Close()
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			var logged lockedBuffer
			var printed strings.Builder
			for _, call := range []func(*Client) error{read, post, patch, remove} {
				var cfg Config
				c := newHost(t, answer, func(c *Config) {
					c.Token = fixed(token)
					c.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
					cfg = *c
				})
				err := call(c)
				for e := err; e != nil; e = errors.Unwrap(e) {
					printed.WriteString(everyForm(e))
				}
				if p, ok := errors.AsType[*Problem](err); ok {
					fmt.Fprintf(&printed, "%+v %#v %s", p.Problem, p.Problem, p.Current)
				}
				printed.WriteString(everyForm(c) + everyForm(cfg) + everyForm(&cfg) + everyForm(c.cfg))
			}
			if logged.String() == "" {
				t.Error("nothing was logged")
			}
			for what, text := range map[string]string{"log": logged.String(), "printed form": printed.String()} {
				if i := strings.Index(text, token); i >= 0 {
					t.Errorf("the %s has the token: …%s…", what, text[max(0, i-200):min(len(text), i+100)])
				}
			}
		})
	}
}

func TestATokenInAContextCannotBePrinted(t *testing.T) {
	ctx := withToken(context.Background(), "jeton-tres-secret")
	if s := everyForm(ctx) + everyForm(secret("jeton-tres-secret")); strings.Contains(s, "jeton-tres-secret") {
		t.Error(s)
	}
}

func TestAConfigDoesNotPrintAPassword(t *testing.T) {
	cfg := Config{BaseURL: "https://marie:motdepasse@hebergeur.example", HTTP: &http.Transport{TLSClientConfig: &tls.Config{}}, CallTimeout: time.Second}
	if s := everyForm(cfg); strings.Contains(s, "motdepasse") || !strings.Contains(s, "hebergeur.example") {
		t.Error(s)
	}
	_, err := New(cfg)
	if !is[*InvalidHost](err) || strings.Contains(err.Error(), "motdepasse") {
		t.Errorf("got %v", err)
	}
}

func TestWhatTheHostSaysOfAnErrorIsKeptForTheLog(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		answerProblem(w, http.StatusUnprocessableEntity, api.Problem{Type: api.ProblemInvalid, Title: "Fields are not valid", RequestID: "req\n-9",
			Detail: strings.Repeat("é", 1000), Errors: []api.FieldError{{Pointer: "/email", Code: api.FieldInvalid}}})
	})
	got := read(c).Error()
	for _, want := range []string{"GET /v1/me", "422", api.ProblemInvalid, "Fields are not valid", `"/email" "invalid"`, "(request req-9)"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if len(got) > 1200 {
		t.Errorf("the text is %d bytes long", len(got))
	}
}
