package host

import (
	"time"

	"concierge/client/api"
)

const day = 24 * time.Hour

// NextReminder is when the next reminder of an end comes, after now; zero when no more do. Of an end that is set now, it
// is the first one: what would have come before is not made up for.
func NextReminder(end, now time.Time) time.Time {
	for _, days := range api.ReminderDays {
		if at := end.Add(-time.Duration(days) * day); at.After(now) {
			return at
		}
	}
	return time.Time{}
}

// DueReminder is the last reminder of an end whose moment has come, in days before the end; 0 when none has. It overtakes
// those before it that nobody was there to give.
func DueReminder(end, now time.Time) (days int) {
	for _, d := range api.ReminderDays {
		if !end.Add(-time.Duration(d) * day).After(now) {
			days = d
		}
	}
	return days
}
