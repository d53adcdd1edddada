package kit

import (
	"image/color"
	"strings"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Avatar is a disc with initials in a person's stable colour, or with a symbol.
type Avatar struct {
	widget.BaseWidget
	text *TextBox
	icon *Icon
	name icons.Name
	key  string
	px   float32
}

// NewAvatar makes an avatar of px pixels (32, 36 or 48).
func NewAvatar(name, key string, px float32) *Avatar {
	a := &Avatar{px: px, icon: NewIcon(icons.Mail, OnAvatar, px/2)}
	a.text = newText(SizeSmall, OnAvatar, true).OneLine().Centered()
	a.ExtendBaseWidget(a)
	a.Set(name, key)
	return a
}

// NewIconAvatar makes an avatar with a symbol on grey: somebody invited, an address that is nobody's.
func NewIconAvatar(symbol icons.Name, px float32) *Avatar {
	a := NewAvatar("", "", px)
	a.SetIcon(symbol)
	return a
}

// Set shows the initials of a name in the colour of a key.
func (a *Avatar) Set(name, key string) {
	a.name, a.key = "", key
	a.text.SetText(Initials(name))
	a.Refresh()
}

// SetIcon shows a symbol instead of initials.
func (a *Avatar) SetIcon(symbol icons.Name) {
	a.name, a.key = symbol, ""
	a.text.SetText("")
	a.Refresh()
}

// Portray shows a symbol, or without one ("") the initials of a name.
func (a *Avatar) Portray(name, key string, symbol icons.Name) {
	if symbol != "" {
		a.SetIcon(symbol)
		return
	}
	a.Set(name, key)
}

// Initials are the first letters of the first and the last word of a name, or of an address.
func Initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	f := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" .-_\u00a0'’", r) })
	if len(f) == 0 {
		return ""
	}
	first := []rune(f[0])[:1]
	if len(f) > 1 {
		first = append(first, []rune(f[len(f)-1])[0])
	}
	return strings.ToUpper(string(first))
}

var iconAvatarGround = rgb(0x6B7785)

// CreateRenderer implements fyne.Widget.
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	disc := canvas.NewCircle(color.Transparent)
	p := &parts{objs: []fyne.CanvasObject{disc, a.text, a.icon}}
	p.min = func() fyne.Size { return fyne.NewSquareSize(Scaled(a.px)) }
	p.layout = func(s fyne.Size) {
		d := min(s.Width, s.Height)
		at := fyne.NewPos((s.Width-d)/2, (s.Height-d)/2)
		disc.Move(at)
		disc.Resize(fyne.NewSquareSize(d))
		h := a.text.MinSize().Height
		a.text.Move(at.AddXY(0, (d-h)/2))
		a.text.Resize(fyne.NewSize(d, h))
		a.icon.Move(at)
		a.icon.Resize(fyne.NewSquareSize(d))
	}
	p.refresh = func() {
		disc.FillColor = KeyColor(a.key)
		a.icon.Hidden = a.name == ""
		if a.name != "" {
			disc.FillColor = iconAvatarGround
			a.icon.Set(a.name, OnAvatar)
		}
		switch {
		case a.px >= 44:
			a.text.size = SizeTitle
		case a.px >= 34:
			a.text.size = SizeBody
		default:
			a.text.size = SizeSmall
		}
		a.text.memo = textMemo{}
		p.layout(a.Size())
		disc.Refresh()
		a.text.Refresh()
	}
	p.refresh()
	return p
}
