package drawing

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// Tell shows it in a box of the system's own, which needs no OpenGL: a program with windows has no terminal here. It returns
// when the person has read it.
func Tell(title, text string) {
	fmt.Fprintf(os.Stderr, "%s\n\n%s\n", title, text)
	t, err := windows.UTF16PtrFromString(title)
	if err != nil {
		return
	}
	m, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return
	}
	if _, err := windows.MessageBox(0, m, t, windows.MB_OK|windows.MB_ICONERROR|windows.MB_SETFOREGROUND); err != nil {
		fmt.Fprintln(os.Stderr, "concierge:", err)
	}
}
