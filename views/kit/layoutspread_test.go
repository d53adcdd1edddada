package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestWhatHasNoRoomAtTheRightGoesBelow(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		width        float32
		x, y, w, min float32
	}{
		{600, 360, 0, 240, 36}, // all that is wished
		{400, 216, 0, 184, 36}, // less than wished
		{300, 60, 52, 240, 88}, // below
	} {
		left, right := FixedWidth(200, newGap(36)), Wish(240, newGap(36))
		s := Spread(16, left, right)
		s.Resize(fyne.NewSize(c.width, 36))
		s.Resize(fyne.NewSize(c.width, s.MinSize().Height))
		if p, z := right.Position(), right.Size(); p.X != c.x || p.Y != c.y || z.Width != c.w || s.MinSize().Height != c.min {
			t.Errorf("in %.0f: at %v, %v wide, %v high", c.width, p, z.Width, s.MinSize().Height)
		}
	}
}

func newGap(height float32) fyne.CanvasObject {
	f := NewFill(None, None, 0)
	f.size = fyne.NewSize(10, height)
	return f
}

func TestAButtonThatSaysMoreStaysInItsLine(t *testing.T) {
	save := PrimaryButton("Save", nil)
	line := Spread(12, Body("Ends on"), Row(12, SecondaryButton("Cancel", nil), save))
	stage(t, Column(0, line), 600, 100)
	before := line.MinSize().Height
	save.SetText("Save · 12 changes")
	if after := line.MinSize().Height; after != before {
		t.Errorf("it is %v high, and was %v", after, before)
	}
}
