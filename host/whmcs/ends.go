package whmcs

import (
	"context"
	"errors"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/schedule"
	"concierge/host/whmcs/remote"
)

// Overdue lists the accesses whose time has come and that could not be taken away yet, with why.
func (p *Provider) Overdue(ctx context.Context) ([]schedule.End, error) { return p.ends.Due(ctx) }

// Tick gives the reminders that are due, writes to people, and ends the access whose time has come. Run does it by itself.
func (p *Provider) Tick(ctx context.Context) error {
	return errors.Join(p.ends.Tick(ctx), p.writeLetters(ctx))
}

// tell says that an access was taken away, to whoever looks after the gateway. Of a reminder people are written apart from the
// schedule: a slow mail server must not keep access from ending.
func (p *Provider) tell(ctx context.Context, e schedule.End, days int) error {
	if days > 0 {
		p.writeSoon()
	}
	if days == 0 && p.cfg.Ended != nil {
		p.cfg.Ended(ctx, e)
	}
	return nil
}

// endAccess takes away an access whose time has come. The schedule holds the account's lock.
func (p *Provider) endAccess(ctx context.Context, e schedule.End) error {
	err := p.onUser(ctx, e.Account, e.User, func(ctx context.Context, s *scope, u remote.ClientUser, _ permissions) error {
		if err := p.acquaint(ctx, u); err != nil {
			return err
		}
		err := p.acted(ctx, s.account, func() error { return p.api.RemoveUser(ctx, u.ID, s.account) })
		s.state.customer = nil
		delete(s.state.allowed, u.ID)
		if err != nil {
			return p.trouble(ctx, err)
		}
		return p.db.Atomically(context.WithoutCancel(ctx), func(ctx context.Context) error { return p.left(ctx, u.ID, s.account) })
	})
	if errors.Is(err, host.ErrNotFound) || errors.Is(err, host.ErrOwnerProtected) { // gone, or given the account since
		return schedule.ErrGone
	}
	return err
}

// acquaint keeps how a user is called of whom nothing is known: the record of the end is to say whose access it was, and
// nobody else names who never signed in here once their access is gone. A name that can be taken apart in more than one way is
// left to be asked for; the address is told instead.
func (p *Provider) acquaint(ctx context.Context, u remote.ClientUser) error {
	first, last, sure := userName(u.Name)
	if !sure {
		first, last = "", ""
	}
	_, err := p.q(ctx).ExecContext(ctx, "INSERT INTO whmcs_people (id, email, first_name, last_name) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
		u.ID, u.Email, first, last)
	return err
}

// accessEnded records that an access was taken away because its time had come, in the transaction that forgets the end.
func (p *Provider) accessEnded(ctx context.Context, e schedule.End) error {
	account, err := number(e.Account)
	if err != nil {
		return err
	}
	user, err := number(e.User)
	if err != nil {
		return err
	}
	target, err := p.known(ctx, user)
	if err != nil {
		return err
	}
	if err := p.left(ctx, user, account); err != nil {
		return err
	}
	if err := p.move(ctx, account); err != nil {
		return err
	}
	// What is done on behalf of time has no actor, whoever's call made us look.
	return p.record(host.WithActor(ctx, host.Actor{}), account, api.Activity{Action: api.ActUserAccessEnded, Target: target})
}

// reminded moves an account, so that the reminder is in the change feed, and has people written about it.
func (p *Provider) reminded(ctx context.Context, e schedule.End, days int) error {
	account, err := number(e.Account)
	if err != nil {
		return err
	}
	if err := p.announce(ctx, account, e, days); err != nil {
		return err
	}
	return p.move(ctx, account)
}
