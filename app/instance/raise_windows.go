package instance

import "golang.org/x/sys/windows"

var allowSetForegroundWindow = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow")

// mayRaise passes on the right to come to the front: Windows gives it to the program that the person has just started,
// and without it a window of another process would only blink in the task bar.
func mayRaise(pid int) {
	if pid > 0 && allowSetForegroundWindow.Find() == nil {
		_, _, _ = allowSetForegroundWindow.Call(uintptr(pid)) // without it the window blinks
	}
}
