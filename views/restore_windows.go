package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"golang.org/x/sys/windows"
)

var (
	user32     = windows.NewLazySystemDLL("user32.dll")
	isIconic   = user32.NewProc("IsIconic")
	showWindow = user32.NewProc("ShowWindow")
)

// restore brings a minimised window back to its size, which showing it does not do on Windows.
func restore(win fyne.Window) {
	native, ok := win.(driver.NativeWindow)
	if !ok {
		return
	}
	native.RunNative(func(context any) {
		c, ok := context.(driver.WindowsWindowContext)
		if !ok {
			return
		}
		if minimised, _, _ := isIconic.Call(c.HWND); minimised != 0 {
			const swRestore = 9
			_, _, _ = showWindow.Call(c.HWND, swRestore) // it returns how the window was
		}
	})
}
