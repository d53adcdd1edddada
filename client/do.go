package client

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"
)

// tries is how often a call is sent at most.
const tries = 3

// do sends a call until it has an answer with status 2xx or 304, or an error that stands.
func (c *Client) do(ctx context.Context, k call) (answer, error) {
	path, err := k.path()
	if err != nil {
		return answer{}, err
	}
	headers, err := k.headers(c.cfg)
	if err != nil {
		return answer{}, err
	}
	var payload []byte
	if k.body != nil {
		if payload, err = json.Marshal(k.body); err != nil {
			return answer{}, k.bad("body")
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.CallTimeout)
	defer cancel()

	acted := false // the host may have acted on an earlier try
	unknown := func(err error) (answer, error) {
		if acted {
			return answer{}, &OutcomeUnknown{Call: k.name(), Err: err}
		}
		return answer{}, err
	}
	var token secret
	refreshed := false
	for try := 1; ; try++ {
		if !k.anonymous && !refreshed {
			if token, err = c.tokens.get(ctx, k.name()); err != nil {
				return unknown(err)
			}
		}
		a, sent, err := c.once(ctx, k, path, headers, payload, token, try)
		if err == nil {
			err = c.judge(k, a, token)
		}
		if err == nil {
			return a, nil
		}
		acted = mayHaveActed(k, acted, sent, a.status, err)
		if p, ok := errors.AsType[*Problem](err); ok && p.Status == http.StatusUnauthorized && !k.anonymous {
			if refreshed {
				return unknown(&SignInNeeded{Err: p})
			}
			if token, err = c.tokens.refresh(ctx, k.name(), token); err != nil {
				return unknown(err)
			}
			refreshed = true
			try--
			continue
		}
		wait, again := c.again(ctx, k, try, sent, err)
		if !again {
			return unknown(err)
		}
		if c.cfg.Sleep(ctx, wait) != nil {
			return unknown(err) // the failure says more than that time was up while waiting to repeat
		}
	}
}

// once sends a call one time. sent is false only when it is certain that nothing of it left this computer.
func (c *Client) once(ctx context.Context, k call, path string, headers map[string]string, payload []byte, token secret, try int) (answer, bool, error) {
	var connected atomic.Bool
	traced := httptrace.WithClientTrace(withToken(ctx, token), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	limit := c.cfg.MaxBody
	if k.large {
		limit = c.cfg.MaxListBody
	}
	r := c.rest.R().SetContext(traced).SetHeaders(headers).SetResponseBodyLimit(limit)
	if payload != nil {
		r.SetHeader("Content-Type", "application/json").SetBody(payload)
	}
	began := c.cfg.Now()
	resp, err := r.Execute(k.method, c.base+path)
	sent := connected.Load() || (!c.traced && !dialing(err))
	var a answer
	if resp != nil && resp.RawResponse != nil {
		a = answer{status: resp.StatusCode(), header: resp.Header(), body: resp.Body()}
	}
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		err = &TooLarge{Call: k.name(), Limit: limit}
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		err = Classify(k.name(), context.Canceled)
	case err != nil:
		err = scrub(c.classify(k, err), token)
	}
	c.cfg.Log.LogAttrs(ctx, slog.LevelDebug, "host call", slog.String("host", c.host), slog.String("call", k.name()),
		slog.Int("try", try), slog.Int("status", a.status), slog.Duration("took", c.cfg.Now().Sub(began)),
		slog.String("request", requestID(a.header, token)), slog.Any("err", err))
	return a, sent, err
}

// judge turns an answer that is no success into its error.
func (c *Client) judge(k call, a answer, token secret) error {
	switch {
	case a.status == http.StatusNotModified && k.ifNoneMatch != "":
		return nil
	case a.status >= 200 && a.status < 300:
		if len(a.body) > 0 && !a.json() {
			return c.notAHost(k, a)
		}
		return nil
	case a.status >= 400:
		return c.problem(k, a, token)
	}
	return c.notAHost(k, a)
}

func (c *Client) notAHost(k call, a answer) error {
	return &NotAHost{URL: c.base, Call: k.name(), Status: a.status, ContentType: a.media()}
}

// mayHaveActed tells whether the host may have done what a write asks, after one more try ended in err.
func mayHaveActed(k call, before, sent bool, status int, err error) bool {
	if k.read() {
		return false
	}
	if _, ok := errors.AsType[*Redirected](err); ok {
		return before
	}
	problem, _ := errors.AsType[*Problem](err)
	switch {
	case status == 0: // no answer, or none that could be read
		return before || sent
	case status < 300: // an answer that cannot be used, or was cut
		return true
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return before
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		return true
	case status >= 500:
		return before || problem == nil
	}
	return before && problem == nil
}

// again tells whether to repeat, and after how long.
func (c *Client) again(ctx context.Context, k call, try int, sent bool, err error) (time.Duration, bool) {
	if try >= tries || ctx.Err() != nil {
		return 0, false
	}
	var asked time.Duration
	if o, ok := errors.AsType[*Offline](err); ok {
		passes := o.Kind == Unreachable || o.Kind == TimedOut || o.Kind == Interrupted
		if !passes || (sent && !k.repeats()) {
			return 0, false
		}
	} else if p, ok := errors.AsType[*Problem](err); ok {
		switch p.Status {
		case http.StatusTooManyRequests:
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			if !k.repeats() {
				return 0, false
			}
		default:
			return 0, false
		}
		asked = p.RetryAfter
	} else {
		return 0, false
	}
	wait := asked
	if wait == 0 {
		wait = backoff(try, c.cfg.Jitter)
	}
	if deadline, ok := ctx.Deadline(); wait > c.cfg.MaxWait || (ok && time.Until(deadline) < wait) {
		return 0, false
	}
	return wait, true
}

// send is for calls whose answer has no content that matters.
func (c *Client) send(ctx context.Context, k call) error {
	_, err := c.do(ctx, k)
	return err
}

// fetch sends a call and decodes its answer.
func fetch[T any](ctx context.Context, c *Client, k call, check func(*T) string) (T, error) {
	a, err := c.do(ctx, k)
	if err != nil {
		var zero T
		return zero, err
	}
	return decodeAnswer(k, a, check)
}
