package switcher

import (
	"slices"
	"strconv"
	"strings"

	"concierge/app/access"
	"concierge/views/called"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Action is something that can be done from the palette.
type Action struct {
	ID       string
	Title    string
	Keywords []string // other words people type for it
	Shortcut string   // "Ctrl I"
	Do       func()
}

// Config of a palette.
type Config struct {
	Finder  *Finder
	Marks   Marks
	Store   Store
	Current access.Ref
	Actions []Action
	// OpenAccount goes to an account's first screen.
	OpenAccount func(access.Ref)
	// OpenPerson goes to a person in an account; key is their normalised e-mail.
	OpenPerson func(ref access.Ref, key string)
	// Elsewhere tells whether something changed elsewhere in an account that the person has not seen; may be nil.
	Elsewhere func(access.Ref) bool
}

// limits of a search: what fits on a screen or two; without a query every account is there to scroll. Who asks for more gets
// as much more as can be made between two keystrokes.
const (
	mostAccounts = 12
	mostPeople   = 8
	mostActions  = 6
	step         = 500
)

// Palette is the open switcher.
type Palette struct {
	env     page.Env
	cfg     Config
	actions *access.Index
	run     map[string]func()

	modal *kit.Modal
	body  *fyne.Container
	input *kit.Input
	list  *kit.Table[line]
	none  *kit.TextBox
	part  *kit.TextBox      // says that not everybody can be found; hidden where nobody is looked for
	in    *access.PersonHit // whose accounts are listed, after one with several was chosen
	index *access.Index     // that was searched last
	told  bool              // the debug log knows that there is something to choose from

	accounts, people int // how many are listed at most
}

// Show opens the palette over the window.
func Show(env page.Env, cfg Config) *Palette {
	p := &Palette{env: env, cfg: cfg, run: map[string]func(){}}
	var found []access.PaletteAction
	for _, a := range cfg.Actions {
		found = append(found, access.PaletteAction{ID: a.ID, Title: a.Title, Keywords: a.Keywords, Shortcut: a.Shortcut})
		p.run[a.ID] = a.Do
	}
	p.actions = access.NewIndex(nil, found)
	p.build()
	p.search("")
	p.modal.Show()
	p.trace()
	return p
}

func (p *Palette) build() {
	w := p.env.Words
	p.input = kit.NewInput().Named(w.T("switcher.search"))
	p.input.PlaceHolder = w.T("switcher.search")
	p.input.OnChanged = p.search
	p.input.OnDown = func() { p.move(1) }
	p.input.OnUp = func() { p.move(-1) }
	p.input.OnEnter = func() bool { p.choose(); return true }
	p.input.OnEscape = p.escape
	p.list = kit.NewTable([]kit.Col[line]{{Weight: 1, New: newRow, Bind: func(o fyne.CanvasObject, l line) { bindRow(o, l, p.selected(l)) }}},
		func(l line) string { return l.id }).WithoutHeader().WithRowHeight(44).WithoutFrame()
	p.list.Label = line.said
	p.list.OnTapped = func(l line) { p.open(l) }
	p.list.OnSelected = func(l line) { p.settle(l, 1) }
	p.list.OnActivated = func(l line) { p.open(l) }
	p.list.OnTyped = func(r rune) {
		p.env.Window.Canvas().Focus(p.input)
		p.input.TypedRune(r)
	}
	p.none = kit.MutedText("").Centered()
	p.none.Hide()
	p.part = kit.Small("")
	p.part.Hide()
	hint := kit.Small(w.T("switcher.hint")).OneLine()
	p.body = container.New(paletteLayout{}, p.input, kit.Divider(), p.list, p.none, kit.Divider(), hint, p.part)
	p.modal = kit.NewModal(p.env.Window, kit.ModalConfig{Content: p.body, Bare: true, AtTop: true, Width: 660, CloseOnOutside: true, First: p.input, OnEscape: func() {
		if !p.escape() {
			p.modal.Hide()
		}
	}})
}

// Hide closes the palette.
func (p *Palette) Hide() { p.modal.Hide() }

// Shown tells whether it is open.
func (p *Palette) Shown() bool { return p.modal.Shown() }

// search shows what a query finds.
func (p *Palette) search(query string) {
	p.in = nil
	p.accounts, p.people = mostAccounts, mostPeople
	p.put(p.find(query))
}

// showMore lists more of what was found, and goes to the first that was not there.
func (p *Palette) showMore(l line) {
	next := id("a", p.accounts)
	if l.id == moreAccounts {
		p.accounts += step
	} else {
		next = id("p", p.people)
		p.people += step
	}
	p.list.SetItems(p.find(p.input.Text))
	p.list.Select(next)
	p.list.Refresh()
	p.env.Window.Canvas().Focus(p.input)
}

// again searches in a newer index, once. What is selected stays so if it is still found.
func (p *Palette) again() {
	if !p.modal.Shown() || p.in != nil || p.cfg.Finder.present() == p.index {
		return
	}
	ls := p.find(p.input.Text)
	if sel, ok := p.list.Selected(); ok {
		for _, l := range ls {
			if l.is(sel) {
				p.list.SetItems(ls)
				p.list.Select(l.id)
				p.list.Refresh()
				return
			}
		}
	}
	p.put(ls)
	p.trace()
}

// trace tells the debug log when there is something to choose from.
func (p *Palette) trace() {
	if !p.told && len(p.list.Items()) > 0 {
		p.told = true
		kit.TracePainted("palette")
	}
}

func (p *Palette) find(query string) []line {
	p.index = p.cfg.Finder.Index(func() { fyne.Do(p.again) })
	limit := max(p.accounts, p.people)
	if query == "" {
		limit = 0
	}
	ctx := access.Context{Current: p.cfg.Current, Recents: p.cfg.Marks.Recents(), Favourites: p.cfg.Marks.Favourites()}
	found := p.index.Search(query, limit, ctx)
	if query != "" {
		found.Accounts = found.Accounts[:min(len(found.Accounts), p.accounts)]
		found.People = found.People[:min(len(found.People), p.people)]
	}
	found.Actions = p.actions.Search(query, mostActions, ctx).Actions
	p.sayPart(query, found)
	return lines(p.env.Words, found, query == "", p.actionsMeant(query, found), p.facts())
}

// fewPeople are so few that somebody may be missed among them.
const fewPeople = 3

// sayPart says that people of other accounts cannot be found, where nobody or hardly anybody is: who only uses an account is not
// shown its users. Who was not looking for a person is not bothered with it.
func (p *Palette) sayPart(query string, found access.Results) {
	meant := 0 // called by what was typed; that its letters are somewhere in others' says nothing
	for _, h := range found.People {
		if holds(query, h.Name.Text, h.Email.Text, h.Also.Text) {
			meant++
		}
	}
	account := slices.ContainsFunc(found.Accounts, func(h access.AccountHit) bool { return holds(query, h.Title.Text, h.Also.Text) })
	nothing := len(found.Accounts) == 0 && len(found.People) == 0 && len(found.Actions) == 0
	sought := query != "" && (meant > 0 && !account || strings.Contains(query, "@") || nothing)
	hidden := 0
	for _, a := range p.cfg.Store.Accounts("") {
		if a.Role != access.Owner {
			hidden++
		}
	}
	p.part.Hidden = !sought || meant > fewPeople || hidden == 0
	if !p.part.Hidden {
		p.part.SetText(p.env.Words.N("switcher.part_hidden", hidden))
	}
	p.body.Refresh()
	p.body.Layout.Layout(p.body.Objects, p.body.Size())
}

func (p *Palette) put(ls []line) {
	p.list.SetItems(ls)
	p.list.ScrollToTop()
	first := only(ls)
	for _, l := range ls {
		if first == "" && l.kind != heading && !(l.kind == account && l.hit.Current) {
			first = l.id
		}
	}
	if first == "" {
		for _, l := range ls {
			if l.kind != heading {
				first = l.id
				break
			}
		}
	}
	p.list.Select(first)
	p.list.Refresh()
	if len(ls) == 0 {
		p.none.SetText(p.env.Words.T("switcher.nothing", "Query", p.input.Text))
		p.none.Show()
	} else {
		p.none.Hide()
	}
}

// actionsMeant tells whether what was typed stands in actions and, as it is, in nothing else: accounts and people that have its
// letters somewhere must not come before what was called by its name.
func (p *Palette) actionsMeant(query string, found access.Results) bool {
	return strings.TrimSpace(query) != "" &&
		slices.ContainsFunc(found.Actions, func(h access.ActionHit) bool { return holds(query, append(h.Action.Keywords, h.Title.Text)...) }) &&
		!slices.ContainsFunc(found.Accounts, func(h access.AccountHit) bool { return holds(query, h.Title.Text, h.Also.Text) }) &&
		!slices.ContainsFunc(found.People, func(h access.PersonHit) bool { return holds(query, h.Name.Text, h.Email.Text, h.Also.Text) })
}

// holds tells whether every word of a query stands in texts as it is, not only its letters.
func holds(query string, texts ...string) bool {
	folded := access.Fold(strings.Join(texts, "\n"))
	return !slices.ContainsFunc(strings.Fields(access.Fold(query)), func(word string) bool { return !strings.Contains(folded, word) })
}

// only is the present account where it alone is called by what was typed: who types the whole name wants it, though it is open.
func only(ls []line) string {
	first := ""
	for _, l := range ls {
		switch {
		case l.kind != account:
		case first != "" || !l.hit.Current || len(l.hit.Title.Ranges) == 0 || len(l.hit.Also.Ranges) > 0:
			return ""
		default:
			first = l.id
		}
	}
	return first
}

// move goes to the next thing that can be chosen, over headings.
func (p *Palette) move(by int) {
	items := p.list.Items()
	at := -1
	if sel, ok := p.list.Selected(); ok {
		for i, l := range items {
			if l.id == sel.id {
				at = i
			}
		}
	}
	for i := at + by; i >= 0 && i < len(items); i += by {
		if items[i].kind != heading {
			p.list.Select(items[i].id)
			p.list.Refresh()
			return
		}
	}
}

// settle keeps the selection off headings, for who uses the arrows in the list itself.
func (p *Palette) settle(l line, by int) {
	if l.kind == heading {
		p.list.Select(l.id)
		p.move(by)
	}
}

func (p *Palette) selected(l line) bool {
	sel, ok := p.list.Selected()
	return ok && sel.id == l.id
}

func (p *Palette) choose() {
	if l, ok := p.list.Selected(); ok {
		p.open(l)
	}
}

func (p *Palette) open(l line) {
	switch l.kind {
	case account:
		p.modal.Hide()
		p.cfg.OpenAccount(l.hit.Ref)
	case person:
		p.openPerson(l.person)
	case place:
		p.modal.Hide()
		p.cfg.OpenPerson(l.place.Ref, p.in.Key)
	case more:
		p.showMore(l)
	case action:
		p.modal.Hide()
		if do := p.run[l.action.Action.ID]; do != nil {
			do()
		}
	}
}

// openPerson goes to a person in the only account they are in, or asks which.
func (p *Palette) openPerson(hit access.PersonHit) {
	if len(hit.Places) == 1 {
		p.modal.Hide()
		p.cfg.OpenPerson(hit.Places[0].Ref, hit.Key)
		return
	}
	p.in = &hit
	p.put(placeLines(p.env.Words, hit, p.facts()))
	p.env.Window.Canvas().Focus(p.input)
}

// escape leaves the accounts of a person, then the query; it tells whether there was something to leave.
func (p *Palette) escape() bool {
	if p.in != nil {
		p.search(p.input.Text)
		return true
	}
	return false
}

func (p *Palette) facts() facts {
	hosts := called.Hosts(p.cfg.Store)
	return facts{
		current: p.cfg.Current, elsewhere: p.cfg.Elsewhere,
		colour: func(ref access.Ref) int { return p.cfg.Marks.Colour(ref) },
		name: func(ref access.Ref) string {
			if alias := p.cfg.Marks.Alias(ref); alias != "" {
				return alias
			}
			if a, ok := p.cfg.Store.Account(ref); ok {
				return a.Name
			}
			return ref.Account
		},
		host: func(identity string) string { return hosts[identity] },
		catalogue: func(identity string) []access.CatalogueEntry {
			i, _ := p.cfg.Store.Identity(identity)
			return i.Host.Permissions
		},
	}
}

// paletteLayout places: field, line, list, words for nothing found, line, hint, and above that line what cannot be found.
type paletteLayout struct{}

func (paletteLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(300, kit.Scaled(450))
}

func (paletteLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	pad := float32(12)
	fieldH := o[0].MinSize().Height
	put := func(i int, x, y, w, h float32) {
		o[i].Move(fyne.NewPos(x, y))
		o[i].Resize(fyne.NewSize(w, h))
	}
	inner := s.Width - 2*pad
	put(0, pad, pad, inner, fieldH)
	y := pad + fieldH + 8
	put(1, pad, y, inner, 1)
	hintH := o[5].MinSize().Height
	bottom := s.Height - hintH - 20
	low := bottom
	if o[6].Visible() {
		o[6].Resize(fyne.NewSize(inner-20, o[6].Size().Height)) // for the height it has at that width
		h := o[6].MinSize().Height
		low -= h + 10
		put(6, pad+10, low+2, inner-20, h)
	}
	put(2, pad, y+6, inner, low-y-10)
	put(3, pad, y+60, inner, o[3].MinSize().Height)
	put(4, pad, bottom, inner, 1)
	put(5, pad+10, bottom+10, inner-20, hintH)
}

func id(prefix string, i int) string { return prefix + strconv.Itoa(i) }
