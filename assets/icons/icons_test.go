package icons

import (
	"image/color"
	"image/png"
	"io/fs"
	"os"
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

func TestTheApplicationIconIsThereForPackaging(t *testing.T) {
	f, err := os.Open("concierge.png")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	c, err := png.DecodeConfig(f)
	if err != nil || c.Width != 512 || c.Height != 512 {
		t.Errorf("%v %v", c, err)
	}
	if !strings.HasPrefix(string(App.Content()), "<svg") {
		t.Error("the window's icon is no SVG")
	}
}
