package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"concierge/assets/locales"
	"concierge/host"
	"concierge/host/mail"
	"concierge/host/schedule"
	"concierge/host/whmcs/remote"
)

// Reminders that access ends are in the change feed for the application. Where the gateway can write, people are written too: the
// user each time, the owner on the last day.

const (
	letterPause = 6 * time.Hour   // between two letters about the same access, whatever becomes of its end meanwhile
	letterWait  = 5 * time.Minute // before what could not be written is tried again; longer with each try
	letterMost  = time.Hour
	lettersOnce = 50 // taken up at once
)

// letter is a reminder that is to be written.
type letter struct {
	account, user int64
	toOwner       int64 // 1: the owner is written to, else the user
	endsAt        int64
	tries         int
}

// announce notes in the transaction of a reminder that people are to be written about it. What waits of an earlier one is
// overtaken.
func (p *Provider) announce(ctx context.Context, account int64, e schedule.End, days int) error {
	if p.cfg.Mailer == nil {
		return nil
	}
	user, err := number(e.User)
	if err != nil {
		return err
	}
	now := p.cfg.Now()
	if _, err := p.q(ctx).ExecContext(ctx, "DELETE FROM whmcs_letters WHERE due_at = 0 AND written_at < ?", now.Add(-letterPause).UnixMilli()); err != nil {
		return err
	}
	for toOwner := range 2 {
		if toOwner == 1 && days > 1 {
			break
		}
		if _, err := p.q(ctx).ExecContext(ctx, `
			INSERT INTO whmcs_letters (account_id, user_id, to_owner, ends_at, due_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (account_id, user_id, to_owner) DO UPDATE SET ends_at = excluded.ends_at, due_at = excluded.due_at, tries = 0
			WHERE whmcs_letters.written_at = 0 OR whmcs_letters.written_at < ?`,
			account, user, toOwner, e.At.UnixMilli(), now.UnixMilli(), now.Add(-letterPause).UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// writeSoon wakes up who writes.
func (p *Provider) writeSoon() {
	select {
	case p.letters <- struct{}{}:
	default: // they are awake
	}
}

// writeWhileRunning writes what waits until the context ends.
func (p *Provider) writeWhileRunning(ctx context.Context) error {
	timer := time.NewTicker(time.Minute)
	defer timer.Stop()
	for {
		if err := p.writeLetters(ctx); err != nil && ctx.Err() == nil {
			p.cfg.Log.WarnContext(ctx, "reminders by mail: not looked after", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-p.letters:
		}
	}
}

// writeLetters writes the reminders that are due. The error is the database's.
func (p *Provider) writeLetters(ctx context.Context) error {
	for p.cfg.Mailer != nil && ctx.Err() == nil {
		due, err := p.lettersDue(ctx)
		if err != nil {
			return err
		}
		for _, l := range due {
			if err := p.writeLetter(ctx, l); err != nil {
				return err
			}
		}
		if len(due) < lettersOnce {
			return nil
		}
	}
	return nil
}

func (p *Provider) lettersDue(ctx context.Context) (list []letter, err error) {
	err = p.each(ctx, func(rows *sql.Rows) error {
		var l letter
		err := rows.Scan(&l.account, &l.user, &l.toOwner, &l.endsAt, &l.tries)
		list = append(list, l)
		return err
	}, "SELECT account_id, user_id, to_owner, ends_at, tries FROM whmcs_letters WHERE due_at > 0 AND due_at <= ? ORDER BY due_at, account_id, user_id, to_owner LIMIT ?",
		p.nowMS(), lettersOnce)
	return list, err
}

// writeLetter writes one reminder, unless it is moot or somebody else has. It is taken off the list before it is handed to the
// mail server: of two gateways one writes, and what is killed in between is not written twice, but perhaps not at all. What
// certainly has not left is tried again.
func (p *Provider) writeLetter(ctx context.Context, l letter) error {
	to, subject, text, err := p.compose(ctx, l)
	if err != nil {
		return p.later(ctx, l, err)
	}
	written := p.nowMS()
	if to == "" {
		written = 0
	}
	r, err := p.q(ctx).ExecContext(ctx, `UPDATE whmcs_letters SET due_at = 0, written_at = ?
		WHERE account_id = ? AND user_id = ? AND to_owner = ? AND ends_at = ? AND due_at > 0`, written, l.account, l.user, l.toOwner, l.endsAt)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 || to == "" {
		return err
	}
	err = p.cfg.Mailer.Send(ctx, to, subject, text)
	switch {
	case errors.Is(err, mail.ErrNotSent):
		return p.later(ctx, l, err)
	case err != nil:
		p.cfg.Log.ErrorContext(ctx, "a reminder could not be sent", "account", l.account, "err", err)
	}
	return nil
}

// later has a letter tried again after a while.
func (p *Provider) later(ctx context.Context, l letter, why error) error {
	if ctx.Err() == nil {
		p.cfg.Log.WarnContext(ctx, "a reminder is written later", "account", l.account, "tries", l.tries+1, "err", why)
	}
	wait := min(letterWait<<min(l.tries, 8), letterMost)
	_, err := p.q(ctx).ExecContext(context.WithoutCancel(ctx), `UPDATE whmcs_letters SET due_at = ?, written_at = 0, tries = tries + 1
		WHERE account_id = ? AND user_id = ? AND to_owner = ? AND ends_at = ?`, p.cfg.Now().Add(wait).UnixMilli(), l.account, l.user, l.toOwner, l.endsAt)
	return err
}

// compose says what a reminder says, to whom. Nobody ("") is written to when the end was changed or has come, when the user is
// gone, or when whoever it is does not want general mail about the account.
func (p *Provider) compose(ctx context.Context, l letter) (to, subject, body string, err error) {
	end, err := p.end(ctx, text(l.account), text(l.user))
	if err != nil || end == nil || end.At.UnixMilli() != l.endsAt || !end.At.After(p.cfg.Now()) {
		return "", "", "", err
	}
	s, err := p.loadLately(ctx, l.account)
	if err != nil {
		return "", "", "", err
	}
	user := slices.IndexFunc(s.customer.Users, func(u remote.ClientUser) bool { return u.ID == l.user })
	reader := user
	if l.toOwner == 1 {
		reader = slices.IndexFunc(s.customer.Users, func(u remote.ClientUser) bool { return isOwner(*s.customer, u) })
	}
	if user < 0 || reader < 0 {
		return "", "", "", nil
	}
	who, err := p.reader(ctx, s.customer.Users[reader])
	if errors.Is(err, host.ErrNotFound) {
		return "", "", "", nil
	}
	if err != nil {
		return "", "", "", err
	}
	me := p.me(who)
	if me.Email == "" || !wantsGeneral(*s, me.Email) {
		return "", "", "", nil
	}
	w, at := locales.For(me.Language), end.At.In(p.cfg.Now().Location())
	u := s.customer.Users[user]
	data := []any{
		"Name", nameOr(fullName(me.FirstName, me.LastName), me.Email), "User", nameOr(shown(u.Name, maxText), shown(u.Email, maxEmail)),
		"Account", p.account(*s.customer).Name, "Date", w.Date(at), "Time", w.Clock(at), "Host", p.hostName(me.Language),
	}
	if l.toOwner == 1 {
		return me.Email, w.T("whmcs.mail_ends_soon_owner_subject", data...), w.T("whmcs.mail_ends_soon_owner_body", data...), nil
	}
	return me.Email, w.T("whmcs.mail_ends_soon_subject", data...), w.T("whmcs.mail_ends_soon_body", data...), nil
}

// loadLately is who is in an account and who gets its mail, as it was a short while ago.
func (p *Provider) loadLately(ctx context.Context, account int64) (*state, error) {
	r, err := p.row(ctx, account)
	if err != nil {
		return nil, err
	}
	return p.load(ctx, account, r.marks, parts{customer: true, contacts: true})
}

// reader is a user of an account as a person, who need not have signed in here ever.
func (p *Provider) reader(ctx context.Context, u remote.ClientUser) (person, error) {
	at := p.cfg.Now()
	found, err := p.user(ctx, u.ID, u.Email)
	if err != nil {
		return person{}, p.trouble(ctx, err)
	}
	return p.met(ctx, found, at)
}

// wantsGeneral tells whether an address may be written to about an account: where the account or a contact has it, whether one of
// them receives general mail; a user's that is nowhere else has no preferences.
func wantsGeneral(s state, email string) bool {
	known := false
	for _, c := range *s.contacts {
		if host.SameEmail(c.Email, email) {
			if c.Preferences["general"] {
				return true
			}
			known = true
		}
	}
	if host.SameEmail(s.customer.Email, email) {
		return s.customer.Preferences["general"]
	}
	return !known
}
