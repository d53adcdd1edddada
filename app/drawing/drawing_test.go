package drawing

import (
	"bytes"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concierge/assets/locales"
)

type told struct {
	what  Lack
	cause string
}

func TestTheToolkitsComplaintIsHeard(t *testing.T) {
	const place = "  At: driver.go:180"
	for name, c := range map[string]struct {
		lines []string
		want  []told
	}{
		"no desktop session": {
			[]string{"Fyne error:  failed to initialise GLFW", "  Cause: PlatformUnavailable: none", place},
			[]told{{Screen, "PlatformUnavailable: none"}},
		},
		"no window with OpenGL": {
			[]string{"Fyne error:  window creation error", "  Cause: VersionUnavailable: WGL: 1.1", place},
			[]told{{OpenGL, "VersionUnavailable: WGL: 1.1"}},
		},
		"functions of OpenGL are missing": {
			[]string{"Fyne error:  failed to initialise OpenGL", "  Cause: glBlendEquation", place},
			[]told{{OpenGL, "glBlendEquation"}},
		},
		"without a cause it is told all the same": {
			[]string{"Fyne error:  window creation error", place},
			[]told{{OpenGL, ""}},
		},
		"twice is told once": {
			[]string{"Fyne error:  window creation error", "  Cause: a", place, "Fyne error:  window creation error", "  Cause: b", place},
			[]told{{OpenGL, "a"}},
		},
		"Windows refuses what OpenGL draws in, and the toolkit goes on without a window": {
			[]string{"PlatformError: WGL: Failed to set pixel format for dummy context: Invalid window handle. "},
			[]told{{OpenGL, "WGL: Failed to set pixel format for dummy context: Invalid window handle."}},
		},
		"there is no opengl32.dll": {
			[]string{"PlatformError: WGL: Failed to load opengl32.dll"},
			[]told{{OpenGL, "WGL: Failed to load opengl32.dll"}},
		},
		"X11 refuses the window": {
			[]string{"PlatformError: X11: Failed to create window"},
			[]told{{Screen, "X11: Failed to create window"}},
		},
		"Windows gives no desktop": {
			[]string{"PlatformError: Win32: Failed to create helper window: Success. "},
			[]told{{Screen, "Win32: Failed to create helper window: Success."}},
		},
		"a pointer's shape ends nothing": {
			[]string{"PlatformError: Win32: Failed to create standard cursor", "PlatformError: X11: Failed to create standard cursor"},
			nil,
		},
		"a context that is lost for a moment ends nothing": {
			[]string{"PlatformError: WGL: Failed to make context current: The handle is invalid."},
			nil,
		},
		"nor does the clipboard": {
			[]string{"PlatformError: Win32: Failed to open clipboard: Access denied.", "PlatformError: X11: Failed to become owner of clipboard selection"},
			nil,
		},
		"another complaint is none of ours": {
			[]string{"Fyne error:  failed to watch theme settings", "  Cause: exec: not found", place},
			nil,
		},
		"what others log is not the toolkit's": {
			[]string{"window creation error", "  Cause: somebody wrote so"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			var heard []told
			l := log.New(Watch(&out, func(what Lack, cause string) { heard = append(heard, told{what, cause}) }), "", 0)
			for _, line := range c.lines {
				l.Println(line)
			}
			if len(heard) != len(c.want) || (len(heard) > 0 && heard[0] != c.want[0]) {
				t.Errorf("told %v, want %v", heard, c.want)
			}
			if want := strings.Join(c.lines, "\n") + "\n"; out.String() != want {
				t.Errorf("the log has %q, want %q", out.String(), want)
			}
		})
	}
}

// The application's log takes over Go's: what is watched is what goes through it.
func TestItIsHeardBesideTheApplicationsLog(t *testing.T) {
	was, flags, writer := slog.Default(), log.Flags(), log.Writer()
	defer func() {
		slog.SetDefault(was)
		log.SetOutput(writer)
		log.SetFlags(flags)
	}()
	var out bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	var heard []told
	log.SetOutput(Watch(log.Writer(), func(what Lack, cause string) { heard = append(heard, told{what, cause}) }))
	log.Println("Fyne error: ", "window creation error")
	log.Println("  Cause:", "no GLX")
	if len(heard) != 1 || heard[0] != (told{OpenGL, "no GLX"}) {
		t.Errorf("told %v", heard)
	}
	if !strings.Contains(out.String(), `msg="Fyne error:  window creation error"`) {
		t.Errorf("the log has %q", out.String())
	}
}

func TestWhatIsMissingIsSaidInBothLanguagesWithWhatToDo(t *testing.T) {
	for _, lang := range locales.Languages() {
		w := locales.For(lang)
		for _, system := range []string{"windows", "linux", "darwin"} {
			if text := missing(w, OpenGL, system, t.TempDir()); !strings.Contains(text, "OpenGL") {
				t.Errorf("%s, %s: %s", lang, system, text)
			}
		}
		if text := missing(w, OpenGL, "windows", t.TempDir()); !strings.Contains(text, "opengl32.dll") {
			t.Errorf("%s: what to put beside the program is not said: %s", lang, text)
		}
		title, text := Words(w, Screen, "no platform")
		if title == "" || !strings.Contains(text, "no platform") || strings.Contains(text, "OpenGL") {
			t.Errorf("%s: %s: %s", lang, title, text)
		}
	}
}

func TestWhereMesaCameWithTheProgramItIsSaidWhatToCopyWhere(t *testing.T) {
	folder := t.TempDir()
	mesa := filepath.Join(folder, "software-opengl")
	if err := os.Mkdir(mesa, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, lang := range locales.Languages() {
		w := locales.For(lang)
		if text := missing(w, OpenGL, "windows", folder); strings.Contains(text, mesa) {
			t.Errorf("%s: the folder is empty: %s", lang, text)
		}
	}
	if err := os.WriteFile(filepath.Join(mesa, "opengl32.dll"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, lang := range locales.Languages() {
		w := locales.For(lang)
		if text := missing(w, OpenGL, "windows", folder); !strings.Contains(text, mesa) || strings.Count(text, folder) != 2 {
			t.Errorf("%s: %s", lang, text)
		}
		if text := missing(w, OpenGL, "linux", folder); strings.Contains(text, folder) {
			t.Errorf("%s: Windows' files are of no use there: %s", lang, text)
		}
	}
}
