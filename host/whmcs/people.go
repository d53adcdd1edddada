package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
	"concierge/host/oidc"
	"concierge/host/whmcs/remote"
)

// person is a user of WHMCS as they were read last.
type person struct {
	remote.User
	language string    // what they chose here
	at       time.Time // when WHMCS was asked
}

// link is a user and a client's account.
type link struct{ user, account int64 }

// Person returns a profile, as WHMCS had it at most a few seconds ago.
func (p *Provider) Person(ctx context.Context, personID string) (api.Me, error) {
	who, err := p.person(ctx, personID)
	return p.me(who), err
}

// Profile says who a person is, for the id token.
func (p *Provider) Profile(ctx context.Context, personID string) (oidc.Profile, error) {
	me, err := p.Person(ctx, personID)
	return oidc.Profile{Email: me.Email, FirstName: me.FirstName, LastName: me.LastName, Language: me.Language}, err
}

// SignedIn has nothing to record: WHMCS has its own record of who signed in.
func (p *Provider) SignedIn(context.Context, string, string) error { return nil }

// ByEmail finds who has exactly this address in WHMCS now; with another case of letters when there is only one.
func (p *Provider) ByEmail(ctx context.Context, email string) (personID string, err error) {
	me, err := p.byEmail(ctx, email)
	return me.ID, err
}

// PersonByEmail finds the user who signs in with exactly this address; with another case of letters when there is only
// one such user. When there are several it is nobody: who of them is meant cannot be told.
func (p *Provider) PersonByEmail(ctx context.Context, email string) (api.Me, error) {
	me, err := p.byEmail(ctx, email)
	if errors.Is(err, oidc.ErrAmbiguous) {
		return api.Me{}, host.ErrNotFound
	}
	return me, err
}

func (p *Provider) byEmail(ctx context.Context, email string) (api.Me, error) {
	at := p.cfg.Now()
	users, err := p.api.UsersByEmail(ctx, email)
	if err != nil {
		return api.Me{}, p.trouble(ctx, err)
	}
	u, err := theOne(users, email)
	if err != nil {
		return api.Me{}, err
	}
	who, err := p.met(ctx, u, at)
	if err != nil {
		return api.Me{}, err
	}
	p.persons.put(u.ID, reading[person]{who, 0, who.at})
	return p.me(who), nil
}

// theOne picks who signs in with an address.
func theOne(users []remote.User, email string) (remote.User, error) {
	same := func(equal func(a, b string) bool) []remote.User {
		return slices.DeleteFunc(slices.Clone(users), func(u remote.User) bool { return !equal(u.Email, email) })
	}
	found := same(func(a, b string) bool { return a == b })
	if len(found) == 0 {
		found = same(sameASCII)
	}
	switch len(found) {
	case 0:
		return remote.User{}, host.ErrNotFound
	case 1:
		return found[0], nil
	}
	return remote.User{}, oidc.ErrAmbiguous
}

func (p *Provider) me(who person) api.Me {
	if who.ID == 0 {
		return api.Me{}
	}
	language := who.language
	if who.Language != "" || language == "" {
		language = p.language(who.Language)
	}
	return api.Me{
		ID: text(who.ID), FirstName: shown(who.FirstName, maxName), LastName: shown(who.LastName, maxName),
		Email: shown(who.Email, maxEmail), Language: language,
	}
}

// person returns who somebody is and which clients they reach.
func (p *Provider) person(ctx context.Context, personID string) (person, error) {
	id, err := number(personID)
	if err != nil {
		return person{}, err
	}
	read := func(ctx context.Context) (person, error) { return p.readPerson(ctx, id) }
	var who person
	if fresh(ctx) {
		who, err = p.persons.read(ctx, id, 0, read)
	} else {
		who, err = p.persons.get(ctx, id, 0, personLife, read)
	}
	return who, p.trouble(ctx, err)
}

