package kit

import (
	"fmt"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// Field is an entry with its label above, a hint or an error below, and a counter near its limit.
type Field struct {
	// Container is what to put into a layout.
	Container *fyne.Container
	Input     *Input
	label     *TextBox
	hint      *TextBox
	text      string
	err       string
	max       int
	count     *TextBox
	OnChanged func(string)
}

// NewField makes a single-line field; hint may be "".
func NewField(label, placeholder, hint string) *Field {
	return FieldOf(label, hint, NewInput(), placeholder)
}

// FieldOf puts label and hint around an entry.
func FieldOf(label, hint string, in *Input, placeholder string) *Field {
	f := &Field{Input: in, text: hint, label: Body(label), hint: Small(hint), count: Small("").OneLine()}
	in.name = label
	in.PlaceHolder = placeholder
	in.OnChanged = f.changed
	f.count.Hide()
	if label == "" {
		f.label.Hide()
	}
	f.Container = Column(4, f.label, in, Row(8, Grow(f.hint), f.count))
	f.show()
	return f
}

// Limit sets how many characters may be typed, 0 for any number. People see the counter when few are left.
func (f *Field) Limit(n int) *Field { f.max = n; return f }

// Value is what stands in the field.
func (f *Field) Value() string { return f.Input.Text }

// SetValue fills the field without telling OnChanged.
func (f *Field) SetValue(s string) {
	if f.Input.Text == s {
		return
	}
	f.Input.OnChanged = nil
	f.Input.SetText(s)
	f.Input.OnChanged = f.changed
	f.countLeft(s)
}

// SetError shows what is wrong instead of the hint; "" takes it away.
func (f *Field) SetError(msg string) {
	if f.err != msg {
		f.err = msg
		f.show()
	}
}

// Error is what is wrong now.
func (f *Field) Error() string { return f.err }

// SetHint changes the hint.
func (f *Field) SetHint(s string) { f.text = s; f.show() }

// Focus puts the keyboard's focus into the field.
func (f *Field) Focus() {
	if c := CanvasOf(f.Input); c != nil {
		c.Focus(f.Input)
	}
}

func (f *Field) changed(s string) {
	if f.max > 0 && utf8.RuneCountInString(s) > f.max {
		cut := string([]rune(s)[:f.max])
		f.Input.OnChanged = nil
		f.Input.SetText(cut)
		f.Input.OnChanged = f.changed
		s = cut
	}
	f.countLeft(s)
	f.SetError("")
	if f.OnChanged != nil {
		f.OnChanged(s)
	}
}

func (f *Field) countLeft(s string) {
	n := utf8.RuneCountInString(s)
	near := f.max > 0 && n*10 >= f.max*8
	if near {
		f.count.SetText(fmt.Sprintf("%d/%d", n, f.max))
	}
	if near != f.count.Visible() {
		f.count.Hidden = !near
		f.show()
	}
}

func (f *Field) show() {
	f.hint.SetText(f.text)
	f.hint.SetRole(Muted)
	f.Input.setWrong(f.err)
	if f.err != "" {
		f.hint.SetText(f.err)
		f.hint.SetRole(Danger)
	}
	row := f.Container.Objects[2]
	row.(*fyne.Container).Hidden = f.hint.Text() == "" && !f.count.Visible()
	f.Container.Refresh()
}

// Group is a label above something that is no entry: a Select, a date.
func Group(label, hint string, o fyne.CanvasObject) *fyne.Container {
	col := Column(4, Body(label), o)
	if hint != "" {
		col.Add(Small(hint))
	}
	return col
}

// Form puts fields in two columns, or one where there is no room for two.
func Form(fields ...fyne.CanvasObject) *fyne.Container { return Grid(260, 16, 2, fields...) }
