// Package permissions is the dialog that gives and takes rights: inviting somebody, editing an invitation that waits,
// editing a user. It says in plain words what a set of permissions means before anything is sent, and keeps what was
// typed until the host has confirmed it. It hands Changes to the desk; it never edits what the store holds.
package permissions

import (
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	formkit "concierge/views/form"
	"concierge/views/page"
)

// Store is what the dialog reads; *cache.Store has it.
type Store interface {
	Snapshot(access.Ref) (access.Snapshot, cache.Status, bool)
	Identity(id string) (cache.Identity, bool)
}

// Desk is where the edit goes; *change.Desk has it.
type Desk = formkit.Desk

// Go are the ways from the dialog to other screens.
type Go struct {
	// OpenPerson shows a person of the account, by normalised e-mail: the one who already has access.
	OpenPerson func(key string)
}

// Prefill is what an invitation begins with.
type Prefill struct {
	Email       string
	Language    string              // "" for the person's own
	Permissions []access.Permission // nothing when empty, as it should be
	EndsAt      time.Time           // zero for access without an end
	Reason      string              // why it ends
}

// Invite opens the dialog for inviting somebody. Nothing is selected unless the caller says so.
func Invite(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go, p Prefill) {
	e := newEditor(env, ref, store, desk, goTo)
	e.d = newDraft(inviting, e.host.Permissions, nil, noEnd, "")
	e.d.choose(p.Permissions)
	e.d.ends, e.d.endsAt, e.d.reason = !p.EndsAt.IsZero(), p.EndsAt, p.Reason
	e.d.email, e.d.language = p.Email, e.invitationLanguage(p.Language)
	e.title, e.subtitle = env.Words.T("permissions.invite_title"), e.snapshot.Account.Name
	e.open()
}

// EditInvitation opens the dialog for an invitation that waits, by its id; nothing opens when it is no longer there.
func EditInvitation(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go, id string) {
	e := newEditor(env, ref, store, desk, goTo)
	i, ok := e.snapshot.Invitation(id)
	if !ok {
		return
	}
	e.d = newDraft(editingInvitation, e.host.Permissions, i.Permissions, i.EndsAt, i.Reason)
	e.target, e.name, e.email, e.base = i.ID, i.Email, i.Email, i.ETag
	e.title = env.Words.T("permissions.invitation_title", "Name", i.Email)
	e.subtitle = e.snapshot.Account.Name
	e.open()
}

// EditUser opens the dialog for a user, by id; nothing opens when the user is no longer there.
func EditUser(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go, id string) {
	e := newEditor(env, ref, store, desk, goTo)
	u, ok := e.snapshot.User(id)
	if !ok {
		return
	}
	e.d = newDraft(editingUser, e.host.Permissions, u.Permissions, u.EndsAt, u.Reason)
	e.target, e.name, e.email, e.base, e.first = u.ID, u.Name(), u.Email, u.ETag, u.FirstName
	e.title = env.Words.T("permissions.user_title", "Name", u.Name())
	e.subtitle = u.Email + " · " + e.snapshot.Account.Name
	e.open()
}
