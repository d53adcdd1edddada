package kit

import (
	"image/color"
	"strings"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Badge is a small word in a tone: a role, a state, a count.
type Badge struct {
	widget.BaseWidget
	text *TextBox
	tone Tone
}

// NewBadge makes a badge.
func NewBadge(text string, tone Tone) *Badge {
	b := &Badge{tone: tone, text: newText(SizeSmall, Text, false, P(text)).Ellipsis()}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes text and tone; rows that are used again need it.
func (b *Badge) Set(text string, tone Tone) {
	b.tone = tone
	b.text.SetText(text)
	b.Refresh()
}

// SetToolTip sets the text shown when the pointer rests on the badge.
func (b *Badge) SetToolTip(s string) { b.text.SetToolTip(s) }

// ToolTip is the text shown when the pointer rests on the badge.
func (b *Badge) ToolTip() string { return b.text.ToolTip() }

// Text is the word.
func (b *Badge) Text() string { return b.text.Text() }

// Tone is the mood.
func (b *Badge) Tone() Tone { return b.tone }

// NaturalWidth is the width that shows the whole word.
func (b *Badge) NaturalWidth() float32 { return b.text.NaturalWidth() + 18 }

// AccessibilityLabel implements fyne.Accessible.
func (b *Badge) AccessibilityLabel() string { return b.text.Text() }

// AccessibilityRole implements fyne.Accessible.
func (b *Badge) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	bg := canvas.NewRectangle(color.Transparent)
	p := &parts{objs: []fyne.CanvasObject{bg, b.text}}
	p.min = func() fyne.Size { return fyne.NewSize(b.text.MinSize().Width+18, Scaled(22)) }
	p.layout = func(s fyne.Size) {
		bg.Resize(s)
		h := b.text.MinSize().Height
		b.text.Move(fyne.NewPos(9, (s.Height-h)/2))
		b.text.Resize(fyne.NewSize(s.Width-18, h))
	}
	p.refresh = func() {
		text, ground := b.tone.Colors()
		bg.FillColor = Color(ground)
		bg.CornerRadius = Scaled(11)
		b.text.SetRole(text)
		b.text.Refresh()
		p.layout(b.Size())
		bg.Refresh()
	}
	p.refresh()
	return p
}

// KeyCap shows a keyboard shortcut.
type KeyCap struct {
	widget.BaseWidget
	text *TextBox
}

// NewKeyCap makes a key cap for "Ctrl K".
func NewKeyCap(keys string) *KeyCap {
	k := &KeyCap{text: newText(SizeTiny, Muted, false, P(keys)).OneLine()}
	k.ExtendBaseWidget(k)
	return k
}

// CreateRenderer implements fyne.Widget.
func (k *KeyCap) CreateRenderer() fyne.WidgetRenderer {
	bg := canvas.NewRectangle(color.Transparent)
	bg.CornerRadius = 4
	bg.StrokeWidth = 1
	p := &parts{objs: []fyne.CanvasObject{bg, k.text}}
	p.min = func() fyne.Size { return k.text.MinSize().AddWidthHeight(12, 4) }
	p.layout = func(s fyne.Size) {
		bg.Resize(s)
		k.text.Move(fyne.NewPos(6, 2))
		k.text.Resize(s.SubtractWidthHeight(12, 4))
	}
	p.refresh = func() {
		bg.FillColor, bg.StrokeColor = Color(Surface), Color(Line)
		bg.Refresh()
		k.text.Refresh()
	}
	p.refresh()
	return p
}

// Card is a surface with a line around it.
func Card(content fyne.CanvasObject) *fyne.Container {
	return container.New(stackLayout{}, NewFill(Surface, Line, radiusCard), Inset(16, content))
}

// CardRows is a card whose rows have lines between them.
func CardRows(rows ...fyne.CanvasObject) *fyne.Container {
	var lines []fyne.CanvasObject // all at once: a container lays out what it has at each one that is added
	for i, r := range rows {
		if i > 0 {
			lines = append(lines, Divider())
		}
		lines = append(lines, Pad(12, 16, 12, 16, r))
	}
	return container.New(stackLayout{}, NewFill(Surface, Line, radiusCard), Column(0, lines...))
}

// Section is a small heading in capitals above a group.
func Section(text string) *TextBox {
	return newText(SizeSmall, Muted, true, P(strings.ToUpper(text)))
}

// StatCard shows a figure, what it counts and a word more.
func StatCard(number, title, sub string) *fyne.Container {
	return container.New(stackLayout{}, NewFill(Surface, Line, radiusCard),
		Inset(20, Column(2, newText(SizeNumber, Text, true, P(number)).OneLine(), Strong(title), Small(sub))))
}

// Banner tells something important above a screen.
type Banner struct {
	// Container is what to put into a layout.
	Container *fyne.Container
	fill      *Fill
	text      *TextBox
	tone      Tone
	OnClose   func()
}

// NewBanner makes a banner; actions (LinkButton, small buttons) follow the text.
func NewBanner(tone Tone, parts []Part, actions ...fyne.CanvasObject) *Banner {
	b := &Banner{tone: tone, text: Rich(parts...)}
	text, ground := tone.Colors()
	b.fill = NewFill(ground, text, radiusCard)
	objs := []fyne.CanvasObject{NewIcon(tone.symbol(), text, 18), Grow(b.text)}
	objs = append(objs, actions...)
	b.Container = container.New(stackLayout{}, b.fill, Pad(10, 16, 10, 16, Row(12, objs...)))
	return b
}

// WithClose adds a button that hides the banner; name is what it says to screen readers.
func (b *Banner) WithClose(name string, closed func()) *Banner {
	b.OnClose = closed
	x := IconButton(icons.Close, name, func() {
		b.Container.Hide()
		if b.OnClose != nil {
			b.OnClose()
		}
	}).Small()
	row := b.Container.Objects[1].(*fyne.Container).Objects[0].(*fyne.Container)
	row.Add(x)
	return b
}

// SetText changes the words.
func (b *Banner) SetText(parts ...Part) { b.text.SetParts(parts...) }

// Plain is a banner without line and symbol: the summary in plain words under a form.
func Plain(tone Tone, text *TextBox) *fyne.Container {
	_, ground := tone.Colors()
	return container.New(stackLayout{}, NewFill(ground, None, radiusCard), Pad(12, 16, 12, 16, text))
}

// Logo is the application's sign: a key on a brass square, as on the sign-in screen.
func Logo(px float32) *fyne.Container {
	ground := NewFill(BrandKey, None, px/4)
	ground.size = fyne.NewSquareSize(px)
	return Layers(ground, Centered(NewIcon(icons.Key, Brand, px/2)))
}
