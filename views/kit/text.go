package kit

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Part is a run of text in one style. The zero values mean: the text's own size and colour.
type Part struct {
	Text      string
	Bold      bool
	Underline bool
	Size      fyne.ThemeSizeName
	Role      Role

	symbol bool // drawn from another font: see splitSymbols
}

// P is a plain part, B a bold one, U an underlined one (search matches), M a muted one.
func P(s string) Part { return Part{Text: s} }

// B is a bold part.
func B(s string) Part { return Part{Text: s, Bold: true} }

// U is an underlined part, for what a search matched.
func U(s string) Part { return Part{Text: s, Underline: true} }

// M is a small muted part.
func M(s string) Part { return Part{Text: s, Size: SizeSmall, Role: Muted} }

type overflow int

const (
	wrapWords overflow = iota
	cutEllipsis
	oneLine
)

// TextBox shows text of one or several styles. By default it wraps between words; Ellipsis and OneLine change that.
type TextBox struct {
	widget.BaseWidget
	parts   []Part
	size    fyne.ThemeSizeName
	role    Role
	bold    bool
	over    overflow
	align   fyne.TextAlign
	color   color.Color
	maxRows int
	cut     bool
	memo    textMemo
	spot    *hoverSpot
}

var _ fyne.Accessible = (*TextBox)(nil)

func newText(size fyne.ThemeSizeName, role Role, bold bool, parts ...Part) *TextBox {
	t := &TextBox{parts: parts, size: size, role: role, bold: bold}
	t.spot = newHoverSpot(t)
	t.ExtendBaseWidget(t)
	return t
}

// Heading is the title of a screen: 22 bold.
func Heading(s string) *TextBox { return newText(SizeHeading, Text, true, P(s)) }

// Title is the title of a card: 16 bold.
func Title(s string) *TextBox { return newText(SizeTitle, Text, true, P(s)) }

// Body is running text: 14.
func Body(s string) *TextBox { return newText(SizeBody, Text, false, P(s)) }

// Strong is body text in bold.
func Strong(s string) *TextBox { return newText(SizeBody, Text, true, P(s)) }

// MutedText is body text in the muted colour: the line under a heading.
func MutedText(s string) *TextBox { return newText(SizeBody, Muted, false, P(s)) }

// Small is 12 px muted text: the second line of a row, a hint.
func Small(s string) *TextBox { return newText(SizeSmall, Muted, false, P(s)) }

// Rich is body text of several styles that wraps as one paragraph.
func Rich(parts ...Part) *TextBox { return newText(SizeBody, Text, false, parts...) }

// Ellipsis is body text that is cut with … when there is no room; its tooltip then has all of it.
func Ellipsis(s string) *TextBox { return Body(s).Ellipsis() }

// Ellipsis makes the text a single line, cut with … when there is no room; its tooltip then has all of it.
func (t *TextBox) Ellipsis() *TextBox { t.over, t.memo = cutEllipsis, textMemo{}; return t }

// OneLine makes the text a single line that is never cut: its layout must give it the room.
func (t *TextBox) OneLine() *TextBox { t.over, t.memo = oneLine, textMemo{}; return t }

// MaxRows lets wrapped text have at most n lines, the last one cut with ….
func (t *TextBox) MaxRows(n int) *TextBox { t.maxRows, t.memo = n, textMemo{}; return t }

// Centered puts the lines in the middle, Right at the end.
func (t *TextBox) Centered() *TextBox { t.align = fyne.TextAlignCenter; return t }

// Right puts the lines at the right edge.
func (t *TextBox) Right() *TextBox { t.align = fyne.TextAlignTrailing; return t }

// In gives the text another colour.
func (t *TextBox) In(r Role) *TextBox { t.role = r; return t }

// Sized gives the text another size.
func (t *TextBox) Sized(s fyne.ThemeSizeName) *TextBox { t.size, t.memo = s, textMemo{}; return t }

// Bold makes all of the text bold, or not.
func (t *TextBox) Bold(on bool) *TextBox { t.bold, t.memo = on, textMemo{}; return t }

