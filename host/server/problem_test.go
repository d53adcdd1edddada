package server_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/server"
)

func TestWhatIsNotInTheContractIsAnsweredWithAProblem(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ name, method, path, kind string }{
		{"an unknown path", "GET", "/v1/nothing", api.ProblemNotFound},
		{"the root", "GET", "/", api.ProblemNotFound},
		{"a slash too many at the end", "GET", "/v1/accounts/", api.ProblemNotFound},
		{"a path with a way back", "GET", "/v1/accounts/../me", api.ProblemNotFound},
		{"an account without an id", "GET", "/v1/accounts//snapshot", api.ProblemNotFound},
		{"a method a path does not take", "DELETE", "/v1/me", api.ProblemMethodNotAllowed},
		{"an unknown account", "GET", "/v1/accounts/none/snapshot", api.ProblemNotFound},
		{"an unknown user", "GET", "/v1/accounts/a1/users/none", api.ProblemNotFound},
		{"an unknown invitation", "GET", "/v1/accounts/a1/invitations/none", api.ProblemNotFound},
		{"an unknown contact", "GET", "/v1/accounts/a1/contacts/none", api.ProblemNotFound},
		{"an unknown query parameter", "GET", "/v1/accounts?offset=3", api.ProblemInvalid},
		{"a limit that is too great", "GET", "/v1/accounts?limit=501", api.ProblemInvalid},
		{"a limit that is no number", "GET", "/v1/accounts?limit=many", api.ProblemInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{T: t, url: w.url}
			a := w.call("marie", c.method, c.path, nil)
			a.Refused(c.kind)
			if c.kind == api.ProblemMethodNotAllowed && a.Header.Get("Allow") != "GET, HEAD, PATCH" {
				t.Errorf("Allow is %q", a.Header.Get("Allow"))
			}
		})
	}
}

func TestABodyIsReadWholeOrRefused(t *testing.T) {
	w := newWorld(t)
	tag := w.etag("marie", "/v1/me")
	for _, c := range []struct {
		name, body, kind string
		status           int
	}{
		{"not JSON", `{"firstName":`, api.ProblemMalformed, 400},
		{"two values", `{} {}`, api.ProblemMalformed, 400},
		{"nothing", ``, api.ProblemMalformed, 400},
		{"more than 1 MiB", `{"firstName":"` + strings.Repeat("x", 1<<20) + `"}`, api.ProblemTooLarge, 413},
		{"not UTF-8", "{\"firstName\":\"No\xe9\"}", api.ProblemMalformed, 400},
		{"not an object", `[]`, api.ProblemInvalid, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{T: t, url: w.url}
			p := w.call("marie", "PATCH", "/v1/me", c.body, "If-Match", tag).Is(c.status).Refused(c.kind)
			if strings.Contains(fmt.Sprint(p), strings.Repeat("x", 40)) {
				t.Error("the problem repeats what was sent")
			}
		})
	}
	t.Run("another content type", func(t *testing.T) {
		w := &world{T: t, url: w.url}
		w.call("marie", "PATCH", "/v1/me", `firstName=x`, "If-Match", tag, "Content-Type", "application/x-www-form-urlencoded").Is(415).Refused(api.ProblemMalformed)
	})
	t.Run("wrong in endless ways", func(t *testing.T) {
		w := &world{T: t, url: w.url, keys: &atomic.Int64{}}
		endless := func(value string) string {
			var b strings.Builder
			for i := range 1000 {
				fmt.Fprintf(&b, `"k%d":%s,`, i, value)
			}
			return b.String()
		}
		for _, body := range []string{`{` + endless("1") + `"firstName":"x"}`, `{"emailPreferences":{` + endless("true") + `"invoice":true},"email":"x@mail.example","firstName":"x"}`} {
			if n := len(w.post("marie", "/v1/accounts/a1/contacts", body).Is(422).Problem().Errors); n != 100 {
				t.Errorf("%d wrong fields are named", n)
			}
		}
	})
	t.Run("exactly 1 MiB", func(t *testing.T) {
		w := &world{T: t, url: w.url}
		body := `{"firstName":"Marie"}`
		w.call("marie", "PATCH", "/v1/me", body+strings.Repeat(" ", 1<<20-len(body)), "If-Match", tag).Is(200)
	})
}

func TestWhatTheProvidersSystemAnswersIsTold(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		err    error
		kind   string
		status int
	}{
		{"it refuses", fmt.Errorf("invalid IP 203.0.113.7: %w", host.ErrRefused), api.ProblemRefusedUpstream, 403},
		{"it does not answer", fmt.Errorf("dial: %w", host.ErrUnavailable), api.ProblemBusy, 503},
		{"the store does not answer", fmt.Errorf("answers: %w", &net.OpError{Op: "dial", Err: errors.New("connection refused")}), api.ProblemBusy, 503},
		{"it does what nobody foresaw", errors.New("no such table: hunter2"), api.ProblemInternal, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{T: t, url: w.url, fake: w.fake, log: w.log}
			w.fake.mu.Lock()
			w.fake.fail["Snapshot"] = c.err
			w.fake.mu.Unlock()
			a := w.get("marie", "/v1/accounts/a1").Is(c.status)
			p := a.Refused(c.kind)
			if strings.Contains(string(a.Body), c.err.Error()) {
				t.Errorf("the problem tells the customer %q", c.err)
			}
			if !strings.Contains(w.log.String(), c.err.Error()) || !strings.Contains(w.log.String(), p.RequestID) {
				t.Error("the log does not say what happened to which request")
			}
			if c.status == 503 && a.Header.Get("Retry-After") != "30" {
				t.Errorf("Retry-After is %q", a.Header.Get("Retry-After"))
			}
		})
	}
}

