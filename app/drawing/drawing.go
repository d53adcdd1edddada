// Package drawing notices that the toolkit cannot draw on this computer, and says so to the person in words.
//
// The toolkit reports it to nobody but Go's log, and then goes on without a window, or panics: whoever started the program
// would see nothing at all, and the program would hold its data folder. So the log is watched. A journey in e2e starts the
// program where nothing can be drawn, and sees to it that the toolkit's sentences are still these.
package drawing

import (
	"io"
	"regexp"
	"strings"
	"sync"
)

// Lack is what is missing.
type Lack int

const (
	Screen Lack = iota // no desktop session to show a window in
	OpenGL             // a desktop, but nothing that draws on it as the toolkit needs: OpenGL 2.1
)

// The toolkit's sentences. The line after them is its cause, the one after that the place in its source.
var sentences = map[string]Lack{
	"failed to initialise GLFW":   Screen,
	"window creation error":       OpenGL,
	"failed to initialise OpenGL": OpenGL,
}

const (
	begins = "Fyne error:  "
	causes = "  Cause: "
	below  = "PlatformError: "
)

// What the toolkit's own toolkit, GLFW, says in one line when the system refuses something on the way to a window. It then gives no
// error back, and the toolkit goes on with a window that there is not, or panics. Only sentences of that way are meant: what fails
// later (the clipboard, a pointer's shape, a context lost for a moment) must not end anything.
var refused = map[Lack]*regexp.Regexp{
	OpenGL: regexp.MustCompile(`^(WGL|GLX|EGL): Failed to (create|load|set|retrieve|describe|make dummy)`),
	Screen: regexp.MustCompile(`^((X11|Win32): Failed to (create|register) (helper )?window|Wayland: Failed to create (window|xdg|EGL))`),
}

// Watch returns what Go's log is to be written to: it writes to w, and calls tell once, in the middle of the call that logs,
// when the toolkit says that it cannot draw. tell should end the program, and must not use Go's log: it is locked.
func Watch(w io.Writer, tell func(what Lack, cause string)) io.Writer {
	return &watching{w: w, tell: tell}
}

type watching struct {
	w    io.Writer
	tell func(Lack, string)

	mu      sync.Mutex
	told    bool
	lacking bool // the line before said what is lacking
	lack    Lack
}

// Write takes one line: Go's log writes each with one call.
func (l *watching) Write(line []byte) (int, error) {
	n, err := l.w.Write(line)
	if what, cause, found := l.heard(strings.TrimRight(string(line), "\n")); found {
		l.tell(what, cause)
	}
	return n, err
}

func (l *watching) heard(line string) (Lack, string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.told {
		return 0, "", false
	}
	if l.lacking {
		_, cause, _ := strings.Cut(line, causes)
		l.told = true
		return l.lack, cause, true
	}
	if _, cause, found := strings.Cut(line, below); found {
		for what, sentence := range refused {
			if sentence.MatchString(cause) {
				l.told = true
				return what, strings.TrimSpace(cause), true
			}
		}
	}
	if _, sentence, found := strings.Cut(line, begins); found {
		l.lack, l.lacking = sentences[sentence]
	}
	return 0, "", false
}
