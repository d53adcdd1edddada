// Package dates writes and reads days as people write them, in French and English, since the toolkit knows English only. It
// knows nothing of what a day is the end or beginning of.
package dates

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"concierge/app/access"
	"concierge/assets/locales"
)

// monthName is a month in words: "avril", "April".
func monthName(w *locales.Words, m time.Month) string {
	return w.T(fmt.Sprintf("dates.month_%d", int(m)))
}

// EndOfDay is the last second of a day, so that access until April 30 includes April 30.
func EndOfDay(year int, m time.Month, day int, loc *time.Location) time.Time {
	return time.Date(year, m, day, 23, 59, 59, 0, loc)
}

// Parse reads a day as people type it: "30 avril 2027", "April 30, 2027", "30 avr.", "2027-04-30", "30/04/2027".
// Without a year it is the next such day. A date in figures only is refused where day and month cannot be told apart
// (04/05/2027). The answer is the end of that day in the zone of now.
func Parse(text string, now time.Time) (time.Time, bool) {
	var numbers []int
	var month time.Month
	yearFirst := false
	for i, f := range strings.FieldsFunc(access.Fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		n, err := strconv.Atoi(strings.TrimRightFunc(f, unicode.IsLetter)) // 1er, 1st
		switch {
		case err == nil:
			numbers = append(numbers, n)
			yearFirst = yearFirst || i == 0 && len(f) == 4
		case f == "le" || f == "the" || f == "of":
		default:
			m, ok := monthOf(f)
			if !ok || month != 0 {
				return time.Time{}, false
			}
			month = m
		}
	}
	day, year := 0, 0
	switch {
	case month != 0 && len(numbers) == 1:
		day = numbers[0]
	case month != 0 && len(numbers) == 2 && yearFirst:
		year, day = numbers[0], numbers[1]
	case month != 0 && len(numbers) == 2:
		day, year = numbers[0], numbers[1]
	case month == 0 && len(numbers) == 3 && yearFirst:
		year, month, day = numbers[0], time.Month(numbers[1]), numbers[2]
	case month == 0 && len(numbers) == 3 && numbers[0] > 12:
		day, month, year = numbers[0], time.Month(numbers[1]), numbers[2]
	case month == 0 && len(numbers) == 3 && (numbers[1] > 12 || numbers[0] == numbers[1]):
		month, day, year = time.Month(numbers[0]), numbers[1], numbers[2]
	default:
		return time.Time{}, false
	}
	if year == 0 {
		year = now.Year()
		if EndOfDay(year, month, day, now.Location()).Before(now) {
			year++
		}
	}
	t := EndOfDay(year, month, day, now.Location())
	if year < 2000 || year > 9999 || t.Day() != day || t.Month() != month {
		return time.Time{}, false // February 30
	}
	return t, true
}

// monthOf knows a month by its name in any of our languages, or by at least its first three letters where those are
// enough ("avr", "dec"; not "jui").
func monthOf(word string) (time.Month, bool) {
	if len(word) < 3 {
		return 0, false
	}
	found := time.Month(0)
	for _, lang := range locales.Languages() {
		w := locales.For(lang)
		for m := time.January; m <= time.December; m++ {
			name := access.Fold(monthName(w, m))
			if name == word {
				return m, true
			}
			if strings.HasPrefix(name, word) {
				if found != 0 && found != m {
					return 0, false
				}
				found = m
			}
		}
	}
	return found, found != 0
}

// Choice is a day offered without typing.
type Choice struct {
	Label string
	At    time.Time // the end of that day
}

// Choices offers common ends: in 30 and 90 days, the next end of April (taxes) and of the year.
func Choices(w *locales.Words, now time.Time) []Choice {
	in := func(days int) time.Time {
		t := now.AddDate(0, 0, days)
		return EndOfDay(t.Year(), t.Month(), t.Day(), now.Location())
	}
	april := EndOfDay(now.Year(), time.April, 30, now.Location())
	if april.Before(in(14)) {
		april = april.AddDate(1, 0, 0)
	}
	year := EndOfDay(now.Year(), time.December, 31, now.Location())
	if year.Before(in(14)) {
		year = year.AddDate(1, 0, 0)
	}
	month := func(t time.Time) string {
		return w.T("dates.end_of", "Month", monthName(w, t.Month()), "Year", t.Year())
	}
	return []Choice{
		{w.N("dates.in_days", 30), in(30)},
		{w.N("dates.in_days", 90), in(90)},
		{month(april), april},
		{month(year), year},
	}
}
