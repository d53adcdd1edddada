package icons

import (
	"image/color"
	"io/fs"
	"strings"
	"testing"
)

func TestEverySymbolTakesTheColourItIsAskedFor(t *testing.T) {
	files, err := fs.Glob(symbols, "lucide/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatal("no symbols", err)
	}
	for _, f := range files {
		n := Name(strings.TrimSuffix(strings.TrimPrefix(f, "lucide/"), ".svg"))
		r := Tinted(n, color.NRGBA{R: 0x0b, G: 0x6a, B: 0x6b, A: 0xff})
		if !strings.Contains(string(r.Content()), "#0b6a6b") || strings.Contains(string(r.Content()), "currentColor") {
			t.Errorf("%s is not drawn in the colour", n)
		}
	}
}
