package change

import (
	"context"
	"errors"
	"maps"
	"slices"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/app/wire"
	"concierge/client"
	"concierge/client/api"
)

// API is what a Change needs of the client; *client.Client has it.
type API interface {
	UpdateMe(ctx context.Context, patch api.MePatch, w client.Write) (api.Me, error)
	ChangeLoginEmail(ctx context.Context, n api.NewEmail, w client.Write) (api.Me, error)
	PasswordReset(ctx context.Context, w client.Write) error
	UpdateAccount(ctx context.Context, accountID string, patch api.AccountPatch, w client.Write) (api.Account, error)
	SetPermissions(ctx context.Context, accountID, userID string, set api.PermissionSet, w client.Write) (api.User, error)
	RemoveUser(ctx context.Context, accountID, userID string, w client.Write) error
	Invite(ctx context.Context, accountID string, n api.NewInvitation, w client.Write) (api.Invitation, error)
	SetInvitationPermissions(ctx context.Context, accountID, invitationID string, set api.PermissionSet, w client.Write) (api.Invitation, error)
	CancelInvitation(ctx context.Context, accountID, invitationID string, w client.Write) error
	ResendInvitation(ctx context.Context, accountID, invitationID string, w client.Write) (api.Invitation, error)
	AddContact(ctx context.Context, accountID string, n api.NewContact, w client.Write) (api.Contact, error)
	UpdateContact(ctx context.Context, accountID, contactID string, patch api.ContactPatch, w client.Write) (api.Contact, error)
	DeleteContact(ctx context.Context, accountID, contactID string, w client.Write) error
	AnswerChallenge(ctx context.Context, challengeID string, answer api.ChallengeAnswer) error
}

// Wire is the Sender over the Host API.
type Wire struct {
	// For returns the client of an identity, or an error when it is signed out.
	For func(identity string) (API, error)
}

// Send implements Sender.
func (s Wire) Send(ctx context.Context, c Change, challenge string) Outcome {
	a, err := s.For(c.Account.Identity)
	if err != nil {
		return Outcome{Trouble: trouble.From(err)}
	}
	unconfirmed, err := send(ctx, a, c, client.Write{IfMatch: c.Base, IdempotencyKey: c.ID, Challenge: challenge})
	out := outcome(c, err)
	out.Unconfirmed = err == nil && unconfirmed
	return out
}

// Answer implements Sender.
func (s Wire) Answer(ctx context.Context, c Change, values map[string]string) Outcome {
	a, err := s.For(c.Account.Identity)
	if err == nil {
		err = a.AnswerChallenge(ctx, c.Challenge.ID, api.ChallengeAnswer{Values: values})
	}
	return Outcome{Trouble: trouble.From(err)}
}

// send tells too whether the host answered that its own system has not confirmed it.
func send(ctx context.Context, a API, c Change, w client.Write) (unconfirmed bool, err error) {
	account := c.Account.Account
	var sent api.Invitation
	switch c.Kind {
	case SetPermissions:
		_, err = a.SetPermissions(ctx, account, c.Target, rights(c.After), w)
	case Revoke:
		err = a.RemoveUser(ctx, account, c.Target, w)
	case Invite:
		set := rights(c.After)
		sent, err = a.Invite(ctx, account, api.NewInvitation{
			Email: c.After.Fields[FieldEmail], Language: c.After.Fields[FieldLanguage],
			Permissions: set.Permissions, EndsAt: set.EndsAt, Reason: set.Reason,
		}, w)
	case EditInvitation:
		_, err = a.SetInvitationPermissions(ctx, account, c.Target, rights(c.After), w)
	case ResendInvitation:
		sent, err = a.ResendInvitation(ctx, account, c.Target, w)
	case CancelInvitation:
		err = a.CancelInvitation(ctx, account, c.Target, w)
	case AddContact:
		f := c.After.Fields
		_, err = a.AddContact(ctx, account, api.NewContact{
			FirstName: f[FieldFirstName], LastName: f[FieldLastName], Company: f[FieldCompany], Email: f[FieldEmail], Phone: f[FieldPhone],
			Address: api.Address(c.After.PostalAddress()), Language: f[FieldLanguage], EmailPreferences: wire.Mail(c.After.Mail),
		}, w)
	case EditContact:
		d := difference(c)
		_, err = a.UpdateContact(ctx, account, c.Target, api.ContactPatch{
			FirstName: d.text(FieldFirstName), LastName: d.text(FieldLastName), Company: d.text(FieldCompany), Email: d.text(FieldEmail),
			Phone: d.text(FieldPhone), Address: d.address(), Language: d.text(FieldLanguage), EmailPreferences: d.mail(),
		}, w)
	case DeleteContact:
		err = a.DeleteContact(ctx, account, c.Target, w)
	case EditAccount:
		d := difference(c)
		_, err = a.UpdateAccount(ctx, account, api.AccountPatch{
			FirstName: d.text(FieldFirstName), LastName: d.text(FieldLastName), Company: d.text(FieldCompany), Email: d.text(FieldEmail),
			Phone: d.text(FieldPhone), Address: d.address(), Language: d.text(FieldLanguage), EmailPreferences: d.mail(),
		}, w)
	case EditProfile:
		d := difference(c)
		_, err = a.UpdateMe(ctx, api.MePatch{FirstName: d.text(FieldFirstName), LastName: d.text(FieldLastName), Language: d.text(FieldLanguage)}, w)
	case ChangeLogin:
		_, err = a.ChangeLoginEmail(ctx, api.NewEmail{Email: c.After.Fields[FieldEmail]}, w)
	case ResetPassword:
		err = a.PasswordReset(ctx, w)
	default:
		err = errors.New("no such kind of change: " + string(c.Kind))
	}
	return sent.Unconfirmed, err
}

