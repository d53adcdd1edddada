package drawing

import (
	"runtime"

	"concierge/assets/locales"
)

// Words are what the person is told: a title, and what is missing, what to do about it and what the system said.
func Words(w *locales.Words, what Lack, cause string) (title, text string) {
	return w.T("drawing.title"), missing(w, what, runtime.GOOS) + "\n\n" + w.T("drawing.cause", "Cause", cause)
}

func missing(w *locales.Words, what Lack, system string) string {
	switch {
	case what == Screen && system == "windows":
		return w.T("drawing.no_screen_windows")
	case what == Screen:
		return w.T("drawing.no_screen")
	case system == "windows":
		return w.T("drawing.no_opengl_windows")
	case system == "darwin":
		return w.T("drawing.no_opengl_macos")
	default:
		return w.T("drawing.no_opengl")
	}
}
