package outbox

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/proof"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// line is one edit on the screen.
type line struct {
	id      string
	buttons []*kit.Button
}

func (l line) focus() {
	if len(l.buttons) == 0 {
		return
	}
	if c := kit.CanvasOf(l.buttons[0]); c != nil {
		kit.FocusBelow(c, l.buttons[0])
	}
}

// show lists what waits. The keyboard stays on the edit it was on, or goes to the one in its place. While that is on its way
// there is nothing to press; the keyboard comes back to its place when there is, unless the person has moved it.
func (p *Page) show(all []entry) {
	w := p.env.Words
	var says []string
	for _, e := range all {
		says = append(says, strconv.Itoa(e.of), e.c.ID, string(e.c.State), e.account, reason(w, p.env.Now(), e), p.ago(e.c), strings.Join(say.Wanted(w, e.c, e.host), "\n"))
	}
	if p.shown != nil && slices.Equal(says, p.shown) {
		return
	}
	p.shown = append([]string{}, says...)
	p.keepPlace()
	p.lines = nil
	p.list.RemoveAll()
	p.text.SetText(w.T("outbox.kept"))
	if slices.ContainsFunc(all, func(e entry) bool { return !p.desk.Lasts(e.c.Account.Identity) }) {
		p.text.SetText(w.T("outbox.memory"))
	}
	p.text.Hidden = len(all) == 0
	if len(all) == 0 {
		p.list.Add(kit.EmptyState(icons.MailCheck, w.T("outbox.empty_title"), w.T("outbox.empty_text"), nil))
	}
	for _, e := range all {
		p.list.Add(p.card(e, len(all) == 1))
	}
	p.root.Refresh()
	p.backToPlace()
}

// place is a button in the list, by the numbers of its line and of itself there.
type place struct{ line, button int }

// keepPlace notes where in the list the keyboard is before all is drawn anew.
func (p *Page) keepPlace() {
	c := kit.CanvasOf(p.list)
	if c == nil {
		return
	}
	has := kit.FocusedBelow(c)
	for i, l := range p.lines {
		for j, b := range l.buttons {
			if has == fyne.Focusable(b) {
				p.was = &place{i, j}
				return
			}
		}
	}
	if has != nil { // somewhere else
		p.was = nil
	}
}

// backToPlace gives the keyboard to what is now where it was.
func (p *Page) backToPlace() {
	c := kit.CanvasOf(p.list)
	if p.was == nil || c == nil {
		return
	}
	if len(p.lines) > 0 {
		l := p.lines[min(p.was.line, len(p.lines)-1)]
		if len(l.buttons) > 0 {
			kit.FocusBelow(c, l.buttons[min(p.was.button, len(l.buttons)-1)])
			p.was = nil
			return
		}
	}
	kit.FocusBelow(c, nil) // nothing to press for now
}

// card shows an edit. What is to be done about it stands out only when it is alone: of several, none comes before the others.
func (p *Page) card(e entry, alone bool) fyne.CanvasObject {
	w, c := p.env.Words, e.c
	if !c.Plan.Zero() {
		return p.planCard(e)
	}
	main := kit.SecondaryButton
	if alone {
		main = kit.PrimaryButton
	}
	bar := kit.ColorBar(c.Account.Account)
	if e.color >= 0 {
		bar.SetColor(kit.PaletteColor(e.color))
	}
	key, tone := state(c)
	col := kit.Column(4, kit.RowAligned(12, kit.Top, kit.Grow(kit.Strong(say.Doing(w, c)).MaxRows(2)), kit.NewBadge(w.T(key), tone)))
	for _, s := range say.Wanted(w, c, e.host) {
		col.Add(kit.Body(s).MaxRows(3))
	}
	col.Add(kit.Row(8, bar, kit.Grow(kit.Small(w.T("outbox.since", "Account", e.account, "Ago", p.ago(c))).MaxRows(2))))
	if why := reason(w, p.env.Now(), e); why != "" {
		col.Add(kit.Gap(2))
		col.Add(kit.MutedText(why))
	}
	l := line{id: c.ID}
	actions := kit.FlowWrap(8)
	add := func(b *kit.Button) {
		l.buttons = append(l.buttons, b.Small().About(say.Doing(w, c)))
		actions.Add(b)
	}
	unknown := c.Trouble != nil && c.Trouble.Kind == trouble.OutcomeUnknown
	switch c.State {
	case change.Draft:
		if c.SendsItself() {
			add(kit.SecondaryButton(w.T("outbox.send"), func() { p.send(e) }))
		} else {
			add(main(w.T("outbox.send"), func() { p.send(e) }))
		}
	case change.Refused:
		add(kit.SecondaryButton(w.T("outbox.send_again"), func() { p.send(e) }))
	case change.NeedsProof:
		add(main(w.T("outbox.enter_code"), func() { p.prove(c) }))
	case change.Conflicting:
		text := "outbox.see_both"
		if c.Conflict != nil && c.Conflict.Gone {
			text = "outbox.see_gone"
		}
		add(main(w.T(text), func() { p.goTo.Conflict(c) }))
	}
	switch c.State {
	case change.Sending:
	case change.Unread:
		add(kit.SecondaryButton(w.T("outbox.forget"), func() { p.forget(c) }))
	default:
		add(kit.SecondaryButton(w.T("outbox.discard"), func() { p.discard(c, unknown) }))
	}
	p.lines = append(p.lines, l)
	return kit.Card(kit.Column(12, col, actions))
}

