package kit

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"concierge/assets/locales"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// fyneWords are Fyne's own words by the English it looks them up with, and our keys for them.
var fyneWords = map[string]string{
	"Advanced": "kit.fyne_advanced", "Cancel": "kit.fyne_cancel", "Confirm": "kit.fyne_confirm", "Copy": "kit.fyne_copy",
	"Create Folder": "kit.fyne_create_folder", "Cut": "kit.fyne_cut", "Enter filename": "kit.fyne_enter_filename",
	"Error": "kit.fyne_error", "Favourites": "kit.fyne_favourites", "File": "kit.fyne_file", "Folder": "kit.fyne_folder",
	"New Folder": "kit.fyne_new_folder", "No": "kit.fyne_no", "OK": "kit.fyne_ok", "Open": "kit.fyne_open",
	"Paste": "kit.fyne_paste", "Quit": "kit.fyne_quit", "Redo": "kit.fyne_redo", "Save": "kit.fyne_save",
	"Select all": "kit.fyne_select_all", "Show Hidden Files": "kit.fyne_show_hidden_files", "Undo": "kit.fyne_undo",
	"Yes": "kit.fyne_yes", "file.name": "kit.fyne_file_name", "file.parent": "kit.fyne_file_parent",
}

// Speak takes the language of the words that no screen hands in: the few by which our widgets tell screen readers how they
// stand, and Fyne's own (Cancel, Copy, Paste, Select all, …). Fyne follows the operating system's language and has no
// setter, so its words are registered under that language, and under the two that Fyne may fall back to. None of them has
// a plural, so the rules of the wrong language do no harm.
func Speak(w *locales.Words) {
	spoken.Store(w)
	texts := make(map[string]string, len(fyneWords))
	for english, key := range fyneWords {
		texts[english] = w.T(key)
	}
	data, err := json.Marshal(texts)
	if err != nil {
		slog.Error("the toolkit's words cannot be registered", "err", err)
		return
	}
	// One at a time: Fyne's table has no lock of its own.
	speak.Lock()
	defer speak.Unlock()
	for _, l := range []fyne.Locale{lang.SystemLocale(), "en", "fr"} {
		if err := lang.AddTranslationsForLocale(data, l); err != nil {
			slog.Error("the toolkit's words cannot be registered", "err", fmt.Errorf("locale %s: %w", l, err))
		}
	}
}

var speak sync.Mutex

var spoken atomic.Pointer[locales.Words]

// words are those of the language that was chosen last.
func words() *locales.Words {
	if w := spoken.Load(); w != nil {
		return w
	}
	return locales.For("")
}
