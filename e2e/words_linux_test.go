package e2e

import "concierge/assets/locales"

// words are what the application says, by the keys of its texts.
type words struct{ *locales.Words }

func spoken(lang string) *words { return &words{locales.For(lang)} }
