package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Variant is the look a person chose.
type Variant int

// The looks: what the operating system says, or always one of the two.
const (
	System Variant = iota
	Light
	Dark
)

// Sizes of text. They grow with the text scale.
const (
	SizeBody    fyne.ThemeSizeName = theme.SizeNameText           // 14
	SizeSmall   fyne.ThemeSizeName = theme.SizeNameCaptionText    // 12
	SizeTitle   fyne.ThemeSizeName = theme.SizeNameSubHeadingText // 16
	SizeHeading fyne.ThemeSizeName = theme.SizeNameHeadingText    // 22
	SizeDisplay fyne.ThemeSizeName = "kitDisplay"                 // 32, for our name on the first screen
	SizeNumber  fyne.ThemeSizeName = "kitNumber"                  // 28, the figure of a StatCard
	SizeHero    fyne.ThemeSizeName = "kitHero"                    // 32, the name on the sign-in screen
	SizeTiny    fyne.ThemeSizeName = "kitTiny"                    // 11, key caps and counters

)

// Theme is the application's look: DESIGN.md's colours, radii and sizes over Fyne's own theme.
type Theme struct {
	variant Variant
	scale   float32
	base    fyne.Theme
}

// MaxScale is the largest text there is.
const MaxScale = 2

// NewTheme makes the look for a variant and a text scale. The scale is kept between 1 (100 %) and MaxScale (200 %).
func NewTheme(v Variant, scale float32) *Theme {
	return &Theme{variant: v, scale: min(max(scale, 1), MaxScale), base: theme.DefaultTheme()}
}

// Wear gives an application its look. Fyne reads all fonts anew whenever a theme is set, so one of the same look is left.
func Wear(app fyne.App, t *Theme) {
	if has, is := app.Settings().Theme().(*Theme); is && has.variant == t.variant && has.scale == t.scale {
		return
	}
	app.Settings().SetTheme(t)
}

// Variant is the look the theme was made for.
func (t *Theme) Variant() Variant { return t.variant }

// Scale is the text scale, 1 to MaxScale.
func (t *Theme) Scale() float32 { return t.scale }

// Dark tells whether the dark colours apply when the system prefers v.
func (t *Theme) Dark(v fyne.ThemeVariant) bool {
	return t.variant == Dark || (t.variant == System && v == theme.VariantDark)
}

// Color implements fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	p := lightColors
	if t.Dark(v) {
		p = darkColors
	}
	if c, ok := p[Role(name)]; ok {
		return c
	}
	if r, ok := fyneRoles[name]; ok {
		return p[r]
	}
	switch name {
	case theme.ColorNameHover:
		return withAlpha(p[Text], 0x10)
	case theme.ColorNamePressed:
		return withAlpha(p[Text], 0x1c)
	case theme.ColorNameFocus, theme.ColorNameSelection:
		return withAlpha(p[Primary], 0x40)
	case theme.ColorNameScrollBar:
		return withAlpha(p[Muted], 0xb0)
	case theme.ColorNameShadow:
		return color.NRGBA{A: 0x1c} // Fyne draws it at the edges of what scrolls
	case theme.ColorNameScrollBarBackground:
		return color.Transparent
	}
	if t.Dark(v) {
		return t.base.Color(name, theme.VariantDark)
	}
	return t.base.Color(name, theme.VariantLight)
}

// Font implements fyne.Theme.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource { return t.base.Font(s) }

// Icon implements fyne.Theme.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return t.base.Icon(n) }

// Size implements fyne.Theme.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case SizeBody:
		return 14 * t.scale
	case SizeSmall:
		return 12 * t.scale
	case SizeTitle:
		return 16 * t.scale
	case SizeDisplay:
		return 32 * t.scale
	case SizeHeading:
		return 22 * t.scale
	case SizeNumber:
		return 28 * t.scale
	case SizeHero:
		return 32 * t.scale
	case SizeTiny:
		return 11 * t.scale
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 8 * t.scale // it is what makes entries as high as buttons
	case theme.SizeNameInlineIcon:
		return 18 * t.scale
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius, theme.SizeNameButtonRadius:
		return radiusControl
	case theme.SizeNameCardRadius, theme.SizeNameDialogRadius, theme.SizeNamePopupRadius, theme.SizeNameMenuRadius:
		return radiusCard
	case theme.SizeNameModalBlurRadius:
		return 0
	}
	return t.base.Size(n)
}

const (
	radiusControl = 8
	radiusCard    = 12
)

// Scaled turns a measure drawn for 14 px text into one for the current text scale: heights of rows and controls, so that
// 150 % text still fits. Gaps and borders stay as they are.
func Scaled(v float32) float32 {
	th, _ := current()
	return v * th.scale
}

// LargeText tells whether text is so large that a dialog has no room for what would else stand still beside its content.
func LargeText() bool { return Scaled(1) > 1.5 }

// fallback is for widgets that are made before the application has its theme.
var fallback = NewTheme(Light, 1)

// current is the theme in use, and the look the system prefers.
func current() (*Theme, fyne.ThemeVariant) {
	app := fyne.CurrentApp()
	if app == nil {
		return fallback, theme.VariantLight
	}
	if th, ok := app.Settings().Theme().(*Theme); ok {
		return th, app.Settings().ThemeVariant()
	}
	return fallback, theme.VariantLight
}

// textSize is a text size of the theme in use.
func textSize(n fyne.ThemeSizeName) float32 {
	th, _ := current()
	return th.Size(n)
}

// ControlHeight is the height of buttons and fields: 36 at 100 %.
func ControlHeight() float32 { return Scaled(36) }

// RowHeight is the height of a list row: 56 at 100 %.
func RowHeight() float32 { return Scaled(56) }
