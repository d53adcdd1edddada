package kit

import (
	"concierge/assets/icons"

	"fyne.io/fyne/v2"
)

// NewPersonCell makes a cell of a person: avatar, name, and a line under it.
func NewPersonCell() fyne.CanvasObject {
	return Row(12, NewAvatar("", "", 32), Grow(Column(0, Strong("").Ellipsis(), Small("").Ellipsis())))
}

// BindPersonCell fills the cell. A symbol stands for who has no initials: an address, an invitation; "" is none.
func BindPersonCell(cell fyne.CanvasObject, name, key, under string, symbol icons.Name) {
	parts := cell.(*fyne.Container).Objects
	parts[0].(*Avatar).Portray(name, key, symbol)
	lines := parts[1].(*fyne.Container).Objects[0].(*fyne.Container).Objects
	lines[0].(*TextBox).SetText(name)
	lines[1].(*TextBox).SetText(under)
}

// Pill is one badge of a cell.
type Pill struct {
	Text string
	Tone Tone
}

// NewPillCell makes a cell of badges with a note behind them.
func NewPillCell() fyne.CanvasObject {
	return FlowWrap(4, Small("").Ellipsis())
}

// BindPillCell fills the cell; the last object of it is the note.
func BindPillCell(cell fyne.CanvasObject, pills []Pill, note string) {
	c := cell.(*fyne.Container)
	last := len(c.Objects) - 1
	text := c.Objects[last].(*TextBox)
	for ; last < len(pills); last++ {
		c.Objects = append(c.Objects[:last], NewBadge("", ToneNeutral), text)
	}
	for i, o := range c.Objects[:last] {
		b := o.(*Badge)
		b.Hidden = i >= len(pills)
		if !b.Hidden {
			b.Set(pills[i].Text, pills[i].Tone)
		}
	}
	text.Hidden = note == ""
	text.SetText(note)
}