// planCard stands for all of a plan that waits: of four hundred accounts nobody wants a card each, and what can be done about
// them is on the screen of the plan.
func (p *Page) planCard(e entry) fyne.CanvasObject {
	w, of := p.env.Words, e.c.Plan
	title := w.T("outbox.plan_title", "Name", of.Name)
	see := kit.SecondaryButton(w.T("outbox.plan_see"), func() { p.goTo.Plan(of.ID) }).Small().About(title)
	p.lines = append(p.lines, line{id: of.ID, buttons: []*kit.Button{see}})
	return kit.Card(kit.Column(12, kit.Column(4, kit.Strong(title).MaxRows(2), kit.MutedText(w.N("outbox.plan_text", e.of))), kit.FlowWrap(8, see)))
}

// ago says since when an edit waits; a clock that was put back since does not make it one of tomorrow.
func (p *Page) ago(c change.Change) string {
	at, now := c.At, p.env.Now()
	if at.After(now) {
		at = now
	}
	return p.env.Words.Ago(now, at)
}

// state is the badge of an edit: the key of its word, and its tone.
func state(c change.Change) (string, kit.Tone) {
	switch c.State {
	case change.Unread:
		return "outbox.state_unread", kit.ToneDanger
	case change.Sending:
		return "outbox.state_sending", kit.ToneInfo
	case change.Conflicting:
		return "outbox.state_conflicting", kit.ToneBrass
	case change.NeedsProof:
		return "outbox.state_needs_proof", kit.ToneBrass
	case change.Refused:
		if c.Trouble != nil && c.Trouble.Kind == trouble.OutcomeUnknown {
			return "outbox.state_unknown", kit.ToneBrass
		}
		return "outbox.state_refused", kit.ToneDanger
	}
	if c.Trouble != nil && c.Trouble.Kind == trouble.JournalTaken {
		return "outbox.state_taken", kit.ToneBrass
	}
	return "outbox.state_draft", kit.ToneBrass
}

// reason says why an edit is here, and what becomes of it.
func reason(w *locales.Words, now time.Time, e entry) string {
	c := e.c
	var parts []string
	switch {
	case c.State == change.Unread:
		return w.T("outbox.unread")
	case c.State == change.Conflicting:
		parts = append(parts, say.Change(w, c))
	case c.State == change.Draft && c.Trouble != nil && c.Trouble.Kind.Offline() && e.answers: // that was then
	case c.Trouble != nil && (c.State == change.Draft && c.Trouble.Kind != trouble.ProofNeeded && c.Trouble.Kind != trouble.JournalTaken || c.Trouble.Kind == trouble.OutcomeUnknown):
		parts = append(parts, say.Words{Title: say.Trouble(w, c.Trouble.Of(e.host.Name)).Title}.Text())
	case c.Trouble != nil && c.State == change.Refused:
		parts = append(parts, say.Trouble(w, c.Trouble.Of(e.host.Name)).Text())
	}
	if c.State != change.Sending {
		parts = append(parts, say.Next(w, now, c, e.host.Name))
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// send lets an edit leave, with the person there to answer what the host asks for.
func (p *Page) send(e entry) {
	c := e.c
	again := p.desk.SendNow
	if c.State == change.Refused {
		again = p.desk.Retry
	}
	_ = p.desk.Release(c.ID) // it stays on this screen, however it ends
	if again(c.ID) != nil {
		return // it moved on by itself: the screen is about to show how
	}
	p.env.Run(func() {
		end, err := p.desk.Await(context.Background(), c.ID)
		if err != nil {
			return // dropped, told by the shell
		}
		fyne.Do(func() {
			switch {
			case end.State == change.NeedsProof:
				p.prove(end)
			case end.State == change.Draft && end.Trouble != nil: // nothing on the screen has changed: it is said that it was tried
				kit.ShowToast(p.env.Window, kit.ToastConfig{Text: say.Trouble(p.env.Words, end.Trouble.Of(e.host.Name)).Text(), Tone: kit.ToneBrass, CloseName: p.env.Words.T("words.close")}, p.env.After)
			}
		})
	})
}

// prove asks for the proof; who goes back has the edit here again.
func (p *Page) prove(c change.Change) {
	if c.Challenge == nil {
		return
	}
	proof.Show(p.env, keeping{p.desk}, c, nil)
}

// keeping is a desk on which an edit whose proof is not given stays.
type keeping struct{ Desk }

// Drop keeps it.
func (k keeping) Drop(id string) error { return k.Release(id) }

func (p *Page) discard(c change.Change, unknown bool) {
	w := p.env.Words
	text := "outbox.discard_text"
	if unknown {
		text = "outbox.discard_unknown"
	}
	p.drop(c, kit.ConfirmConfig{Title: w.T("outbox.discard_title"), Text: w.T(text, "What", say.Doing(w, c)), Confirm: w.T("outbox.discard")})
}

// forget gives up an edit that cannot be read.
func (p *Page) forget(c change.Change) {
	w := p.env.Words
	p.drop(c, kit.ConfirmConfig{Title: w.T("outbox.forget_title"), Text: w.T("outbox.forget_text"), Confirm: w.T("outbox.forget")})
}

// drop asks, and gives an edit up.
func (p *Page) drop(c change.Change, ask kit.ConfirmConfig) {
	ask.Danger, ask.Cancel = true, p.env.Words.T("outbox.keep")
	ask.OnConfirm = func() {
		_ = p.desk.Drop(c.ID) // on its way again, or gone: the screen shows which
		p.updater.Trigger()
	}
	kit.Confirm(p.env.Window, ask)
}
