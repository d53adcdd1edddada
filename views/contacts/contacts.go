// Package contacts is the dialog of a contact: somebody who receives mail of chosen kinds and cannot sign in. Contacts
// are added, edited and deleted here; what was typed stays until the host has confirmed it. It hands Changes to the desk
// and never edits what the store holds.
package contacts

import (
	"slices"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Store is what the dialog reads; *cache.Store has it.
type Store interface {
	Snapshot(access.Ref) (access.Snapshot, cache.Status, bool)
	Identity(id string) (cache.Identity, bool)
}

// Desk is where the edit goes; *change.Desk has it.
type Desk interface {
	form.Desk
	Submit(change.Change) change.Change
}

// Go are the ways from the dialog to other screens.
type Go struct {
	// Invite opens the invitation of a new user, with the contact's address and language.
	Invite func(email, language string)
}

// Add opens the form of a new contact, with what is known of the person filled in. A person who may not manage contacts
// is told what it takes.
func Add(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go, prefill access.Contact) {
	d := newDialog(env, ref, store, desk, goTo)
	if !d.snapshot.Me.May(access.Contacts) {
		cannot(env, &trouble.Trouble{Kind: trouble.Forbidden, Permission: string(access.Contacts)})
		return
	}
	switch {
	case !d.host.Features.ContactLanguage.Available:
		prefill.Language = "" // the host's to choose
	case !slices.Contains(d.host.Languages, prefill.Language):
		prefill.Language = d.language()
	}
	d.open(prefill)
}

// Edit opens the form of a contact, by id, with more mail categories ticked if asked. Who may not manage contacts can
// look.
func Edit(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go, id string, tick ...access.MailCategory) {
	d := newDialog(env, ref, store, desk, goTo)
	c, found := d.snapshot.Contact(id)
	switch {
	case !found && !d.snapshot.Me.May(access.Contacts):
		cannot(env, &trouble.Trouble{Kind: trouble.Forbidden, Permission: string(access.Contacts)})
	case !found:
		cannot(env, &trouble.Trouble{Kind: trouble.NotFound})
	case !d.snapshot.Me.May(access.Contacts):
		d.look(c)
	default:
		d.contact = c
		d.open(c)
		for _, category := range tick {
			d.fields.Tick(category)
		}
		d.began = d.fields.Values() // leaving loses nothing that the person typed
	}
}

// Delete asks before a contact goes, saying what is lost, and hands the deletion to the desk, where it waits with Undo.
// done is called once it waits; it may be nil.
func Delete(env page.Env, ref access.Ref, store Store, desk Desk, id string, done func()) {
	snapshot, _, _ := store.Snapshot(ref)
	identity, _ := store.Identity(ref.Identity)
	c, found := snapshot.Contact(id)
	if !found {
		return
	}
	w := env.Words
	loss := say.WhoLosesWhat(w, identity.Host, snapshot, change.DeleteContact, id)
	content := kit.Column(12)
	for _, line := range append([]string{loss.Loses, loss.Keeps}, loss.Warns...) {
		if line != "" {
			content.Add(kit.Body(line))
		}
	}
	content.Add(kit.Small(w.T("contacts.delete_undo")))
	var m *kit.Modal
	keep := kit.SecondaryButton(w.T("contacts.keep"), func() { m.Hide() })
	yes := kit.DangerButton(w.T("contacts.delete"), func() {
		m.Hide()
		desk.Submit(change.Change{
			Account: ref, Kind: change.DeleteContact, Target: c.ID, TargetName: c.Name(), Base: c.ETag, Before: change.OfContact(c),
		})
		if done != nil {
			done()
		}
	})
	m = kit.NewModal(env.Window, kit.ModalConfig{
		Title: w.T("contacts.delete_title", "Name", c.Name()), Content: content, Buttons: []fyne.CanvasObject{keep, yes}, First: keep, Width: 520,
	})
	m.Show()
}

// cannot says why no form opens.
func cannot(env page.Env, t *trouble.Trouble) {
	w := env.Words
	words := say.Trouble(w, t)
	var m *kit.Modal
	ok := kit.PrimaryButton(w.T("words.close"), func() { m.Hide() })
	m = kit.NewModal(env.Window, kit.ModalConfig{
		Title: words.Title, Content: kit.Body(say.Words{Detail: words.Detail, Do: words.Do}.Text()),
		Buttons: []fyne.CanvasObject{ok}, First: ok, Width: 480,
	})
	m.Show()
}
