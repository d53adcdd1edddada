package drawing

import (
	"os"
	"path/filepath"
	"runtime"

	"concierge/assets/locales"
)

// Words are what the person is told: a title, and what is missing, what to do about it and what the system said.
func Words(w *locales.Words, what Lack, cause string) (title, text string) {
	program, _ := os.Executable() // unknown: then nothing is found beside it
	return w.T("drawing.title"), missing(w, what, runtime.GOOS, filepath.Dir(program)) + "\n\n" + w.T("drawing.cause", "Cause", cause)
}

// brought is the folder beside the program into which Windows' installer puts Mesa, where the release has it (docs/releasing.md).
const brought = "software-opengl"

// missing says it for a system, and for the folder that the program is in.
func missing(w *locales.Words, what Lack, system, folder string) string {
	mesa := filepath.Join(folder, brought)
	switch {
	case what == Screen && system == "windows":
		return w.T("drawing.no_screen_windows")
	case what == Screen:
		return w.T("drawing.no_screen")
	case system == "windows" && there(filepath.Join(mesa, "opengl32.dll")):
		return w.T("drawing.no_opengl_windows_brought", "From", mesa, "Into", folder)
	case system == "windows":
		return w.T("drawing.no_opengl_windows")
	case system == "darwin":
		return w.T("drawing.no_opengl_macos")
	default:
		return w.T("drawing.no_opengl")
	}
}

func there(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
