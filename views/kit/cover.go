package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// cover is what lies over a whole window, and all that it has put away meanwhile. While it lies there nothing else is in
// the window: what is not in it can be neither seen, nor read by a screen reader, nor get a key or the focus. Content,
// dialogs, keys and the menu bar that are set meanwhile go to what is put away, and are there when the cover goes.
type cover struct {
	content  fyne.CanvasObject
	overlays []fyne.CanvasObject
	focus    fyne.Focusable
	keys     func(*fyne.KeyEvent)
	menu     *fyne.MainMenu
	mark     *canvas.Raster
}

// covers is touched by the UI goroutine only, as all of kit.
var covers = map[fyne.Canvas]*cover{}

// Covered tells whether a window is covered.
func Covered(win fyne.Window) bool { return covers[win.Canvas()] != nil }

// Cover puts something in place of all that a window has: its content, dialogs, menus, messages, menu bar and keys. keys
// gets what nothing on the cover has a use for. What is set for the window by the functions of this file waits below.
func Cover(win fyne.Window, content fyne.CanvasObject, keys func(*fyne.KeyEvent)) {
	c := win.Canvas()
	if covers[c] != nil {
		return
	}
	below := &cover{content: win.Content(), overlays: slices.Clone(c.Overlays().List()), focus: c.Focused(), keys: c.OnTypedKey(), menu: win.MainMenu(), mark: mark}
	c.Unfocus() // who had it lets go of it: an entry stops blinking, and says what is wrong with what was typed
	if len(below.overlays) > 0 {
		c.Overlays().Remove(below.overlays[0])
		c.Unfocus()
	}
	covers[c] = below
	win.SetContent(Marked(content))
	win.SetMainMenu(nil)
	c.SetOnTypedKey(keys)
}

// Uncover puts everything back where it was, with the focus.
func Uncover(win fyne.Window) {
	c := win.Canvas()
	below := covers[c]
	if below == nil {
		return
	}
	delete(covers, c)
	mark = below.mark
	c.Unfocus()
	win.SetContent(below.content)
	win.SetMainMenu(below.menu)
	for _, o := range below.overlays {
		c.Overlays().Add(o)
		o.Refresh() // the colours may be others now
	}
	c.SetOnTypedKey(below.keys)
	below.content.Refresh()
	if mark != nil && len(unpainted) > 0 {
		mark.Refresh() // somebody waits for what stands there now
	}
	if below.focus != nil {
		c.Focus(below.focus)
	}
}

// SetContent fills a window, below its cover if it has one. Dialogs and menus over what was there go.
func SetContent(win fyne.Window, content fyne.CanvasObject) {
	c := win.Canvas()
	for top := topOf(c); top != nil; top = topOf(c) {
		removeOverlay(c, top)
	}
	if below := covers[c]; below != nil {
		below.content, below.focus, below.mark = content, nil, mark
		mark = nil
		return
	}
	win.SetContent(content)
}

// SetMenu sets a window's menu bar, nil for none. Where the system shows the bar itself it stays while the window is
// covered, so what it has does nothing then, except to quit.
func SetMenu(win fyne.Window, m *fyne.MainMenu) {
	c := win.Canvas()
	if m != nil {
		for _, menu := range m.Items {
			for _, item := range menu.Items {
				if do := item.Action; do != nil && !item.IsQuit {
					item.Action = func() {
						if covers[c] == nil {
							do()
						}
					}
				}
			}
		}
	}
	if below := covers[c]; below != nil {
		below.menu = m
		return
	}
	win.SetMainMenu(m)
}

// SetKeys sets what gets the keys that nothing in a window has a use for.
func SetKeys(win fyne.Window, keys func(*fyne.KeyEvent)) {
	setKeys(win.Canvas(), func(e *fyne.KeyEvent) {
		if acts(e) {
			keys(e)
		}
	})
}

// HasOverlay tells whether a dialog or a menu lies over a window's content, also below a cover.
func HasOverlay(win fyne.Window) bool { return topOf(win.Canvas()) != nil }

func setKeys(c fyne.Canvas, keys func(*fyne.KeyEvent)) {
	if below := covers[c]; below != nil {
		below.keys = keys
		return
	}
	c.SetOnTypedKey(keys)
}

func keysOf(c fyne.Canvas) func(*fyne.KeyEvent) {
	if below := covers[c]; below != nil {
		return below.keys
	}
	return c.OnTypedKey()
}

func overlaysOf(c fyne.Canvas) []fyne.CanvasObject {
	if below := covers[c]; below != nil {
		return below.overlays
	}
	return c.Overlays().List()
}

func topOf(c fyne.Canvas) fyne.CanvasObject {
	if all := overlaysOf(c); len(all) > 0 {
		return all[len(all)-1]
	}
	return nil
}

func addOverlay(c fyne.Canvas, o fyne.CanvasObject) {
	if below := covers[c]; below != nil {
		below.overlays = append(below.overlays, o)
		return
	}
	c.Overlays().Add(o)
}

// removeOverlay takes an overlay away, and what lies above it.
func removeOverlay(c fyne.Canvas, o fyne.CanvasObject) {
	if below := covers[c]; below != nil {
		if i := slices.Index(below.overlays, o); i >= 0 {
			below.overlays = slices.Clone(below.overlays[:i])
		}
		return
	}
	c.Overlays().Remove(o)
}

func focusedOf(c fyne.Canvas) fyne.Focusable {
	if below := covers[c]; below != nil {
		return below.focus
	}
	return c.Focused()
}

func focusOn(c fyne.Canvas, f fyne.Focusable) {
	if below := covers[c]; below != nil {
		below.focus = f
		return
	}
	c.Focus(f)
}