// readPerson asks WHMCS for a user. It finds users by address alone: by the one known here, and when that is no longer
// theirs, by the one that an account they reach has of them.
func (p *Provider) readPerson(ctx context.Context, id int64) (person, error) {
	at := p.cfg.Now()
	var email string
	err := p.q(ctx).QueryRowContext(ctx, "SELECT email FROM whmcs_people WHERE id = ?", id).Scan(&email)
	if errors.Is(err, sql.ErrNoRows) {
		return person{}, host.ErrNotFound
	}
	if err != nil {
		return person{}, err
	}
	u, err := p.user(ctx, id, email)
	if !errors.Is(err, host.ErrNotFound) {
		if err != nil {
			return person{}, err
		}
		return p.met(ctx, u, at)
	}
	accounts, err := p.numbersOf(ctx, "SELECT account_id FROM whmcs_reach WHERE person_id = ? AND gone_at = 0 ORDER BY account_id LIMIT 3", id)
	if err != nil {
		return person{}, err
	}
	for _, account := range accounts {
		c, err := p.api.Client(ctx, account)
		if remote.Is(err, remote.NotFound) {
			continue
		}
		if err != nil {
			return person{}, err
		}
		for _, o := range c.Users {
			if o.ID != id || o.Email == email {
				continue
			}
			if u, err := p.user(ctx, id, o.Email); err == nil {
				return p.met(ctx, u, at)
			} else if !errors.Is(err, host.ErrNotFound) {
				return person{}, err
			}
		}
	}
	// WHMCS answered and does not have them where they were.
	return person{}, errors.Join(host.ErrNotFound, p.reaches(ctx, person{User: remote.User{ID: id}, at: at}))
}

func (p *Provider) user(ctx context.Context, id int64, email string) (remote.User, error) {
	users, err := p.api.UsersByEmail(ctx, email)
	if err != nil {
		return remote.User{}, err
	}
	for _, u := range users {
		if u.ID == id {
			return u, nil
		}
	}
	return remote.User{}, host.ErrNotFound
}

// met keeps who was read, and which accounts they reach. A name that is another one than before stands in snapshots: the
// accounts move. at is when WHMCS was asked.
func (p *Provider) met(ctx context.Context, u remote.User, at time.Time) (person, error) {
	who := person{User: u, at: at}
	same := func(ctx context.Context) (known, same bool, err error) {
		var email, first, last string
		err = p.q(ctx).QueryRowContext(ctx, "SELECT email, first_name, last_name, language FROM whmcs_people WHERE id = ?", u.ID).
			Scan(&email, &first, &last, &who.language)
		if errors.Is(err, sql.ErrNoRows) {
			return false, false, nil
		}
		return true, email == u.Email && first == u.FirstName && last == u.LastName, err
	}
	if _, ok, err := same(ctx); err != nil {
		return person{}, err
	} else if !ok {
		err := p.db.Atomically(ctx, func(ctx context.Context) error {
			known, ok, err := same(ctx)
			if err != nil || ok {
				return err
			}
			if err := p.knownAs(ctx, u.ID, u.Email, u.FirstName, u.LastName); err != nil || !known {
				return err
			}
			return p.moveAllOf(ctx, u.ID)
		})
		if err != nil {
			return person{}, err
		}
	}
	return who, p.reaches(ctx, who)
}

// knownAs keeps how a user is called.
func (p *Provider) knownAs(ctx context.Context, id int64, email, first, last string) error {
	_, err := p.q(ctx).ExecContext(ctx, `
		INSERT INTO whmcs_people (id, email, first_name, last_name) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET email = excluded.email, first_name = excluded.first_name, last_name = excluded.last_name`,
		id, email, first, last)
	return err
}

