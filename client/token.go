package client

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"
)

// refreshTimeout bounds one refresh, which goes on when the call that began it is given up, since others may wait for it.
const refreshTimeout = 30 * time.Second

// TokenSource gives the access token of one identity. Both methods may be called from many goroutines at once.
//
// Errors of this package (SignInNeeded, Offline, RateLimited, …) are passed on to whoever called the client. A time-out
// or another network error becomes *Offline. Every other error becomes *SignInNeeded, which the cause can be found in.
type TokenSource interface {
	// Token returns the access token to send now. It is read for each request and never kept.
	Token(ctx context.Context) (string, error)
	// Refresh is called when the host has answered 401 to the used token, whatever its expiry says. After it Token
	// returns another one.
	Refresh(ctx context.Context, used string) error
}

// secret keeps a token from being printed by mistake.
type secret string

const redacted = "[redacted]"

func (secret) String() string               { return redacted }
func (secret) GoString() string             { return redacted }
func (secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// tokens reads the source and sees to it that many calls refused at once lead to one refresh.
type tokens struct {
	source TokenSource
	flight singleflight.Group
}

func (t *tokens) get(ctx context.Context, call string) (secret, error) {
	if t.source == nil {
		return "", &SignInNeeded{}
	}
	s, err := t.source.Token(ctx)
	if err != nil {
		return "", tokenError(call, err)
	}
	if s == "" {
		return "", &SignInNeeded{}
	}
	return secret(s), nil
}

// refresh returns another token than the used one. A call that was refused late, when the token has been replaced
// already, gets the new one and refreshes nothing.
func (t *tokens) refresh(ctx context.Context, call string, used secret) (secret, error) {
	done := t.flight.DoChan(string(used), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
		defer cancel()
		present, err := t.get(ctx, call)
		if err != nil || present != used {
			return present, err
		}
		if err := t.source.Refresh(ctx, string(used)); err != nil {
			return secret(""), tokenError(call, err)
		}
		present, err = t.get(ctx, call)
		if err == nil && present == used {
			err = &SignInNeeded{Err: errors.New("refreshing gave the same token again")}
		}
		return present, err
	})
	select {
	case <-ctx.Done():
		return "", Classify(call, ctx.Err())
	case r := <-done:
		return r.Val.(secret), r.Err
	}
}

func tokenError(call string, err error) error {
	if typed(err) != nil || errors.Is(err, context.Canceled) || networking(err) {
		return Classify(call, err)
	}
	return &SignInNeeded{Err: err}
}
