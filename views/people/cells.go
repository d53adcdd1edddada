package people

import (
	"fmt"

	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

func newPersonCell() fyne.CanvasObject {
	return kit.Row(12, kit.NewAvatar("", "", 32),
		kit.Grow(kit.Column(0, kit.Strong("").Ellipsis(), kit.Small("").Ellipsis())))
}

func bindPersonCell(cell fyne.CanvasObject, r row, under string) {
	parts := cell.(*fyne.Container).Objects
	showAvatar(parts[0].(*kit.Avatar), r)
	lines := parts[1].(*fyne.Container).Objects[0].(*fyne.Container).Objects
	lines[0].(*kit.TextBox).SetText(r.name)
	lines[1].(*kit.TextBox).SetText(under)
}

func showAvatar(a *kit.Avatar, r row) {
	switch {
	case r.invited:
		a.SetIcon(icons.Mail)
	case r.person.Rank() == access.MainOnly:
		a.SetIcon(icons.Building)
	default:
		a.Set(r.name, r.key)
	}
}

// newPillCell makes a cell of badges with a note behind them.
func newPillCell() fyne.CanvasObject {
	return kit.FlowWrap(4, kit.Small("").Ellipsis())
}

// bindPills fills a cell of badges; the last object is the note.
func bindPills(cell fyne.CanvasObject, pills []pill, note string) {
	c := cell.(*fyne.Container)
	last := len(c.Objects) - 1
	text := c.Objects[last].(*kit.TextBox)
	for ; last < len(pills); last++ {
		c.Objects = append(c.Objects[:last], kit.NewBadge("", kit.ToneNeutral), text)
	}
	for i, o := range c.Objects[:last] {
		b := o.(*kit.Badge)
		b.Hidden = i >= len(pills)
		if !b.Hidden {
			b.Set(pills[i].text, pills[i].tone)
		}
	}
	text.Hidden = note == ""
	text.SetText(note)
}

func bindAccessCell(cell fyne.CanvasObject, r row) { bindPills(cell, r.access, r.accessNote) }

// mostPills is how many categories fit into a row; of more, the rest is counted.
const mostPills = 3

func bindMailCell(cell fyne.CanvasObject, r row, categories int, all string) {
	var pills []pill
	if len(r.mail) == categories && categories > 1 {
		pills = []pill{{all, kit.ToneNeutral}}
	} else {
		for i, m := range r.mail {
			if i == mostPills {
				pills = append(pills, pill{fmt.Sprintf("+%d", len(r.mail)-i), kit.ToneNeutral})
				break
			}
			pills = append(pills, pill{m, kit.ToneNeutral})
		}
	}
	bindPills(cell, pills, r.mailNote)
}
