package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// window is the running application on a screen, and what its debug log has told so far.
type window struct {
	*process
	t       *testing.T
	c       *computer
	display string
	data    string // its data folder
	words   *words

	mu     sync.Mutex
	events []event
	news   chan struct{} // closed and replaced with each event
}

// event is a line of the application's log.
type event struct {
	kind  string // the message: focus, screen, dialog, message...
	attrs map[string]string
}

func (e event) name() string { return e.attrs["name"] }

// open starts the application on the computer's screen, with its usual data folder.
func (c *computer) open(args ...string) *window {
	c.t.Helper()
	return c.openOn(c.display, args...)
}

// openOn starts it on another screen.
func (c *computer) openOn(display string, args ...string) *window {
	c.t.Helper()
	c.windows++
	name := fmt.Sprintf("application-%d", c.windows) // what its log and picture are called
	w := &window{t: c.t, c: c, display: display, data: filepath.Join(c.home, "config", "Concierge"), words: spoken("fr"), news: make(chan struct{})}
	env := append(c.env(), "DISPLAY="+display)
	w.process = c.start(name, nil, w.read, env, application, args...)
	c.t.Cleanup(func() {
		select {
		case <-w.ended:
			return
		default:
		}
		if c.t.Failed() {
			c.picture(display, name)
		}
	})
	return w
}

// read takes a line of the log.
func (w *window) read(line string) {
	e := event{attrs: map[string]string{}}
	for rest := line; rest != ""; {
		key, value, found := strings.Cut(rest, "=")
		if !found {
			break
		}
		if quoted, err := strconv.QuotedPrefix(value); err == nil {
			rest = strings.TrimPrefix(value[len(quoted):], " ")
			if value, err = strconv.Unquote(quoted); err != nil {
				break
			}
		} else {
			value, rest, _ = strings.Cut(value, " ")
		}
		if key == "msg" {
			e.kind = value
		}
		e.attrs[key] = value
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
	close(w.news)
	w.news = make(chan struct{})
}

// mark is the present end of the log: what happens after it is new.
func (w *window) mark() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.events)
}

// next waits for an event after a mark and returns it; ok is false when there was none within d.
func (w *window) next(mark int, d time.Duration, is func(event) bool) (e event, ok bool) {
	w.t.Helper()
	end := time.After(d)
	for {
		w.mu.Lock()
		rest, news := w.events[mark:], w.news
		w.mu.Unlock()
		if i := slices.IndexFunc(rest, is); i >= 0 {
			return rest[i], true
		}
		mark += len(rest)
		select {
		case <-news:
		case <-end:
			return event{}, false
		case <-w.ended:
			w.t.Fatalf("the application ended: %v", w.err)
		}
	}
}

// awaits waits for an event of a kind whose name contains the words.
func (w *window) awaits(mark int, kind, name string) event {
	w.t.Helper()
	e, ok := w.next(mark, patience, func(e event) bool { return e.kind == kind && strings.Contains(e.name(), name) })
	if !ok {
		w.t.Fatalf("waited in vain for %s %q; since then: %s", kind, name, w.since(mark))
	}
	return e
}

// since tells what happened after a mark, for messages.
func (w *window) since(mark int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var said []string
	for _, e := range w.events[mark:] {
		if n := e.name(); n != "" {
			said = append(said, e.kind+" "+strconv.Quote(n))
		}
	}
	return strings.Join(said, ", ")
}

// focused is what has the keyboard, as a screen reader would say it.
func (w *window) focused() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range slices.Backward(w.events) {
		if e.kind == "focus" {
			return e.name()
		}
	}
	return ""
}

// xdotool plays keyboard and mouse.
func (w *window) xdotool(args ...string) {
	w.t.Helper()
	w.c.tool(nil, append(os.Environ(), "DISPLAY="+w.display), "xdotool", args...)
}

// press presses keys one after the other, by their X names: Tab, Return, ctrl+k.
func (w *window) press(keys ...string) {
	w.t.Helper()
	w.xdotool(append([]string{"key", "--delay", "30"}, keys...)...)
}

// typed types text where the keyboard is.
func (w *window) typed(text string) {
	w.t.Helper()
	w.xdotool("type", "--delay", "25", text)
}

// retype replaces what stands in a field.
func (w *window) retype(text string) {
	w.t.Helper()
	w.press("ctrl+a", "Delete")
	w.typed(text)
}

// click clicks with the mouse. Only the top bar has places that are known without looking.
func (w *window) click(x, y int) {
	w.t.Helper()
	w.xdotool("mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
}

// wait until the keyboard is on something, without doing anything for it.
func (w *window) at(mark int, name string) {
	w.t.Helper()
	w.awaits(mark, "focus", name)
}

// does presses keys and waits for what they lead to.
func (w *window) does(kind, name string, keys ...string) event {
	w.t.Helper()
	mark := w.mark()
	w.press(keys...)
	return w.awaits(mark, kind, name)
}

// finishes presses what ends a dialog, and waits until it has gone and its outcome is told.
func (w *window) finishes(dialog, told string, keys ...string) {
	w.t.Helper()
	mark := w.mark()
	w.press(keys...)
	w.awaits(mark, "message", told)
	w.awaits(mark, "dialog closed", dialog)
}

// maxTabs is how far away something may be by Tab; more is not usable by keyboard.
const maxTabs = 60

// tab goes on by Tab until the keyboard is on something, as a person does who cannot use a mouse.
func (w *window) tab(name string) { w.t.Helper(); w.walk("Tab", name) }

// tabBack does so by Shift and Tab.
func (w *window) tabBack(name string) { w.t.Helper(); w.walk("shift+Tab", name) }

// down goes on by the arrow, in lists and menus.
func (w *window) down(name string) { w.t.Helper(); w.walk("Down", name) }

func (w *window) walk(key, name string) {
	w.t.Helper()
	passed := []string{w.settled()}
	for !strings.Contains(passed[len(passed)-1], name) {
		if len(passed) == maxTabs {
			w.t.Fatalf("%q is not reached by %s; passed %q", name, key, passed)
		}
		at := w.step(key)
		if strings.Contains(at, name) {
			at = w.settled()
		}
		passed = append(passed, at)
	}
}

// quiet is how long nothing gets the keyboard when what was pressed before has been seen to. An answer that takes
// longer is not lost: walking goes on from where the keyboard then is.
const quiet = 150 * time.Millisecond

// settled is where the keyboard is once nothing moves it any more: a screen that is filled may do so more than once.
func (w *window) settled() string {
	w.t.Helper()
	for moves := true; moves; {
		_, moves = w.next(w.mark(), quiet, isFocus)
	}
	return w.focused()
}

func isFocus(e event) bool { return e.kind == "focus" }

// step presses a key that goes on to something else, and says to what.
func (w *window) step(key string) string {
	w.t.Helper()
	mark, from := w.mark(), w.focused()
	w.press(key)
	e, ok := w.next(mark, patience, isFocus)
	if !ok {
		w.t.Fatalf("%s leads nowhere from %q", key, from)
	}
	if e.name() == from { // another thing of that name, or the same thing told once more
		return w.settled()
	}
	return e.name()
}

// endsWell waits until the application has ended by itself.
func (w *window) endsWell() {
	w.t.Helper()
	select {
	case <-w.ended:
	case <-time.After(patience):
		w.t.Fatal("the application does not end")
	}
	if w.err != nil {
		w.t.Errorf("the application ended with %v", w.err)
	}
}
