package kit

import (
	"concierge/assets/icons"

	"fyne.io/fyne/v2"
)

// headCell is a column's title; a sortable one is a button.
type headCell struct {
	control
	text, sub *TextBox
	icon      *Icon
	sortable  bool
	sorted    string // how, for screen readers; "" while the rows stand in another order
	tapped    func()
}

func newHeadCell(title, sub string, sortable, center bool, tapped func()) *headCell {
	h := &headCell{sortable: sortable, tapped: tapped, icon: NewIcon(icons.ChevronUp, Muted, 14)}
	h.text = Small(title).Ellipsis()
	h.sub = Small(sub).Ellipsis()
	if sub != "" {
		h.text.Bold(true).In(Text)
	}
	if center {
		h.text.Centered()
		h.sub.Centered()
	}
	h.icon.Hide()
	h.disabled = !sortable
	h.extend(h)
	keepHover(h.text, h)
	keepHover(h.sub, h)
	return h
}

func (h *headCell) set(title, sub string) {
	h.text.SetText(title)
	h.sub.SetText(sub)
	h.Refresh()
}

func (h *headCell) show(sorted, desc bool) {
	h.icon.Hidden, h.sorted = !sorted, ""
	symbol, how := icons.ChevronUp, "kit.sorted_up"
	if desc {
		symbol, how = icons.ChevronDown, "kit.sorted_down"
	}
	h.icon.Set(symbol, Muted)
	if sorted {
		h.sorted = words().T(how)
	}
	h.Refresh()
}

func (h *headCell) Tapped(*fyne.PointEvent) {
	if h.sortable {
		h.focus(h)
		h.tapped()
	}
}

func (h *headCell) TypedKey(e *fyne.KeyEvent) {
	if activates(e) && h.sortable {
		h.tapped()
		return
	}
	bubble(h, e)
}

func (h *headCell) AccessibilityLabel() string {
	if h.sorted != "" {
		return h.text.Text() + ", " + h.sorted
	}
	return h.text.Text()
}

func (h *headCell) AccessibilityRole() fyne.AccessibleRole {
	if h.sortable {
		return fyne.AccessibleRoleButton
	}
	return fyne.AccessibleRoleText
}

func (h *headCell) CreateRenderer() fyne.WidgetRenderer {
	p := &parts{objs: []fyne.CanvasObject{h.text, h.sub, h.icon, h.newRing()}}
	p.min = func() fyne.Size { return fyne.NewSize(h.text.MinSize().Width, h.text.MinSize().Height) }
	p.layout = func(s fyne.Size) {
		d := Scaled(14)
		w := s.Width
		if h.icon.Visible() {
			w = max(0, min(h.text.NaturalWidth(), s.Width-d-2))
			h.icon.Move(fyne.NewPos(w+2, (s.Height-d)/2))
			h.icon.Resize(fyne.NewSquareSize(d))
		}
		th := h.text.MinSize().Height
		y := (s.Height - th) / 2
		if h.sub.Text() != "" {
			y = (s.Height - 2*th) / 2
			h.sub.Move(fyne.NewPos(0, y+th))
			h.sub.Resize(fyne.NewSize(s.Width, th))
		}
		h.text.Move(fyne.NewPos(0, y))
		h.text.Resize(fyne.NewSize(w, th))
		h.drawRing(fyne.NewPos(-2, 6), s.SubtractWidthHeight(-4, 12), 0)
	}
	p.refresh = func() {
		h.sub.Hidden = h.sub.Text() == ""
		p.layout(h.Size())
		h.text.Refresh()
		h.sub.Refresh()
		h.icon.Refresh()
		h.refreshRing()
	}
	p.refresh()
	return p
}
