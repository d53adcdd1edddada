package sample

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"concierge/client/api"
	"concierge/host"
)

// AddContact adds a contact, in the account's language when none is given.
func (p *Provider) AddContact(ctx context.Context, accountID string, c api.NewContact) (string, error) {
	id := p.newID("con")
	err := p.db.Atomically(ctx, func(ctx context.Context) error {
		a := c.Address
		err := one(p.q(ctx).ExecContext(ctx, `
			INSERT INTO contacts (id, account_id, first_name, last_name, company, email, phone, line1, line2, city, state,
			                      postal_code, country, language, preferences)
			SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(nullif(?, ''), language), ? FROM accounts WHERE id = ?`,
			id, c.FirstName, c.LastName, c.Company, c.Email, c.Phone, a.Line1, a.Line2, a.City, a.State, a.PostalCode,
			a.Country, c.Language, preferenceWords(c.EmailPreferences), accountID))
		if err != nil {
			return err
		}
		return p.changed(ctx, accountID, api.Activity{Action: api.ActContactAdded, Target: contactName(c.FirstName, c.LastName, c.Email)})
	})
	return id, err
}

// UpdateContact changes a contact's given fields; what is the same already is no change.
func (p *Provider) UpdateContact(ctx context.Context, accountID, contactID string, patch api.ContactPatch) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		who, changed, err := p.patch(ctx, "contacts", "id = ? AND account_id = ?", []any{contactID, accountID}, patch)
		if err != nil || len(changed) == 0 {
			return err
		}
		return p.changed(ctx, accountID, api.Activity{Action: api.ActContactChanged, Target: who, Fields: changed})
	})
}

// UpdateAccount changes an account's given fields; what is the same already is no change. An account e-mail that changes is told
// to the address it was: whoever reads it must not find out by silence.
func (p *Provider) UpdateAccount(ctx context.Context, accountID string, patch api.AccountPatch) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		name, err := p.nameOf(ctx, accountID)
		if err != nil {
			return err
		}
		var email, language string
		if err := p.q(ctx).QueryRowContext(ctx, "SELECT email, language FROM accounts WHERE id = ?", accountID).Scan(&email, &language); err != nil {
			return err
		}
		// Both patches have the same fields; the conversion stops compiling when they no longer do.
		_, changed, err := p.patch(ctx, "accounts", "id = ?", []any{accountID}, api.ContactPatch(patch))
		if err != nil || len(changed) == 0 {
			return err
		}
		if slices.Contains(changed, "email") && email != "" {
			if err := p.send(ctx, email, language, letter{kind: "account_changed", data: []any{
				"Account", name, "Email", *patch.Email, "By", host.ActorOf(ctx).Name,
			}}); err != nil {
				return err
			}
		}
		return p.changed(ctx, accountID, api.Activity{Action: api.ActAccountChanged, Fields: changed})
	})
}

// patch changes one row of a table that has the columns of a contact: contacts or accounts. It answers how the row is
// called afterwards and which fields really changed.
func (p *Provider) patch(ctx context.Context, table, where string, key []any, patch api.ContactPatch) (string, []string, error) {
	var c api.Contact
	a, prefs := &c.Address, ""
	err := p.q(ctx).QueryRowContext(ctx, `
		SELECT first_name, last_name, company, email, phone, line1, line2, city, state, postal_code, country, language,
		       preferences FROM `+table+" WHERE "+where, key...).Scan(
		&c.FirstName, &c.LastName, &c.Company, &c.Email, &c.Phone, &a.Line1, &a.Line2, &a.City, &a.State,
		&a.PostalCode, &a.Country, &c.Language, &prefs)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, host.ErrNotFound
	}
	if err != nil {
		return "", nil, err
	}
	var changed changedFields
	changed.text("firstName", &c.FirstName, patch.FirstName)
	changed.text("lastName", &c.LastName, patch.LastName)
	changed.text("company", &c.Company, patch.Company)
	changed.text("email", &c.Email, patch.Email)
	changed.text("phone", &c.Phone, patch.Phone)
	changed.address(a, patch.Address)
	changed.text("language", &c.Language, patch.Language)
	changed.preferences(&prefs, patch.EmailPreferences)
	name := contactName(c.FirstName, c.LastName, c.Email)
	if len(changed) == 0 {
		return name, nil, nil
	}
	_, err = p.q(ctx).ExecContext(ctx, "UPDATE "+table+` SET first_name = ?, last_name = ?, company = ?, email = ?,
		phone = ?, line1 = ?, line2 = ?, city = ?, state = ?, postal_code = ?, country = ?, language = ?, preferences = ?
		WHERE `+where, append([]any{c.FirstName, c.LastName, c.Company, c.Email, c.Phone, a.Line1, a.Line2, a.City,
		a.State, a.PostalCode, a.Country, c.Language, prefs}, key...)...)
	return name, changed, err
}

// DeleteContact deletes a contact.
func (p *Provider) DeleteContact(ctx context.Context, accountID, contactID string) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		var first, last, email string
		err := p.q(ctx).QueryRowContext(ctx,
			"DELETE FROM contacts WHERE id = ? AND account_id = ? RETURNING first_name, last_name, email", contactID, accountID).
			Scan(&first, &last, &email)
		if errors.Is(err, sql.ErrNoRows) {
			return host.ErrNotFound
		}
		if err != nil {
			return err
		}
		return p.changed(ctx, accountID, api.Activity{Action: api.ActContactDeleted, Target: contactName(first, last, email)})
	})
}

// contactName is how the activity calls a contact: by name, or by address where there is none.
func contactName(first, last, email string) string {
	if name := fullName(first, last); name != "" {
		return name
	}
	return email
}
