package server

import (
	"context"
	"slices"

	"concierge/client/api"
	"concierge/host"
)

// InContact is the contact a path is about.
type InContact struct {
	InAccount
	ContactID string `path:"contactId" maxLength:"128"`
}

func (s *server) listContacts(ctx context.Context, _ *struct{ InAccount }) (*struct{ Body api.ContactList }, error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	return &struct{ Body api.ContactList }{api.ContactList{Contacts: v.contacts()}}, nil
}

func (s *server) getContact(ctx context.Context, in *struct {
	InContact
	GetHeaders
}) (*reply[api.Contact], error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	c, err := v.contact(in.ContactID)
	if err != nil {
		return nil, err
	}
	return read(callOf(ctx), c, c.ETag), nil
}

func (s *server) addContact(ctx context.Context, in *struct {
	InAccount
	PostHeaders
	Body api.NewContact
}) (*reply[api.Contact], error) {
	return act(ctx, s, func(ctx context.Context, v *view) (*reply[api.Contact], error) {
		n, k := in.Body, s.checker(v.desc)
		k.newContact(&n, v.full.Account)
		if !host.TryOf(ctx).Again { // or the contact with the address may be what the earlier try added
			k.only(n.Email, v.full.Contacts, "")
		}
		if err := k.err(); err != nil {
			return nil, err
		}
		switch {
		case n.Language == "":
			n.Language = callOf(ctx).person.Language
		case n.Language != v.full.Account.Language:
			if err := available(v.desc.Features.ContactLanguage); err != nil {
				return nil, err
			}
		}
		id, err := s.Provider.AddContact(ctx, v.full.Account.ID, n)
		if err != nil {
			return nil, err
		}
		if v, err = s.look(ctx); err != nil {
			return nil, err
		}
		c, err := v.contact(id)
		if err != nil {
			return nil, err
		}
		return created(c, c.ETag, "/v1"+pointer("accounts", v.full.Account.ID, "contacts", c.ID)), nil
	})
}

// only refuses an address that another contact of the account has: it would receive everything twice.
func (k *checker) only(email string, contacts []api.Contact, id string) {
	if slices.ContainsFunc(contacts, func(c api.Contact) bool { return c.ID != id && host.SameEmail(c.Email, email) }) {
		k.add("/email", api.FieldTaken)
	}
}

// newContact checks and cleans a new contact. A telephone number without a country is one of the account's.
func (k *checker) newContact(n *api.NewContact, account api.Account) {
	k.line("/firstName", &n.FirstName)
	k.line("/lastName", &n.LastName)
	k.line("/company", &n.Company)
	k.named(n.FirstName, n.LastName, n.Company)
	k.email("/email", &n.Email)
	k.address(&n.Address, api.Address{})
	k.phone("/phone", &n.Phone, either(n.Address.Country, account.Address.Country))
	if n.Language != "" {
		k.language("/language", &n.Language)
	}
	k.preferences(n.EmailPreferences)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (s *server) updateContact(ctx context.Context, in *struct {
	InContact
	PutHeaders
	Body api.ContactPatch
}) (*reply[api.Contact], error) {
	return act(ctx, s, func(ctx context.Context, v *view) (*reply[api.Contact], error) {
		before, err := v.contact(in.ContactID)
		if err != nil {
			return nil, err
		}
		if err := callOf(ctx).fresh(before.ETag, before); err != nil {
			return nil, err
		}
		patch, k := in.Body, s.checker(v.desc)
		k.contactPatch(&patch, before, v.full.Account)
		if patch.Email != nil && !host.SameEmail(*patch.Email, before.Email) {
			k.only(*patch.Email, v.full.Contacts, before.ID)
		}
		if err := k.err(); err != nil {
			return nil, err
		}
		after, changed := applyToContact(before, &patch)
		if !changed {
			return ok(before, before.ETag), nil
		}
		if patch.Language != nil {
			if err := available(v.desc.Features.ContactLanguage); err != nil {
				return nil, err
			}
		}
		if err := v.keepsDomainMail(v.full.Account, with(v.full.Contacts, after)); err != nil {
			return nil, err
		}
		if err := s.Provider.UpdateContact(ctx, v.full.Account.ID, before.ID, patch); err != nil {
			return nil, err
		}
		if v, err = s.look(ctx); err != nil {
			return nil, err
		}
		c, err := v.contact(before.ID)
		if err != nil {
			return nil, err
		}
		return ok(c, c.ETag), nil
	})
}

// contactPatch checks and cleans a patch of a contact.
func (k *checker) contactPatch(p *api.ContactPatch, before api.Contact, account api.Account) {
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
		k.phone("/phone", p.Phone, either(country, account.Address.Country))
	}
	if p.Language != nil {
		k.language("/language", p.Language)
	}
	k.preferences(p.EmailPreferences)
}

// applyToContact returns what a contact becomes, drops from the patch what would change nothing, and tells whether
// anything is left.
func applyToContact(c api.Contact, p *api.ContactPatch) (api.Contact, bool) {
	changed := differs(&p.FirstName, c.FirstName)
	changed = differs(&p.LastName, c.LastName) || changed
	changed = differs(&p.Company, c.Company) || changed
	changed = differs(&p.Phone, c.Phone) || changed
	changed = differs(&p.Address, c.Address) || changed
	changed = differs(&p.Language, c.Language) || changed
	if differs(&p.Email, c.Email) {
		c.Email, changed = *p.Email, true
	}
	c.EmailPreferences, p.EmailPreferences = applyPreferences(c.EmailPreferences, p.EmailPreferences)
	return c, changed || p.EmailPreferences != nil
}

// with is the same contacts with one of them as it will be.
func with(contacts []api.Contact, one api.Contact) []api.Contact {
	out := slices.Clone(contacts)
	for i := range out {
		if out[i].ID == one.ID {
			out[i] = one
		}
	}
	return out
}

func (s *server) deleteContact(ctx context.Context, in *struct {
	InContact
	PutHeaders
}) (*done, error) {
	return nothing(act(ctx, s, func(ctx context.Context, v *view) (*reply[struct{}], error) {
		c, err := v.contact(in.ContactID)
		if err != nil {
			return nil, err
		}
		if err := callOf(ctx).fresh(c.ETag, c); err != nil {
			return nil, err
		}
		left := slices.DeleteFunc(slices.Clone(v.full.Contacts), func(o api.Contact) bool { return o.ID == c.ID })
		if err := v.keepsDomainMail(v.full.Account, left); err != nil {
			return nil, err
		}
		return &reply[struct{}]{}, s.Provider.DeleteContact(ctx, v.full.Account.ID, c.ID)
	}))
}
