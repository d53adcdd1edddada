package kit

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// contrast is WCAG 2.1's contrast ratio of two opaque colours.
func contrast(a, b color.Color) float64 {
	lum := func(c color.Color) float64 {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		lin := func(v uint8) float64 {
			f := float64(v) / 255
			if f <= 0.04045 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*lin(n.R) + 0.7152*lin(n.G) + 0.0722*lin(n.B)
	}
	x, y := lum(a), lum(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

func TestEveryTextCanBeReadOnEveryGroundItStandsOn(t *testing.T) {
	grounds := []Role{Background, Surface, FieldFill, PrimarySoft, BrassSoft, DangerSoft, OKSoft, InfoSoft, NeutralSoft}
	texts := []Role{Text, Muted, Primary, Brass, Danger, OK, Info}
	pairs := [][2]Role{{OnPrimary, Primary}, {OnBrand, Brand}, {BrandKey, Brand}, {Surface, Text}} // the last is a tooltip
	for _, g := range grounds {
		for _, r := range texts {
			pairs = append(pairs, [2]Role{r, g}) // a badge in a row that is selected, a link in a banner: any may stand on any
		}
	}
	for name, p := range map[string]map[Role]color.Color{"light": lightColors, "dark": darkColors} {
		for _, pair := range pairs {
			if c := contrast(p[pair[0]], p[pair[1]]); c < 4.5 {
				t.Errorf("%s: %s on %s has %.2f:1", name, pair[0], pair[1], c)
			}
		}
		for _, c := range append(keyColors, iconAvatarGround) {
			if r := contrast(p[OnAvatar], c); r < 4.5 {
				t.Errorf("%s: initials on %v have %.2f:1", name, c, r)
			}
		}
		for _, g := range grounds {
			for what, role := range map[string]Role{"the focus ring": Primary, "the border of a control": Border, "the box to tick": Muted} {
				if r := contrast(p[role], p[g]); r < 3 {
					t.Errorf("%s: %s has %.2f:1 on %s", name, what, r, g)
				}
			}
		}
		if r := contrast(p[OnBrand], p[Brand]); r < 3 {
			t.Errorf("%s: the focus ring has %.2f:1 on the brand's colour", name, r)
		}
	}
	if len(lightColors) != len(darkColors) {
		t.Error("a role has a colour in one look only")
	}
}

func TestTheThemeFollowsTheChosenLook(t *testing.T) {
	for _, c := range []struct {
		name   string
		chosen Variant
		system fyne.ThemeVariant
		want   color.Color
	}{
		{"light stays light on a dark system", Light, theme.VariantDark, rgb(0xFFFFFF)},
		{"dark stays dark on a light system", Dark, theme.VariantLight, rgb(0x192128)},
		{"system follows a light system", System, theme.VariantLight, rgb(0xFFFFFF)},
		{"system follows a dark system", System, theme.VariantDark, rgb(0x192128)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := NewTheme(c.chosen, 1).Color(fyne.ThemeColorName(Surface), c.system); got != c.want {
				t.Errorf("surface is %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheTextScaleStaysBetween100And200Percent(t *testing.T) {
	for _, c := range []struct{ asked, want float32 }{{0, 14}, {1, 14}, {1.25, 17.5}, {1.5, 21}, {2, 28}, {9, 28}} {
		if got := NewTheme(Light, c.asked).Size(SizeBody); got != c.want {
			t.Errorf("asked for %v: body text is %v px, want %v", c.asked, got, c.want)
		}
	}
}

func TestWhatIsShownTakesTheNewColoursWhenTheLookChanges(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(NewTheme(Light, 1))
	b := NewBadge("Comptable", ToneInfo)
	body := Body("Texte")
	test.NewTempWindow(t, Column(0, b, body))
	colours := func() (badge, text color.Color) {
		bg := test.WidgetRenderer(b).Objects()[0]
		line := test.WidgetRenderer(body).Objects()[0]
		return fillOf(bg), fillOf(line)
	}
	app.Settings().SetTheme(NewTheme(Dark, 1.5))
	for _, o := range []fyne.Widget{b, body} {
		o.Refresh() // the driver refreshes everything when the theme changes
	}
	badge, text := colours()
	if badge != darkColors[InfoSoft] || text != darkColors[Text] {
		t.Errorf("badge %v, text %v are not the dark colours", badge, text)
	}
	if h := body.MinSize().Height; h < 26 {
		t.Errorf("text at 150 %% is only %v high", h)
	}
}

func TestFyneWidgetsHaveOurColours(t *testing.T) {
	th := NewTheme(Light, 1)
	for name, role := range fyneRoles {
		if got := th.Color(name, theme.VariantDark); got != lightColors[role] {
			t.Errorf("%s is %v, want %s", name, got, role)
		}
	}
}

func TestAKeyHasTheSameColourEverywhere(t *testing.T) {
	if got := KeyColor("account-1"); got != rgb(0x8A4438) {
		t.Errorf("account-1 was russet and is now %v", got)
	}
	seen := map[color.NRGBA]bool{}
	for _, k := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"} {
		seen[KeyColor(k)] = true
	}
	if len(seen) < 6 {
		t.Errorf("16 keys share %d colours", len(seen))
	}
}