func rights(v Values) api.PermissionSet {
	return api.PermissionSet{Permissions: wire.Keys(v.Permissions), EndsAt: wire.Time(v.Ends()), Reason: v.Fields[FieldReason]}
}

// delta gives only what a Change changes, so that nothing else is written over.
type delta struct {
	c Change
}

func difference(c Change) delta { return delta{c} }

func (d delta) text(field string) *string {
	v, given := d.c.After.Fields[field]
	if !given || v == d.c.Before.Fields[field] {
		return nil
	}
	return &v
}

func (d delta) address() *api.Address {
	if !slices.ContainsFunc(addressFields, func(f string) bool { return d.text(f) != nil }) {
		return nil
	}
	whole := Values{Fields: maps.Clone(d.c.Before.Fields)} // what a form does not have stays as it is
	for _, f := range addressFields {
		if text, given := d.c.After.Fields[f]; given {
			put(&whole, f, text)
		}
	}
	a := api.Address(whole.PostalAddress())
	return &a
}

func (d delta) mail() api.MailPreferences {
	changed := map[access.MailCategory]bool{}
	for k, on := range d.c.After.Mail {
		if on != d.c.Before.Mail[k] {
			changed[k] = on
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return wire.Mail(changed)
}

func outcome(c Change, err error) Outcome {
	t := trouble.From(err)
	if t == nil {
		return Outcome{}
	}
	problem, _ := errors.AsType[*client.Problem](err)
	switch {
	case problem != nil && problem.Type == api.ProblemIdempotencyMismatch:
		// The host remembers answering this key, which only this Change ever had: it is done. An update of the application in
		// between may write the same wish in other words.
		return Outcome{}
	case t.Kind == trouble.ProofNeeded && problem != nil && problem.Challenge != nil:
		return Outcome{Challenge: ofChallenge(problem.Challenge)}
	case t.Kind == trouble.Stale && problem != nil:
		theirs, tag, err := current(c.Kind, problem)
		if err != nil {
			return Outcome{Trouble: trouble.From(err)}
		}
		return Outcome{Stale: &Conflict{Theirs: theirs, TheirsBase: tag}}
	case c.Target != "" && (t.Kind == trouble.NotFound || t.Kind == trouble.InvitationOver):
		return Outcome{Stale: &Conflict{Gone: true}}
	}
	return Outcome{Trouble: t}
}

// current reads the resource as the host has it now, which comes with a refusal as stale.
func current(k Kind, p *client.Problem) (Values, string, error) {
	switch k {
	case SetPermissions, Revoke:
		var u api.User
		err := p.DecodeCurrent(&u)
		return OfUser(wire.User(u)), u.ETag, err
	case EditInvitation, CancelInvitation, ResendInvitation:
		var i api.Invitation
		err := p.DecodeCurrent(&i)
		return OfInvitation(wire.Invitation(i)), i.ETag, err
	case EditContact, DeleteContact:
		var ct api.Contact
		err := p.DecodeCurrent(&ct)
		return OfContact(wire.Contact(ct)), ct.ETag, err
	case EditAccount:
		var a api.Account
		err := p.DecodeCurrent(&a)
		return OfAccount(wire.Account(a)), a.ETag, err
	default:
		var m api.Me
		err := p.DecodeCurrent(&m)
		v := OfProfile(wire.Me(m))
		if k == ChangeLogin {
			v = Values{Fields: map[string]string{FieldEmail: m.Email}}
		}
		return v, m.ETag, err
	}
}

func ofChallenge(a *api.Challenge) *Challenge {
	c := &Challenge{ID: a.ID, Condition: a.Condition, SentTo: a.SentTo, ExpiresAt: a.ExpiresAt}
	for _, f := range a.Fields {
		c.Fields = append(c.Fields, ChallengeField{Name: f.Name, Kind: f.Kind, Length: f.Length, Label: access.Text(f.Label)})
	}
	return c
}
