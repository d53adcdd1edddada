package health_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"concierge/host/gateway/health"
)

func probe(h *health.Health) (int, string) {
	w := httptest.NewRecorder()
	h.ServeReady(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return w.Code, w.Body.String()
}

func TestReadinessFollowsThePartsAndAsksThemSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, store := 0, error(nil)
		var log strings.Builder
		told := map[string]error{}
		h := health.New(health.Config{
			Parts: []health.Part{{Name: "store", Ask: func(context.Context) error { asked++; return store }}, {Name: "whmcs", Ask: func(context.Context) error { return nil }}},
			Told:  func(part string, err error) { told[part] = err }, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		for range 100 {
			if code, _ := probe(h); code != 200 {
				t.Fatal(code)
			}
		}
		if asked != 1 {
			t.Errorf("the store was asked %d times", asked)
		}
		store = errors.New("password authentication failed for user secret")
		time.Sleep(6 * time.Second)
		for range 3 {
			if code, body := probe(h); code != 503 || body != "not ready\n" {
				t.Errorf("%d %q", code, body)
			}
			time.Sleep(6 * time.Second)
		}
		if told["store"] == nil || strings.Count(log.String(), "not ready") != 1 {
			t.Errorf("%v, %s", told, &log)
		}
		store = nil
		time.Sleep(6 * time.Second)
		if code, _ := probe(h); code != 200 || !strings.Contains(log.String(), "ready again") {
			t.Errorf("%d %s", code, &log)
		}
		h.Stopping()
		if code, _ := probe(h); code != 503 {
			t.Errorf("while stopping: %d", code)
		}
	})
}

func TestAPartThatHangsIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := health.New(health.Config{Log: slog.New(slog.DiscardHandler), Parts: []health.Part{{Name: "whmcs", Ask: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}}}})
		begin := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // whoever asked first went away
		if h.Ready(ctx) || time.Since(begin) != 4*time.Second {
			t.Errorf("after %s", time.Since(begin))
		}
	})
}
