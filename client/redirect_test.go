package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRedirectsElsewhereAreNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s arrived, with %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(elsewhere.Close)
	port := elsewhere.URL[strings.LastIndex(elsewhere.URL, ":")+1:]
	tests := []struct{ name, to, want string }{
		{"another port", elsewhere.URL + under + "/v1/me?token=abc", elsewhere.URL},
		{"another name of this computer", "http://localhost:" + port + "/", "http://localhost:" + port},
		{"a protocol-relative address", "//localhost:" + port + "/x", "http://localhost:" + port},
		{"another scheme", strings.Replace(elsewhere.URL, "http:", "https:", 1), strings.Replace(elsewhere.URL, "http:", "https:", 1)},
		{"a name of somebody else", "https://autre.example/v1/me", "https://autre.example:443"},
	}
	calls := map[string]func(*Client) error{"GET": read, "POST": post, "PATCH": patch, "DELETE": remove,
		"GET without a token": func(c *Client) error { _, err := c.Host(context.Background()); return err }}
	for _, tt := range tests {
		for method, call := range calls {
			for _, status := range []int{301, 302, 303, 307, 308} {
				t.Run(tt.name+"/"+method+"/"+http.StatusText(status), func(t *testing.T) {
					var requests counter
					c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
						requests.next()
						w.Header().Set("Location", tt.to)
						w.WriteHeader(status)
					})
					err := call(c)
					r, ok := errors.AsType[*Redirected](err)
					if !ok || r.To != tt.want || !errors.Is(err, ErrRedirected) || errors.Is(err, ErrOutcomeUnknown) || requests.seen() != 1 {
						t.Errorf("got %v after %d requests", err, requests.seen())
					}
				})
			}
		}
	}
}

func TestReadingFollowsAFewRedirectsAtHome(t *testing.T) {
	hops := map[string]int{"three": 3, "four": 4}
	for name, n := range hops {
		t.Run(name, func(t *testing.T) {
			var requests counter
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get("Authorization"); got != "Bearer token-1" {
					t.Errorf("Authorization is %q", got)
				}
				if requests.next() <= n {
					w.Header().Set("Location", under+"/v1/me?again")
					w.WriteHeader(http.StatusFound)
					return
				}
				answerJSON(w, http.StatusOK, meJSON)
			})
			if err := read(c); (err == nil) != (n == 3) || (err != nil && !errors.Is(err, ErrRedirected)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestARedirectedWriteIsNotTurnedIntoAReading(t *testing.T) {
	for name, call := range map[string]func(*Client) error{"POST": post, "PATCH": patch, "DELETE": remove} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				requests.next()
				w.Header().Set("Location", under+"/v1/elsewhere")
				w.WriteHeader(http.StatusSeeOther)
			})
			if err := call(c); !errors.Is(err, ErrRedirected) || requests.seen() != 1 {
				t.Errorf("got %v after %d requests", err, requests.seen())
			}
		})
	}
}

func TestARedirectWithAPasswordIsNotFollowed(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://a:b@"+r.Host+under+"/v1/me")
		w.WriteHeader(http.StatusFound)
	})
	if err := read(c); !errors.Is(err, ErrRedirected) {
		t.Errorf("got %v", err)
	}
}

func TestTheTransportItselfRefusesOtherHosts(t *testing.T) {
	b := &bound{origin: "https://hebergeur.example:443", next: http.DefaultTransport}
	r, err := http.NewRequestWithContext(withToken(context.Background(), "token-1"), http.MethodPost, "https://hebergeur.example:8443/v1/me", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.RoundTrip(r)
	if resp != nil || !is[*Redirected](err) {
		t.Errorf("got %v, %v", resp, err)
	}
	if r.Header.Get("Authorization") != "" {
		t.Error("the token was added to the request it was given")
	}
}
