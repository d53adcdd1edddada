package kit

import "fyne.io/fyne/v2"

// CanvasOf is the canvas an object is on. The driver knows that only once the object has been drawn; for one that is
// about to be (a screen that has just been filled, a dialog's field), it is the canvas of the only window there is.
// It is nil for an object of no window.
func CanvasOf(o fyne.CanvasObject) fyne.Canvas {
	d := fyne.CurrentApp().Driver()
	if c := d.CanvasForObject(o); c != nil {
		return c
	}
	if all := d.AllWindows(); len(all) == 1 {
		return all[0].Canvas()
	}
	return nil
}
