package server

import (
	"context"
	"fmt"
	"slices"

	"concierge/client/api"
	"concierge/host"
)

// The permissions that decide something here; all others are the provider's catalogue's business.
const (
	permProfile       = "profile"
	permContacts      = "contacts"
	permDomains       = "domains"
	permManageDomains = "managedomains"
)

// categoryDomain is the mail that at least one address keeps: a domain whose renewal notices nobody reads is lost, and
// registries demand a reachable registrant.
const categoryDomain = "domain"

// view is an account with what the caller is in it.
type view struct {
	desc host.Description
	me   api.Membership
	full api.Snapshot // everything; what is answered goes through the methods below
}

// membership says what the caller is in the account of the path, and refuses when that is not what the path needs.
func (s *server) membership(ctx context.Context, c *call) (api.Membership, error) {
	m, err := s.Provider.Membership(ctx, c.person.ID, c.account)
	if err != nil {
		return m, err
	}
	m.Permissions = list(m.Permissions)
	switch {
	case c.need.owner && m.Role != api.RoleOwner:
		return m, fail(api.ProblemOwnerOnly)
	case c.need.permission != "" && m.Role != api.RoleOwner && !slices.Contains(m.Permissions, c.need.permission):
		p := fail(api.ProblemForbidden)
		p.Permission = c.need.permission
		return m, p
	}
	return m, nil
}

// look reads the account of the path anew, and checks anew that the caller may.
func (s *server) look(ctx context.Context) (*view, error) {
	c := callOf(ctx)
	m, err := s.membership(ctx, c)
	if err != nil {
		return nil, err
	}
	d, err := s.Provider.Describe(ctx)
	if err != nil {
		return nil, fmt.Errorf("describe: %w", err)
	}
	full, err := s.Provider.Snapshot(ctx, c.account)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return &view{desc: d, me: m, full: full}, nil
}

func (v *view) may(permission string) bool {
	return v.me.Role == api.RoleOwner || slices.Contains(v.me.Permissions, permission)
}

// account is the account as the caller may see it.
func (v *view) account() api.Account {
	a := v.full.Account
	domains := a.Domains
	if !v.may(permProfile) {
		a = api.Account{ID: a.ID, Name: a.Name}
	}
	a.Domains = nil
	if v.may(permDomains) || v.may(permManageDomains) {
		a.Domains = domains
	}
	return stampAccount(a)
}

// snapshot is all that the caller may see.
func (v *view) snapshot() api.Snapshot {
	out := api.Snapshot{Revision: v.full.Revision, Account: v.account(), Me: v.me}
	if v.me.Role == api.RoleOwner {
		out.Users = v.users()
		if v.desc.Features.ListInvitations.Available {
			out.Invitations = v.invitations()
		}
	}
	if v.may(permContacts) {
		out.Contacts = v.contacts()
	}
	return out
}

func (v *view) users() []api.User             { return stampAll(v.full.Users, stampUser) }
func (v *view) invitations() []api.Invitation { return stampAll(v.full.Invitations, stampInvitation) }
func (v *view) contacts() []api.Contact       { return stampAll(v.full.Contacts, stampContact) }

func stampAll[T any](items []T, stamp func(T) T) []T {
	out := make([]T, len(items))
	for i, item := range items {
		out[i] = stamp(item)
	}
	return out
}

// user, invitation and contact find one item, or answer host.ErrNotFound.
func (v *view) user(id string) (api.User, error) {
	return find(v.full.Users, stampUser, func(u api.User) bool { return u.ID == id })
}

func (v *view) invitation(id string) (api.Invitation, error) {
	return find(v.full.Invitations, stampInvitation, func(i api.Invitation) bool { return i.ID == id })
}

func (v *view) contact(id string) (api.Contact, error) {
	return find(v.full.Contacts, stampContact, func(c api.Contact) bool { return c.ID == id })
}

func find[T any](items []T, stamp func(T) T, is func(T) bool) (T, error) {
	i := slices.IndexFunc(items, is)
	if i < 0 {
		var none T
		return none, host.ErrNotFound
	}
	return stamp(items[i]), nil
}

// domainAddresses counts the addresses that receive Domain mail: the account's own and the contacts'.
func domainAddresses(account api.Account, contacts []api.Contact) int {
	n := 0
	if account.Email != "" && account.EmailPreferences[categoryDomain] {
		n++
	}
	for _, c := range contacts {
		if c.Email != "" && c.EmailPreferences[categoryDomain] {
			n++
		}
	}
	return n
}

// keepsDomainMail refuses a change that takes Domain mail away from the last address that has it. An account where
// nobody has it may be changed freely: the change is not what broke it.
func (v *view) keepsDomainMail(account api.Account, contacts []api.Contact) error {
	if domainAddresses(v.full.Account, v.full.Contacts) > 0 && domainAddresses(account, contacts) == 0 {
		return fail(api.ProblemLastDomain)
	}
	return nil
}

// available refuses what this host cannot do.
func available(f api.Feature) error {
	if f.Available {
		return nil
	}
	return fail(api.ProblemUnavailableFeature).because(f.Reason["en"])
}
