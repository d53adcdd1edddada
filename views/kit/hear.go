package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// The toolkit tells screen readers of what stands in plain containers, after each frame, and looks into nothing else: what
// is in a scroll area or in a table would not exist for them. So these bring three more objects, which draw nothing. The
// toolkit comes to the first, which then names everything that is hidden from it; to the second, which holds those names for
// just that long; and to the last, which takes them away.

// ears are what to put into the container that holds of. Of what is in it they name all, or else only what is in tables: where a
// scroll area has ears of its own.
func ears(of fyne.CanvasObject, all bool) []fyne.CanvasObject {
	names := container.New(freeLayout{})
	return []fyne.CanvasObject{
		&sound{role: fyne.AccessibleRoleContainer, asked: func() {
			h := hearing{at: names.Position()}
			h.listen(of, fyne.Position{}, nil, all)
			names.Objects = h.heard
		}},
		names,
		&sound{role: fyne.AccessibleRoleContainer, asked: func() { names.Objects = nil }},
	}
}

// sound is a name at a place, for screen readers only.
type sound struct {
	pos   fyne.Position
	size  fyne.Size
	label string
	role  fyne.AccessibleRole
	asked func()
}

func (s *sound) MinSize() fyne.Size      { return fyne.Size{} }
func (s *sound) Move(p fyne.Position)    { s.pos = p }
func (s *sound) Position() fyne.Position { return s.pos }
func (s *sound) Resize(n fyne.Size)      { s.size = n }
func (s *sound) Size() fyne.Size         { return s.size }
func (s *sound) Hide()                   {}
func (s *sound) Show()                   {}
func (s *sound) Visible() bool           { return true }
func (s *sound) Refresh()                {}

// AccessibilityLabel implements fyne.Accessible.
func (s *sound) AccessibilityLabel() string { return s.label }

// AccessibilityRole implements fyne.Accessible.
func (s *sound) AccessibilityRole() fyne.AccessibleRole {
	if s.asked != nil {
		s.asked()
	}
	return s.role
}

// area is a part of the window.
type area struct {
	at   fyne.Position
	size fyne.Size
}

type hearing struct {
	at    fyne.Position
	heard []fyne.CanvasObject
}

// listen goes through what is drawn, in order. seen is what of the window shows it; nil: all.
func (h *hearing) listen(o fyne.CanvasObject, at fyne.Position, seen *area, all bool) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *sound:
		return
	case *fyne.Container:
		for _, ch := range o.Objects {
			h.listen(ch, at, seen, all)
		}
		return
	case *container.Scroll:
		if all {
			h.listen(o.Content, at, &area{at, o.Size()}, true)
		}
		return
	case interface{ insides() []fyne.CanvasObject }:
		for _, ch := range o.insides() {
			h.listen(ch, at, seen, true)
		}
		return
	}
	if a, ok := o.(fyne.Accessible); ok && all {
		h.name(a, area{at, o.Size()}, seen)
	}
}

// name notes one name. What is scrolled out of view keeps its name, but is nowhere a pointer can be.
func (h *hearing) name(a fyne.Accessible, is area, seen *area) {
	label := a.AccessibilityLabel()
	if label == "" {
		return
	}
	if seen != nil {
		top, bottom := max(is.at.Y, seen.at.Y), min(is.at.Y+is.size.Height, seen.at.Y+seen.size.Height)
		is.at.Y, is.size.Height = top, max(0, bottom-top)
	}
	h.heard = append(h.heard, &sound{pos: is.at.Subtract(h.at), size: is.size, label: label, role: a.AccessibilityRole()})
}
