package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/whmcs/remote"
)

// Membership says what a person is in an account: within a write as WHMCS has it now, otherwise as it had it at most half a
// minute ago. Access whose end has come is none, whether it was taken away already or not.
func (p *Provider) Membership(ctx context.Context, personID, accountID string) (api.Membership, error) {
	return p.membership(ctx, personID, accountID, personLife)
}

func (p *Provider) membership(ctx context.Context, personID, accountID string, life time.Duration) (api.Membership, error) {
	account, err := number(accountID)
	if err != nil {
		return api.Membership{}, err
	}
	user, err := number(personID)
	if err != nil {
		return api.Membership{}, err
	}
	p.permissionKeys(ctx) // an owner has all of them
	m := api.Membership{UserID: personID, Role: api.RoleUser}
	var allowed permissions
	if scopeOf(ctx, account) != nil {
		allowed, err = p.membershipNow(ctx, user, account)
	} else {
		allowed, err = p.membershipLately(ctx, personID, user, account, life)
	}
	if err != nil {
		return api.Membership{}, err
	}
	if allowed.owner {
		m.Role, m.Permissions = api.RoleOwner, p.catalogue.known()
		return m, nil
	}
	ends, err := p.ends.Of(ctx, accountID)
	if err != nil {
		return api.Membership{}, err
	}
	for _, e := range ends {
		if e.User == personID && !e.At.After(p.cfg.Now()) {
			return api.Membership{}, host.ErrNotFound
		}
	}
	p.catalogue.note(allowed.keys)
	m.Permissions = p.keys(allowed.keys)
	return m, nil
}

// membershipNow reads the account anew. All of it, since what decides about a write is read next.
func (p *Provider) membershipNow(ctx context.Context, user, account int64) (permissions, error) {
	r, err := p.row(ctx, account)
	if err != nil {
		return permissions{}, err
	}
	s, err := p.load(ctx, account, r.marks, everything)
	if err != nil {
		return permissions{}, err
	}
	for _, u := range s.customer.Users {
		if u.ID != user {
			continue
		}
		if isOwner(*s.customer, u) {
			return permissions{owner: true}, nil
		}
		if a, known := s.allowed[user]; known {
			return a, nil
		}
	}
	return permissions{}, host.ErrNotFound
}

func (p *Provider) membershipLately(ctx context.Context, personID string, user, account int64, life time.Duration) (permissions, error) {
	who, err := p.person(ctx, personID)
	if err != nil {
		return permissions{}, err
	}
	i := slices.IndexFunc(who.Clients, func(l remote.Link) bool { return l.ClientID == account })
	if i < 0 {
		return permissions{}, host.ErrNotFound
	}
	var gone, marks int64
	err = p.q(ctx).QueryRowContext(ctx, `SELECT r.gone_at, a.marks FROM whmcs_reach r JOIN whmcs_accounts a ON a.id = r.account_id
		WHERE r.person_id = ? AND r.account_id = ?`, user, account).Scan(&gone, &marks)
	if errors.Is(err, sql.ErrNoRows) || err == nil && gone >= who.at.UnixMilli() { // taken away since the person was read
		return permissions{}, host.ErrNotFound
	}
	if err != nil {
		return permissions{}, err
	}
	if who.Clients[i].Owner {
		return permissions{owner: true}, nil
	}
	allowed, err := p.permissionsOf(ctx, link{user, account}, marks, life, false)
	if err != nil {
		return permissions{}, p.trouble(ctx, err)
	}
	return allowed, p.keepPermissions(ctx, link{user, account}, marks, allowed.keys)
}

// keepPermissions keeps what was read of somebody's own permissions for the list of accounts. When they are others than
// before, the account moves: its snapshot has them.
func (p *Provider) keepPermissions(ctx context.Context, l link, marks int64, keys []string) error {
	var was string
	var at, atMarks int64
	err := p.q(ctx).QueryRowContext(ctx, "SELECT permissions, permissions_at, marks FROM whmcs_reach WHERE person_id = ? AND account_id = ?",
		l.user, l.account).Scan(&was, &at, &atMarks)
	if err != nil {
		return err
	}
	now, same := words(keys), sameKeys(wordList(was), keys)
	if same && atMarks == marks && p.nowMS()-at < listedLife.Milliseconds()/2 {
		return nil
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		if at != 0 && !same {
			if err := p.move(ctx, l.account); err != nil {
				return err
			}
			marks++
		}
		_, err := p.q(ctx).ExecContext(ctx, `UPDATE whmcs_reach SET permissions = ?, permissions_at = ?, marks = ?
			WHERE person_id = ? AND account_id = ?`, now, p.nowMS(), marks, l.user, l.account)
		return err
	})
}

