package metrics_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"concierge/host/gateway/metrics"
)

func TestWhatHappenedIsScraped(t *testing.T) {
	m := metrics.New("1.2.3")
	m.Breaker(func() int { return 2 })
	overdue := m.Schedule()
	overdue.Set(3, 90*time.Second)
	m.Answered("GET /v1/accounts/{accountId}/snapshot", 200, 20*time.Millisecond)
	m.Answered("", 404, time.Millisecond)
	m.WHMCS("GetUsers", "unavailable", 200*time.Millisecond)
	m.SignedIn()
	m.Mail(nil)
	m.Mail(errors.New("refused"))
	m.Ready("store", true)
	m.Ready("whmcs", false)
	m.Ended()
	m.AuditLost()
	m.StoreFailed()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`concierge_requests_total{route="GET /v1/accounts/{accountId}/snapshot",status="200"} 1`, `concierge_requests_total{route="other",status="404"} 1`,
		`concierge_whmcs_calls_total{action="GetUsers",outcome="unavailable"} 1`, `concierge_whmcs_call_seconds_bucket{action="GetUsers",le="0.2"} 1`,
		`concierge_sign_ins_total 1`, `concierge_mails_total{outcome="sent"} 1`, `concierge_mails_total{outcome="failed"} 1`, `concierge_ready{part="store"} 1`,
		`concierge_ready{part="whmcs"} 0`, `concierge_access_ended_total 1`, `concierge_audit_lost_total 1`, `concierge_store_errors_total 1`, `concierge_whmcs_breaker 2`,
		`concierge_ends_overdue 3`, `concierge_ends_lag_seconds 90`, `concierge_build_info{version="1.2.3"} 1`, `go_goroutines`, `process_`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("not scraped: %s", want)
		}
	}
}