// reaches keeps which accounts a person reaches, and numbers what changed of it for the change feed.
func (p *Provider) reaches(ctx context.Context, who person) error {
	links := slices.SortedFunc(slices.Values(who.Clients), func(a, b remote.Link) int { return int(a.ClientID - b.ClientID) })
	now := hash(links)
	var kept string
	err := p.q(ctx).QueryRowContext(ctx, "SELECT links_hash FROM whmcs_people WHERE id = ?", who.ID).Scan(&kept)
	if err != nil || kept == now {
		return err
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		type row struct{ owner, gone int64 }
		had := map[int64]row{}
		if err := p.each(ctx, func(rows *sql.Rows) error {
			var account int64
			var r row
			err := rows.Scan(&account, &r.owner, &r.gone)
			had[account] = r
			return err
		}, "SELECT account_id, owner, gone_at FROM whmcs_reach WHERE person_id = ?", who.ID); err != nil {
			return err
		}
		for _, l := range links {
			owner := int64(0)
			if l.Owner {
				owner = 1
			}
			r, before := had[l.ClientID]
			delete(had, l.ClientID)
			if before && r.owner == owner && r.gone == 0 {
				continue
			}
			if before && r.gone != 0 && r.gone >= who.at.UnixMilli() { // taken away while WHMCS was asked; the next reading tells
				now = ""
				continue
			}
			if err := p.began(ctx, who.ID, l.ClientID, owner); err != nil {
				return err
			}
		}
		for account, r := range had {
			if r.gone == 0 {
				if err := p.left(ctx, who.ID, account); err != nil {
					return err
				}
			}
		}
		_, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_people SET links_hash = ? WHERE id = ?", now, who.ID)
		return err
	})
}

// began notes that somebody reaches an account, and makes room for what is kept of it.
func (p *Provider) began(ctx context.Context, user, account, owner int64) error {
	seq, err := p.numbers(ctx, 2)
	if err != nil {
		return err
	}
	if _, err := p.q(ctx).ExecContext(ctx, "INSERT INTO whmcs_accounts (id, seq) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
		account, seq-1); err != nil {
		return err
	}
	_, err = p.q(ctx).ExecContext(ctx, `INSERT INTO whmcs_reach (person_id, account_id, seq, owner) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id, account_id) DO UPDATE SET seq = excluded.seq, owner = excluded.owner, gone_at = 0,
			permissions = '', permissions_at = 0`, user, account, seq, owner)
	return err
}

// left notes that somebody no longer reaches an account. From then on nothing that was read before counts.
func (p *Provider) left(ctx context.Context, user, account int64) error {
	seq, err := p.next(ctx)
	if err != nil {
		return err
	}
	if _, err = p.q(ctx).ExecContext(ctx, "UPDATE whmcs_reach SET seq = ?, gone_at = ? WHERE person_id = ? AND account_id = ? AND gone_at = 0",
		seq, p.nowMS(), user, account); err != nil {
		return err
	}
	_, err = p.q(ctx).ExecContext(ctx, "UPDATE whmcs_people SET links_hash = '' WHERE id = ?", user)
	return err
}

func (p *Provider) each(ctx context.Context, row func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := p.q(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (p *Provider) numbersOf(ctx context.Context, query string, args ...any) (list []int64, err error) {
	err = p.each(ctx, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		list = append(list, n)
		return err
	}, query, args...)
	return list, err
}

// UpdatePerson changes a profile's given fields. Names stand in snapshots, so every account of theirs moves.
func (p *Provider) UpdatePerson(ctx context.Context, personID string, patch api.MePatch) error {
	who, err := p.person(ctx, personID)
	if err != nil {
		return err
	}
	me := p.me(who)
	var f fields
	f.text("firstName", "firstname", me.FirstName, patch.FirstName)
	f.text("lastName", "lastname", me.LastName, patch.LastName)
	if patch.Language != nil && *patch.Language != me.Language {
		name := writtenLanguage(*patch.Language)
		f.text("language", "language", "", &name)
	}
	if len(f.set) == 0 {
		return nil
	}
	if err := p.acted(ctx, 0, func() error { return p.api.UpdateUser(ctx, who.ID, f.set) }); err != nil {
		return p.trouble(ctx, err)
	}
	if patch.Language != nil {
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_people SET language = ? WHERE id = ?", *patch.Language, who.ID); err != nil {
			return err
		}
	}
	for parameter, name := range map[string]*string{"firstname": &who.FirstName, "lastname": &who.LastName} {
		if v, ok := f.set[parameter]; ok {
			*name = v
		}
	}
	if err := p.knownAs(ctx, who.ID, who.Email, who.FirstName, who.LastName); err != nil {
		return err
	}
	return p.moveAllOf(ctx, who.ID)
}

