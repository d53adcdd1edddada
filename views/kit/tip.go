package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// tip gives a widget a tooltip. The owner must be set; the text may be empty.
type tip struct {
	owner fyne.CanvasObject
	text  string
	pos   fyne.Position
	timer *time.Timer
	shown *fyne.Container
	layer *fyne.Container
}

const tipDelay = 600 * time.Millisecond

// SetToolTip sets the text shown when the pointer rests on the widget; "" for none.
func (t *tip) SetToolTip(s string) { t.text = s }

// ToolTip is the text shown when the pointer rests on the widget.
func (t *tip) ToolTip() string { return t.text }

// MouseIn implements desktop.Hoverable.
func (t *tip) MouseIn(e *desktop.MouseEvent) { t.show(e.AbsolutePosition, t.text) }

// MouseMoved implements desktop.Hoverable.
func (t *tip) MouseMoved(e *desktop.MouseEvent) {
	used()
	t.pos = e.AbsolutePosition
}

// MouseOut implements desktop.Hoverable.
func (t *tip) MouseOut() { t.hide() }

func (t *tip) show(at fyne.Position, text string) {
	t.hide()
	if text == "" || t.owner == nil {
		return
	}
	t.pos = at
	t.timer = time.AfterFunc(tipDelay, func() {
		fyne.Do(func() { t.place(text) })
	})
}

func (t *tip) hide() {
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if t.layer != nil {
		t.layer.Remove(t.shown)
		t.layer, t.shown = nil, nil
	}
}

func (t *tip) place(text string) {
	if t.timer == nil {
		return // the pointer left while this was on its way
	}
	t.timer = nil
	c := fyne.CurrentApp().Driver().CanvasForObject(t.owner)
	if c == nil {
		return
	}
	layer := tipLayerOf(c)
	if layer == nil {
		return
	}
	box := tipBox(text, min(320, c.Size().Width-16))
	size := box.MinSize()
	x := min(t.pos.X, c.Size().Width-size.Width-8)
	y := t.pos.Y + 20
	if y+size.Height > c.Size().Height-4 {
		y = t.pos.Y - size.Height - 8
	}
	origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(layer)
	box.Resize(size)
	box.Move(fyne.NewPos(max(4, x), max(4, y)).Subtract(origin))
	layer.Add(box)
	t.shown, t.layer = box, layer
	canvas.Refresh(layer)
}

func tipBox(text string, maxWidth float32) *fyne.Container {
	body := newText(SizeSmall, Surface, false, P(text))
	body.Resize(fyne.NewSize(min(body.NaturalWidth(), maxWidth), 1))
	bg := NewFill(Text, None, 6)
	return container.New(&tipLayout{width: min(body.NaturalWidth(), maxWidth)}, bg, body)
}

type tipLayout struct{ width float32 }

func (l *tipLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.width+16, o[1].MinSize().Height+8)
}

func (l *tipLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	o[1].Move(fyne.NewPos(8, 4))
	o[1].Resize(s.SubtractWidthHeight(16, 8))
}

// hoverSpot lies over a text that has a tooltip. Texts themselves do not take the pointer: a button or a row would lose
// its hover over its own words. So the spot is only there when needed, and tells whom it covers.
type hoverSpot struct {
	widget.BaseWidget
	tip
	of    *TextBox
	under desktop.Hoverable // whose hover it keeps alive; may be nil
}

func newHoverSpot(of *TextBox) *hoverSpot {
	s := &hoverSpot{of: of}
	s.ExtendBaseWidget(s)
	s.owner = s
	return s
}

// MouseIn implements desktop.Hoverable.
func (s *hoverSpot) MouseIn(e *desktop.MouseEvent) {
	if s.under != nil {
		s.under.MouseIn(e)
	}
	s.show(e.AbsolutePosition, s.of.ToolTip())
}

// MouseMoved implements desktop.Hoverable.
func (s *hoverSpot) MouseMoved(e *desktop.MouseEvent) { s.tip.MouseMoved(e) }

// MouseOut implements desktop.Hoverable.
func (s *hoverSpot) MouseOut() {
	s.hide()
	if s.under != nil {
		s.under.MouseOut()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *hoverSpot) CreateRenderer() fyne.WidgetRenderer {
	return &parts{layout: func(fyne.Size) {}, min: func() fyne.Size { return fyne.Size{} }, refresh: func() {}}
}

// keepHover makes the texts inside an object keep the hover of what they stand on.
func keepHover(o fyne.CanvasObject, under desktop.Hoverable) {
	switch o := o.(type) {
	case *TextBox:
		o.spot.under = under
	case *Badge:
		o.text.spot.under = under
	case *fyne.Container:
		for _, ch := range o.Objects {
			keepHover(ch, under)
		}
	}
}

// tipLayers finds the layer of a window's content; dialogs and menus bring their own.
var tipLayers = map[fyne.Canvas]*fyne.Container{}

func tipLayerOf(c fyne.Canvas) *fyne.Container {
	if top := c.Overlays().Top(); top != nil {
		if s, ok := scopes[top]; ok {
			return s.tips
		}
		return nil
	}
	return tipLayers[c]
}

// WithTips adds the layer that tooltips and toasts appear in. Every window's content goes through it once:
// win.SetContent(kit.WithTips(content, win)). The layer is forgotten when the window closes through Closed.
func WithTips(content fyne.CanvasObject, win fyne.Window) *fyne.Container {
	layer := container.New(freeLayout{})
	tipLayers[win.Canvas()] = layer
	toasts := container.New(toastLayout{})
	toastLayers[win.Canvas()] = toasts
	toastRoomChanged(win.Canvas()) // those of what filled the window before are gone
	return container.New(windowLayout{}, append([]fyne.CanvasObject{content, toasts, layer}, ears(content, false)...)...)
}

// Forget lets go of what kit keeps for a window; call it when the window has closed.
func Forget(win fyne.Window) {
	delete(tipLayers, win.Canvas())
	delete(standing, toastLayers[win.Canvas()])
	delete(toastLayers, win.Canvas())
	delete(toastsChanged, win.Canvas())
	delete(covers, win.Canvas())
}

// windowLayout fills the window, and keeps the content from making the window grow: Fyne first tries content at its
// smallest width, where wrapped text is highest, and would take that height for the window's.
type windowLayout struct{ stackLayout }

func (l windowLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := l.stackLayout.MinSize(o)
	return fyne.NewSize(min(m.Width, 800), min(m.Height, 560))
}

// freeLayout leaves its children where they were put.
type freeLayout struct{}

func (freeLayout) Layout([]fyne.CanvasObject, fyne.Size) {}
func (freeLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// stackLayout gives every child all of the room.
type stackLayout struct{}

func (stackLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Move(fyne.Position{})
		c.Resize(s)
	}
}

func (stackLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, c := range o {
		if c.Visible() {
			m = m.Max(c.MinSize())
		}
	}
	return m
}

func (stackLayout) natural(o []fyne.CanvasObject) float32 {
	var w float32
	for _, c := range o {
		if c.Visible() {
			w = max(w, naturalWidth(c))
		}
	}
	return w
}
