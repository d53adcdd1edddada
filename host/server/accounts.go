package server

import (
	"context"
	"errors"
	"slices"

	"concierge/client/api"
	"concierge/host"
)

func (s *server) listAccounts(ctx context.Context, in *struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"Next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"200"`
}) (*struct{ Body api.AccountPage }, error) {
	accounts, err := s.Provider.Accounts(ctx, callOf(ctx).person.ID, in.Cursor, in.Limit+1) // one more tells whether there is a next page
	if err != nil {
		return nil, err
	}
	page := api.AccountPage{Accounts: list(accounts)}
	if len(accounts) > in.Limit {
		page.Accounts = accounts[:in.Limit]
		page.Next = accounts[in.Limit-1].ID
	}
	for i := range page.Accounts {
		page.Accounts[i].Permissions = list(page.Accounts[i].Permissions)
	}
	return &struct{ Body api.AccountPage }{page}, nil
}

func (s *server) listChanges(ctx context.Context, in *struct {
	Since string `query:"since" maxLength:"200" doc:"Token of an earlier answer; without one, only a token is given"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"1000"`
}) (*struct{ Body api.Changes }, error) {
	changes, err := s.Provider.Changes(ctx, callOf(ctx).person.ID, in.Since, in.Limit)
	if err != nil {
		return nil, err
	}
	changes.Accounts = slices.Clone(list(changes.Accounts))
	for i := range changes.Accounts {
		if err := s.ownReminders(ctx, &changes.Accounts[i]); err != nil {
			return nil, err
		}
	}
	return &struct{ Body api.Changes }{changes}, nil
}

// ownReminders leaves a user with the reminders that are about themselves: who the others are is the owner's to know.
func (s *server) ownReminders(ctx context.Context, change *api.AccountChange) error {
	if len(change.Reminders) == 0 {
		return nil
	}
	m, err := s.Provider.Membership(ctx, callOf(ctx).person.ID, change.ID)
	if errors.Is(err, host.ErrNotFound) { // ended or removed since the changes were read; the next answer says so
		change.Reminders = nil
		return nil
	}
	if err != nil {
		return err
	}
	change.Reminders = slices.DeleteFunc(slices.Clone(change.Reminders), func(r api.Reminder) bool {
		return m.Role != api.RoleOwner && r.UserID != m.UserID
	})
	return nil
}

func (s *server) getSnapshot(ctx context.Context, _ *struct {
	InAccount
	GetHeaders
}) (*reply[api.Snapshot], error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	snap := v.snapshot()
	return read(callOf(ctx), snap, etagOfSnapshot(snap)), nil
}

func (s *server) getAccount(ctx context.Context, _ *struct {
	InAccount
	GetHeaders
}) (*reply[api.Account], error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	a := v.account()
	return read(callOf(ctx), a, a.ETag), nil
}

func (s *server) updateAccount(ctx context.Context, in *struct {
	InAccount
	PutHeaders
	ChallengeHeader
	Body api.AccountPatch
}) (*reply[api.Account], error) {
	return act(ctx, s, func(ctx context.Context, v *view) (*reply[api.Account], error) {
		before := v.account()
		if err := callOf(ctx).fresh(before.ETag, before); err != nil {
			return nil, err
		}
		patch := in.Body
		k := s.checker(v.desc)
		k.accountPatch(&patch, before)
		if err := k.err(); err != nil {
			return nil, err
		}
		after, changed := applyToAccount(before, &patch)
		if !changed {
			return ok(before, before.ETag), nil
		}
		if err := v.keepsDomainMail(after, v.full.Contacts); err != nil {
			return nil, err
		}
		if patch.Email != nil {
			if err := s.prove(ctx, api.ConditionAccountEmail, *patch.Email); err != nil {
				return nil, err
			}
		}
		if err := s.Provider.UpdateAccount(ctx, v.full.Account.ID, patch); err != nil {
			return nil, err
		}
		v, err := s.look(ctx)
		if err != nil {
			return nil, err
		}
		a := v.account()
		return ok(a, a.ETag), nil
	})
}

// accountPatch checks and cleans a patch of account information.
func (k *checker) accountPatch(p *api.AccountPatch, before api.Account) {
	k.names(p.FirstName, p.LastName, p.Company, before.FirstName, before.LastName, before.Company)
	if p.Email != nil && *p.Email != before.Email {
		k.email("/email", p.Email)
	}
	country := before.Address.Country
	if p.Address != nil {
		k.address(p.Address, before.Address)
		country = p.Address.Country
	}
	if p.Phone != nil && *p.Phone != before.Phone {
		k.phone("/phone", p.Phone, country)
	}
	if p.Language != nil {
		k.language("/language", p.Language)
	}
	k.preferences(p.EmailPreferences)
}

// applyToAccount returns what an account becomes, drops from the patch what would change nothing, and tells whether
// anything is left.
func applyToAccount(a api.Account, p *api.AccountPatch) (api.Account, bool) {
	changed := differs(&p.FirstName, a.FirstName)
	changed = differs(&p.LastName, a.LastName) || changed
	changed = differs(&p.Company, a.Company) || changed
	changed = differs(&p.Phone, a.Phone) || changed
	changed = differs(&p.Address, a.Address) || changed
	changed = differs(&p.Language, a.Language) || changed
	if differs(&p.Email, a.Email) {
		a.Email, changed = *p.Email, true
	}
	a.EmailPreferences, p.EmailPreferences = applyPreferences(a.EmailPreferences, p.EmailPreferences)
	return a, changed || p.EmailPreferences != nil
}

// applyPreferences returns what preferences become, and of the change only what differs.
func applyPreferences(now, change api.MailPreferences) (after, left api.MailPreferences) {
	after = api.MailPreferences{}
	for key, on := range now {
		after[key] = on
	}
	for key, on := range change {
		if after[key] == on {
			continue
		}
		after[key] = on
		if left == nil {
			left = api.MailPreferences{}
		}
		left[key] = on
	}
	return after, left
}

func (s *server) listActivity(ctx context.Context, in *struct {
	InAccount
	Cursor string `query:"cursor" maxLength:"200" doc:"Next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}) (*struct{ Body api.ActivityPage }, error) {
	d, err := s.Provider.Describe(ctx)
	if err != nil {
		return nil, err
	}
	if err := available(d.Features.Activity); err != nil {
		return nil, err
	}
	items, next, err := s.Provider.Activity(ctx, callOf(ctx).account, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return &struct{ Body api.ActivityPage }{api.ActivityPage{Activity: list(items), Next: next}}, nil
}
