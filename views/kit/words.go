package kit

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"

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

// SpeakFyne makes Fyne's own words (Cancel, Copy, Paste, Select all, …) those of a language. Fyne follows the operating
// system's language and has no setter, so the words are registered under that language, and under the two that Fyne may
// fall back to. None of them has a plural, so the rules of the wrong language do no harm.
func SpeakFyne(w *locales.Words) {
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
