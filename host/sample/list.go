package sample

import "context"

// Listed is one person who can sign in, for the operator's list.
type Listed struct {
	Email, Name     string
	Accounts, Owned int
	TwoFactor       bool
	Offered         bool // among the one-click choices of the sign-in page
}

// List lists who can sign in: those the sign-in page offers, then whoever reaches the most accounts. total counts
// everybody, also beyond limit.
func (p *Provider) List(ctx context.Context, limit int) (list []Listed, total int, err error) {
	if err := p.q(ctx).QueryRowContext(ctx, "SELECT count(*) FROM people").Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := p.q(ctx).QueryContext(ctx, `
		SELECT u.email, u.first_name, u.last_name, u.totp_secret <> '', u.choice > 0, count(m.account_id),
		       count(m.account_id) FILTER (WHERE m.role = 'owner')
		FROM people u LEFT JOIN memberships m ON m.person_id = u.id AND `+present+`
		GROUP BY u.id ORDER BY u.choice = 0, u.choice, count(m.account_id) DESC, u.email LIMIT ?`, p.nowMS(), limit)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var l Listed
		var first, last string
		if err := rows.Scan(&l.Email, &first, &last, &l.TwoFactor, &l.Offered, &l.Accounts, &l.Owned); err != nil {
			return nil, 0, err
		}
		l.Name = fullName(first, last)
		list = append(list, l)
	}
	return list, total, rows.Err()
}
