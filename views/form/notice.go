package form

import (
	"time"

	"strings"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Banner says what went wrong; more are parts of it that no field says.
func Banner(w *locales.Words, t *trouble.Trouble, more ...string) fyne.CanvasObject {
	return BannerWith(w, t, nil, more...)
}

// BannerWith is Banner with what can be done about it; nil: nothing more than the words say.
func BannerWith(w *locales.Words, t *trouble.Trouble, do *kit.Button, more ...string) fyne.CanvasObject {
	words := say.Trouble(w, t)
	rest := say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text()
	kit.TraceNotice(words.Title, rest)
	return kit.NewBanner(kit.ToneDanger, []kit.Part{
		kit.B(say.Words{Title: words.Title}.Text()), kit.P(strings.TrimRight(" "+rest+" "+strings.Join(more, " "), " ")),
	}, actions(do)...).Container
}

func actions(b *kit.Button) []fyne.CanvasObject {
	if b == nil {
		return nil
	}
	return []fyne.CanvasObject{b}
}

// ReadOnly says why somebody may look but not change: the permission that it takes.
func ReadOnly(w *locales.Words, h access.Host, p access.Permission) fyne.CanvasObject {
	return kit.NewBanner(kit.ToneInfo, []kit.Part{
		kit.B(w.T("form.read_only")), kit.P(" " + w.T("form.read_only_note", "Permission", say.PermissionNamed(w, p, h.Permissions))),
	}).Container
}

// Freshness says above a form that what it shows is old; nil when it is not.
func Freshness(w *locales.Words, now time.Time, s cache.Status, retry func()) fyne.CanvasObject {
	t := s.Trouble
	switch {
	case t == nil:
		return nil
	case t.Kind.Offline():
		return kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(w.T("form.offline")), kit.P(" " + w.AsOf("form.offline_note", now, s.At))}).Container
	}
	words := say.Trouble(w, t)
	return kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(say.Words{Title: words.Title}.Text()), kit.P(" " + say.Words{Detail: words.Detail, Do: words.Do}.Text())},
		kit.SecondaryButton(w.T("words.retry"), retry).Small()).Container
}

// Draft says above a form that an edit of the same thing waits to be sent, and what it would change; nil when none does. The
// form shows what the host has.
func Draft(w *locales.Words, h access.Host, desk Desk, ref access.Ref, kind change.Kind, target string) fyne.CanvasObject {
	c, waits := desk.DraftOf(ref, kind, target)
	if !waits {
		return nil
	}
	return draft(w, h, c, w.T("form.draft_joins"))
}

// Begun is Draft for a form that began with what the draft wants.
func Begun(w *locales.Words, h access.Host, c change.Change) fyne.CanvasObject {
	return draft(w, h, c, w.T("form.draft_replaced"))
}

func draft(w *locales.Words, h access.Host, c change.Change, then string) fyne.CanvasObject {
	text := " " + strings.Join(say.Wanted(w, c, h), " · ") + ". " + then
	return kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(w.T("form.draft_waits")), kit.P(text)}).Container
}

// Fact is one thing that is shown but cannot be changed.
type Fact struct{ Label, Value string }

// Facts shows values under their labels, in two columns; empty ones are left out.
func Facts(facts ...Fact) fyne.CanvasObject {
	grid := kit.Grid(260, 16, 2)
	for _, f := range facts {
		if f.Value != "" {
			grid.Add(kit.Column(2, kit.Small(f.Label), kit.Body(f.Value)))
		}
	}
	return grid
}

// Card is a titled part of a page; note may be "".
func Card(title, note string, content fyne.CanvasObject) fyne.CanvasObject {
	head := kit.Column(2, kit.Title(title))
	if note != "" {
		head.Add(kit.Small(note))
	}
	return kit.Card(kit.Column(12, head, content))
}

// Leave asks before what was typed is lost, when there is something, and then goes.
func Leave(win fyne.Window, w *locales.Words, dirty bool, then func()) {
	if !dirty {
		then()
		return
	}
	kit.Confirm(win, kit.ConfirmConfig{
		Title: w.T("form.leave_title"), Text: w.T("form.leave_text"), Danger: true,
		Confirm: w.T("form.leave"), Cancel: w.T("form.stay"), OnConfirm: then,
	})
}
