package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/whmcs/remote"
)

// permissions are what somebody may do in an account, as WHMCS had it.
type permissions struct {
	keys  []string
	owner bool
}

// state is what has been read of one account. What is nil has not been read, or is no longer true.
type state struct {
	customer *remote.Customer
	allowed  map[int64]permissions // by user, of those who are not owners
	lately   map[int64]bool        // those of them that were read before the write which they do not matter to
	contacts *[]remote.Contact
	domains  *[]string
}

// parts says what of an account is to be read: what nobody may see costs no call.
type parts struct{ customer, users, contacts, domains bool }

var everything = parts{true, true, true, true}

// row is what the store has of an account.
type row struct {
	id, seq, marks, dirty, readAt, namedAt             int64
	name, users                                        string
	account, usersHash, invitations, contacts, domains string
}

const rowColumns = `id, seq, marks, dirty, read_at, named_at, name, users, hash_account, hash_users, hash_invitations,
	hash_contacts, hash_domains`

func (r *row) columns() []any {
	return []any{&r.id, &r.seq, &r.marks, &r.dirty, &r.readAt, &r.namedAt, &r.name, &r.users, &r.account, &r.usersHash,
		&r.invitations, &r.contacts, &r.domains}
}

// What a row's dirty says happened that was not looked at yet.
const (
	elsewhereDirty = 1
	oursDirty      = 2
)

// anewKey marks contexts of reading that is not a write's and takes nothing for true that was read before.
type anewKey struct{}

func anew(ctx context.Context) bool { return ctx.Value(anewKey{}) != nil }

// row returns what is kept of an account; a row of zeros when nothing is.
func (p *Provider) row(ctx context.Context, account int64) (row, error) {
	var r row
	err := p.q(ctx).QueryRowContext(ctx, "SELECT "+rowColumns+" FROM whmcs_accounts WHERE id = ?", account).Scan(r.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return row{id: account}, nil
	}
	return r, err
}

// load reads what is missing of an account: within a write from WHMCS, otherwise from what was read a short while ago with
// the same marks.
func (p *Provider) load(ctx context.Context, account, marks int64, want parts) (*state, error) {
	scope := scopeOf(ctx, account)
	s := &state{}
	if scope != nil {
		if scope.marks != marks { // something happened elsewhere since it was read
			scope.marks, scope.state = marks, state{}
		}
		s = &scope.state
	}
	fresh := scope != nil || anew(ctx)
	group, gctx := errgroup.WithContext(ctx)
	if want.customer || want.users {
		group.Go(func() error {
			if err := p.loadCustomer(gctx, s, account, marks, fresh); err != nil {
				return err
			}
			if !want.users {
				return nil
			}
			return p.loadAllowed(gctx, s, account, marks, fresh)
		})
	}
	if want.contacts && s.contacts == nil {
		group.Go(func() error {
			c, err := through(gctx, p.contacts, account, marks, p.accountLife(), fresh, func(ctx context.Context) ([]remote.Contact, error) {
				return p.api.Contacts(ctx, account)
			})
			s.contacts = &c
			return err
		})
	}
	if want.domains && s.domains == nil {
		group.Go(func() error { // nothing here changes domains: what is a few minutes old is good enough, also within a write
			d, err := p.domains.get(gctx, account, 0, domainsLife, func(ctx context.Context) ([]string, error) {
				return p.api.Domains(ctx, account)
			})
			s.domains = &d
			return err
		})
	}
	if err := group.Wait(); err != nil {
		if scope != nil {
			scope.state = state{} // half of it may have been read
		}
		return nil, p.trouble(ctx, err)
	}
	if scope != nil {
		p.share(scope, account, marks)
	}
	return s, nil
}

// share lets readers outside a write have what was read within: it is still true, whatever else was written meanwhile.
func (p *Provider) share(s *scope, account, marks int64) {
	if c := s.state.customer; c != nil {
		p.customers.put(account, reading[remote.Customer]{*c, marks, s.began})
	}
	if c := s.state.contacts; c != nil {
		p.contacts.put(account, reading[[]remote.Contact]{*c, marks, s.began})
	}
	for user, a := range s.state.allowed {
		if s.state.lately[user] { // it has its age from when it was read
			continue
		}
		p.allowed.put(link{user, account}, reading[permissions]{a, marks, s.began})
	}
}

