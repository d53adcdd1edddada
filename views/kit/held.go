package kit

import "fyne.io/fyne/v2"

// held is a key that does something, while it is down. The toolkit hands a key that stays down to whatever has the focus,
// again and again: who presses Enter a moment too long would also press the button that gets the focus next, or answer a
// question before it can be read. So a key does something once each time it goes down.
var held struct {
	key fyne.KeyName
	by  *fyne.KeyEvent // what it did something with; nil: nothing yet
}

// acting tells whether a key does something, other than to move or to type.
func acting(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyEscape:
		return true
	}
	return false
}

// acts tells whether a key may do what it is for. An event that is handed on, from a widget to the dialog it is in, may again.
func acts(e *fyne.KeyEvent) bool {
	if !acting(e.Name) || held.key != e.Name {
		return true
	}
	if held.by == nil {
		held.by = e
	}
	return held.by == e
}

// down notes that a key has gone down, up that it no longer is.
func down(e *fyne.KeyEvent) {
	used()
	if acting(e.Name) {
		held.key, held.by = e.Name, nil
	}
}

func up(e *fyne.KeyEvent) {
	if held.key == e.Name {
		held.key, held.by = "", nil
	}
}
