package contacts_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/contacts"
	"concierge/views/viewtest"
)

func TestNothingIsCutInTheDialogs(t *testing.T) {
	nowhere := contacts.Go{Invite: func(string, string) {}}
	viewtest.Looks(t, "contacts-edit", viewtest.Large, viewtest.Small, func(w *viewtest.World) {
		contacts.Edit(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, "c3")
	})
	viewtest.Looks(t, "contacts-refused", viewtest.Large, viewtest.Small, func(w *viewtest.World) {
		w.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Invalid, Fields: []trouble.Field{
			{Name: "phone", Code: "invalid"}, {Name: "mail:domain", Code: "unknownKey"},
		}}})
		contacts.Edit(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, "c1")
		w.Type("x")
		w.Tap(t, w.Env.Words.N("form.save", 1))
	})
	viewtest.Looks(t, "contacts-add", viewtest.Large, viewtest.Small, func(w *viewtest.World) {
		contacts.Add(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, access.Contact{})
	})
	viewtest.Looks(t, "contacts-delete", viewtest.Large, viewtest.Small, func(w *viewtest.World) {
		contacts.Delete(w.Env, viewtest.Ref, w.Store, w.Desk, "c1", nil)
	})
}
