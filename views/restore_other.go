//go:build !windows

package views

import "fyne.io/fyne/v2"

// restore has nothing to do: showing a window does it.
func restore(fyne.Window) {}
