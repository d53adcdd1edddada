package say

import (
	"time"

	"concierge/assets/locales"
)

func date(w *locales.Words, now, t time.Time) string {
	return t.In(now.Location()).Format("2006-01-02")
}

func clock(w *locales.Words, now, t time.Time) string {
	return t.In(now.Location()).Format("15:04")
}
