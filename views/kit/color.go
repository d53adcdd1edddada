package kit

import (
	"hash/fnv"
	"image/color"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Role is what a colour is for. Widgets keep roles, never colours, and look them up when they draw.
type Role fyne.ThemeColorName

// The roles of DESIGN.md.
const (
	Background Role = "kitBackground"
	Surface    Role = "kitSurface"
	Line       Role = "kitLine"
	// Border is around what can be pressed or typed into. It is darker than Line, which only parts things: without it nobody
	// with weak eyes would see that there is a field.
	Border      Role = "kitBorder"
	Text        Role = "kitText"
	Muted       Role = "kitMuted"
	Primary     Role = "kitPrimary"
	OnPrimary   Role = "kitOnPrimary"
	PrimarySoft Role = "kitPrimarySoft"
	Brass       Role = "kitBrass"
	BrassSoft   Role = "kitBrassSoft"
	Danger      Role = "kitDanger"
	DangerSoft  Role = "kitDangerSoft"
	OK          Role = "kitOK"
	OKSoft      Role = "kitOKSoft"
	Info        Role = "kitInfo"
	InfoSoft    Role = "kitInfoSoft"
	// NeutralSoft is under neutral badges and the hovered menu line.
	NeutralSoft Role = "kitNeutralSoft"
	// FieldFill is inside entries: white in the light look, the page's colour in the dark one.
	FieldFill Role = "kitField"
	// Backdrop lies over the window behind a dialog.
	Backdrop Role = "kitBackdrop"
	// Brand is the deep teal of the sign-in panel and the application icon, OnBrand the text on it, BrandKey the brass of its key.
	Brand    Role = "kitBrand"
	OnBrand  Role = "kitOnBrand"
	BrandKey Role = "kitBrandKey"
	// OnAvatar is the text on avatars, which have the same colours in both looks.
	OnAvatar Role = "kitOnAvatar"
	// None draws nothing.
	None Role = "kitNone"
)

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func withAlpha(c color.Color, a uint8) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = a
	return n
}

var lightColors = map[Role]color.Color{
	Background: rgb(0xF5F6F8), Surface: rgb(0xFFFFFF), Line: rgb(0xE2E6EB), Border: rgb(0x7A8692), Text: rgb(0x17212B), Muted: rgb(0x586573),
	Primary: rgb(0x0B6A6B), OnPrimary: rgb(0xFFFFFF), PrimarySoft: rgb(0xE0F1F0),
	Brass: rgb(0x8A5A10), BrassSoft: rgb(0xFBF0DA), Danger: rgb(0xB42318), DangerSoft: rgb(0xFCEBE9),
	OK: rgb(0x1B7343), OKSoft: rgb(0xE3F4E9), Info: rgb(0x2256A0), InfoSoft: rgb(0xE5EDF9),
	NeutralSoft: rgb(0xEDF0F3), FieldFill: rgb(0xFFFFFF), Backdrop: color.NRGBA{R: 0x11, G: 0x17, B: 0x1C, A: 0x73},
	Brand: rgb(0x0C4F4F), OnBrand: rgb(0xFFFFFF), BrandKey: rgb(0xE3B667), OnAvatar: rgb(0xFFFFFF), None: color.Transparent,
}

var darkColors = map[Role]color.Color{
	Background: rgb(0x11171C), Surface: rgb(0x192128), Line: rgb(0x2A343D), Border: rgb(0x73808C), Text: rgb(0xE8EDF1), Muted: rgb(0x9BA8B4),
	Primary: rgb(0x4DBDB6), OnPrimary: rgb(0x11171C), PrimarySoft: rgb(0x15373A),
	Brass: rgb(0xE3B667), BrassSoft: rgb(0x3A2D14), Danger: rgb(0xF28B82), DangerSoft: rgb(0x40201D),
	OK: rgb(0x6FCF97), OKSoft: rgb(0x173626), Info: rgb(0x8AB4F8), InfoSoft: rgb(0x1B2C47),
	NeutralSoft: rgb(0x25303A), FieldFill: rgb(0x11171C), Backdrop: color.NRGBA{A: 0x99},
	Brand: rgb(0x0C4F4F), OnBrand: rgb(0xFFFFFF), BrandKey: rgb(0xE3B667), OnAvatar: rgb(0xFFFFFF), None: color.Transparent,
}

// fyneRoles gives Fyne's own widgets (scroll bars, file dialogs, menus) our colours.
var fyneRoles = map[fyne.ThemeColorName]Role{
	theme.ColorNameBackground:          Background,
	theme.ColorNameForeground:          Text,
	theme.ColorNameButton:              Surface,
	theme.ColorNameDisabledButton:      Background,
	theme.ColorNameDisabled:            Muted,
	theme.ColorNameError:               Danger,
	theme.ColorNameForegroundOnError:   Surface,
	theme.ColorNameForegroundOnPrimary: OnPrimary,
	theme.ColorNameForegroundOnSuccess: Surface,
	theme.ColorNameForegroundOnWarning: Surface,
	theme.ColorNameHeaderBackground:    Surface,
	theme.ColorNameHyperlink:           Primary,
	theme.ColorNameInputBackground:     FieldFill,
	theme.ColorNameInputBorder:         Border,
	theme.ColorNameMenuBackground:      Surface,
	theme.ColorNameOverlayBackground:   Surface,
	theme.ColorNamePlaceHolder:         Muted,
	theme.ColorNamePrimary:             Primary,
	theme.ColorNameSeparator:           Line,
	theme.ColorNameSuccess:             OK,
	theme.ColorNameWarning:             Brass,
}

// Color is a role's colour in the current theme. Ask while drawing (in a renderer's Refresh), do not keep it.
func Color(r Role) color.Color {
	th, v := current()
	return th.Color(fyne.ThemeColorName(r), v)
}

// Tone is the mood of a badge or a banner.
type Tone int

// The tones.
const (
	ToneNeutral Tone = iota
	TonePrimary
	ToneInfo
	ToneBrass
	ToneDanger
	ToneOK
)

// Colors gives the text and the ground of a tone.
func (t Tone) Colors() (text, ground Role) {
	switch t {
	case TonePrimary:
		return Primary, PrimarySoft
	case ToneInfo:
		return Info, InfoSoft
	case ToneBrass:
		return Brass, BrassSoft
	case ToneDanger:
		return Danger, DangerSoft
	case ToneOK:
		return OK, OKSoft
	}
	return Text, NeutralSoft
}

// symbol is the mood as a shape.
func (t Tone) symbol() icons.Name {
	switch t {
	case ToneDanger:
		return icons.CircleAlert
	case ToneBrass:
		return icons.Warning
	case ToneOK:
		return icons.CircleCheck
	}
	return icons.Info
}

// keyColors are grounds on which white text keeps 4.5:1.
var keyColors = []color.NRGBA{
	rgb(0x7B4F9D), rgb(0x2F6E91), rgb(0x9A5B13), rgb(0x3A7A52), rgb(0x5B6775), rgb(0xBC4110),
	rgb(0x0B6A6B), rgb(0x9C3D6B), rgb(0x4A5BA8), rgb(0x6B6A1E), rgb(0x8A4438), rgb(0x33707A),
}

// KeyColor is the stable colour of a key (an account's or a person's id): the same on every computer and every day.
func KeyColor(key string) color.NRGBA {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // never fails, by its documentation
	return keyColors[h.Sum32()%uint32(len(keyColors))]
}
