package kit

import (
	"fmt"
	"math"
	"slices"
	"time"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// toastLayers finds where a window's toasts stand; WithTips makes it.
var toastLayers = map[fyne.Canvas]*fyne.Container{}

// standing are the toasts of a layer that are not gone.
var standing = map[*fyne.Container][]*Toast{}

// toastsChanged are who gives way to a window's toasts.
var toastsChanged = map[fyne.Canvas]func(){}

// OnToasts has changed called whenever ToastRoom may be another; nil ends it. A window has one who gives way.
func OnToasts(win fyne.Window, changed func()) {
	if changed == nil {
		delete(toastsChanged, win.Canvas())
		return
	}
	toastsChanged[win.Canvas()] = changed
}

// ToastRoom is how much of a window's bottom its toasts take in a width, with air above them: what is to be seen and pressed
// stays above.
func ToastRoom(win fyne.Window, width float32) float32 {
	layer := toastLayers[win.Canvas()]
	if layer == nil || len(layer.Objects) == 0 {
		return 0
	}
	room := float32(toastAir)
	for _, o := range layer.Objects {
		room += heightFor(o, toastWidth(o, width)) + toastGap
	}
	return room
}

func toastRoomChanged(c fyne.Canvas) {
	changed := toastsChanged[c]
	if changed == nil {
		return
	}
	o, _ := focusedOf(c).(fyne.CanvasObject)
	seen := o != nil && InView(o)
	changed()
	if seen { // less room does not take it out of sight
		revealFocus(c.Content())
	}
}

// ToastConfig is a message at the bottom of the window.
type ToastConfig struct {
	Text string
	Tone Tone
	// Action is what the button says (Undo); "" for none.
	Action   string
	Key      string // "Ctrl Z", shown beside the action; whoever shows the toast makes the key work
	OnAction func()
	// For is how long it stays; 0 stays until closed. Its countdown shows beside the action.
	For time.Duration
	// Countdown shows the seconds left.
	Countdown bool
	// OnGone is called once when it goes by itself or is closed, not after the action.
	OnGone func()
	// CloseName is what the close button says to screen readers; "" for no such button.
	CloseName string
}

// Toast is a message that goes by itself.
type Toast struct {
	cfg    ToastConfig
	canvas fyne.Canvas
	layer  *fyne.Container
	box    *fyne.Container
	count  *TextBox
	action *Button
	left   time.Duration
	after  AfterFunc
	cancel func()
	gone   bool
}

// ShowToast puts a message at the bottom of a window made with WithTips; several stand above each other. after may be
// nil for the real clock.
func ShowToast(win fyne.Window, cfg ToastConfig, after AfterFunc) *Toast {
	if after == nil {
		after = RealAfter
	}
	t := &Toast{cfg: cfg, after: after, left: cfg.For, canvas: win.Canvas(), layer: toastLayers[win.Canvas()], count: Small("").OneLine()}
	role := Info
	switch cfg.Tone {
	case ToneDanger, ToneBrass, ToneOK:
		role, _ = cfg.Tone.Colors()
	}
	objs := []fyne.CanvasObject{NewIcon(cfg.Tone.symbol(), role, 18), Grow(Body(cfg.Text))}
	if cfg.Countdown {
		objs = append(objs, t.count)
	}
	if cfg.Action != "" {
		t.action = SecondaryButton(cfg.Action, t.act).Small().About(cfg.Text)
		objs = append(objs, t.action)
		if cfg.Key != "" {
			objs = append(objs, NewKeyCap(cfg.Key))
		}
	}
	if cfg.CloseName != "" {
		objs = append(objs, IconButton(icons.Close, cfg.CloseName, t.Close).Small().About(cfg.Text))
	}
	bg := NewFill(Surface, Line, radiusCard)
	bg.shadow = true
	t.box = container.New(stackLayout{}, bg, newGround(None, nil), Pad(8, 12, 8, 16, Row(12, objs...)))
	t.say()
	trace("message", cfg.Text)
	if t.layer != nil {
		t.replaceSame()
		standing[t.layer] = append(standing[t.layer], t)
		t.layer.Add(t.box)
		t.layer.Refresh()
		toastRoomChanged(t.canvas)
	}
	t.tick()
	return t
}

// replaceSame takes away a message that only says the same again, as after two saves or the same failure twice.
func (t *Toast) replaceSame() {
	says := func(o *Toast) bool { return o.cfg.Action == "" && o.cfg.OnGone == nil }
	for _, o := range slices.Clone(standing[t.layer]) {
		if says(t) && says(o) && o.cfg.Text == t.cfg.Text && o.cfg.Tone == t.cfg.Tone {
			o.Close()
		}
	}
}

func (t *Toast) say() {
	t.count.SetText(fmt.Sprintf("%d s", int(math.Ceil(t.left.Seconds()))))
}

func (t *Toast) tick() {
	if t.cfg.For == 0 {
		return
	}
	step := min(t.left, time.Second)
	t.cancel = t.after(step, func() {
		if t.gone {
			return
		}
		t.left -= step
		if t.left <= 0 {
			t.Close()
			return
		}
		t.say()
		t.tick()
	})
}

func (t *Toast) act() {
	if t.gone {
		return
	}
	t.remove()
	if t.cfg.OnAction != nil {
		t.cfg.OnAction()
	}
}

// Close takes it away before its time.
func (t *Toast) Close() {
	if t.gone {
		return
	}
	t.remove()
	if t.cfg.OnGone != nil {
		t.cfg.OnGone()
	}
}

// Act does what the action's button does: a shortcut for Undo calls it.
func (t *Toast) Act() { t.act() }

// Gone tells whether it is no longer there.
func (t *Toast) Gone() bool { return t.gone }

// SetText changes the message.
func (t *Toast) remove() {
	t.gone = true
	if t.cancel != nil {
		t.cancel()
	}
	if t.layer != nil {
		standing[t.layer] = slices.DeleteFunc(standing[t.layer], func(o *Toast) bool { return o == t })
		t.layer.Remove(t.box)
		t.layer.Refresh()
		toastRoomChanged(t.canvas)
	}
}

// Toasts stand toastAir above the window's edge, and toastGap above each other.
const (
	toastAir = 20
	toastGap = 8
)

func toastWidth(o fyne.CanvasObject, room float32) float32 {
	return min(max(naturalWidth(o), Scaled(320)), min(Scaled(640), room-32))
}

// toastLayout stacks messages at the bottom, in the middle, the newest lowest.
type toastLayout struct{}

func (toastLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (toastLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	y := s.Height - toastAir
	for i := len(o) - 1; i >= 0; i-- {
		w := toastWidth(o[i], s.Width)
		h := heightFor(o[i], w)
		y -= h
		o[i].Move(fyne.NewPos((s.Width-w)/2, y))
		o[i].Resize(fyne.NewSize(w, h))
		y -= toastGap
	}
}