// Text is what stands there, without styles.
func (t *TextBox) Text() string {
	var b strings.Builder
	for _, p := range t.parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// SetText replaces the text.
func (t *TextBox) SetText(s string) { t.SetParts(P(s)) }

// SetParts replaces the text with runs of several styles.
func (t *TextBox) SetParts(parts ...Part) {
	if len(parts) == len(t.parts) {
		same := true
		for i := range parts {
			same = same && parts[i] == t.parts[i]
		}
		if same {
			return
		}
	}
	t.parts = parts
	t.memo = textMemo{}
	t.Refresh()
}

// SetRole changes the colour and draws again.
func (t *TextBox) SetRole(r Role) {
	if t.role != r {
		t.role = r
		t.Refresh()
	}
}

// IsCut tells whether part of the text is not shown for lack of room.
func (t *TextBox) IsCut() bool { return t.cut }

// AccessibilityLabel implements fyne.Accessible.
func (t *TextBox) AccessibilityLabel() string { return t.Text() }

// AccessibilityRole implements fyne.Accessible.
func (t *TextBox) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// SetToolTip sets the text shown when the pointer rests here; "" for none but that of a text which is cut.
func (t *TextBox) SetToolTip(s string) {
	t.spot.text = s
	t.Refresh()
}

// ToolTip is the text shown when the pointer rests here.
func (t *TextBox) ToolTip() string {
	if t.spot.text == "" && t.cut {
		return t.Text()
	}
	return t.spot.text
}

// NaturalWidth is the width of the text on one line.
func (t *TextBox) NaturalWidth() float32 {
	t.measured()
	return t.memo.natural
}

// CreateRenderer implements fyne.Widget.
func (t *TextBox) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	r := &textRenderer{t: t}
	r.Layout(t.Size())
	return r
}

type textRenderer struct {
	t    *TextBox
	objs []fyne.CanvasObject
}

func (r *textRenderer) Destroy()                     { r.t.spot.hide() }
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *textRenderer) Refresh() {
	r.t.memo = textMemo{}
	r.Layout(r.t.Size())
	canvas.Refresh(r.t)
}

func (r *textRenderer) MinSize() fyne.Size {
	t := r.t
	h := lineHeight(t.size)
	switch t.over {
	case oneLine:
		return fyne.NewSize(t.NaturalWidth(), h)
	case cutEllipsis:
		return fyne.NewSize(min(t.NaturalWidth(), Scaled(40)), h)
	}
	if t.Text() == "" {
		return fyne.NewSize(0, h)
	}
	width := t.Size().Width
	if width <= 0 {
		width = t.NaturalWidth()
	}
	lines := t.layout(width)
	height := float32(0)
	for _, l := range lines {
		height += l.h
	}
	return fyne.NewSize(min(t.longest(), Scaled(120)), ceil(height))
}

func (r *textRenderer) Layout(size fyne.Size) {
	t := r.t
	lines := t.layout(size.Width)
	var objs []fyne.CanvasObject
	y := float32(0)
	total := float32(0)
	for _, l := range lines {
		total += l.h
	}
	if t.over != wrapWords && size.Height > total {
		y = (size.Height - total) / 2
	}
	for _, l := range lines {
		x := float32(0)
		switch t.align {
		case fyne.TextAlignCenter:
			x = max(0, (size.Width-l.w)/2)
		case fyne.TextAlignTrailing:
			x = max(0, size.Width-l.w)
		}
		for _, run := range l.runs {
			c := canvas.NewText(run.text, t.roleColor(run.part))
			c.TextSize = textSize(t.partSize(run.part))
			c.TextStyle = t.partStyle(run.part)
			c.FontSource = fontOf(run.text, c.TextStyle)
			m := c.MinSize()
			// Runs of different sizes share one base line, near enough: the smaller sits lower by most of the difference.
			c.Move(fyne.NewPos(x, y+(l.h-m.Height)*0.75))
			c.Resize(fyne.NewSize(run.w, m.Height))
			objs = append(objs, c)
			x += run.w
		}
		y += l.h
	}
	if t.ToolTip() != "" {
		t.spot.Resize(size)
		objs = append(objs, t.spot)
	}
	r.objs = objs
}

func (t *TextBox) roleColor(p Part) color.Color {
	if p.Role != "" {
		return Color(p.Role)
	}
	if t.color != nil {
		return t.color
	}
	return Color(t.role)
}

func (t *TextBox) partSize(p Part) fyne.ThemeSizeName {
	if p.Size != "" {
		return p.Size
	}
	return t.size
}

func (t *TextBox) partStyle(p Part) fyne.TextStyle {
	return fyne.TextStyle{Bold: p.Bold || t.bold, Underline: p.Underline}
}
