package server

import (
	"context"
	"errors"

	"concierge/client/api"
	"concierge/host"
)

func (s *server) getHost(ctx context.Context, _ *struct{}) (*struct{ Body api.Host }, error) {
	d, err := s.Provider.Describe(ctx)
	if err != nil {
		return nil, err
	}
	h := api.Host{Name: d.Name, Languages: list(d.Languages), Permissions: list(d.Permissions), MailCategories: list(d.MailCategories),
		Features: d.Features, SignIn: s.SignIn, Sample: d.Sample}
	h.SignIn.Scopes = list(h.SignIn.Scopes)
	if base := s.PublicURL(); d.Sample && d.MailboxPath != "" && base != "" {
		h.MailboxURL = base + d.MailboxPath
	}
	return &struct{ Body api.Host }{h}, nil
}

func (s *server) getMe(ctx context.Context, _ *struct{ GetHeaders }) (*reply[api.Me], error) {
	c := callOf(ctx)
	me := stampMe(c.person)
	return read(c, me, me.ETag), nil
}

func (s *server) updateMe(ctx context.Context, in *struct {
	PutHeaders
	Body api.MePatch
}) (*reply[api.Me], error) {
	return actOnMe(ctx, s, func(ctx context.Context, me api.Me) (*reply[api.Me], error) {
		if err := callOf(ctx).fresh(me.ETag, me); err != nil {
			return nil, err
		}
		d, err := s.Provider.Describe(ctx)
		if err != nil {
			return nil, err
		}
		p, k := in.Body, s.checker(d)
		if p.FirstName != nil {
			k.name("/firstName", p.FirstName)
		}
		if p.LastName != nil {
			k.line("/lastName", p.LastName)
		}
		if p.Language != nil {
			k.language("/language", p.Language)
		}
		if err := k.err(); err != nil {
			return nil, err
		}
		changed := differs(&p.FirstName, me.FirstName)
		changed = differs(&p.LastName, me.LastName) || changed
		changed = differs(&p.Language, me.Language) || changed
		if changed {
			if err := s.Provider.UpdatePerson(ctx, me.ID, p); err != nil {
				return nil, err
			}
		}
		return s.meAgain(ctx)
	})
}

// meAgain answers the caller's profile as it is now.
func (s *server) meAgain(ctx context.Context) (*reply[api.Me], error) {
	me, err := s.Provider.Person(ctx, callOf(ctx).person.ID)
	if err != nil {
		return nil, err
	}
	me = stampMe(me)
	return ok(me, me.ETag), nil
}

// differs drops a field of a patch that would change nothing, and tells whether it stayed.
func differs[T comparable](field **T, current T) bool {
	if *field != nil && **field == current {
		*field = nil
	}
	return *field != nil
}

func (s *server) changeLoginEmail(ctx context.Context, in *struct {
	PostHeaders
	ChallengeHeader
	Body api.NewEmail
}) (*reply[api.Me], error) {
	return actOnMe(ctx, s, func(ctx context.Context, me api.Me) (*reply[api.Me], error) {
		if err := callOf(ctx).fresh(me.ETag, me); err != nil {
			return nil, err
		}
		d, err := s.Provider.Describe(ctx)
		if err != nil {
			return nil, err
		}
		if err := available(d.Features.ChangeLoginEmail); err != nil {
			return nil, err
		}
		k, email := s.checker(d), in.Body.Email
		k.email("/email", &email)
		if err := k.err(); err != nil {
			return nil, err
		}
		if email == me.Email {
			return ok(me, me.ETag), nil
		}
		other, err := s.Provider.PersonByEmail(ctx, email)
		if err == nil && other.ID != me.ID {
			return nil, fail(api.ProblemEmailTaken)
		}
		if err != nil && !errors.Is(err, host.ErrNotFound) {
			return nil, err
		}
		if err := s.prove(ctx, api.ConditionLoginEmail, email); err != nil {
			return nil, err
		}
		if err := s.Provider.SetLoginEmail(ctx, me.ID, email); err != nil {
			return nil, err
		}
		return s.meAgain(ctx)
	})
}

func (s *server) resetPassword(ctx context.Context, _ *struct{ PostHeaders }) (*done, error) {
	return nothing(actOnMe(ctx, s, func(ctx context.Context, me api.Me) (*reply[struct{}], error) {
		d, err := s.Provider.Describe(ctx)
		if err != nil {
			return nil, err
		}
		if err := available(d.Features.PasswordReset); err != nil {
			return nil, err
		}
		if wait, ok := s.mails.take("password " + me.ID); !ok {
			return nil, fail(api.ProblemRateLimited).because("too many links were sent").after(wait)
		}
		if err := s.Provider.SendPasswordReset(ctx, me.ID); err != nil {
			return nil, err
		}
		return &reply[struct{}]{Status: 204}, nil
	}))
}
