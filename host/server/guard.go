package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"concierge/client/api"
	"concierge/host"
)

// need is what a path asks of its caller. Every registered path names one; nothing else decides who may call it.
type need struct {
	open       bool   // anybody, without a token
	account    bool   // to reach the account in the path
	owner      bool   // to own it
	permission string // to own it or to have this permission in it
}

var (
	anybody     = need{open: true}
	signedIn    = need{}
	member      = need{account: true}
	ownerOnly   = need{account: true, owner: true}
	mayProfile  = need{account: true, permission: permProfile}
	mayContacts = need{account: true, permission: permContacts}
)

// guard signs the caller in and checks what can be checked before what the body says is looked at.
func (s *server) guard(on route) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		c := callOf(r.Context())
		c.action, c.target = on.id, targetOf(r)
		ctx, err := s.admit(r, on.need, on.method)
		if err == nil {
			err = checkBody(r, c.body)
		}
		if err != nil {
			s.refuse(w, r, s.foreseen(r.Context(), err))
			return
		}
		next(huma.WithContext(hc, ctx))
	}
}

// admit returns the context that the handler gets, or why the call is refused.
func (s *server) admit(r *http.Request, n need, method string) (context.Context, error) {
	ctx := r.Context()
	c := callOf(ctx)
	c.need = n
	if n.open {
		if wait, ok := s.addresses.take(addressKey(c.ip)); !ok {
			return nil, fail(api.ProblemRateLimited).after(wait)
		}
		return ctx, nil
	}
	person, err := s.whoCalls(ctx, bearer(r))
	if err != nil {
		var p *problem
		if errors.As(err, &p) && p.Type == api.ProblemUnauthenticated {
			if wait, ok := s.addresses.take(addressKey(c.ip)); !ok {
				return nil, fail(api.ProblemRateLimited).after(wait)
			}
		}
		return nil, err
	}
	c.person = person
	if n.account {
		c.account = r.PathValue("accountId")
		if _, err := s.membership(ctx, c); err != nil {
			return nil, err
		}
	}
	switch method {
	case http.MethodPost:
		key, ok := idempotencyKey(r)
		if !ok {
			return nil, fail(api.ProblemIdempotencyRequired)
		}
		c.key = key
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		// "*" would overwrite whatever is there, which is what If-Match is asked for to prevent.
		if len(c.ifMatch) == 0 || c.ifMatch[0] == "*" {
			return nil, fail(api.ProblemPreconditionRequired)
		}
	}
	return host.WithActor(ctx, host.Actor{
		PersonID: person.ID, Name: personName(person), Email: person.Email, From: c.ip,
	}), nil
}

// whoCalls returns the person a token belongs to, unless they call too often.
func (s *server) whoCalls(ctx context.Context, token string) (api.Me, error) {
	if token == "" {
		return api.Me{}, fail(api.ProblemUnauthenticated)
	}
	id, err := s.Tokens.Person(ctx, token)
	if errors.Is(err, ErrInvalidToken) {
		return api.Me{}, fail(api.ProblemUnauthenticated)
	}
	if err != nil {
		return api.Me{}, fmt.Errorf("whose token: %w", err)
	}
	if wait, ok := s.persons.take(id); !ok {
		return api.Me{}, fail(api.ProblemRateLimited).after(wait)
	}
	me, err := s.Provider.Person(ctx, id)
	if errors.Is(err, host.ErrNotFound) { // removed meanwhile
		return api.Me{}, fail(api.ProblemUnauthenticated)
	}
	return me, err
}

// foreseen turns any error into the problem to answer, and logs what nobody foresaw.
func (s *server) foreseen(ctx context.Context, err error) *problem {
	p, unexpected := problemOf(err)
	if unexpected {
		c := callOf(ctx)
		c.failed = err
		if ctx.Err() != nil { // the caller went away; nobody reads the answer
			s.Log.InfoContext(ctx, "call given up", "request", c.id, "err", err)
		} else {
			s.Log.ErrorContext(ctx, "call failed", "request", c.id, "route", c.route, "err", err)
		}
	}
	return p
}

func personName(m api.Me) string {
	switch {
	case m.LastName == "":
		return m.FirstName
	case m.FirstName == "":
		return m.LastName
	}
	return m.FirstName + " " + m.LastName
}
