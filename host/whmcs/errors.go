package whmcs

import (
	"context"
	"errors"
	"fmt"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/whmcs/remote"
)

// trouble turns what WHMCS answered into what host/server puts into a problem. What only the operator can mend is told to
// the operator's log, with the action's name: the customer is told that the provider's system refused. WHMCS's own words go
// to the log alone.
func (p *Provider) trouble(ctx context.Context, err error) error {
	var e *remote.Error
	if !errors.As(err, &e) {
		return err
	}
	log := func(what string) {
		p.cfg.Log.ErrorContext(ctx, what, "action", e.Action, "kind", string(e.Kind), "message", e.Message)
	}
	switch e.Kind {
	case remote.Unavailable:
		return fmt.Errorf("%w: %w", host.ErrUnavailable, err)
	case remote.Credentials:
		log("WHMCS does not take the API credential")
	case remote.Role:
		log("the API credential's role does not allow an action that the gateway needs")
	case remote.IP:
		log("WHMCS does not take calls from this computer's address")
	case remote.NotFound:
		return fmt.Errorf("%w: %w", host.ErrNotFound, err)
	case remote.Invalid:
		return &host.FieldError{Pointer: pointers[e.Field], Code: api.FieldInvalid, Detail: "the provider's system does not take this value"}
	case remote.Taken:
		if e.Action == "UpdateUser" {
			return fmt.Errorf("%w: %w", host.ErrEmailTaken, err)
		}
		return &host.FieldError{Pointer: "/email", Code: api.FieldTaken, Detail: "another contact or account has this address"}
	case remote.Member:
		return fmt.Errorf("%w: %w", host.ErrAlreadyUser, err)
	case remote.LastDomain:
		return fmt.Errorf("%w: %w", host.ErrLastDomain, err)
	case remote.OwnerFixed:
		return fmt.Errorf("%w: %w", host.ErrOwnerProtected, err)
	default:
		log("WHMCS refused for a reason that is not documented")
	}
	return fmt.Errorf("%w: %w", host.ErrRefused, err)
}

// refused tells whether WHMCS refuses an action as such, so that asking again does not help.
func refused(err error) bool { return remote.Is(err, remote.Role) }
