package conflict

import (
	"concierge/app/access"
	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Config of a View.
type Config struct {
	Env    page.Env
	Host   access.Host
	Change change.Change // in the state Conflicting
	// Decided gets what is to be saved, for Desk.Resolve.
	Decided func(after change.Values)
	// Leave is called when the host's present state stays; the caller drops the Change.
	Leave func()
	// Again makes something new of what was typed when its target is gone (a new invitation, a new contact); nil: cannot.
	Again func()
	// Grown is called when the view became higher or lower; may be nil.
	Grown func()
}

// View is the content of a dialog. All methods belong to the UI goroutine.
type View struct {
	cfg    Config
	w      words
	object *fyne.Container
	first  *kit.Button
	items  []item
	sides  []sides
	chosen map[int]bool // by item: true is mine
	save   *kit.Button
}

// sides are the two buttons of an item.
type sides struct{ mine, theirs *kit.Button }

// New makes the view.
func New(cfg Config) *View {
	v := &View{cfg: cfg, chosen: map[int]bool{}, object: kit.Column(14)}
	v.w = words{cfg.Env.Words, cfg.Host}
	switch {
	case cfg.Change.Conflict.Gone:
		v.gone()
	case cfg.Change.Kind.Destructive():
		v.changedMeanwhile()
	default:
		v.compare()
	}
	return v
}

// Object is what the dialog shows.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Focus puts the keyboard on the first button.
func (v *View) Focus() {
	if c := kit.CanvasOf(v.first); c != nil {
		c.Focus(v.first)
	}
}

// Leave keeps what the host has.
func (v *View) Leave() { v.cfg.Leave() }

// compare offers both sides of each thing.
func (v *View) compare() {
	w := v.w
	v.items = w.items(v.cfg.Change)
	v.object.Add(kit.Body(w.T("conflict.text")))
	allMine := kit.SecondaryButton(w.T("conflict.all_mine"), func() { v.chooseAll(true) }).Small()
	allTheirs := kit.SecondaryButton(w.T("conflict.all_theirs"), func() { v.chooseAll(false) }).Small()
	v.first = allMine
	if len(v.items) > 1 {
		v.object.Add(kit.FlowWrap(8, allMine, allTheirs))
	}
	for i, it := range v.items {
		s := sides{
			kit.SecondaryButton(w.T("conflict.mine", "Value", it.mine), func() { v.choose(i, true) }),
			kit.SecondaryButton(w.T("conflict.theirs", "Value", it.theirs), func() { v.choose(i, false) }),
		}
		v.sides = append(v.sides, s)
		v.object.Add(kit.Column(6, kit.Strong(it.label), kit.Grid(200, 8, 2, s.mine, s.theirs)))
	}
	if len(v.items) == 1 {
		v.first = v.sides[0].mine
	}
	v.save = kit.PrimaryButton(w.T("conflict.save"), v.decided)
	v.object.Add(kit.Row(12, kit.Spacer(), kit.SecondaryButton(w.T("conflict.leave"), v.cfg.Leave), v.save))
	v.ready()
}

func (v *View) chooseAll(mine bool) {
	for i := range v.items {
		v.choose(i, mine)
	}
}

func (v *View) choose(i int, mine bool) {
	v.chosen[i] = mine
	v.sides[i].mine.SetOn(mine)
	v.sides[i].theirs.SetOn(!mine)
	v.ready()
}

func (v *View) ready() {
	if n := len(v.items) - len(v.chosen); n > 0 {
		v.save.DisableBecause(v.w.N("conflict.left", n))
		return
	}
	v.save.Enable()
}

func (v *View) decided() {
	mine := map[string]bool{}
	for i, it := range v.items {
		for _, n := range it.names {
			mine[n] = v.chosen[i]
		}
	}
	v.cfg.Decided(decide(v.cfg.Change, mine))
}

// changedMeanwhile asks again before something is taken away that is no longer what the person saw.
func (v *View) changedMeanwhile() {
	w, k := v.w, string(v.cfg.Change.Kind)
	name := v.cfg.Change.TargetName
	v.object.Add(kit.Body(w.T("conflict.changed", "Name", name)))
	list := kit.Column(4)
	for _, line := range w.meanwhile(v.cfg.Change) {
		list.Add(kit.Body("• " + line))
	}
	v.object.Add(list)
	keep := kit.SecondaryButton(w.T("conflict.keep_"+key(k)), v.cfg.Leave)
	v.first = keep
	anyway := kit.DangerButton(w.T("conflict.anyway_"+key(k)), func() { v.cfg.Decided(v.cfg.Change.After) })
	v.object.Add(kit.Row(12, kit.Spacer(), keep, anyway))
}

// gone says that the target is no longer there, and saves what was typed from being lost.
func (v *View) gone() {
	w, c := v.w, v.cfg.Change
	typed := w.typed(c.After)
	v.object.Add(kit.Body(w.T("conflict.gone_"+key(string(c.Kind)), "Name", c.TargetName)))
	leave := kit.SecondaryButton(w.T("words.close"), v.cfg.Leave)
	v.first = leave
	buttons := []fyne.CanvasObject{kit.Spacer(), leave}
	if typed != "" {
		v.object.Add(kit.Body(w.T("conflict.typed")))
		v.object.Add(kit.Plain(kit.ToneNeutral, kit.Body(typed)))
		copied := kit.Small("")
		copied.Hide()
		buttons = append(buttons, kit.SecondaryButton(w.T("conflict.copy"), func() {
			fyne.CurrentApp().Clipboard().SetContent(typed)
			copied.SetText(w.T("words.copied"))
			copied.Show()
			v.object.Refresh()
			if v.cfg.Grown != nil {
				v.cfg.Grown()
			}
		}))
		v.object.Add(copied)
	}
	if again := "conflict.again_" + key(string(c.Kind)); v.cfg.Again != nil && w.Has(again) {
		b := kit.PrimaryButton(w.T(again), v.cfg.Again)
		v.first = b
		buttons = append(buttons, b)
	}
	v.object.Add(kit.Row(12, buttons...))
}

// key makes the second half of a text key from a kind such as "set-permissions".
func key(kind string) string {
	b := []byte(kind)
	for i := range b {
		if b[i] == '-' {
			b[i] = '_'
		}
	}
	return string(b)
}
