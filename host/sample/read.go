package sample

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// present is the SQL condition on memberships m that access has not ended; it takes the time as its one argument.
const present = "(m.ends_at IS NULL OR m.ends_at > ?)"

// Accounts lists accounts a person reaches, by id.
func (p *Provider) Accounts(ctx context.Context, personID, after string, limit int) ([]api.AccountSummary, error) {
	if err := p.endDueAccess(ctx); err != nil {
		return nil, err
	}
	rows, err := p.q(ctx).QueryContext(ctx, `
		SELECT a.id, a.company, a.first_name, a.last_name, m.role, m.permissions, a.revision
		FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.person_id = ? AND m.account_id > ? AND `+present+`
		ORDER BY m.account_id LIMIT ?`, personID, after, p.nowMS(), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []api.AccountSummary{}
	for rows.Next() {
		var s api.AccountSummary
		var company, first, last, permissions string
		var revision int64
		if err := rows.Scan(&s.ID, &company, &first, &last, &s.Role, &permissions, &revision); err != nil {
			return nil, err
		}
		s.Name = accountName(company, first, last)
		s.Permissions = permissionsOf(s.Role, permissions)
		s.Revision = strconv.FormatInt(revision, 10)
		list = append(list, s)
	}
	return list, rows.Err()
}

// Membership says what a person is in an account now; access that has ended is no membership.
func (p *Provider) Membership(ctx context.Context, personID, accountID string) (api.Membership, error) {
	m := api.Membership{UserID: personID}
	var permissions string
	err := p.q(ctx).QueryRowContext(ctx,
		"SELECT m.role, m.permissions FROM memberships m WHERE m.account_id = ? AND m.person_id = ? AND "+present,
		accountID, personID, p.nowMS()).Scan(&m.Role, &permissions)
	if errors.Is(err, sql.ErrNoRows) {
		return api.Membership{}, host.ErrNotFound
	}
	m.Permissions = permissionsOf(m.Role, permissions)
	return m, err
}

// The whole account in one statement, so that what is read belongs together whatever others write meanwhile.
const snapshotSQL = `
SELECT a.revision, a.company, a.first_name, a.last_name, a.email, a.phone, a.line1, a.line2, a.city, a.state,
       a.postal_code, a.country, a.language, a.preferences, a.domains,
  (SELECT json_group_array(json_array(u.id, u.first_name, u.last_name, u.email, m.role, m.permissions, m.ends_at,
          m.reason, m.last_sign_in, u.totp_secret <> '') ORDER BY m.role, u.last_name, u.first_name, u.id)
     FROM memberships m JOIN people u ON u.id = m.person_id WHERE m.account_id = a.id AND ` + present + `),
  (SELECT json_group_array(json_array(i.id, i.email, i.language, i.permissions, i.ends_at, i.reason, i.invited_by,
          i.sent_at, i.expires_at, i.token) ORDER BY i.sent_at, i.id)
     FROM invitations i WHERE i.account_id = a.id AND i.state = 'pending' AND i.expires_at > ?),
  (SELECT json_group_array(json_array(c.id, c.first_name, c.last_name, c.company, c.email, c.phone, c.line1, c.line2,
          c.city, c.state, c.postal_code, c.country, c.language, c.preferences)
          ORDER BY c.last_name, c.first_name, c.id)
     FROM contacts c WHERE c.account_id = a.id)
FROM accounts a WHERE a.id = ?`

// readSnapshot reads everything of an account, with its revision as a number.
func (p *Provider) readSnapshot(ctx context.Context, accountID string) (api.Snapshot, int64, error) {
	s := api.Snapshot{Account: api.Account{ID: accountID}}
	a, now := &s.Account, p.nowMS()
	var revision int64
	var prefs, domains string
	var users, invitations, contacts []byte
	err := p.q(ctx).QueryRowContext(ctx, snapshotSQL, now, now-invitationShown.Milliseconds(), accountID).Scan(
		&revision, &a.Company, &a.FirstName, &a.LastName, &a.Email, &a.Phone, &a.Address.Line1, &a.Address.Line2,
		&a.Address.City, &a.Address.State, &a.Address.PostalCode, &a.Address.Country, &a.Language, &prefs, &domains,
		&users, &invitations, &contacts)
	if errors.Is(err, sql.ErrNoRows) {
		return api.Snapshot{}, 0, host.ErrNotFound
	}
	if err != nil {
		return api.Snapshot{}, 0, err
	}
	s.Revision = strconv.FormatInt(revision, 10)
	a.Name = accountName(a.Company, a.FirstName, a.LastName)
	a.EmailPreferences, a.Domains = preferences(prefs), wordList(domains)
	if s.Users, err = decodeAll(users, decodeUser); err != nil {
		return api.Snapshot{}, 0, err
	}
	if s.Invitations, err = decodeAll(invitations, p.decodeInvitation); err != nil {
		return api.Snapshot{}, 0, err
	}
	s.Contacts, err = decodeAll(contacts, decodeContact)
	return s, revision, err
}

// decodeAll reads a JSON array of arrays, each by fill, which names where the columns go and finishes the value.
func decodeAll[T any](data []byte, fill func(*T) (columns []any, finish func())) ([]T, error) {
	var rows []json.RawMessage
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, err
	}
	list := make([]T, len(rows))
	for i, row := range rows {
		columns, finish := fill(&list[i])
		if err := json.Unmarshal(row, &columns); err != nil {
			return nil, err
		}
		finish()
	}
	return list, nil
}

func decodeUser(u *api.User) ([]any, func()) {
	var permissions string
	var ends, signIn *int64
	var twoFactor int
	return []any{&u.ID, &u.FirstName, &u.LastName, &u.Email, &u.Role, &permissions, &ends, &u.Reason, &signIn, &twoFactor},
		func() {
			has := twoFactor != 0
			u.Permissions, u.EndsAt, u.LastSignIn, u.TwoFactor = permissionsOf(u.Role, permissions), fromMS(ends), fromMS(signIn), &has
		}
}

func (p *Provider) decodeInvitation(i *api.Invitation) ([]any, func()) {
	var permissions, token string
	var ends *int64
	var sent, expires int64
	return []any{&i.ID, &i.Email, &i.Language, &permissions, &ends, &i.Reason, &i.InvitedBy, &sent, &expires, &token},
		func() {
			i.Permissions, i.EndsAt = wordList(permissions), fromMS(ends)
			i.SentAt, i.ExpiresAt = time.UnixMilli(sent).UTC(), time.UnixMilli(expires).UTC()
			i.AcceptURL = p.cfg.BaseURL + invitationPath(token)
		}
}

func decodeContact(c *api.Contact) ([]any, func()) {
	var prefs string
	a := &c.Address
	return []any{&c.ID, &c.FirstName, &c.LastName, &c.Company, &c.Email, &c.Phone, &a.Line1, &a.Line2, &a.City, &a.State,
			&a.PostalCode, &a.Country, &c.Language, &prefs},
		func() { c.EmailPreferences = preferences(prefs) }
}
