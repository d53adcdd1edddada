// Command gallery draws every screen on sample data, in both languages, both looks and two window sizes, into a folder
// for people to look at:
//
//	go run ./views/gallery -out build/screenshots
//
// It needs no screen. What is cut is said on the way. With -docs . it draws the pictures that the documentation shows, and no
// others, into docs/pictures.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concierge/views/gallery/scene"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// cannot stands for a test: a scene that cannot be played ends the program.
type cannot struct{ testing.TB }

func (cannot) Helper() {}

func (cannot) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (c cannot) Fatalf(format string, args ...any) {
	c.Errorf(format, args...)
	os.Exit(1)
}

func main() {
	out := flag.String("out", "build/screenshots", "folder for the pictures")
	only := flag.String("only", "", "draw only scenes whose picture's name contains this")
	size := flag.Int("text", 100, "text size in percent")
	docs := flag.String("docs", "", "repository whose README and docs link the pictures to draw, into docs/pictures there, and no others")
	flag.Parse()
	nobody()
	test.NewApp()
	if *docs != "" {
		if err := document(*docs, *only); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	for _, lang := range []string{"fr", "en"} {
		for _, dark := range []bool{false, true} {
			for _, window := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1024, 640)} {
				draw(*out, *only, scene.Config{Lang: lang, Dark: dark, TextSize: *size, Size: window})
			}
		}
	}
}

// nobody makes this the computer of nobody in particular: pictures must not name the folders of whoever draws them.
func nobody() {
	err := errors.Join(os.Setenv("HOME", "/home/marie"), os.Unsetenv("XDG_CONFIG_HOME"), os.Setenv("USERPROFILE", `C:\Users\marie`))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func draw(out, only string, cfg scene.Config) {
	save := func(w fyne.Window, title string) {
		if err := shot.Save(shot.Capture(w), filepath.Join(out, title+".png")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for _, cut := range shot.CutLabels(w) {
			fmt.Println(title+": cut:", cut)
		}
	}
	for _, e := range scene.Entries() {
		if title := cfg.Title(e.Name); strings.Contains(title, only) {
			w, done := scene.Enter(cannot{}, e, cfg)
			save(w.Window, title)
			done()
		}
	}
	for _, sc := range scene.All() {
		if title := cfg.Title(sc.Name); strings.Contains(title, only) {
			s := scene.Play(cannot{}, sc, cfg)
			save(s.Window, title)
			s.Close()
		}
	}
}
