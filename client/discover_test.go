package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestDiscoverFindsTheHostNearWhatWasTyped(t *testing.T) {
	tests := []struct {
		name, hostAt, typed, base string
		asked                     []string
	}{
		{"at the root", "", "/", "", []string{"/v1/host"}},
		{"at the usual path", "/concierge", "", "/concierge", []string{"/v1/host", "/concierge/v1/host"}},
		{"from a page of the client area", "/concierge", "/index.php?rp=/login", "/concierge", []string{"/v1/host", "/concierge/v1/host"}},
		{"below a client area in a path", "/clients/concierge", "/clients/clientarea.php", "/clients/concierge", []string{"/clients/v1/host", "/clients/concierge/v1/host"}},
		{"at the root beside a client area in a path", "", "/clients/login", "", []string{"/clients/login/v1/host", "/clients/login/concierge/v1/host", "/v1/host"}},
		{"where it was said to be", "/passerelle", "/passerelle", "/passerelle", []string{"/passerelle/v1/host"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			var asked []string
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked = append(asked, r.URL.Path)
				mu.Unlock()
				if r.Header.Get("Authorization") != "" {
					t.Error("a token was sent")
				}
				if r.URL.Path == tt.hostAt+"/v1/host" {
					answerJSON(w, http.StatusOK, hostJSON)
					return
				}
				write(w, http.StatusNotFound, "text/html", "<h1>404</h1>")
			}))
			t.Cleanup(s.Close)
			h, base, err := Discover(context.Background(), s.URL+tt.typed, Config{Token: fixed("token-1"), Log: quietly()})
			if err != nil || h.Name != "Hébergeur" || base != s.URL+tt.base {
				t.Errorf("got %q at %q, %v", h.Name, base, err)
			}
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(asked, tt.asked) {
				t.Errorf("asked %v", asked)
			}
		})
	}
}

func TestDiscoverSaysWhatIsThereInstead(t *testing.T) {
	page := func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusOK, "text/html", "<h1>Bienvenue</h1>")
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		is     error
		asked  int
	}{
		{"a web site", page, ErrNotAHost, 2},
		{"another API", func(w http.ResponseWriter, r *http.Request) { answerJSON(w, http.StatusOK, `{"name":"x"}`) }, ErrNotAHost, 2},
		{"an API that refuses", func(w http.ResponseWriter, r *http.Request) {
			answerProblem(w, http.StatusForbidden, `{"type":"about:blank"}`)
		}, ErrNotAHost, 2},
		{"a site that moved", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://www.hebergeur.example/")
			w.WriteHeader(http.StatusMovedPermanently)
		}, ErrRedirected, 2},
		{"a site that asks to wait", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		}, ErrRateLimited, 1},
		{"a site that says nothing", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, ErrOffline, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked counter
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.next(); tt.answer(w, r) }))
			t.Cleanup(s.Close)
			h, base, err := Discover(context.Background(), s.URL, Config{Sleep: new(sleeper).sleep, Log: quietly()})
			if !errors.Is(err, tt.is) || base != "" || h.Name != "" || asked.seen() != tt.asked {
				t.Errorf("got %q, %v after %d requests", base, err, asked.seen())
			}
		})
	}
}

func TestDiscoverNamesTheAddressAfterAMove(t *testing.T) {
	s := httptest.NewServer(http.RedirectHandler("https://www.hebergeur.example:8443/clients?x", http.StatusFound))
	t.Cleanup(s.Close)
	_, _, err := Discover(context.Background(), s.URL, Config{Log: quietly()})
	if r, ok := errors.AsType[*Redirected](err); !ok || r.To != "https://www.hebergeur.example:8443" {
		t.Errorf("got %v", err)
	}
}

func TestDiscoverRefusesWhatIsNoAddress(t *testing.T) {
	if _, _, err := Discover(context.Background(), "marie@chezmarcel.example", Config{}); !is[*InvalidHost](err) {
		t.Errorf("got %v", err)
	}
	if _, _, err := Discover(context.Background(), "http://hebergeur.example", Config{}); !is[*PlainHTTP](err) {
		t.Errorf("got %v", err)
	}
}

func TestDiscoverCanBeGivenUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }))
	t.Cleanup(s.Close)
	if _, _, err := Discover(ctx, s.URL, Config{Log: quietly()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAHostMustSayWhereToSignInSafely(t *testing.T) {
	tests := map[string]string{
		`{"signIn":{"issuer":"https://h.example","clientId":"d"}}`:                                                 "name",
		`{"name":"H","signIn":{"issuer":"http://h.example","clientId":"d"}}`:                                       "signIn.issuer",
		`{"name":"H","signIn":{"issuer":"javascript:alert(1)","clientId":"d"}}`:                                    "signIn.issuer",
		`{"name":"H","signIn":{"issuer":"https://a:b@h.example","clientId":"d"}}`:                                  "signIn.issuer",
		`{"name":"H","signIn":{"issuer":"https://h.example"}}`:                                                     "signIn.clientId",
		`{"name":"H","mailboxUrl":"file:///etc/passwd","signIn":{"issuer":"https://h.example","clientId":"d"}}`:    "mailboxUrl",
		`{"name":"H","permissions":[{"key":"a"},{}],"signIn":{"issuer":"https://h.example","clientId":"d"}}`:       "permissions[1].key",
		`{"name":"H","mailCategories":[{"title":{"fr":1}}],"signIn":{"issuer":"https://h.example","clientId":""}}`: "mailCategories[0].title.*",
	}
	for body, want := range tests {
		t.Run(want, func(t *testing.T) {
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, http.StatusOK, body) })
			_, err := c.Host(context.Background())
			if shape, ok := errors.AsType[*WrongShape](err); !ok || shape.Field != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, http.StatusOK, `{"name":"H","signIn":{"issuer":"http://127.0.0.1:9/","clientId":"d"},"permissions":[{"key":"profile","sensitive":true}]}`)
	}, func(c *Config) { c.Token = nil })
	h, err := c.Host(context.Background())
	if err != nil || h.Languages == nil || h.MailCategories == nil || h.SignIn.Scopes == nil || len(h.Permissions) != 1 || !h.Permissions[0].Sensitive {
		t.Errorf("got %+v, %v", h, err)
	}
}
