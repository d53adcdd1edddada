package shell

import (
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

const (
	topHeight = 56
	navWidth  = 224
)

// frameLayout places: top bar, side navigation, notices, body, which is the order in which Tab goes through them. The notices take a third of the height at most, so that there
// is always a screen under them.
//
// While messages stand at the bottom of the window, what can be pressed ends above them, in the body and in the navigation: the
// bar that saves, the last row's actions, and what has the keyboard are not covered. They take half of the height at most.
type frameLayout struct {
	notices *kit.Notices
	nav     *sideNav
	toasts  func(width float32) float32
}

func (frameLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (l frameLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	top, nav, notices, body := o[0], o[1], o[2], o[3]
	th, nw := kit.Scaled(topHeight), min(kit.Scaled(navWidth), s.Width*0.28)
	top.Resize(fyne.NewSize(s.Width, th))
	nav.Move(fyne.NewPos(0, th))
	room := min(l.toasts(s.Width), (s.Height-th)/2)
	l.nav.resize(fyne.NewSize(nw, s.Height-th), room)
	pad := float32(32)
	if s.Width < 1180 {
		pad = 24
	}
	y := th
	if !l.notices.Empty() {
		const air, below = 12, 4 // what scrolls under them reaches up as far as below
		width := s.Width - nw - 2*pad
		h := l.notices.Height(width, s.Height/3-air-below)
		notices.Move(fyne.NewPos(nw+pad, y+air))
		notices.Resize(fyne.NewSize(width, h))
		y += air + h + below
	}
	body.Move(fyne.NewPos(nw, y))
	body.Resize(fyne.NewSize(s.Width-nw, s.Height-y-room))
}

// fillLayout gives its children all the room. Screens bring their own padding.
type fillLayout struct{}

func (fillLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (fillLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Move(fyne.Position{})
		c.Resize(s)
	}
}
