package main

import (
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"concierge/views/shell"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

const root = "../.."

// most is how many bytes all pictures of the documentation may have together: who clones the repository carries them.
const most = 3_000_000

func TestThePicturesOfTheDocumentationAreThoseThatItShows(t *testing.T) {
	all, err := shown(root)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, p := range all {
		f, err := os.Open(filepath.Join(root, filepath.FromSlash(p.file)))
		if err != nil {
			t.Errorf("%v: make docs-pictures draws it", err)
			continue
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
		if c, err := png.DecodeConfig(f); err != nil || c.Width != int(p.cfg.Size.Width) || c.Height != int(p.cfg.Size.Height) {
			t.Errorf("%s: %d by %d, %v", p.file, c.Width, c.Height, err)
		}
		f.Close()
	}
	if total > most {
		t.Errorf("the pictures have %d bytes, more than %d", total, most)
	}
	files, err := filepath.Glob(filepath.Join(root, "docs", "pictures", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	for _, file := range files {
		if !slices.ContainsFunc(all, func(p picture) bool { return filepath.Join(root, filepath.FromSlash(p.file)) == file }) {
			t.Errorf("%s is shown nowhere", file)
		}
	}
}

// What one language shows of a task the other must show too.
func TestBothLanguagesOfTheOwnersPagesShowTheSameScreens(t *testing.T) {
	scenes := func(page, lang string) (names []string) {
		content, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range linked.FindAllStringSubmatch(string(content), -1) {
			p, err := parse("docs/" + m[2])
			if err != nil || p.cfg.Lang != lang {
				t.Errorf("%s shows %s, %v", page, m[2], err)
			}
			names = append(names, p.scene)
		}
		return names
	}
	if en, fr := scenes("owners.md", "en"), scenes("proprietaires.md", "fr"); !slices.Equal(en, fr) || len(en) == 0 {
		t.Errorf("in English %v\nin French %v", en, fr)
	}
}

// A palette of 256 colours must not be seen: flat areas are exact, and no pixel is far from what was drawn.
func TestFewerColoursChangeNoPixelMuch(t *testing.T) {
	p, err := parse("docs/pictures/fr/welcome.png")
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t)
	img := p.draw()
	few := paletted(img)
	exact, b := 0, img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			was, is := rgba(img.At(x, y)), rgba(few.At(x, y))
			if was == is {
				exact++
			}
			for _, of := range channels {
				if d := int(of(was)) - int(of(is)); d > 40 || d < -40 {
					t.Fatalf("at %d,%d %v has become %v", x, y, was, is)
				}
			}
		}
	}
	if exact < b.Dx()*b.Dy()*9/10 {
		t.Errorf("only %d of %d pixels are as they were", exact, b.Dx()*b.Dy())
	}
}

// aKey is a key of the keyboard in the documentation, which says them in bold.
var aKey = regexp.MustCompile(`\*\*((?:Ctrl|Alt)\+\S+?|F\d+)\*\*`)

func TestKeysInTheDocumentationAreThoseOfTheApplication(t *testing.T) {
	has := map[string]bool{}
	for _, k := range shell.Keys() {
		key, ok := k.Shortcut.(fyne.KeyboardShortcut)
		if !ok {
			t.Fatalf("%s is no key of the keyboard", k.Does)
		}
		name := string(key.Key())
		if key.Key() == fyne.KeyLeft {
			name = "←"
		}
		switch {
		case key.Mod()&fyne.KeyModifierShortcutDefault != 0:
			name = "Ctrl+" + name
		case key.Mod()&fyne.KeyModifierAlt != 0:
			name = "Alt+" + name
		}
		has[name] = true
	}
	n := 0
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range aKey.FindAllStringSubmatch(string(content), -1) {
			n++
			if !has[m[1]] {
				t.Errorf("%s: the application has no key %s", filepath.Base(page), m[1])
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d keys were found", n)
	}
}
