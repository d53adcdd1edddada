// Command gallery draws every widget of kit in both looks into a folder, for people to look at:
//
//	go run ./views/kit/gallery build/screenshots
//
// It needs no screen. Its sample words are not in the locales because no customer sees them.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"concierge/views/kit"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func main() {
	dir := "build/screenshots"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	test.NewApp()
	for _, look := range []struct {
		name  string
		v     kit.Variant
		scale float32
	}{{"light", kit.Light, 1}, {"dark", kit.Dark, 1}, {"150", kit.Light, 1.5}} {
		for name, draw := range sheets {
			w := shot.Window(kit.Layers(), fyne.NewSize(1280, 800), kit.NewTheme(look.v, look.scale))
			draw(w)
			path := filepath.Join(dir, fmt.Sprintf("kit-%s-%s.png", name, look.name))
			if err := shot.Save(shot.Capture(w), path); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			for _, cut := range shot.CutLabels(w) {
				fmt.Println(path+": cut:", cut)
			}
			w.Close()
		}
	}
}
