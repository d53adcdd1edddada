// Package shot draws what the views build, without a screen, for tests and for pictures to look at. It also finds what
// a person would complain about: labels that are cut, things the keyboard cannot reach. Only tests and the gallery use it.
package shot

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Window makes a window of the test driver with our theme, of the size given, showing content.
// It needs an app: test.NewApp or test.NewTempApp.
func Window(content fyne.CanvasObject, size fyne.Size, th fyne.Theme) fyne.Window {
	fyne.CurrentApp().Settings().SetTheme(th)
	w := test.NewWindow(nil)
	w.SetPadded(false)
	w.SetContent(kit.WithTips(content, w))
	w.Resize(size)
	Settle(w)
	return w
}

// Settle lets layouts react to texts that changed, as the real driver does before each frame.
func Settle(w fyne.Window) {
	c := w.Canvas()
	for _, o := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
		s := o.Size()
		for range 2 {
			o.Resize(s.AddWidthHeight(1, 1))
			o.Resize(s)
		}
	}
}

// PNG draws content at a size.
func PNG(content fyne.CanvasObject, size fyne.Size, th fyne.Theme) image.Image {
	w := Window(content, size, th)
	defer w.Close()
	return Capture(w)
}

// Capture draws a window with what lies over it.
func Capture(w fyne.Window) image.Image {
	Settle(w)
	return w.Canvas().Capture()
}

// Save writes a picture to a file, making its folder.
func Save(img image.Image, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}
