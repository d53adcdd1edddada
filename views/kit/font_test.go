package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"golang.org/x/image/font/sfnt"
)

// A text that is given the theme's font is drawn with nothing else: the font has all of it.
func TestTheThemesBoldFontHasEveryCharacterThatIsLeftToIt(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme(Light, 1))
	bold := fyne.TextStyle{Bold: true}
	var all []rune
	for r := ' '; r <= '\u024f'; r++ {
		all = append(all, r)
	}
	for _, r := range append(all, []rune(beyondLatin)...) {
		font := fontOf(string(r), bold)
		if font == nil {
			t.Fatalf("%q is not left to the font", r)
		}
		f, err := sfnt.Parse(font.Content())
		if err != nil {
			t.Fatal(err)
		}
		if i, err := f.GlyphIndex(nil, r); (err != nil || i == 0) && r != '\u00ad' && (r < 0x7f || r > 0x9f) { // soft hyphen and control characters are drawn by none
			t.Errorf("%s has no %q", font.Name(), r)
		}
	}
	for _, text := range []string{"→", "Δ", "李", "a\tb", "☎ 418"} {
		if fontOf(text, bold) != nil {
			t.Errorf("%q is left to the theme's font", text)
		}
	}
}

// Measured with it, a text is as wide as without.
func TestATextIsAsWideInTheFontItIsGiven(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme(Light, 1))
	for _, style := range []fyne.TextStyle{{}, {Bold: true}} {
		for _, text := range []string{"Éléonore Lévesque-Côté", "« Enregistrer »", "12 345,67 € – …", "fi fl AV To"} {
			if got, want := sizeOf(text, 14, style), fyne.MeasureText(text, 14, style); got != want {
				t.Errorf("%q: %v, not %v", text, got, want)
			}
		}
	}
}
