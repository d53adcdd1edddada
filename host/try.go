package host

import (
	"context"
	"sync/atomic"
)

// Elsewhere is a Provider whose writes happen in another system: its effects and host/server's record of them are not kept
// together or not at all. So host/server writes down that it is about to act before it does, and says in a Try when an
// earlier call with the same key may have acted already.
type Elsewhere interface {
	Provider
	ActsElsewhere()
}

// Try is one try of a call that must act once however often it is sent.
type Try struct {
	// Key names the call among all calls of all people; "" where repeats do no harm.
	Key string
	// Again: an earlier try with this key began to act and nobody knows how it ended. The provider looks before it acts.
	Again bool

	acted atomic.Bool
}

// Acting is said by the provider right before it may have an effect.
func (t *Try) Acting() { t.acted.Store(true) }

// DidNotAct is said by the provider when it is certain that there was no effect, whatever it said before.
func (t *Try) DidNotAct() { t.acted.Store(false) }

// MayHaveActed tells whether this try may have had an effect.
func (t *Try) MayHaveActed() bool { return t.acted.Load() }

type restKey struct{}

// WithoutUsers says of a write that it neither changes users nor rests on what others than the acting person may do. A
// provider that pays for each user it reads need not read them anew for it.
func WithoutUsers(ctx context.Context) context.Context {
	return context.WithValue(ctx, restKey{}, true)
}

// UsersMatter tells whether a write may rest on what others may do, which is so unless WithoutUsers was said.
func UsersMatter(ctx context.Context) bool { return ctx.Value(restKey{}) == nil }

type tryKey struct{}

// WithTry returns a context that carries a try.
func WithTry(ctx context.Context, t *Try) context.Context { return context.WithValue(ctx, tryKey{}, t) }

// TryOf returns the context's try; never nil.
func TryOf(ctx context.Context) *Try {
	if t, _ := ctx.Value(tryKey{}).(*Try); t != nil {
		return t
	}
	return &Try{}
}