// SetLoginEmail changes what a person types to sign in, and tells the address they used before.
func (p *Provider) SetLoginEmail(ctx context.Context, personID, email string) error {
	who, err := p.person(ctx, personID)
	if err != nil || who.Email == email {
		return err
	}
	if err := p.acted(ctx, 0, func() error { return p.api.UpdateUser(ctx, who.ID, remote.Fields{"email": email}) }); err != nil {
		return p.trouble(ctx, err)
	}
	if err := p.knownAs(ctx, who.ID, email, who.FirstName, who.LastName); err != nil {
		return err
	}
	p.notify(ctx, who.Email, p.me(who).Language, loginChanged, "Email", email)
	return p.moveAllOf(ctx, who.ID)
}

// moveAllOf moves every account that a person reaches, each to a number of its own.
func (p *Provider) moveAllOf(ctx context.Context, user int64) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		accounts, err := p.numbersOf(ctx, "SELECT account_id FROM whmcs_reach WHERE person_id = ? AND gone_at = 0 ORDER BY account_id", user)
		if err != nil || len(accounts) == 0 {
			return err
		}
		last, err := p.numbers(ctx, len(accounts))
		if err != nil {
			return err
		}
		for i, account := range accounts {
			if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_accounts SET seq = ?, marks = marks + 1, hash_users = '' WHERE id = ?",
				last-int64(len(accounts)-1-i), account); err != nil {
				return err
			}
		}
		return nil
	})
}

// SendPasswordReset has WHMCS write to the person's login e-mail.
func (p *Provider) SendPasswordReset(ctx context.Context, personID string) error {
	who, err := p.person(ctx, personID)
	if err != nil {
		return err
	}
	return p.trouble(ctx, p.acted(ctx, 0, func() error { return p.api.ResetPassword(ctx, who.ID) }))
}

// SendCode e-mails a step-up code to an address, in the person's language.
func (p *Provider) SendCode(ctx context.Context, personID, email, code, condition string, expires time.Time) error {
	if p.cfg.Mailer == nil {
		return errors.New("whmcs: a code is to be sent, and there is nothing to send it with")
	}
	me, err := p.Person(ctx, personID)
	if err != nil {
		return err
	}
	w := locales.For(me.Language)
	minutes := max(1, int(expires.Sub(p.cfg.Now()).Minutes()))
	return p.cfg.Mailer.Send(ctx, email, w.T("whmcs.mail_code_subject", "Code", code),
		w.T("whmcs.mail_code_body", "Code", code, "Why", why(w, condition), "Minutes", minutes, "Host", p.hostName(me.Language)))
}

func why(w *locales.Words, condition string) string {
	switch condition {
	case api.ConditionInvite:
		return w.T("whmcs.why_invite")
	case api.ConditionLoginEmail:
		return w.T("whmcs.why_login_email")
	case api.ConditionAccountEmail:
		return w.T("whmcs.why_account_email")
	}
	return w.T("whmcs.why_other")
}

func (p *Provider) hostName(language string) string {
	if p.cfg.Name != "" {
		return p.cfg.Name
	}
	return locales.For(language).T("whmcs.host_name")
}

// notice is a mail that nobody waits for.
type notice func(w *locales.Words, data ...any) (subject, body string)

func loginChanged(w *locales.Words, data ...any) (string, string) {
	return w.T("whmcs.mail_login_changed_subject", data...), w.T("whmcs.mail_login_changed_body", data...)
}

func accountChanged(w *locales.Words, data ...any) (string, string) {
	return w.T("whmcs.mail_account_changed_subject", data...), w.T("whmcs.mail_account_changed_body", data...)
}

// notify writes to an address, where there is something to write with. What it tells of is done already: a notice that
// cannot be sent is the operator's to know.
func (p *Provider) notify(ctx context.Context, to, language string, what notice, data ...any) {
	if p.cfg.Mailer == nil || to == "" {
		return
	}
	subject, body := what(locales.For(language), append(data, "Host", p.hostName(language))...)
	if err := p.cfg.Mailer.Send(context.WithoutCancel(ctx), to, subject, body); err != nil {
		p.cfg.Log.ErrorContext(ctx, "a notice could not be sent", "err", fmt.Errorf("mail: %w", err))
	}
}
