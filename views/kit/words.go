package kit

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// SpeakFyne makes Fyne's own words (Cancel, Copy, Paste, Select all, …) those of the chosen language. Fyne follows the
// operating system's language and has no setter, so the words are registered under that language; none of them has a
// plural, so its rules do not matter. The keys are Fyne's English words.
func SpeakFyne(words map[string]string) {
	data, err := json.Marshal(words)
	if err != nil {
		slog.Error("the toolkit's words cannot be registered", "err", err)
		return
	}
	for _, l := range []string{string(lang.SystemLocale()), "en", "fr"} {
		if err := lang.AddTranslationsForLocale(data, fyne.Locale(l)); err != nil {
			slog.Error("the toolkit's words cannot be registered", "err", fmt.Errorf("locale %s: %w", l, err))
		}
	}
}
