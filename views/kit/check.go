package kit

import (
	"image/color"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Check is a box to tick, with a label, a line that explains it and a badge behind the label.
type Check struct {
	control
	text, sub *TextBox
	badge     *Badge
	mark      *Icon
	checked   bool
	OnChanged func(bool)
	name      string
}

var (
	_ fyne.Focusable  = (*Check)(nil)
	_ fyne.Tappable   = (*Check)(nil)
	_ fyne.Accessible = (*Check)(nil)
)

// NewCheck makes a check box; sub may be "". Without a label it is the bare box of a matrix; give it a Name then.
func NewCheck(label, sub string, changed func(bool)) *Check {
	c := &Check{OnChanged: changed, name: label}
	c.text = Body(label)
	c.sub = Small(sub)
	c.badge = NewBadge("", ToneNeutral)
	c.badge.Hide()
	c.mark = NewIcon(icons.Check, OnPrimary, 14)
	c.extend(c)
	for _, o := range []fyne.CanvasObject{c.text, c.sub, c.badge} {
		keepHover(o, c)
	}
	return c
}

// Named says what a bare box is, for screen readers.
func (c *Check) Named(name string) *Check { c.name = name; return c }

// Checked tells whether the box is ticked.
func (c *Check) Checked() bool { return c.checked }

// SetChecked ticks the box without telling OnChanged.
func (c *Check) SetChecked(on bool) {
	if c.checked != on {
		c.checked = on
		c.Refresh()
	}
}

// SetBadge puts a word behind the label; "" takes it away.
func (c *Check) SetBadge(text string, tone Tone) {
	if c.badge.Text() == text && c.badge.Tone() == tone {
		return
	}
	c.badge.Set(text, tone)
	c.badge.Hidden = text == ""
	c.Refresh()
}

// SetLabel changes the words; rows that are used again need it.
func (c *Check) SetLabel(label, sub string) {
	c.name = label
	c.text.SetText(label)
	c.sub.SetText(sub)
	c.Refresh()
}

// Tapped implements fyne.Tappable.
func (c *Check) Tapped(*fyne.PointEvent) {
	if !c.disabled {
		c.focus(c)
		c.toggle()
	}
}

func (c *Check) toggle() {
	if c.disabled {
		return
	}
	c.checked = !c.checked
	c.Refresh()
	if c.OnChanged != nil {
		c.OnChanged(c.checked)
	}
}

// TypedKey implements fyne.Focusable. Space ticks; Enter belongs to the dialog.
func (c *Check) TypedKey(e *fyne.KeyEvent) {
	switch {
	case !acts(e):
	case e.Name == fyne.KeySpace:
		c.toggle()
	default:
		bubble(c, e)
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (c *Check) AccessibilityLabel() string {
	s := c.name + ", "
	if c.checked {
		s += words().T("kit.checked")
	} else {
		s += words().T("kit.unchecked")
	}
	if t := c.sub.Text(); t != "" {
		s += ", " + t
	}
	if t := c.badge.Text(); t != "" {
		s += ", " + t
	}
	return c.label(s)
}

// AccessibilityRole implements fyne.Accessible.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (c *Check) bare() bool { return c.text.Text() == "" }

// NaturalWidth is the width that keeps label and badge on one line.
func (c *Check) NaturalWidth() float32 {
	if c.bare() {
		return Scaled(18)
	}
	w := c.text.NaturalWidth()
	if c.badge.Visible() {
		w += 8 + c.badge.NaturalWidth()
	}
	return Scaled(18) + 12 + max(w, c.sub.NaturalWidth())
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	box := canvas.NewRectangle(color.Transparent)
	box.CornerRadius = 4
	p := &parts{objs: []fyne.CanvasObject{box, c.mark, c.text, c.badge, c.sub, c.newRing()}}
	d := func() float32 { return Scaled(18) }
	// place puts label, badge and explanation for a width and returns the height; the box is put by layout.
	place := func(width float32) float32 {
		x := d() + 12
		room := max(Scaled(40), width-x)
		bw := float32(0)
		if c.badge.Visible() {
			bw = min(c.badge.NaturalWidth(), room)
		}
		tw := room
		inline := c.badge.Visible() && c.text.NaturalWidth()+8+bw <= room
		if inline {
			tw = c.text.NaturalWidth()
		}
		th := heightFor(c.text, tw)
		c.text.Move(fyne.NewPos(x, 0))
		c.text.Resize(fyne.NewSize(tw, th))
		y := th
		if c.badge.Visible() {
			bh := c.badge.MinSize().Height
			if inline {
				c.text.Move(fyne.NewPos(x, max(0, (bh-th)/2)))
				c.badge.Move(fyne.NewPos(x+tw+8, max(0, (th-bh)/2)))
				y = max(th, bh)
			} else {
				c.badge.Move(fyne.NewPos(x, y+2))
				y += bh + 4
			}
			c.badge.Resize(fyne.NewSize(bw, bh))
		}
		if c.sub.Text() != "" {
			sh := heightFor(c.sub, room)
			c.sub.Move(fyne.NewPos(x, y))
			c.sub.Resize(fyne.NewSize(room, sh))
			y += sh
		}
		return max(y, d())
	}
	p.min = func() fyne.Size {
		if c.bare() {
			return fyne.NewSquareSize(d())
		}
		w := c.Size().Width
		if w <= 0 {
			w = c.NaturalWidth()
		}
		return fyne.NewSize(d()+12+max(c.text.MinSize().Width, min(c.badge.NaturalWidth(), Scaled(90))), place(w)+8)
	}
	p.layout = func(s fyne.Size) {
		by := (s.Height - d()) / 2
		bx := float32(0)
		if c.bare() {
			bx = (s.Width - d()) / 2
		} else {
			h := place(s.Width)
			off := max(0, (s.Height-h)/2)
			for _, o := range []fyne.CanvasObject{c.text, c.badge, c.sub} {
				o.Move(o.Position().AddXY(0, off))
			}
		}
		box.Move(fyne.NewPos(bx, by))
		box.Resize(fyne.NewSquareSize(d()))
		c.mark.Move(box.Position())
		c.mark.Resize(box.Size())
		c.drawRing(box.Position(), box.Size(), 3)
		c.ring.CornerRadius = 6
	}
	p.refresh = func() {
		c.text.Hidden, c.sub.Hidden = c.bare(), c.sub.Text() == ""
		box.StrokeWidth, box.StrokeColor, box.FillColor = 1.5, Color(Muted), Color(Surface)
		c.mark.Hidden = !c.checked
		mark := OnPrimary
		role := Text
		if c.checked {
			box.FillColor, box.StrokeColor = Color(Primary), Color(Primary)
		}
		if c.disabled {
			role = Muted
			box.FillColor, box.StrokeColor, mark = Color(NeutralSoft), Color(Line), Muted
		}
		if c.hovered && !c.disabled && !c.checked {
			box.StrokeColor = Color(Primary)
		}
		c.mark.Set(icons.Check, mark)
		c.text.SetRole(role)
		p.layout(c.Size())
		box.Refresh()
		c.text.Refresh()
		c.sub.Refresh()
		c.badge.Refresh()
		c.refreshRing()
	}
	p.refresh()
	return p
}

// CheckGroup is a titled column of check boxes.
func CheckGroup(title string, checks ...fyne.CanvasObject) *fyne.Container {
	col := Column(4, Section(title), Gap(2))
	for _, c := range checks {
		col.Add(c)
	}
	return col
}
