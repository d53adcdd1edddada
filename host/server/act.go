package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/store"
)

// reply is an answer with a body.
type reply[T any] struct {
	Status   int
	ETag     string `header:"ETag" doc:"Strong entity tag of what is answered"`
	Location string `header:"Location" doc:"Path of what was created"`
	Body     T
}

// done is an answer without a body.
type done struct{}

// ok answers a resource with its etag.
func ok[T any](body T, etag string) *reply[T] {
	return &reply[T]{Status: http.StatusOK, ETag: quoted(etag), Body: body}
}

// created answers a new resource with its etag and path.
func created[T any](body T, etag, location string) *reply[T] {
	return &reply[T]{Status: http.StatusCreated, ETag: quoted(etag), Location: location, Body: body}
}

// read answers a resource, or 304 to a reader that has it.
func read[T any](c *call, body T, etag string) *reply[T] {
	r := ok(body, etag)
	if c.unchanged(etag) {
		r.Status = http.StatusNotModified
	}
	return r
}

// act runs a write in the account of the path: what it reads, checks and changes is in one piece, and a call that was
// already answered is answered the same without acting.
func act[T any](ctx context.Context, s *server, do func(ctx context.Context, v *view) (*reply[T], error)) (*reply[T], error) {
	return inLock(ctx, s, func(ctx context.Context) (func() (*reply[T], error), error) {
		v, err := s.look(ctx)
		return func() (*reply[T], error) { return do(ctx, v) }, err
	})
}

// actOnMe is act for the caller's own profile.
func actOnMe[T any](ctx context.Context, s *server, do func(ctx context.Context, me api.Me) (*reply[T], error)) (*reply[T], error) {
	return inLock(ctx, s, func(ctx context.Context) (func() (*reply[T], error), error) {
		me, err := s.Provider.Person(ctx, callOf(ctx).person.ID)
		return func() (*reply[T], error) { return do(ctx, stampMe(me)) }, err
	})
}

// inLock holds the account (or, without one, people) while prepare reads and checks and the function it returns acts.
func inLock[T any](ctx context.Context, s *server, prepare func(ctx context.Context) (func() (*reply[T], error), error)) (*reply[T], error) {
	c := callOf(ctx)
	try := &host.Try{}
	if c.key != "" {
		try.Key = c.person.ID + " " + c.key
	}
	if c.need.permission != "" { // account information and contacts; users are the owner's
		ctx = host.WithoutUsers(ctx)
	}
	var out *reply[T]
	err := s.Provider.Locked(host.WithTry(ctx, try), c.account, func(ctx context.Context) error {
		c.proof = ""
		do, err := prepare(ctx)
		if err != nil {
			return err
		}
		out, err = once(ctx, s, try, do)
		return err
	})
	if err != nil {
		return nil, s.orAskForProof(ctx, err)
	}
	return out, nil
}

// nothing turns a write that answers no body into what huma expects.
func nothing(_ *reply[struct{}], err error) (*done, error) {
	if err != nil {
		return nil, err
	}
	return &done{}, nil
}

// once acts, uses up the proof it rests on, and remembers the answer under the call's Idempotency-Key; or answers what
// it answered before.
func once[T any](ctx context.Context, s *server, try *host.Try, do func() (*reply[T], error)) (*reply[T], error) {
	if out, err := remembered[T](ctx, s); out != nil || err != nil {
		return out, err
	}
	if err := s.begin(ctx, try); err != nil {
		return nil, err
	}
	out, err := do()
	if err != nil {
		s.unbegin(ctx, try)
		return nil, err
	}
	err = s.Store.Atomically(ctx, func(ctx context.Context) error {
		if c := callOf(ctx); c.proof != "" {
			if err := s.Store.UseChallenge(ctx, c.proof, s.Now()); err != nil {
				return fmt.Errorf("challenge: %w", err)
			}
		}
		return remember(ctx, s, out)
	})
	return out, err
}

// begin writes down that the call is about to act, where what it does is not kept together with what this server
// remembers of it: a provider that acts elsewhere. From a repeat after that, and before an answer was remembered, nobody
// can tell whether it was done; the provider is told so.
func (s *server) begin(ctx context.Context, try *host.Try) error {
	c := callOf(ctx)
	if _, elsewhere := s.Provider.(host.Elsewhere); !elsewhere || c.key == "" {
		return nil
	}
	earlier, err := s.Store.Begin(ctx, c.person.ID, c.key, c.hash, s.Now())
	switch {
	case err != nil:
		return fmt.Errorf("begin: %w", err)
	case earlier != nil && !bytes.Equal(earlier, c.hash):
		return fail(api.ProblemIdempotencyMismatch)
	}
	try.Again = earlier != nil
	return nil
}

// unbegin forgets what begin wrote when neither this try nor one before it can have acted.
func (s *server) unbegin(ctx context.Context, try *host.Try) {
	c := callOf(ctx)
	if _, elsewhere := s.Provider.(host.Elsewhere); !elsewhere || c.key == "" || try.Again || try.MayHaveActed() {
		return
	}
	if err := s.Store.Forget(context.WithoutCancel(ctx), c.person.ID, c.key); err != nil {
		s.Log.WarnContext(ctx, "a call that did not act stays begun", "request", c.id, "err", err) // a repeat looks before it acts
	}
}

// remembered returns the answer this call got before, or nil.
func remembered[T any](ctx context.Context, s *server) (*reply[T], error) {
	c := callOf(ctx)
	if c.key == "" {
		return nil, nil
	}
	a, found, err := s.Store.Answer(ctx, c.person.ID, c.key, s.Now())
	switch {
	case err != nil:
		return nil, fmt.Errorf("remembered answer: %w", err)
	case !found:
		return nil, nil
	case string(a.RequestHash) != string(c.hash):
		return nil, fail(api.ProblemIdempotencyMismatch)
	}
	out := &reply[T]{Status: a.Status, ETag: a.ETag, Location: a.Location}
	if err := json.Unmarshal(a.Body, &out.Body); err != nil {
		return nil, fmt.Errorf("remembered answer: %w", err)
	}
	return out, nil
}

func remember[T any](ctx context.Context, s *server, out *reply[T]) error {
	c := callOf(ctx)
	if c.key == "" {
		return nil
	}
	body, err := json.Marshal(out.Body)
	if err != nil {
		return err
	}
	a := store.Answer{RequestHash: c.hash, Status: out.Status, ETag: out.ETag, Location: out.Location, Body: body}
	if err := s.Store.KeepAnswer(ctx, c.person.ID, c.key, a, s.Now()); err != nil {
		return fmt.Errorf("remember the answer: %w", err)
	}
	return nil
}
