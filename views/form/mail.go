package form

import (
	"slices"

	"concierge/app/access"
	"concierge/assets/locales"
	"concierge/views/say"
)

// mailTexts are the title of a mail category and what it means: the host's own where it has them in this language.
func mailTexts(w *locales.Words, e access.CatalogueEntry) (title, note string) {
	if e.Title[w.Lang()] == "" {
		return say.MailShort(w, e), say.MailNote(w, e)
	}
	if note = e.Description[w.Lang()]; note == "" {
		note = say.MailNote(w, e)
	}
	return say.Mail(w, e), note
}

// LastToReceive tells whether nobody in an account receives a category but one contact, by id, or the account's own
// address when that is "".
func LastToReceive(s access.Snapshot, c access.MailCategory, contact string) bool {
	if contact != "" && s.Account.Preferences[c] {
		return false
	}
	return !slices.ContainsFunc(s.Contacts, func(o access.Contact) bool { return o.ID != contact && o.Preferences[c] })
}
