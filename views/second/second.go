// Package second is the small window of a second start that the first does not answer. It offers nothing but to wait or
// to leave: ending the other one could lose what it has not sent.
package second

import (
	"strconv"

	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// Size of the window.
var Size = fyne.NewSize(520, 320)

// New makes what is in the window, and says what takes the keyboard. pid is the process that does not answer, 0 when
// that is not known.
func New(w *locales.Words, pid int, leave func()) (content fyne.CanvasObject, first fyne.Focusable) {
	button := kit.SecondaryButton(w.T("words.close"), leave)
	text := w.T("second.text")
	if pid != 0 {
		text += " " + w.T("second.process", "PID", strconv.Itoa(pid))
	}
	return kit.Scroll(kit.Pad(28, 28, 24, 28, kit.Column(14,
		kit.Row(14, kit.NewIcon(icons.Warning, kit.Brass, 28), kit.Grow(kit.Heading(w.T("second.title")))),
		kit.Body(w.T("second.waiting")),
		kit.MutedText(text),
		kit.Row(0, kit.Spacer(), button),
	))), button
}
