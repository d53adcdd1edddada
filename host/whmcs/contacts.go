package whmcs

import (
	"context"
	"slices"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/whmcs/remote"
)

// AddContact adds a contact. A contact of WHMCS has no language of its own: it is written to in the account's. After a try
// that may have added it, the contact that is as the wanted one is that one.
func (p *Provider) AddContact(ctx context.Context, accountID string, c api.NewContact) (id string, err error) {
	err = p.in(ctx, accountID, func(ctx context.Context, s *scope) error {
		again := host.TryOf(ctx).Again
		if again {
			if id, err = p.wanted(ctx, s, c); err != nil {
				return err
			}
			if id != "" {
				return p.wasDone(ctx, s.account)
			}
		}
		f := fields{set: remote.Fields{"email": c.Email}}
		f.text("", "firstname", "", &c.FirstName)
		f.text("", "lastname", "", &c.LastName)
		f.text("", "companyname", "", &c.Company)
		f.phone("", &c.Phone)
		f.address(api.Address{}, &c.Address)
		preferences := map[string]bool{}
		for _, key := range p.categoryKeys() {
			preferences[key] = c.EmailPreferences[key]
		}
		var n int64
		added := deed{Activity: api.Activity{Action: api.ActContactAdded, Target: nameOr(fullName(c.FirstName, c.LastName), c.Email)}}
		err := p.does(ctx, s.account, added, func() (err error) {
			n, err = p.api.AddContact(ctx, s.account, f.set, preferences)
			return err
		})
		s.state.contacts = nil
		if again && remote.Is(err, remote.Taken) { // WHMCS was still at the earlier try when we looked
			if found, lookErr := p.wanted(ctx, s, c); found != "" || lookErr != nil {
				if lookErr == nil {
					id, lookErr = found, p.wasDone(ctx, s.account)
				}
				return lookErr
			}
		}
		if err != nil {
			return p.trouble(ctx, err)
		}
		id = text(n)
		return nil
	})
	return id, err
}

// wanted is the contact that is as a call asked for; "" when there is none.
func (p *Provider) wanted(ctx context.Context, s *scope, c api.NewContact) (id string, err error) {
	all, err := p.contactsNow(ctx, s)
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(all, func(o remote.Contact) bool { return p.isWanted(o, c) }); i >= 0 {
		id = text(all[i].ID)
	}
	return id, nil
}

// isWanted tells whether a contact is what a call asked for.
func (p *Provider) isWanted(have remote.Contact, want api.NewContact) bool {
	c := p.contactOf(have, "")
	if c.Email != want.Email || c.FirstName != want.FirstName || c.LastName != want.LastName || c.Company != want.Company ||
		c.Address != want.Address || c.Phone != readPhone(writtenPhone(want.Phone), want.Address.Country) {
		return false
	}
	for _, key := range p.categoryKeys() {
		if c.EmailPreferences[key] != want.EmailPreferences[key] {
			return false
		}
	}
	return true
}

// UpdateContact changes a contact's given fields; what is the same already is no change.
func (p *Provider) UpdateContact(ctx context.Context, accountID, contactID string, patch api.ContactPatch) error {
	return p.onContact(ctx, accountID, contactID, func(ctx context.Context, s *scope, c remote.Contact) error {
		was := p.contactOf(c, "")
		var f fields
		f.text("firstName", "firstname", was.FirstName, patch.FirstName)
		f.text("lastName", "lastname", was.LastName, patch.LastName)
		f.text("company", "companyname", was.Company, patch.Company)
		f.text("email", "email", was.Email, patch.Email)
		f.phone(was.Phone, patch.Phone)
		f.address(was.Address, patch.Address)
		preferences := f.preferences(was.EmailPreferences, patch.EmailPreferences)
		if len(f.names) == 0 {
			return nil
		}
		first, last := was.FirstName, was.LastName
		if patch.FirstName != nil {
			first = *patch.FirstName
		}
		if patch.LastName != nil {
			last = *patch.LastName
		}
		changed := deed{Activity: api.Activity{Action: api.ActContactChanged, Target: nameOr(fullName(first, last), was.Email), Fields: f.names}}
		err := p.does(ctx, s.account, changed, func() error { return p.api.UpdateContact(ctx, c.ID, f.set, preferences) })
		s.state.contacts = nil
		return p.trouble(ctx, err)
	})
}

// DeleteContact deletes a contact.
func (p *Provider) DeleteContact(ctx context.Context, accountID, contactID string) error {
	return p.onContact(ctx, accountID, contactID, func(ctx context.Context, s *scope, c remote.Contact) error {
		was := p.contactOf(c, "")
		deleted := deed{Activity: api.Activity{Action: api.ActContactDeleted, Target: nameOr(fullName(was.FirstName, was.LastName), was.Email)}, subject: contactID}
		err := p.does(ctx, s.account, deleted, func() error { return p.api.DeleteContact(ctx, c.ID) })
		s.state.contacts = nil
		return p.trouble(ctx, err)
	})
}

// onContact writes to a contact that is among the account's own: WHMCS's actions take any contact of any client.
func (p *Provider) onContact(ctx context.Context, accountID, contactID string, do func(context.Context, *scope, remote.Contact) error) error {
	id, err := number(contactID)
	if err != nil {
		return err
	}
	return p.in(ctx, accountID, func(ctx context.Context, s *scope) error {
		all, err := p.contactsNow(ctx, s)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c remote.Contact) bool {
			return c.ID == id && (c.ClientID == 0 || c.ClientID == s.account) // 0: not said, in a list that was asked for by client
		})
		if i < 0 {
			return host.ErrNotFound
		}
		return do(ctx, s, all[i])
	})
}

func (p *Provider) contactsNow(ctx context.Context, s *scope) ([]remote.Contact, error) {
	st, err := p.loadNow(ctx, s, parts{contacts: true})
	if err != nil {
		return nil, err
	}
	return *st.contacts, nil
}
