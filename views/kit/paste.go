package kit

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
)

// asLine hands a clipboard's text to an entry of one line without what nobody sees there. Cells of a table come with tabs and line
// ends, addresses from e-mails and web pages with signs that have no width: hosts refuse them, and who looks at the field
// finds nothing wrong with it.
type asLine struct{ fyne.Clipboard }

// Content implements fyne.Clipboard.
func (c asLine) Content() string { return line(c.Clipboard.Content()) }

// line is a text as one line: its ends cut off where they are line ends or tabs, other ones a blank each, and without signs
// that are not seen. The joiners of Persian, of Indian scripts and of emoji stay.
func line(text string) string {
	text = strings.Trim(text, "\r\n\t\v\f")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r): // the latter also those that do not break, as beside French signs
			return ' '
		case r == '\u200c', r == '\u200d':
			return r
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}
