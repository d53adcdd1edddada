package say

import (
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
)

// Change says in a short sentence how far an edit has come. Of a refused one it says what did not happen; Trouble says
// why.
func Change(w *locales.Words, c change.Change) string {
	k, data := changeKey(w, c)
	doing := w.T(k+"_doing", data...)
	if c.Kind == "" {
		return sentence(doing)
	}
	switch c.State {
	case change.Waiting:
		return w.T("say.change_waiting", "What", doing)
	case change.Sending:
		return sentence(w.T("say.change_sending", "What", doing))
	case change.NeedsProof:
		return w.T("say.change_needs_proof", "What", doing)
	case change.Draft:
		return w.T("say.change_draft", "What", doing)
	case change.Confirmed:
		s := w.T(k+"_done", data...)
		if c.Unconfirmed && w.Has(k+"_unsure") {
			s = w.T(k+"_unsure", data...)
		}
		if c.Already {
			s += " " + w.T("say.change_already")
		}
		if c.Merged {
			s += " " + w.T("say.change_merged")
		}
		return s
	case change.Conflicting:
		if c.Conflict != nil && c.Conflict.Gone {
			return w.T(k+"_failed", data...) + " " + w.T("say.change_gone")
		}
		return w.T(k+"_failed", data...) + " " + w.T("say.change_conflict")
	case change.Undone:
		return w.T("say.change_undone", "What", doing)
	}
	if c.Trouble != nil && c.Trouble.Kind == trouble.OutcomeUnknown {
		return w.T("say.change_unknown", "What", doing)
	}
	return w.T(k+"_failed", data...)
}

// changeKey begins the keys of an edit's sentences, with what they name.
func changeKey(w *locales.Words, c change.Change) (string, []any) {
	if c.Kind == "" { // it is Unread, or was
		return "say.change_unread", nil
	}
	name := c.TargetName
	if name == "" {
		name = c.After.Fields[change.FieldEmail]
	}
	if name == "" {
		name = w.T("say.somebody")
	}
	return "say.change_" + key(string(c.Kind)), []any{"Name", name, "Email", c.After.Fields[change.FieldEmail]}
}