func TestAPanicIsAProblemAndALineInTheLogWithoutTheToken(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.panics = true
	w.fake.mu.Unlock()
	w.fake.join("secret-token")
	w.get("secret-token", "/v1/host").Is(500).Refused(api.ProblemInternal)
	if log := w.log.String(); !strings.Contains(log, "the provider broke") || !strings.Contains(log, "fake_test.go") {
		t.Errorf("the log does not say where it broke: %s", log)
	}
	if strings.Contains(w.log.String(), "Bearer") {
		t.Error("the log holds a header")
	}
}

func TestATokenStoreThatFailsIsNotASignOut(t *testing.T) {
	w := newWorld(t)
	w.get("broken", "/v1/me").Is(500).Refused(api.ProblemInternal)
}

func TestOtherSchemesThanBearerAreNoToken(t *testing.T) {
	w := newWorld(t)
	w.get("", "/v1/me", "Authorization", "Basic marie").Is(401)
	w.get("", "/v1/me", "Authorization", "bearer marie").Is(200)
}

func TestTooManyCallsAreAskedToWait(t *testing.T) {
	w := newWorld(t, limits(server.Limits{PersonBurst: 3, PersonPerSecond: 1, AddressBurst: 2, AddressPerSecond: 0.5}))
	for range 3 {
		w.get("marie", "/v1/me").Is(200)
	}
	a := w.get("marie", "/v1/me").Is(429)
	a.Refused(api.ProblemRateLimited)
	if a.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q, want 1", a.Header.Get("Retry-After"))
	}
	w.get("outsider", "/v1/me").Is(200) // others are not held back
	w.clock.Pass(time.Second)
	w.get("marie", "/v1/me").Is(200)

	w.get("expired", "/v1/me").Is(401)
	w.get("", "/v1/host").Is(200)
	for _, path := range []string{"/v1/host", "/v1/nothing", "/v1/me"} {
		a := w.get("", path).Is(429)
		if a.Header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After is %q, want 2", a.Header.Get("Retry-After"))
		}
	}
	w.clock.Pass(time.Minute)
	w.get("marie", "/v1/me").Is(200) // somebody else at the same address is not
	w.get("", "/v1/host").Is(200)
}

func TestOneHomeNetworkIsOneCallerInIPv6(t *testing.T) {
	w := newWorld(t, limits(server.Limits{AddressBurst: 1, AddressPerSecond: 0.1}), func(c *server.Config) {
		c.ClientIP = func(r *http.Request) string { return r.Header.Get("Test-IP") }
	})
	for _, c := range []struct {
		ip     string
		status int
	}{
		{"2001:db8:1:1::1", 200}, {"2001:db8:1:1::2", 429}, {"2001:db8:1:2::1", 200},
		{"192.0.2.1", 200}, {"192.0.2.2", 200}, {"::ffff:192.0.2.3", 200}, {"::ffff:192.0.2.3", 429}, {"a socket", 200}, {"a socket", 429},
	} {
		if got := w.get("", "/v1/host", "Test-IP", c.ip).Status; got != c.status {
			t.Errorf("%s is answered %d, want %d", c.ip, got, c.status)
		}
	}
}

func TestTheLogSaysWhoCalledWhatAndNeverTheToken(t *testing.T) {
	w := newWorld(t)
	w.get("marie", "/v1/accounts/a1/snapshot")
	id := w.get("marie", "/v1/accounts/a1").Header.Get(api.HeaderRequestID)
	log := w.log.String()
	for _, part := range []string{id, `"route":"GET /v1/accounts/{accountId}/snapshot"`, `"account":"a1"`, `"person":"marie"`, `"status":200`, `"from":"127.0.0.1"`} {
		if !strings.Contains(log, part) {
			t.Errorf("the log lacks %s: %s", part, log)
		}
	}
	if strings.Contains(log, "Bearer") {
		t.Error("the log holds the token")
	}
	if w.get("marie", "/v1/me").Header.Get("Cache-Control") != "no-store" {
		t.Error("answers may be stored by whoever passes them on")
	}
}

func TestTheHostSaysWhatItIsToAnybody(t *testing.T) {
	w := newWorld(t)
	h := read[api.Host](w.get("", "/v1/host"))
	if h.Name != "Hébergement Exemple" || len(h.Permissions) != 13 || len(h.MailCategories) != 5 || !h.Features.Activity.Available ||
		h.SignIn.ClientID != "concierge" || h.MailboxURL != "https://host.example/mailbox" {
		t.Errorf("got %+v", h)
	}
	w.call("", http.MethodHead, "/v1/host", nil).Is(200)
}
