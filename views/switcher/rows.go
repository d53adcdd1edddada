package switcher

import (
	"cmp"
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type kind int

const (
	heading kind = iota
	account
	person
	place
	action
	more  // shows all that were found of a kind
	leave // takes a person out of all their accounts
)

// line is one row of the palette.
type line struct {
	id     string
	kind   kind
	title  string // of a heading
	hit    access.AccountHit
	person access.PersonHit
	place  access.Place
	action access.ActionHit

	parts []kit.Part // main text and what stands beside it
	right string
	color int
	words func(line) line // fills in what is above when the row is shown: of a thousand accounts a dozen are
}

// is tells whether two lines lead to the same: what is found anew has other ids.
func (l line) is(other line) bool {
	return l.kind == other.kind && l.kind != heading && l.hit.Ref == other.hit.Ref && l.person.Key == other.person.Key &&
		l.place.Ref == other.place.Ref && l.action.Action.ID == other.action.Action.ID && (l.id[0] == other.id[0])
}

// said is the line in the words of a screen reader.
func (l line) said() string {
	if l.words != nil {
		l = l.words(l)
	}
	var b strings.Builder
	b.WriteString(l.title)
	for _, p := range l.parts {
		b.WriteString(p.Text)
	}
	return strings.TrimSpace(b.String() + " " + l.right)
}

// Ids of the lines that show all that were found.
const (
	moreAccounts = "+accounts"
	morePeople   = "-people" // lines are told apart by the first letter
)

// facts are what rows need besides what was found.
type facts struct {
	current   access.Ref
	colour    func(access.Ref) int
	name      func(access.Ref) string
	host      func(identity string) string // "" while there is but one
	catalogue func(identity string) []access.CatalogueEntry
	leaves    func(key string) bool // somebody can be taken out of all their accounts from here
	elsewhere func(access.Ref) bool // something changed elsewhere that the person has not seen; may be nil
}

// lines puts what was found under headings. Without a query, recents and favourites are copied to the top and every
// account follows by name. Actions come last, unless they are what is meant.
func lines(w *locales.Words, found access.Results, everything, actionsMeant bool, f facts) []line {
	var out []line
	// Of many only the best are listed. That there are others is said above them, and below leads to them: else somebody would be
	// taken for being nowhere else.
	head := func(key string, shown, total int) {
		title := w.T(key)
		if !everything && total > shown {
			title = w.T("switcher.part", "What", title, "Shown", w.Number(shown), "Total", w.Number(total))
		}
		out = append(out, line{id: key, kind: heading, title: title})
	}
	others := func(id, key string, shown, total int) {
		if !everything && total > shown {
			out = append(out, line{id: id, kind: more, parts: []kit.Part{kit.P(w.N(key, total-shown))}})
		}
	}
	actions := func() {
		if len(found.Actions) > 0 {
			head("switcher.actions", 0, 0)
		}
		for i, h := range found.Actions {
			out = append(out, line{id: id("x", i), kind: action, action: h, parts: matched(h.Title, true), right: h.Action.Shortcut})
		}
	}
	if actionsMeant {
		actions()
	}
	write := func(l line) line { return accountLine(w, l.id, l.hit, f) }
	accounts := func(key, prefix string, hits []access.AccountHit) {
		if len(hits) == 0 {
			return
		}
		head(key, len(hits), found.TotalAccounts)
		for i, h := range hits {
			out = append(out, line{id: id(prefix, i), kind: account, hit: h, words: write})
		}
	}
	if everything {
		var recent, favourite []access.AccountHit
		for _, h := range found.Accounts {
			if h.Recent && !h.Current && len(recent) < 5 {
				recent = append(recent, h)
			}
			if h.Favourite {
				favourite = append(favourite, h)
			}
		}
		all := byTitle(found.Accounts)
		if len(all) > 6 {
			accounts("switcher.recent", "r", recent)
		}
		accounts("switcher.favourites", "f", favourite)
		accounts("switcher.accounts", "a", all)
	} else {
		accounts("switcher.accounts", "a", found.Accounts)
		others(moreAccounts, "switcher.more_accounts", len(found.Accounts), found.TotalAccounts)
	}
	if len(found.People) > 0 {
		head("switcher.people", len(found.People), found.TotalPeople)
		for i, h := range found.People {
			out = append(out, personLine(w, id("p", i), h, f))
			if l, is := leaveLine(w, h, f); is && i == 0 && !everything { // of who is meant
				out = append(out, l)
			}
		}
		others(morePeople, "switcher.more_people", len(found.People), found.TotalPeople)
	}
	if !actionsMeant {
		actions()
	}
	return out
}

// byTitle sorts hits by what they are called, folding each title once.
func byTitle(hits []access.AccountHit) []access.AccountHit {
	type titled struct {
		key string
		hit access.AccountHit
	}
	keyed := make([]titled, len(hits))
	for i, h := range hits {
		keyed[i] = titled{access.Fold(h.Title.Text), h}
	}
	slices.SortStableFunc(keyed, func(a, b titled) int { return cmp.Compare(a.key, b.key) })
	out := make([]access.AccountHit, len(keyed))
	for i, k := range keyed {
		out[i] = k.hit
	}
	return out
}

// elsewhereDot stands behind the name of an account where something changed elsewhere.
const elsewhereDot = "●"

func accountLine(w *locales.Words, id string, h access.AccountHit, f facts) line {
	l := line{id: id, kind: account, hit: h, color: f.colour(h.Ref), parts: matched(h.Title, true)}
	if f.elsewhere != nil && f.elsewhere(h.Ref) {
		l.parts = append(l.parts, kit.Part{Text: "  " + elsewhereDot, Size: kit.SizeSmall, Role: kit.Primary})
	}
	if h.Also.Text != "" {
		l.parts = append(append(l.parts, kit.M("  ")), small(matched(h.Also, false))...)
	}
	role := w.T("switcher.owner")
	if h.Summary.Role != access.Owner {
		role = w.T("switcher.user", "Rights", say.Rights(w, h.Summary.Permissions, f.catalogue(h.Ref.Identity)))
	}
	if host := f.host(h.Ref.Identity); host != "" {
		role += " · " + host
	}
	l.parts = append(l.parts, kit.M("  "+role))
	switch {
	case h.Current:
		l.right = w.T("switcher.current")
	case h.Favourite:
		l.right = w.T("switcher.favourite")
	}
	return l
}

func personLine(w *locales.Words, id string, h access.PersonHit, f facts) line {
	l := line{id: id, kind: person, person: h, parts: matched(h.Name, true)}
	if h.Email.Text != "" {
		l.parts = append(append(l.parts, kit.M("  ")), small(matched(h.Email, false))...)
	}
	if h.Also.Text != "" {
		l.parts = append(append(l.parts, kit.M("  ")), small(matched(h.Also, false))...)
	}
	if len(h.Places) == 1 {
		l.parts = append(l.parts, kit.M("  "+roles(w, h.Places[0])+" · "+f.name(h.Places[0].Ref)))
		l.color = f.colour(h.Places[0].Ref)
	} else {
		l.parts = append(l.parts, kit.M("  "+w.N("switcher.in_accounts", len(h.Places))))
	}
	return l
}

// leaveLine leads to taking somebody out of all the accounts they are in.
func leaveLine(w *locales.Words, h access.PersonHit, f facts) (line, bool) {
	if len(h.Places) < 2 || h.Key == "" || f.leaves == nil || !f.leaves(h.Key) {
		return line{}, false
	}
	return line{id: "leave", kind: leave, person: h, parts: []kit.Part{kit.P(w.N("switcher.leave", len(h.Places), "Name", h.Name.Text))}}, true
}

// placeLines lists the accounts of one person, the present one first.
func placeLines(w *locales.Words, h access.PersonHit, f facts) []line {
	out := []line{{id: "who", kind: heading, title: w.N("switcher.whose", len(h.Places), "Name", h.Name.Text)}}
	places := slices.Clone(h.Places)
	slices.SortStableFunc(places, func(a, b access.Place) int {
		rank := func(p access.Place) int {
			if p.Ref == f.current {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	for i, p := range places {
		out = append(out, line{id: id("q", i), kind: place, place: p, color: f.colour(p.Ref), parts: []kit.Part{kit.B(f.name(p.Ref)), kit.M("  " + roles(w, p))}})
	}
	if l, is := leaveLine(w, h, f); is {
		out = append(out, l)
	}
	return out
}

func roles(w *locales.Words, p access.Place) string {
	var out []string
	add := func(is bool, key string) {
		if is {
			out = append(out, w.T(key))
		}
	}
	add(p.Owner, "switcher.role_owner")
	add(p.User && !p.Owner, "switcher.role_user")
	add(p.Invited, "switcher.role_invited")
	add(p.Contact, "switcher.role_contact")
	add(p.Main, "switcher.role_main")
	return w.List(out)
}

// matched underlines what the query matches.
func matched(m access.Matched, bold bool) []kit.Part {
	runes := []rune(m.Text)
	var out []kit.Part
	at := 0
	for _, r := range m.Ranges {
		if r.Start > at {
			out = append(out, kit.Part{Text: string(runes[at:r.Start]), Bold: bold})
		}
		out = append(out, kit.Part{Text: string(runes[r.Start:r.End]), Bold: bold, Underline: true})
		at = r.End
	}
	if at < len(runes) {
		out = append(out, kit.Part{Text: string(runes[at:]), Bold: bold})
	}
	return out
}

func small(parts []kit.Part) []kit.Part {
	for i := range parts {
		parts[i].Size, parts[i].Role = kit.SizeSmall, kit.Muted
	}
	return parts
}

// row is the reused picture of a line.
type row struct {
	bar    *kit.Bar
	avatar *kit.Avatar
	icon   *kit.Icon
	text   *kit.TextBox
	right  *kit.TextBox
}

func newRow() fyne.CanvasObject {
	r := &row{bar: kit.ColorBar(""), avatar: kit.NewAvatar("", "", 28), icon: kit.NewIcon(icons.ChevronRight, kit.Muted, 18),
		text: kit.Body("").Ellipsis(), right: kit.Small("").OneLine()}
	return container.New(&rowLayout{r}, r.bar, r.avatar, r.icon, r.text, r.right)
}

// rowLayout keeps the row it is the layout of, so that Bind finds its parts.
type rowLayout struct{ r *row }

func (rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(100, kit.Scaled(44)) }

func (l *rowLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	mid := func(o fyne.CanvasObject, x, w, h float32) {
		o.Resize(fyne.NewSize(w, h))
		o.Move(fyne.NewPos(x, (s.Height-h)/2))
	}
	x := float32(0)
	switch {
	case l.r.bar.Visible():
		mid(l.r.bar, 0, 6, kit.Scaled(26))
		x = 18
	case l.r.avatar.Visible():
		mid(l.r.avatar, 0, kit.Scaled(28), kit.Scaled(28))
		x = kit.Scaled(28) + 10
	case l.r.icon.Visible():
		mid(l.r.icon, 4, kit.Scaled(18), kit.Scaled(18))
		x = kit.Scaled(28) + 10
	}
	right := float32(0)
	if l.r.right.Text() != "" {
		right = l.r.right.NaturalWidth() + 4
		mid(l.r.right, s.Width-right, right, l.r.right.MinSize().Height)
	}
	mid(l.r.text, x, max(0, s.Width-x-right-8), l.r.text.MinSize().Height)
}

func bindRow(o fyne.CanvasObject, l line, selected bool) {
	if l.words != nil {
		l = l.words(l)
	}
	r := o.(*fyne.Container).Layout.(*rowLayout).r
	show := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	show(r.bar, l.kind == account || l.kind == place)
	show(r.avatar, l.kind == person)
	show(r.icon, l.kind == action || l.kind == more || l.kind == leave)
	switch l.kind {
	case heading:
		r.text.SetParts(kit.Part{Text: strings.ToUpper(l.title), Bold: true, Size: kit.SizeSmall, Role: kit.Muted})
	default:
		r.text.SetParts(l.parts...)
	}
	r.bar.SetColor(kit.PaletteColor(l.color))
	r.avatar.Set(l.person.Name.Text, l.person.Key)
	right := l.right
	if selected && right == "" && l.kind != heading {
		right = "↵"
	}
	r.right.SetText(right)
	c := o.(*fyne.Container)
	c.Layout.Layout(c.Objects, c.Size())
}
