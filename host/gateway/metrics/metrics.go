// Package metrics counts what the gateway does, for Prometheus. Labels are names from fixed lists (routes, actions, kinds
// of trouble), never ids or addresses: how many there are does not grow with the customers, and nothing is told of any.
package metrics

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the gateway's. Safe for many goroutines.
type Metrics struct {
	registry *prometheus.Registry

	calls      *prometheus.CounterVec
	latency    *prometheus.HistogramVec
	whmcs      *prometheus.CounterVec
	whmcsTime  *prometheus.HistogramVec
	signIns    prometheus.Counter
	mails      *prometheus.CounterVec
	ready      *prometheus.GaugeVec
	ended      prometheus.Counter
	auditLost  prometheus.Counter
	storeError prometheus.Counter
}

const space = "concierge"

// fast are bounds for what this host answers; slow are those for what WHMCS answers, in seconds.
var (
	fast = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	slow = []float64{.05, .1, .2, .3, .5, .75, 1, 2, 3, 5, 10, 30}
)

// New returns metrics in a registry of their own, with those of the process.
func New(version string) *Metrics {
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: space, Name: name, Help: help}, labels)
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: space, Name: name, Help: help})
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: space, Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		calls:      counters("requests_total", "Requests answered, by route and status.", "route", "status"),
		latency:    histogram("request_seconds", "How long requests took, by route.", fast, "route"),
		whmcs:      counters("whmcs_calls_total", "Calls to WHMCS, by action and outcome (ok or the kind of trouble).", "action", "outcome"),
		whmcsTime:  histogram("whmcs_call_seconds", "How long calls to WHMCS took, by action, without waiting for a free slot.", slow, "action"),
		signIns:    counter("sign_ins_total", "People who signed in."),
		mails:      counters("mails_total", "Letters handed to the mail server, by outcome (sent or failed).", "outcome"),
		ready:      prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: space, Name: "ready", Help: "Whether a part answered when it was last asked, by part."}, []string{"part"}),
		ended:      counter("access_ended_total", "Accesses that were taken away because their time had come."),
		auditLost:  counter("audit_lost_total", "Lines of the audit log that could not be written."),
		storeError: counter("store_errors_total", "Times the store could not be used."),
	}
	version1 := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: space, Name: "build_info", Help: "1, with the version as a label.",
		ConstLabels: prometheus.Labels{"version": version}})
	version1.Set(1)
	m.registry.MustRegister(m.calls, m.latency, m.whmcs, m.whmcsTime, m.signIns, m.mails, m.ready, m.ended, m.auditLost, m.storeError, version1,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Answered counts a request. Routes are patterns; "" is a path that does not exist.
func (m *Metrics) Answered(route string, status int, took time.Duration) {
	if route == "" {
		route = "other"
	}
	m.calls.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// WHMCS counts a call to WHMCS. Outcome is "ok" or a kind of trouble.
func (m *Metrics) WHMCS(action, outcome string, took time.Duration) {
	m.whmcs.WithLabelValues(action, outcome).Inc()
	m.whmcsTime.WithLabelValues(action).Observe(took.Seconds())
}

// SignedIn counts a sign-in.
func (m *Metrics) SignedIn() { m.signIns.Inc() }

// Mail counts a letter.
func (m *Metrics) Mail(err error) {
	if err != nil {
		m.mails.WithLabelValues("failed").Inc()
		return
	}
	m.mails.WithLabelValues("sent").Inc()
}

// Ready says whether a part (store, whmcs) answered.
func (m *Metrics) Ready(part string, is bool) {
	v := 0.0
	if is {
		v = 1
	}
	m.ready.WithLabelValues(part).Set(v)
}

// Ended counts an access that was taken away on time.
func (m *Metrics) Ended() { m.ended.Inc() }

// AuditLost counts a line of the audit log that was lost.
func (m *Metrics) AuditLost() { m.auditLost.Inc() }

// StoreFailed counts an error of the store.
func (m *Metrics) StoreFailed() { m.storeError.Inc() }

// Breaker adds the state of the circuit breaker toward WHMCS, asked at each scrape: 0 closed, 1 half open, 2 open.
func (m *Metrics) Breaker(state func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: space, Name: "whmcs_breaker",
		Help: "Circuit breaker toward WHMCS: 0 closed, 1 half open, 2 open (calls are refused at once)."},
		func() float64 { return float64(state()) }))
}

// Overdue are ends of access whose time has come and that are not done: how many, and how late the latest is.
type Overdue struct{ count, late atomic.Int64 }

// Set says how it is now.
func (o *Overdue) Set(count int, late time.Duration) {
	o.count.Store(int64(count))
	o.late.Store(int64(late))
}

// Schedule adds the ends of access that are overdue, as they were last told.
func (m *Metrics) Schedule() *Overdue {
	o := &Overdue{}
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: space, Name: "ends_overdue", Help: "Accesses whose time has come and that could not be taken away yet."},
			func() float64 { return float64(o.count.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: space, Name: "ends_lag_seconds", Help: "How late the latest of them is."},
			func() float64 { return time.Duration(o.late.Load()).Seconds() }))
	return o
}
