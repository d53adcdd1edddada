package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"concierge/client/api"
	"concierge/host/catalogue"
	"concierge/host/gateway/check"
	"concierge/host/whmcs/remote"
)

// ErrImpossible: nobody could sign in or read anything, whatever they tried.
var ErrImpossible = errors.New("the gateway cannot serve")

// roles are the actions of WHMCS's API that the credential's role does not allow, as they were when last looked at.
type roles struct {
	refused atomic.Pointer[map[string]bool]
}

// features are those that rest on one action of WHMCS's API, by its name.
func features(f *api.Features) map[string]*api.Feature {
	return map[string]*api.Feature{
		"CreateClientInvite": &f.ResendInvitation,
		"DeleteUserClient":   &f.AccessEnds,
		"UpdateUser":         &f.ChangeLoginEmail,
		"ResetPassword":      &f.PasswordReset,
	}
}

// limit makes unavailable what rests on an action that is not allowed.
func (r *roles) limit(f *api.Features) {
	refused := r.refused.Load()
	if refused == nil {
		return
	}
	for action, one := range features(f) {
		if (*refused)[action] && one.Available {
			*one = api.Feature{Reason: catalogue.Text("gateway.not_allowed")}
		}
	}
}

// look asks WHMCS what its role allows, and whether people can sign in there. An error that is ErrImpossible says that
// nobody could be served; that WHMCS does not answer now is none.
func (g *Gateway) look(ctx context.Context) error {
	allowed, err := g.whmcs.Allowed(ctx)
	switch {
	case remote.Is(err, remote.Credentials), remote.Is(err, remote.IP):
		return fmt.Errorf("%w: %w; `concierge-host check` says what to do", ErrImpossible, err)
	case err != nil:
		g.cfg.Log.WarnContext(ctx, "what WHMCS allows could not be asked; it is asked again", "err", err)
		return nil
	}
	refused, before := map[string]bool{}, g.roles.refused.Load()
	var essential []string
	for action, err := range allowed {
		if !remote.Is(err, remote.Role) {
			continue
		}
		refused[action] = true
		without, vital := check.Without(action)
		if vital {
			essential = append(essential, action)
			continue
		}
		if before != nil && (*before)[action] { // said already
			continue
		}
		g.cfg.Log.WarnContext(ctx, "WHMCS's API role does not allow an action", "action", action, "without", without)
	}
	g.roles.refused.Store(&refused)
	if len(essential) > 0 {
		return fmt.Errorf("%w: WHMCS's API role does not allow %s; `concierge-host check` says what to do", ErrImpossible, strings.Join(essential, ", "))
	}
	facts, err := g.upstream().Check(ctx, CallbackURL(g.base))
	switch {
	case err != nil:
		return fmt.Errorf("%w: nobody can sign in: %w", ErrImpossible, err)
	case facts.Credential != nil:
		return fmt.Errorf("%w: nobody can sign in: %w", ErrImpossible, facts.Credential)
	}
	return nil
}
