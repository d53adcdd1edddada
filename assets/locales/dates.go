package locales

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Date is a day in words: "30 avril 2027", "April 30, 2027".
func (w *Words) Date(t time.Time) string {
	t = t.Local()
	return w.T("dates.date", "Day", w.day(t), "Month", w.T(fmt.Sprintf("dates.month_%d", t.Month())), "Year", t.Year())
}

// day is the number of the day; French writes the first of a month «1er».
func (w *Words) day(t time.Time) string {
	if t.Day() == 1 {
		return w.T("dates.first")
	}
	return strconv.Itoa(t.Day())
}

// ShortDate is a day for lists: "mer. 18 nov.", "Wed, Nov 18". A day of another year than now's has its year instead of
// the weekday: "18 nov. 2025", "Nov 18, 2025".
func (w *Words) ShortDate(now, t time.Time) string {
	now, t = now.Local(), t.Local()
	month := w.T(fmt.Sprintf("dates.month_short_%d", t.Month()))
	if t.Year() != now.Year() {
		return w.T("dates.short_date_year", "Day", w.day(t), "Month", month, "Year", t.Year())
	}
	return w.T("dates.short_date", "Day", w.day(t), "Month", month, "Weekday", w.T(fmt.Sprintf("dates.day_short_%d", t.Weekday())))
}

// ShortDateTime is a moment for lists: "mer. 18 nov. 09 h 40", "Wed, Nov 18, 9:40 AM". French hours have two digits where
// they stand below each other. It never has a year: for moments that may be far away there is ShortDate.
func (w *Words) ShortDateTime(t time.Time) string {
	return w.T("dates.short_date_time", "Date", w.ShortDate(t, t), "Clock", w.clock("dates.clock", t, "%02d"))
}

// Clock is a time of day: "14 h 02", "9 h 40", "2:02 PM".
func (w *Words) Clock(t time.Time) string { return w.clock("dates.clock", t, "%d") }

// ClockSeconds is a time of day to the second, for results that come one after the other: "14 h 02 min 11 s".
func (w *Words) ClockSeconds(t time.Time) string { return w.clock("dates.clock_seconds", t, "%02d") }

func (w *Words) clock(key string, t time.Time, hour string) string {
	t = t.Local()
	two := func(n int) string { return fmt.Sprintf("%02d", n) }
	return w.T(key, "Hour", fmt.Sprintf(hour, t.Hour()), "Minute", two(t.Minute()), "Second", two(t.Second()),
		"Hour12", (t.Hour()+11)%12+1, "Half", t.Format("PM"))
}

// AsOf says a text of which {{.Time}} is a moment that has passed: a time of day, or with another text, whose key ends in
// "_day", the day too when that is not today.
func (w *Words) AsOf(key string, now, t time.Time) string {
	if Days(now, t) == 0 {
		return w.T(key, "Time", w.Clock(t))
	}
	return w.T(key+"_day", "Time", w.T("dates.short_date_time", "Date", w.ShortDate(now, t), "Clock", w.Clock(t)))
}

// Days counts how many midnights of the local time zone lie between two moments; negative when b is before a. It does
// not count hours: 23:59 and 0:01 are a day apart, and a day with a change of the clock is one day.
func Days(a, b time.Time) int {
	a, b = a.Local(), b.Local()
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour))
}

// Ago is how long ago a day was: "aujourd'hui", "hier", "il y a 5 jours", and weeks, months and years when it is long
// ago. A moment in the future is told as In does.
func (w *Words) Ago(now, t time.Time) string {
	d := Days(t, now)
	switch {
	case d < 0:
		return w.In(now, t)
	case d == 0:
		return w.T("dates.today")
	case d == 1:
		return w.T("dates.yesterday")
	}
	return w.span("dates.ago_", d)
}

// In is when a day will be: "aujourd'hui", "demain", "dans 2 jours". A moment in the past is told as Ago does.
func (w *Words) In(now, t time.Time) string {
	d := Days(now, t)
	switch {
	case d < 0:
		return w.Ago(now, t)
	case d == 0:
		return w.T("dates.today")
	case d == 1:
		return w.T("dates.tomorrow")
	}
	return w.span("dates.in_", d)
}

// span takes days up to 20, weeks up to two months, months up to two years, then years; always rounded down, so that
// nobody is told of more time than there is.
func (w *Words) span(key string, days int) string {
	switch {
	case days <= 20:
		return w.N(key+"days", days)
	case days < 61:
		return w.N(key+"weeks", days/7)
	case days < 730:
		return w.N(key+"months", int(float64(days)/30.44))
	}
	return w.N(key+"years", int(float64(days)/365.25))
}

// List joins words: "a, b et c", "a, b and c".
func (w *Words) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	head := items[0]
	for _, it := range items[1 : len(items)-1] {
		head = w.T("dates.list_more", "A", head, "B", it)
	}
	return w.T("dates.list_two", "A", head, "B", items[len(items)-1])
}

// Number writes a whole number with its thousands apart: "1 234" (with a no-break space), "1,234".
func (w *Words) Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var groups []string
	for len(s) > 3 {
		groups = append([]string{s[len(s)-3:]}, groups...)
		s = s[:len(s)-3]
	}
	return sign + strings.Join(append([]string{s}, groups...), w.T("dates.thousands"))
}

// Decimal writes a number with so many decimals: "1 234,5", "1,234.5".
func (w *Words) Decimal(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil {
		return strconv.FormatFloat(v, 'g', -1, 64) // too large for thousands, infinite, not a number
	}
	out := w.Number(n)
	if frac != "" {
		out += w.T("dates.decimal") + frac
	}
	if v < 0 && strings.Trim(s, "0.") != "" {
		out = "-" + out
	}
	return out
}
