package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// PaletteColor is one of the colours a person can give an account; indices beyond the palette start over.
func PaletteColor(i int) color.NRGBA {
	n := len(keyColors)
	return keyColors[((i%n)+n)%n]
}

// FixedSize gives an object one size, scaled with the text: a dot, a symbol.
func FixedSize(width, height float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&sizeLayout{width, height}, o)
}

type sizeLayout struct{ width, height float32 }

func (l *sizeLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(Scaled(l.width), Scaled(l.height))
}

func (l *sizeLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	want := l.MinSize(o)
	for _, c := range o {
		c.Resize(want)
		c.Move(fyne.NewPos((s.Width-want.Width)/2, (s.Height-want.Height)/2))
	}
}

// WithoutFrame leaves out the surface and all lines, for a list inside a dialog.
func (t *Table[T]) WithoutFrame() *Table[T] {
	t.fill.SetRoles(None, None)
	t.noLines = true
	return t
}