// reached is an account that a person reaches, as the store has it.
type reached struct {
	id, seq, marks, dirty     int64
	name, permissions         string
	permissionsAt, atTheMarks int64
	owner                     bool
}

func (p *Provider) reached(ctx context.Context, user int64) (map[int64]reached, error) {
	all := map[int64]reached{}
	err := p.each(ctx, func(rows *sql.Rows) error {
		var r reached
		var owner int64
		err := rows.Scan(&r.id, &r.seq, &r.marks, &r.dirty, &r.name, &r.permissions, &r.permissionsAt, &r.atTheMarks, &owner)
		r.owner = owner != 0
		all[r.id] = r
		return err
	}, `SELECT a.id, a.seq, a.marks, a.dirty, a.name, r.permissions, r.permissions_at, r.marks, r.owner
		FROM whmcs_reach r JOIN whmcs_accounts a ON a.id = r.account_id WHERE r.person_id = ? AND r.gone_at = 0`, user)
	return all, err
}

// Accounts lists accounts the person reaches, by number. It costs one call for the person, and for accounts that were not
// seen before one each for the own permissions, and few for all their names.
func (p *Provider) Accounts(ctx context.Context, personID, after string, limit int) ([]api.AccountSummary, error) {
	p.permissionKeys(ctx) // an owner has all of them
	who, err := p.person(ctx, personID)
	if err != nil {
		return nil, err
	}
	from := int64(0)
	if after != "" {
		if from, err = number(after); err != nil {
			return nil, err
		}
	}
	all, err := p.reached(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	over, err := p.over(ctx)
	if err != nil {
		return nil, err
	}
	var page []int64
	for id, r := range all {
		if id > from && (r.owner || !over[link{who.ID, id}]) {
			page = append(page, id)
		}
	}
	slices.Sort(page)
	page = page[:min(len(page), limit)]
	if err := p.nameAll(ctx, all, page); err != nil {
		return nil, err
	}
	if err := p.allowAll(ctx, who.ID, all, page); err != nil {
		return nil, err
	}
	if all, err = p.reached(ctx, who.ID); err != nil { // what was read just now has moved some
		return nil, err
	}
	list := []api.AccountSummary{}
	for _, id := range page {
		r, still := all[id]
		if !still {
			continue
		}
		p.asked.note(id, p.cfg.Now())
		s := api.AccountSummary{ID: text(id), Name: r.name, Role: api.RoleUser, Revision: text(r.seq)}
		if s.Permissions = p.keys(wordList(r.permissions)); r.owner {
			s.Role, s.Permissions = api.RoleOwner, p.catalogue.known()
		}
		list = append(list, s)
	}
	return list, nil
}

// over is whose access has ended and was not taken away yet.
func (p *Provider) over(ctx context.Context) (map[link]bool, error) {
	due, err := p.ends.Due(ctx)
	if err != nil {
		return nil, err
	}
	over := map[link]bool{}
	for _, e := range due {
		user, err1 := number(e.User)
		account, err2 := number(e.Account)
		if err1 == nil && err2 == nil {
			over[link{user, account}] = true
		}
	}
	return over, nil
}

// clientsPage is how many clients are asked for at once when names are missing.
const clientsPage = 250

// nameAll finds the names that are missing on a page: from the list of all clients when that takes fewer calls, one by one
// otherwise.
func (p *Provider) nameAll(ctx context.Context, all map[int64]reached, page []int64) error {
	missing := map[int64]bool{}
	for id, r := range all {
		if r.name == "" {
			missing[id] = true
		}
	}
	var here []int64
	for _, id := range page {
		if missing[id] {
			here = append(here, id)
		}
	}
	if len(here) == 0 {
		return nil
	}
	if len(here) > 4 {
		if err := p.nameFromList(ctx, missing); err != nil {
			return err
		}
		here = slices.DeleteFunc(here, func(id int64) bool { return !missing[id] })
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(16) // host/whmcs/remote bounds the calls
	for _, id := range here {
		group.Go(func() error {
			_, err := p.read(gctx, id, parts{customer: true})
			if errors.Is(err, host.ErrNotFound) { // WHMCS lists it with the user and does not have it
				p.cfg.Log.WarnContext(gctx, "a user is linked to a client that WHMCS does not have", "client", id)
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

// nameFromList goes through the list of all clients as long as it costs less than asking for each.
func (p *Provider) nameFromList(ctx context.Context, missing map[int64]bool) error {
	for start := 0; len(missing) > 0; {
		clients, total, err := p.api.Clients(ctx, start, clientsPage)
		if refused(err) {
			return nil // an action that the gateway can do without
		}
		if err != nil {
			return p.trouble(ctx, err)
		}
		err = p.db.Atomically(ctx, func(ctx context.Context) error {
			for _, c := range clients {
				if !missing[c.ID] {
					continue
				}
				delete(missing, c.ID)
				if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_accounts SET name = ?, named_at = ? WHERE id = ? AND name = ''",
					shown(accountName(c.Company, c.FirstName, c.LastName, c.Email), maxCompany), p.nowMS(), c.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		start += len(clients)
		left := total - start
		if len(clients) == 0 || left <= 0 || (left+clientsPage-1)/clientsPage > len(missing) {
			return nil
		}
	}
	return nil
}

// allowAll finds the own permissions on a page that are not known, or may have changed.
func (p *Provider) allowAll(ctx context.Context, user int64, all map[int64]reached, page []int64) error {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for _, id := range page {
		r := all[id]
		if r.owner || r.dirty != elsewhereDirty && r.permissionsAt != 0 && r.atTheMarks == r.marks && p.nowMS()-r.permissionsAt < listedLife.Milliseconds() {
			continue
		}
		group.Go(func() error {
			a, err := p.permissionsOf(gctx, link{user, id}, r.marks, p.accountLife(), false)
			if remote.Is(err, remote.NotFound) { // taken away since the person was read
				return p.db.Atomically(gctx, func(ctx context.Context) error { return p.left(ctx, user, id) })
			}
			if err != nil {
				return p.trouble(gctx, err)
			}
			return p.keepPermissions(gctx, link{user, id}, r.marks, a.keys)
		})
	}
	return group.Wait()
}

// UpdateAccount changes account information. An account e-mail that changes is told to the address it was.
func (p *Provider) UpdateAccount(ctx context.Context, accountID string, patch api.AccountPatch) error {
	return p.in(ctx, accountID, func(ctx context.Context, s *scope) error {
		c, err := p.customer(ctx, s)
		if err != nil {
			return err
		}
		was := p.account(c)
		var f fields
		f.text("firstName", "firstname", was.FirstName, patch.FirstName)
		f.text("lastName", "lastname", was.LastName, patch.LastName)
		f.text("company", "companyname", was.Company, patch.Company)
		f.text("email", "email", was.Email, patch.Email)
		f.phone(was.Phone, patch.Phone)
		f.address(was.Address, patch.Address)
		if patch.Language != nil && *patch.Language != was.Language {
			name := writtenLanguage(*patch.Language)
			f.text("language", "language", c.Language, &name)
		}
		preferences := f.preferences(was.EmailPreferences, patch.EmailPreferences)
		if len(f.names) == 0 {
			return nil
		}
		changed := deed{Activity: api.Activity{Action: api.ActAccountChanged, Fields: f.names}}
		err = p.does(ctx, s.account, changed, func() error { return p.api.UpdateClient(ctx, s.account, f.set, preferences) })
		s.state.customer = nil
		if err != nil {
			return p.trouble(ctx, err)
		}
		if patch.Email != nil && *patch.Email != was.Email {
			p.notify(ctx, was.Email, was.Language, accountChanged, "Account", was.Name, "Email", *patch.Email,
				"By", nameOr(host.ActorOf(ctx).Name, host.ActorOf(ctx).Email))
		}
		return nil
	})
}

// customer is the account's information as it is now, in a write.
func (p *Provider) customer(ctx context.Context, s *scope) (remote.Customer, error) {
	st, err := p.loadNow(ctx, s, parts{customer: true})
	if err != nil {
		return remote.Customer{}, err
	}
	return *st.customer, nil
}
