package remote

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/sony/gobreaker/v2"
)

// call is one action with its parameters.
type call struct {
	action string
	params url.Values
	write  bool
	probe  bool // asked by Allowed, to which a refusal is an answer
}

// health is what the end of a call says of WHMCS itself.
type health int

const (
	well   health = iota // it answered, if only to refuse
	sick                 // it did not answer, or not sensibly
	untold               // the caller went away, or something before WHMCS refused
)

func healthOf(err error) health {
	var e *Error
	if errors.As(err, &e) {
		return e.health
	}
	return well
}

var errBusy = errors.New("no free slot")

// ask makes a call and decodes its answer. Whatever happens, Observe hears of it once.
func ask[T any](ctx context.Context, c *Client, k call, decode func(object) (T, error)) (T, error) {
	var got T
	o, took, failed := c.run(ctx, k)
	if failed == nil {
		var err error
		if got, err = decode(o); err != nil {
			failed = c.unusable(k, err.Error())
			failed.health = well // it does answer
		}
	}
	c.tell(ctx, k, took, failed)
	if failed != nil {
		var zero T
		return zero, failed
	}
	return got, nil
}

// send is ask for calls whose answer has no content that matters.
func (c *Client) send(ctx context.Context, k call) error {
	_, err := ask(ctx, c, k, func(object) (struct{}, error) { return struct{}{}, nil })
	return err
}

// run makes a call when there is a free slot and the circuit breaker lets it through.
func (c *Client) run(ctx context.Context, k call) (object, time.Duration, *Error) {
	if err := ctx.Err(); err != nil { // a select takes either when both are ready
		return nil, 0, c.closed(k, err)
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, 0, c.closed(k, errors.Join(errBusy, ctx.Err()))
	}
	began := c.cfg.Now()
	timed, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	o, err := c.breaker.Execute(func() (object, error) {
		o, failed := c.try(timed, k)
		// The slot is kept while waiting: a WHMCS in trouble gets fewer calls.
		if failed != nil && failed.again && !k.write && timed.Err() == nil && c.pause(timed) == nil {
			o, failed = c.try(timed, k)
		}
		if failed != nil {
			if errors.Is(ctx.Err(), context.Canceled) {
				failed.health = untold
			}
			return nil, failed
		}
		return o, nil
	})
	took := c.cfg.Now().Sub(began)
	if err != nil {
		var failed *Error
		if !errors.As(err, &failed) { // the breaker's own
			failed = c.closed(k, err)
		}
		return nil, took, failed
	}
	return o, took, nil
}

// closed is for a call that never left.
func (c *Client) closed(k call, err error) *Error {
	return &Error{Kind: Unavailable, Action: k.action, Err: err, health: untold}
}

// try sends a call one time.
func (c *Client) try(ctx context.Context, k call) (object, *Error) {
	form := make(url.Values, len(k.params)+5)
	for name, values := range k.params {
		form[name] = values
	}
	// Set last, so that no parameter can stand in for them.
	form.Set("action", k.action)
	form.Set("responsetype", "json")
	c.sign(form)
	var wrote atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	resp, err := c.rest.R().SetContext(traced).SetResponseBodyLimit(maxBody).SetFormDataFromValues(form).Post(c.endpoint)
	if err != nil {
		left := wrote.Load() || !c.traced && !dialing(err)
		return nil, c.unanswered(ctx, k, err, left)
	}
	return c.judge(k, answer{status: resp.StatusCode(), location: resp.Header().Get("Location"), body: resp.Body()})
}

// unanswered is for a call without answer. left is false only if nothing of it can have reached WHMCS.
func (c *Client) unanswered(ctx context.Context, k call, err error, left bool) *Error {
	e := &Error{Kind: Unavailable, Action: k.action, Unknown: k.write && left, health: sick, again: true, Err: c.because(err)}
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		e.again, e.Err = false, errors.New("the answer is larger than can be")
	case ctx.Err() != nil:
		e.again, e.Err = false, ctx.Err()
	}
	return e
}

// dialing tells whether an error arose before there was a connection.
func dialing(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// cause tells what an error said without handing it out: a transport's error can quote what the other end wrote, and
// that can repeat the request.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string        { return c.text }
func (c *cause) Is(target error) bool { return errors.Is(c.err, target) }

func (c *Client) because(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without "Post URL:", which the operator knows
	}
	return &cause{text: c.clean(err.Error(), maxMessage), err: err}
}

// tell reports a call that ended. What an operator must act upon is a warning; what customers do is not.
func (c *Client) tell(ctx context.Context, k call, took time.Duration, failed *Error) {
	level := slog.LevelDebug
	attrs := []slog.Attr{slog.String("action", k.action), slog.Duration("took", took)}
	if failed != nil {
		attrs = append(attrs, slog.String("kind", string(failed.Kind)), slog.Bool("unknown", failed.Unknown), slog.String("err", failed.Error()))
		switch failed.Kind {
		case Credentials, Role, IP, Refused:
			if !k.probe {
				level = slog.LevelWarn
			}
		case Unavailable:
			if !errors.Is(failed.Err, gobreaker.ErrOpenState) && !errors.Is(failed.Err, gobreaker.ErrTooManyRequests) && !errors.Is(failed.Err, context.Canceled) {
				level = slog.LevelWarn
			}
		}
	}
	c.cfg.Log.LogAttrs(ctx, level, "WHMCS call", attrs...)
	if c.cfg.Observe != nil {
		ended := Call{Action: k.action, Took: took}
		if failed != nil {
			ended.Err = failed
		}
		c.cfg.Observe(ended)
	}
}

// forbidden tells whether a status says that the caller may not.
func forbidden(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}
