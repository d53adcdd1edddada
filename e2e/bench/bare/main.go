// Command bare opens an empty window of the toolkit: what any application of this kind costs before it does anything.
// The start and the memory of Concierge are measured against it.
package main

import (
	"image"
	"log/slog"
	"os"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})))
	w := fyneapp.NewWithID("example.concierge.bare").NewWindow("Bare")
	w.SetMaster()
	w.Resize(fyne.NewSize(1280, 800))
	// As in views/kit: the toolkit asks for this picture when it begins a frame, and for another after a refresh. When it
	// asks the second time the first frame has been, and the window is at work.
	asked := 0
	mark := canvas.NewRaster(nil)
	mark.Generator = func(int, int) image.Image {
		switch asked++; asked {
		case 1:
			mark.Refresh()
		case 2:
			slog.Debug("painted", "name", "usable")
		}
		return image.NewNRGBA(image.Rect(0, 0, 1, 1))
	}
	mark.Resize(fyne.NewSquareSize(1))
	w.SetContent(container.NewStack(container.NewWithoutLayout(mark), widget.NewLabel("Bare")))
	w.Show()
	slog.Debug("painted", "name", "window")
	fyne.CurrentApp().Run()
}
