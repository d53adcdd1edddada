package app

import (
	"context"
	"testing"
	"time"

	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/client"
	"concierge/client/api"
)

func newTestPace() (*pace, *time.Time) {
	now := time.Date(2026, 11, 18, 14, 2, 0, 0, time.UTC)
	p := newPace(time.Minute)
	p.now, p.jitter = func() time.Time { return now }, func() float64 { return 0 }
	return p, &now
}

const url = "https://h.example"

func TestAHostThatFailsAgainAndAgainIsPolledLessAndLess(t *testing.T) {
	p, now := newTestPace()
	fails := &client.Offline{Kind: client.Unreachable}
	want := []time.Duration{0, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 10 * time.Minute, 10 * time.Minute}
	for i, pause := range want {
		p.polled(url, fails)
		for _, early := range []time.Duration{pause / 2, pause - time.Second} {
			*now = now.Add(early)
			if pause > 0 && p.due(url) {
				t.Errorf("after failure %d it is polled before %v", i+1, pause)
			}
			*now = now.Add(-early)
		}
		*now = now.Add(pause)
		if !p.due(url) {
			t.Errorf("after failure %d it is not polled after %v", i+1, pause)
		}
	}
	p.polled(url, fails)
	if !p.due("https://other.example") {
		t.Error("another host waits too")
	}
	p.polled(url, nil)
	if !p.due(url) {
		t.Error("one that answers again still waits")
	}
	p.polled(url, fails)
	if !p.due(url) {
		t.Error("the pauses go on where they were")
	}
	for range 100 { // nothing overflows
		p.polled(url, fails)
	}
	if *now = now.Add(longestPause); !p.due(url) {
		t.Error("never again")
	}
}

// counting answers with what it is told to, and counts.
type counting struct {
	syncer.API
	err   error
	calls int
}

func (c *counting) Changes(context.Context, string) (api.Changes, error) {
	c.calls++
	return api.Changes{}, c.err
}

func (c *counting) Me(context.Context) (api.Me, error) {
	c.calls++
	return api.Me{}, c.err
}

func TestAHostThatIsOutOfServiceIsNotSaidToBeCalledTooOften(t *testing.T) {
	p, _ := newTestPace()
	host := &counting{err: &client.Problem{Problem: api.Problem{Type: api.ProblemBusy, Status: 503}, RetryAfter: time.Minute}}
	one := p.of(host, url)
	_, _ = one.Changes(t.Context(), "")
	if _, err := one.Me(t.Context()); !trouble.Is(trouble.From(err), trouble.Busy) || host.calls != 1 {
		t.Errorf("%v after %d calls", err, host.calls)
	}
}

func TestAHostThatAskedToBeLeftAloneIsNotAskedForAnythingByAnybody(t *testing.T) {
	p, now := newTestPace()
	host := &counting{err: &client.RateLimited{RetryAfter: 15 * time.Minute}}
	one, two := p.of(host, url), p.of(host, url) // two people at one host
	if _, err := one.Changes(t.Context(), ""); !trouble.Is(trouble.From(err), trouble.RateLimited) {
		t.Fatal(err)
	}
	host.err = nil
	*now = now.Add(5 * time.Minute)
	_, err := two.Me(t.Context())
	if got := trouble.From(err); got == nil || got.Kind != trouble.RateLimited || got.RetryAfter != 10*time.Minute || host.calls != 1 || p.due(url) {
		t.Errorf("%v after %d calls", err, host.calls)
	}
	if _, err := p.of(host, "https://other.example").Me(t.Context()); err != nil {
		t.Errorf("another host: %v", err)
	}
	*now = now.Add(10 * time.Minute)
	if _, err := one.Changes(t.Context(), ""); err != nil {
		t.Errorf("when the time is over: %v", err)
	}

	host.err = &client.RateLimited{RetryAfter: time.Hour}
	_, _ = one.Me(t.Context())
	host.err = nil
	p.anew(url)
	if _, err := one.Me(t.Context()); err != nil {
		t.Errorf("after signing in again: %v", err)
	}
}
