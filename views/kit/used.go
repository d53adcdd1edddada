package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// onUsed is who wants to know that somebody is there.
var onUsed func()

// OnUsed calls fn at each key and each move of the pointer over what kit draws: how it is known that somebody is there.
// The toolkit does not tell it for the window as a whole. fn must be quick; nil ends it.
func OnUsed(fn func()) { onUsed = fn }

func used() {
	if onUsed != nil {
		onUsed()
	}
}

// WatchKeys tells OnUsed of the keys that are pressed while nothing in the window has the focus.
func WatchKeys(win fyne.Window) {
	if c, ok := win.Canvas().(desktop.Canvas); ok {
		c.SetOnKeyDown(down)
		c.SetOnKeyUp(up)
	}
}

// floor lies under everything, where the pointer is over nothing that takes it.
type floor struct{ widget.BaseWidget }

// NewFloor makes what tells OnUsed of the pointer where nothing else is.
func NewFloor() fyne.CanvasObject {
	f := &floor{}
	f.ExtendBaseWidget(f)
	return f
}

// MouseIn implements desktop.Hoverable.
func (*floor) MouseIn(*desktop.MouseEvent) { used() }

// MouseMoved implements desktop.Hoverable.
func (*floor) MouseMoved(*desktop.MouseEvent) { used() }

// MouseOut implements desktop.Hoverable.
func (*floor) MouseOut() {}

// CreateRenderer implements fyne.Widget.
func (*floor) CreateRenderer() fyne.WidgetRenderer {
	return &parts{layout: func(fyne.Size) {}, min: func() fyne.Size { return fyne.Size{} }, refresh: func() {}}
}
