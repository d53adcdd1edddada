package say

import (
	"strings"

	"concierge/app/access"
	"concierge/assets/locales"
)

// Plain says what a permission set lets somebody do: "Can pay invoices, accept quotes and read e-mails. Sees neither
// passwords nor domains."
func Plain(w *locales.Words, m access.Meaning, catalogue []access.CatalogueEntry) string {
	return plain(w, "access.plain", m, catalogue)
}

// PlainYou is Plain told to the person themselves: "You can pay invoices."
func PlainYou(w *locales.Words, m access.Meaning, catalogue []access.CatalogueEntry) string {
	return plain(w, "access.you", m, catalogue)
}

// plain says a permission set in the words whose keys begin as given.
func plain(w *locales.Words, words string, m access.Meaning, catalogue []access.CatalogueEntry) string {
	switch {
	case m.All:
		return w.T(words + "_all")
	case m.None():
		return w.T(words + "_none")
	}
	var out []string
	if len(m.Can) > 0 {
		out = append(out, w.T(words+"_can", "What", abilities(w, "can", m.Can)))
	}
	if len(m.Also) > 0 {
		out = append(out, w.T("access.plain_also", "What", quoted(w, m.Also, catalogue)))
	}
	if len(m.Cannot) > 0 {
		out = append(out, w.T(words+"_cannot", "What", neither(w, m.Cannot)))
	}
	return strings.Join(out, " ")
}

// PlainOwner says what the owner can do, which no permission set says; you: to the owner themselves.
func PlainOwner(w *locales.Words, you bool) string {
	if you {
		return w.T("access.you_owner")
	}
	return w.T("access.plain_owner")
}

// PlainChange says what somebody will and will no longer be able to do once the permissions are saved, with the name
// said once: "Sam will be able to pay invoices. Will no longer be able to open tickets."
func PlainChange(w *locales.Words, name string, s access.Shift, catalogue []access.CatalogueEntry) string {
	var out []string
	m := s.After
	switch {
	case m.All:
		out = append(out, w.T("access.will_all", "Name", name))
	case m.None():
		out = append(out, w.T("access.will_none", "Name", name))
	case len(m.Can) == 0:
		out = append(out, w.T("access.will_only_also", "Name", name, "What", quoted(w, m.Also, catalogue)))
	default:
		out = append(out, w.T("access.will_can", "Name", name, "What", abilities(w, "can", m.Can)))
		if len(m.Also) > 0 {
			out = append(out, w.T("access.plain_also", "What", quoted(w, m.Also, catalogue)))
		}
	}
	if len(s.Lost) > 0 {
		out = append(out, w.T("access.will_lose", "What", abilities(w, "cannot", s.Lost)))
	}
	if len(s.LostAlso) > 0 {
		out = append(out, w.T("access.will_lose_also", "What", quoted(w, s.LostAlso, catalogue)))
	}
	if len(m.Cannot) > 0 && !m.None() {
		out = append(out, w.T("access.will_cannot", "What", neither(w, m.Cannot)))
	}
	return strings.Join(out, " ")
}

func abilities(w *locales.Words, form string, ps []access.Permission) string {
	var out []string
	for _, p := range ps {
		out = append(out, w.T("access."+form+"_"+string(p)))
	}
	if form == "cannot" {
		return negated(w, "say.list_nor", out)
	}
	return w.List(out)
}

func quoted(w *locales.Words, ps []access.Permission, catalogue []access.CatalogueEntry) string {
	var out []string
	for _, p := range ps {
		out = append(out, w.T("say.quoted", "Text", PermissionNamed(w, p, catalogue)))
	}
	return w.List(out)
}

// neither is "passwords" or "passwords or domains", as the negated verb before it wants.
func neither(w *locales.Words, ns []access.Notable) string {
	var out []string
	for _, n := range ns {
		form := "access.notable_"
		if len(ns) > 1 {
			form = "access.notables_"
		}
		out = append(out, w.T(form+string(n)))
	}
	return negated(w, "say.list_neither", out)
}
