package kit

import (
	"strings"

	"fyne.io/fyne/v2"
)

// beyondLatin are the characters outside of Latin that the theme's bold font has and our texts use.
const beyondLatin = "–—‘’“”•…€"

// fontOf is the theme's bold font for a bold text that it has every character of, and nil for another one. Given none, the
// toolkit also opens the system's bold font for the language before it draws anything, to look in it for what is missing,
// and reads the whole of it: megabytes, before the first screen. The plain one it opens anyway, for the menu bar.
func fontOf(text string, style fyne.TextStyle) fyne.Resource {
	if !style.Bold {
		return nil
	}
	for _, r := range text {
		if (r < ' ' || r > '\u024f') && !strings.ContainsRune(beyondLatin, r) {
			return nil
		}
	}
	return fyne.CurrentApp().Settings().Theme().Font(style)
}

// sizeOf is how much room a text takes.
func sizeOf(text string, size float32, style fyne.TextStyle) fyne.Size {
	s, _ := fyne.CurrentApp().Driver().RenderedTextSize(text, size, style, fontOf(text, style))
	return s
}

// ReadFonts reads the theme's fonts, which takes longer than a frame, away from the UI goroutine. Until the channel is closed
// nothing else may measure text: the toolkit shapes it for one goroutine at a time.
func ReadFonts() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, style := range []fyne.TextStyle{{}, {Bold: true}} {
			sizeOf("Ég", textSize(SizeBody), style)
		}
	}()
	return done
}
