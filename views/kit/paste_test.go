package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestWhatIsPastedIntoALineHasNothingThatIsNotSeen(t *testing.T) {
	for _, tt := range []struct{ name, pasted, want string }{
		{"a cell of a table", "Sam Gagnon\r\n", "Sam Gagnon"},
		{"two cells and two lines", "Sam\tGagnon\r\nComptable\n", "Sam Gagnon Comptable"},
		{"an address from a web page", "\u200bsam@cabinet.example\ufeff", "sam@cabinet.example"},
		{"one from a contact card, with its direction", "\u202asam@cabinet.example\u202c", "sam@cabinet.example"},
		{"soft hyphens", "cabi\u00adnet", "cabinet"},
		{"blanks that do not break", "418\u00a0555\u202f0100", "418 555 0100"},
		{"names in other scripts", "محمد 李小龍 می\u200cخواهم", "محمد 李小龍 می\u200cخواهم"},
		{"an emoji of several", "👩\u200d🌾 Ève", "👩\u200d🌾 Ève"},
		{"blanks at the ends are the person's", " de ", " de "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			test.NewTempApp(t)
			board := test.NewClipboard()
			board.SetContent(tt.pasted)
			e := NewInput()
			changed := ""
			e.OnChanged = func(s string) { changed = s }
			e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
			if e.Text != tt.want || changed != tt.want {
				t.Errorf("%q, told as %q; want %q", e.Text, changed, tt.want)
			}
		})
	}
}

func TestAPastedSecretStaysAsItIs(t *testing.T) {
	test.NewTempApp(t)
	board := test.NewClipboard()
	board.SetContent("a\u00a0b\tc")
	e := NewSecretInput()
	if e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board}); e.Text != "a\u00a0b\tc" {
		t.Errorf("%q", e.Text)
	}
}