func (p *Provider) loadCustomer(ctx context.Context, s *state, account, marks int64, fresh bool) error {
	if s.customer != nil {
		return nil
	}
	c, err := through(ctx, p.customers, account, marks, p.accountLife(), fresh, func(ctx context.Context) (remote.Customer, error) {
		return p.api.Client(ctx, account)
	})
	if err != nil {
		return err
	}
	s.customer = &c
	return nil
}

func (p *Provider) loadAllowed(ctx context.Context, s *state, account, marks int64, fresh bool) error {
	have := s.allowed
	users := s.customer.Users
	found := make([]*permissions, len(users))
	actor, matter := host.ActorOf(ctx).PersonID, host.UsersMatter(ctx)
	lately := func(user int64) bool { return !matter && text(user) != actor }
	group, gctx := errgroup.WithContext(ctx)
	if anew(ctx) {
		group.SetLimit(2)
	}
	for i, u := range users {
		if have, ok := have[u.ID]; ok {
			found[i] = &have
			continue
		}
		if isOwner(*s.customer, u) {
			continue
		}
		group.Go(func() error {
			a, err := p.permissionsOf(gctx, link{u.ID, account}, marks, p.accountLife(), fresh && !lately(u.ID))
			if remote.Is(err, remote.NotFound) { // left since the list was read
				return nil
			}
			found[i] = &a
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.allowed, s.lately = map[int64]permissions{}, map[int64]bool{}
	for i, u := range users {
		if found[i] != nil {
			s.allowed[u.ID], s.lately[u.ID] = *found[i], lately(u.ID)
		}
	}
	return nil
}

// permissionsOf asks what a user may do in an account.
func (p *Provider) permissionsOf(ctx context.Context, l link, marks int64, life time.Duration, fresh bool) (permissions, error) {
	return through(ctx, p.allowed, l, marks, life, fresh, func(ctx context.Context) (permissions, error) {
		keys, owner, err := p.api.UserPermissions(ctx, l.user, l.account)
		if err == nil && keys == nil && !owner { // "not told" must not pass for "none"
			err = fmt.Errorf("%w: GetUserPermissions does not tell any", host.ErrNonsense)
		}
		return permissions{keys, owner}, err
	})
}

// through reads by way of what is kept, or past it.
func through[K comparable, V any](ctx context.Context, k *kept[K, V], key K, marks int64, life time.Duration, fresh bool,
	read func(context.Context) (V, error)) (V, error) {
	if fresh {
		return k.read(ctx, key, marks, read)
	}
	return k.get(ctx, key, marks, life, read)
}

func isOwner(c remote.Customer, u remote.ClientUser) bool {
	return u.Owner || c.OwnerUserID != 0 && u.ID == c.OwnerUserID
}

// users are an account's users as the contract has them, owner first.
func (p *Provider) users(ctx context.Context, s *state) ([]api.User, error) {
	account := text(s.customer.ID)
	ends, err := p.ends.Of(ctx, account)
	if err != nil {
		return nil, err
	}
	names, err := p.names(ctx, s.customer.Users)
	if err != nil {
		return nil, err
	}
	var list []api.User
	for i, u := range s.customer.Users {
		out := api.User{
			ID: text(u.ID), FirstName: shown(names[i][0], maxName), LastName: shown(names[i][1], maxName), Email: shown(u.Email, maxEmail),
			Role: api.RoleUser,
		}
		allowed, known := s.allowed[u.ID]
		switch {
		case isOwner(*s.customer, u) || allowed.owner:
			out.Role, out.Permissions = api.RoleOwner, p.catalogue.known()
		case !known: // left meanwhile
			continue
		default:
			p.catalogue.note(allowed.keys)
			out.Permissions = p.keys(allowed.keys)
		}
		for _, e := range ends {
			if e.User == out.ID && out.Role != api.RoleOwner {
				at := e.At
				out.EndsAt, out.Reason = &at, e.Reason
			}
		}
		list = append(list, out)
	}
	slices.SortStableFunc(list, func(a, b api.User) int {
		if a.Role != b.Role {
			if a.Role == api.RoleOwner {
				return -1
			}
			return 1
		}
		return compareStrings(a.LastName, b.LastName, a.FirstName, b.FirstName, a.Email, b.Email, a.ID, b.ID)
	})
	return list, nil
}

// names are the first and last names of users. A client's list has them in one; where it can be taken apart in more than
// one way, the user is asked for once.
func (p *Provider) names(ctx context.Context, users []remote.ClientUser) ([][2]string, error) {
	out := make([][2]string, len(users))
	var unsure []int
	for i, u := range users {
		first, last, sure := userName(u.Name)
		out[i] = [2]string{first, last}
		if !sure {
			unsure = append(unsure, i)
		}
	}
	for _, i := range unsure {
		var first, last string
		err := p.q(ctx).QueryRowContext(ctx, "SELECT first_name, last_name FROM whmcs_people WHERE id = ?", users[i].ID).Scan(&first, &last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		if err == nil && shown(fullName(first, last), maxText) == shown(users[i].Name, maxText) {
			out[i] = [2]string{first, last}
			continue
		}
		if _, inside := ctx.Value(quietKey{}).(bool); inside {
			continue // no calls now; the next reading asks
		}
		at := p.cfg.Now()
		u, err := p.user(ctx, users[i].ID, users[i].Email)
		if err != nil { // a name taken apart in the wrong place is no reason to show nothing
			continue
		}
		if _, err := p.met(ctx, u, at); err != nil {
			return nil, err
		}
		out[i] = [2]string{u.FirstName, u.LastName}
	}
	return out, nil
}

// quietKey marks contexts within a transaction, in which nobody may be called.
type quietKey struct{}

func (p *Provider) account(c remote.Customer) api.Account {
	return api.Account{
		ID: text(c.ID), Name: shown(accountName(c.Company, c.FirstName, c.LastName, c.Email), maxCompany),
		FirstName: shown(c.FirstName, maxName), LastName: shown(c.LastName, maxName), Company: shown(c.Company, maxCompany),
		Email: shown(c.Email, maxEmail), Phone: readPhone(c.Phone, c.Address.Country), Address: address(c.Address),
		Language: p.language(c.Language), EmailPreferences: p.preferences(c.Preferences),
	}
}

func (p *Provider) contactOf(c remote.Contact, language string) api.Contact {
	return api.Contact{
		ID: text(c.ID), FirstName: shown(c.FirstName, maxName), LastName: shown(c.LastName, maxName),
		Company: shown(c.Company, maxCompany), Email: shown(c.Email, maxEmail), Phone: readPhone(c.Phone, c.Address.Country),
		Address: address(c.Address), Language: language, EmailPreferences: p.preferences(c.Preferences),
	}
}

// read reads parts of an account, and notes what is new in them: the revision moves, invitations turn out to be accepted.
func (p *Provider) read(ctx context.Context, account int64, want parts) (api.Snapshot, error) {
	p.permissionKeys(ctx) // what it takes from the catalogue is to be as WHMCS lists it
	for try := 1; ; try++ {
		r, err := p.row(ctx, account)
		if err != nil {
			return api.Snapshot{}, err
		}
		s, err := p.load(ctx, account, r.marks, want)
		if err != nil {
			return api.Snapshot{}, err
		}
		snap, n, err := p.compare(ctx, r, s, want)
		if err != nil || !n.any() {
			return snap, err
		}
		news := n.changed && r.readAt != 0 && scopeOf(ctx, account) == nil // what a write changes it has marked itself
		// Something is new. It is looked at once more in one piece with what is written of it; nobody is called meanwhile.
		overtaken := false
		err = p.db.Atomically(context.WithValue(ctx, quietKey{}, true), func(ctx context.Context) error {
			now, err := p.row(ctx, account)
			if err != nil {
				return err
			}
			if overtaken = now.marks != r.marks; overtaken {
				return nil
			}
			if snap, err = p.notice(ctx, now, s, want); err != nil || !news {
				return err
			}
			// What others have kept is from before it: the next of them to be asked would take theirs for new again.
			return p.mark(ctx, account)
		})
		if err == nil && news && !overtaken {
			p.renew(account, r.marks, s)
		}
		if err != nil || !overtaken {
			return snap, err
		}
		// Somebody wrote meanwhile: what was read may be from before, and must not be taken for newer than what they know.
		if try == maxTries {
			return api.Snapshot{}, fmt.Errorf("%w: account %d changes faster than it can be read", host.ErrUnavailable, account)
		}
	}
}

// renew lets what was read count after the mark that says that it is new.
func (p *Provider) renew(account, marks int64, s *state) {
	p.customers.renew(account, marks)
	p.contacts.renew(account, marks)
	for user := range s.allowed {
		p.allowed.renew(link{user, account}, marks)
	}
}

// accountLife is how long what was read of an account is taken for true: longer while whatever happens in one is told by the
// activity log, within a minute.
func (p *Provider) accountLife() time.Duration {
	if age := p.nowMS() - p.watched.Load(); age < 0 || age > 3*p.cfg.PollEvery.Milliseconds() || p.noLog.Load() {
		return accountLife
	}
	return watchedLife
}

// maxTries bounds how often an account is read that others write to meanwhile.
const maxTries = 5

// notice writes down what is new in what was read. Within a transaction.
func (p *Provider) notice(ctx context.Context, r row, s *state, want parts) (api.Snapshot, error) {
	snap, n, err := p.compare(ctx, r, s, want)
	if err != nil || !n.any() {
		return snap, err
	}
	if len(n.accepted) > 0 {
		for _, a := range n.accepted {
			if err := p.accept(ctx, r.id, a); err != nil {
				return snap, err
			}
		}
		if snap, n, err = p.compare(ctx, r, s, want); err != nil { // as it is with the ends they have passed on
			return snap, err
		}
		n.changed = true
	}
	for _, entry := range n.done {
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_activity SET unconfirmed = 0 WHERE id = ?", entry); err != nil {
			return snap, err
		}
		n.changed = true // the record is to be read anew with it
	}
	snap.Revision, err = p.keep(ctx, n)
	return snap, err
}

// news is what a reading has found.
type news struct {
	was, now row
	accepted []acceptance
	done     []int64 // unconfirmed entries of the record that are done, as it turns out
	changed  bool    // something is other than it was; what was not known before is no change, since nobody has seen it
	old      bool    // what is kept of it is to say when it was read
}

func (n news) any() bool {
	return n.changed || n.old || n.now != n.was || len(n.accepted)+len(n.done) > 0
}

// compare puts together what was read, and says what is new in it.
func (p *Provider) compare(ctx context.Context, r row, s *state, want parts) (snap api.Snapshot, n news, err error) {
	snap = api.Snapshot{Revision: text(r.seq), Account: api.Account{ID: text(r.id), Name: r.name}}
	n = news{was: r, now: r, changed: r.seq == 0}
	now := &n.now
	language := ""
	if s.customer != nil && want.customer {
		snap.Account = p.account(*s.customer)
		now.name = snap.Account.Name
		now.account = hash(snap.Account)
	}
	if s.customer != nil {
		language = p.language(s.customer.Language)
	}
	if want.users {
		if snap.Users, err = p.users(ctx, s); err != nil {
			return snap, n, err
		}
		now.users, now.usersHash = words(ids(snap.Users)), hash(essence(snap.Users))
		journal, err := p.journal(ctx, r.id)
		if err != nil {
			return snap, n, err
		}
		n.accepted = p.acceptances(journal, snap.Users, r.users)
		snap.Invitations = p.listed(journal)
		now.invitations = hash(snap.Invitations)
	}
	if want.contacts {
		snap.Contacts = make([]api.Contact, 0, len(*s.contacts))
		for _, c := range *s.contacts {
			if language == "" {
				language = p.cfg.Language
			}
			snap.Contacts = append(snap.Contacts, p.contactOf(c, language))
		}
		slices.SortStableFunc(snap.Contacts, func(a, b api.Contact) int {
			return compareStrings(a.LastName, b.LastName, a.FirstName, b.FirstName, a.Email, b.Email, a.ID, b.ID)
		})
		unspoken := slices.Clone(snap.Contacts) // a contact's language is the account's
		for i := range unspoken {
			unspoken[i].Language = ""
		}
		now.contacts = hash(unspoken)
	}
	if want.domains {
		snap.Account.Domains = slices.Sorted(slices.Values(*s.domains))
		now.domains = hash(snap.Account.Domains)
	}
	if n.done, err = p.shownDone(ctx, r.id, snap, want); err != nil {
		return snap, n, err
	}
	for _, pair := range [][2]string{{r.account, now.account}, {r.usersHash, now.usersHash}, {r.invitations, now.invitations},
		{r.contacts, now.contacts}, {r.domains, now.domains}} {
		n.changed = n.changed || pair[0] != "" && pair[0] != pair[1]
	}
	n.old = want == everything && (r.dirty == elsewhereDirty || r.dirty == oursDirty && anew(ctx) ||
		p.nowMS()-r.readAt > p.accountLife().Milliseconds())
	if want == everything && n.any() {
		now.readAt = p.nowMS()
		if r.dirty != oursDirty || anew(ctx) {
			now.dirty = 0
		}
	}
	if want.customer && (now.name != r.name || p.nowMS()-r.namedAt > listedLife.Milliseconds()/2) {
		now.namedAt = p.nowMS()
	}
	return snap, n, nil
}

// keep writes down what is new, and returns the revision. Within a transaction.
func (p *Provider) keep(ctx context.Context, n news) (revision string, err error) {
	was, now := n.was, n.now
	if n.changed {
		if now.seq, err = p.next(ctx); err != nil {
			return "", err
		}
	}
	_, err = p.q(ctx).ExecContext(ctx, `
		INSERT INTO whmcs_accounts (`+rowColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at, named_at = excluded.named_at,
			name = excluded.name, users = excluded.users, hash_account = excluded.hash_account, hash_users = excluded.hash_users,
			hash_invitations = excluded.hash_invitations, hash_contacts = excluded.hash_contacts, hash_domains = excluded.hash_domains,
			dirty = CASE WHEN whmcs_accounts.marks = excluded.marks THEN excluded.dirty ELSE whmcs_accounts.dirty END`,
		now.id, now.seq, now.marks, now.dirty, now.readAt, now.namedAt, now.name, now.users, now.account, now.usersHash,
		now.invitations, now.contacts, now.domains)
	if err != nil || now.users == was.users {
		return text(now.seq), err
	}
	// Who is no longer among the users no longer reaches it, whoever took the access away.
	members := wordList(now.users)
	reach, err := p.numbersOf(ctx, "SELECT person_id FROM whmcs_reach WHERE account_id = ? AND gone_at = 0", was.id)
	if err != nil {
		return "", err
	}
	for _, user := range reach {
		if !slices.Contains(members, text(user)) && slices.Contains(wordList(was.users), text(user)) {
			if err := p.left(ctx, user, was.id); err != nil {
				return "", err
			}
		}
	}
	return text(now.seq), nil
}

// essence is what of users the account's revision stands for: not the catalogue, which each gateway reads in its own time.
func essence(users []api.User) []api.User {
	out := slices.Clone(users)
	for i := range out {
		if out[i].Role == api.RoleOwner {
			out[i].Permissions = nil
		} else {
			out[i].Permissions = slices.Sorted(slices.Values(out[i].Permissions))
		}
	}
	return out
}

func ids(users []api.User) []string {
	list := make([]string, len(users))
	for i, u := range users {
		list[i] = u.ID
	}
	return list
}

// compareStrings compares pairs, the first that differ deciding.
func compareStrings(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] != pairs[i+1] {
			if pairs[i] < pairs[i+1] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// Snapshot returns an account. Outside a write it holds what the acting person may see of it, and no more: the rest would
// cost calls for nothing.
func (p *Provider) Snapshot(ctx context.Context, accountID string) (api.Snapshot, error) {
	account, err := number(accountID)
	if err != nil {
		return api.Snapshot{}, err
	}
	p.asked.note(account, p.cfg.Now())
	want := everything
	if actor := host.ActorOf(ctx).PersonID; actor != "" && scopeOf(ctx, account) == nil {
		m, err := p.membership(ctx, actor, accountID, 2*personLife) // what the caller was told a moment ago, not something newer
		if err != nil {
			return api.Snapshot{}, err
		}
		if m.Role != api.RoleOwner {
			may := func(keys ...string) bool {
				return slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(m.Permissions, key) })
			}
			want = parts{customer: may("profile"), contacts: may("contacts"), domains: may("domains", "managedomains")}
			r, err := p.row(ctx, account)
			if err != nil {
				return api.Snapshot{}, err
			}
			// A contact's language is the account's; the account's name is kept, until something happens to it.
			want.customer = want.customer || want.contacts || r.name == "" || r.dirty == elsewhereDirty ||
				p.cfg.Now().Sub(time.UnixMilli(r.namedAt)) > listedLife
		}
	}
	return p.read(ctx, account, want)
}
