package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// scope is what belongs to one overlay (a dialog, a menu): its keys and its layer for tooltips.
type scope struct {
	over *overlay
	key  func(*fyne.KeyEvent) bool
	tips *fyne.Container
}

// scopes is touched by the UI goroutine only, as all of kit.
var scopes = map[fyne.CanvasObject]*scope{}

// bubble hands a key that a widget has no use for to the dialog or menu it is in, or else to the window
// (Canvas.SetOnTypedKey).
func bubble(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if !acts(e) {
		return
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return
	}
	if top := c.Overlays().Top(); top != nil {
		if s, ok := scopes[top]; ok {
			s.key(e)
		}
		return
	}
	if f := c.OnTypedKey(); f != nil {
		f(e)
	}
}

// Bubble is for widgets of other packages: hand it the keys your TypedKey does not use.
func Bubble(o fyne.CanvasObject, e *fyne.KeyEvent) { bubble(o, e) }

// overlay lies over a window's content: a ground that catches the pointer, a panel on it, and a layer for tooltips.
type overlay struct {
	win    fyne.Window
	root   *fyne.Container
	before func(*fyne.KeyEvent)
	focus  fyne.Focusable
	shown  bool
	// unsaved tells what ModalConfig.Unsaved does; nil: nothing ever is.
	unsaved func() bool
}

// Unsaved tells whether a dialog over the window holds something that would be lost with it.
func Unsaved(win fyne.Window) bool {
	for _, o := range overlaysOf(win.Canvas()) {
		if s, ours := scopes[o]; ours && s.over.unsaved != nil && s.over.unsaved() {
			return true
		}
	}
	return false
}

func newOverlay(win fyne.Window, ground fyne.CanvasObject, panel fyne.CanvasObject, l fyne.Layout) *overlay {
	o := &overlay{win: win}
	tips := container.New(freeLayout{})
	o.root = container.New(&overlayLayout{panel: l}, append([]fyne.CanvasObject{ground, panel, tips}, ears(panel, false)...)...)
	return o
}

// overlayLayout fills with the ground and lets l place the panel.
type overlayLayout struct{ panel fyne.Layout }

func (l *overlayLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	l.panel.Layout(o[1:2], s)
	o[2].Resize(s)
}

func (l *overlayLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (o *overlay) show(key func(*fyne.KeyEvent) bool) {
	if o.shown {
		return
	}
	o.shown = true
	c := o.win.Canvas()
	if topOf(c) == nil {
		o.focus = focusedOf(c)
	}
	scopes[o.root] = &scope{over: o, key: key, tips: o.root.Objects[2].(*fyne.Container)}
	o.before = keysOf(c)
	setKeys(c, func(e *fyne.KeyEvent) {
		if acts(e) {
			key(e)
		}
	})
	addOverlay(c, o.root)
}

func (o *overlay) hide() {
	if !o.shown {
		return
	}
	c := o.win.Canvas()
	// What lies above goes too: Fyne removes it with this one.
	above := false
	for _, obj := range overlaysOf(c) {
		above = above || obj == fyne.CanvasObject(o.root)
		if s, ok := scopes[obj]; ok && above {
			s.over.shown = false
			delete(scopes, obj)
		}
	}
	o.shown = false
	letGo(c, o.root)
	removeOverlay(c, o.root)
	setKeys(c, o.before)
	if o.focus != nil && topOf(c) == nil && focusedOf(c) != o.focus {
		focusOn(c, o.focus)
	}
}

// letGo takes the keyboard from all that goes with an overlay. Fyne forgets it with the overlay, and the cursor of a field would
// blink on unseen, with the whole window drawn anew for it, once more after each dialog.
func letGo(c fyne.Canvas, root fyne.CanvasObject) {
	if covers[c] != nil || !slices.Contains(c.Overlays().List(), root) {
		return
	}
	for top := c.Overlays().Top(); top != nil; top = c.Overlays().Top() {
		c.Unfocus()
		if top == root {
			return
		}
		c.Overlays().Remove(top)
	}
}

// FocusedBelow is what has the keyboard on a screen, or gets it back when the dialogs and menus that lie over it are gone.
func FocusedBelow(c fyne.Canvas) fyne.Focusable {
	if s := lowest(c); s != nil {
		return s.over.focus
	}
	return focusedOf(c)
}

// FocusBelow gives something on a screen the keyboard: now, or when what lies over it is gone. A screen that draws anew what
// had the keyboard must do so, or the keyboard is nowhere then.
func FocusBelow(c fyne.Canvas, f fyne.Focusable) {
	if s := lowest(c); s != nil {
		s.over.focus = f
		return
	}
	focusOn(c, f)
}

// lowest is what lies directly over the screen; nil when nothing of ours does.
func lowest(c fyne.Canvas) *scope {
	if all := overlaysOf(c); len(all) > 0 {
		return scopes[all[0]]
	}
	return nil
}

// ground is what lies under a panel: it swallows the pointer, and tells of clicks.
type ground struct {
	widget.BaseWidget
	role   Role
	tapped func()
}

func newGround(r Role, tapped func()) *ground {
	g := &ground{role: r, tapped: tapped}
	g.ExtendBaseWidget(g)
	return g
}

func (g *ground) Tapped(*fyne.PointEvent) {
	if g.tapped != nil {
		g.tapped()
	}
}

// AlsoByKey says that the pointer has no advantage here: where a click beside a dialog does something, Escape does it too.
func (g *ground) AlsoByKey() {}

func (g *ground) TappedSecondary(*fyne.PointEvent) { g.Tapped(nil) }
func (g *ground) Scrolled(*fyne.ScrollEvent)       { used() }
func (g *ground) MouseIn(*desktop.MouseEvent)      { used() }
func (g *ground) MouseMoved(*desktop.MouseEvent)   { used() }
func (g *ground) MouseOut()                        {}

func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	f := NewFill(g.role, None, 0)
	return &parts{objs: []fyne.CanvasObject{f}, layout: f.Resize, min: func() fyne.Size { return fyne.Size{} }, refresh: f.Refresh}
}

// firstFocusable finds the first thing in a tree that can take the focus; nil when there is none.
func firstFocusable(o fyne.CanvasObject) fyne.Focusable {
	if o == nil || !o.Visible() {
		return nil
	}
	if d, ok := o.(fyne.Disableable); !ok || !d.Disabled() {
		if f, ok := o.(fyne.Focusable); ok {
			return f
		}
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, ch := range c.Objects {
			if f := firstFocusable(ch); f != nil {
				return f
			}
		}
	}
	if s, ok := o.(interface{ focusTarget() fyne.Focusable }); ok {
		return s.focusTarget()
	}
	if w, ok := o.(fyne.Widget); ok {
		for _, ch := range childrenOf(w) {
			if f := firstFocusable(ch); f != nil {
				return f
			}
		}
	}
	return nil
}

// childrenOf gives the objects inside the few Fyne widgets that hold others.
func childrenOf(w fyne.Widget) []fyne.CanvasObject {
	switch w := w.(type) {
	case *container.Scroll:
		return []fyne.CanvasObject{w.Content}
	}
	return nil
}
