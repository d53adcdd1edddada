package serve_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"concierge/client/api"
	"concierge/host/sample"
	"concierge/host/serve"
	"concierge/host/server"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a running sample host. What the Host API answers is tested in host/contracttest.
type world struct {
	testing.TB
	*serve.Running
}

func start(t testing.TB, configure ...func(*serve.Config)) *world {
	t.Helper()
	cfg := serve.Config{Dir: t.TempDir(), Seed: true, SeedNumber: 1, Log: slog.New(slog.DiscardHandler),
		Limits: server.Limits{PersonBurst: 1_000_000, PersonPerSecond: 1_000_000}}
	for _, c := range configure {
		c(&cfg)
	}
	r, err := serve.Sample(context.Background(), cfg)
	must(t, err)
	t.Cleanup(func() {
		if err := r.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &world{TB: t, Running: r}
}

// caller is a person with a token.
type caller struct {
	*world
	token string
}

func (w *world) as(email string) caller {
	w.Helper()
	t, err := w.Mint(context.Background(), email)
	must(w, err)
	return caller{w, t.Access}
}

// status is what a call without a body is answered.
func (c caller) status(method, path string) int {
	c.Helper()
	r, err := http.NewRequest(method, c.URL+path, nil)
	must(c, err)
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set(api.HeaderIdempotencyKey, "key")
	res, err := http.DefaultClient.Do(r)
	must(c, err)
	must(c, res.Body.Close())
	return res.StatusCode
}

func TestANewPasswordEndsEverySignIn(t *testing.T) {
	w := start(t)
	marie := w.as(sample.OwnerEmail)
	if got := marie.status("POST", "/v1/me/password-reset"); got != http.StatusNoContent {
		t.Fatal(got)
	}
	mails, err := w.Sample.Mails(context.Background(), sample.OwnerEmail)
	must(t, err)
	res, err := http.PostForm(mails[0].Link, url.Values{"password": {"une nouvelle phrase"}})
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		t.Fatalf("choosing it: %s", res.Status)
	}
	if got := marie.status("GET", "/v1/me"); got != http.StatusUnauthorized {
		t.Errorf("the old token still gets %d", got)
	}
}
