package locales

import (
	"testing"
	"time"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, time.Local)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDatesAndNumbersAreSaidAsPeopleSayThem(t *testing.T) {
	fr, en := For("fr-CA"), For("en-CA")
	now := at("2026-11-18 14:02:11")
	for _, c := range []struct{ name, fr, en, wantFR, wantEN string }{
		{"a day", fr.Date(at("2027-04-30 00:00:00")), en.Date(at("2027-04-30 23:59:59")), "30\u00a0avril 2027", "April 30, 2027"},
		{"the first of a month", fr.Date(at("2027-08-01 12:00:00")), en.Date(at("2027-08-01 12:00:00")), "1er\u00a0août 2027", "August 1, 2027"},
		{"a moment in a list", fr.ShortDateTime(now), en.ShortDateTime(now), "mer. 18\u00a0nov. 14\u00a0h\u00a002", "Wed, Nov\u00a018, 2:02\u00a0PM"},
		{"a moment of a morning in a list", fr.ShortDateTime(at("2026-11-18 09:40:00")), en.ShortDateTime(at("2026-11-18 09:40:00")), "mer. 18\u00a0nov. 09\u00a0h\u00a040", "Wed, Nov\u00a018, 9:40\u00a0AM"},
		{"a moment of a morning in a text", fr.Clock(at("2026-11-18 09:40:00")), en.Clock(at("2026-11-18 09:40:00")), "9\u00a0h\u00a040", "9:40\u00a0AM"},
		{"a day of this year in a list", fr.ShortDate(now, at("2026-02-03 08:00:00")), en.ShortDate(now, at("2026-02-03 08:00:00")), "mar. 3\u00a0févr.", "Tue, Feb\u00a03"},
		{"a day of another year in a list", fr.ShortDate(now, at("2025-02-03 08:00:00")), en.ShortDate(now, at("2025-02-03 08:00:00")), "3\u00a0févr. 2025", "Feb\u00a03, 2025"},
		{"midnight", fr.Clock(at("2026-11-18 00:05:00")), en.Clock(at("2026-11-18 00:05:00")), "0\u00a0h\u00a005", "12:05\u00a0AM"},
		{"noon", fr.Clock(at("2026-11-18 12:00:00")), en.Clock(at("2026-11-18 12:00:00")), "12\u00a0h\u00a000", "12:00\u00a0PM"},
		{"seconds", fr.ClockSeconds(now), en.ClockSeconds(now), "14\u00a0h\u00a002\u00a0min\u00a011\u00a0s", "2:02:11\u00a0PM"},
		{"earlier today", fr.Ago(now, at("2026-11-18 00:00:00")), en.Ago(now, now), "aujourd'hui", "today"},
		{"some minutes before midnight is yesterday", fr.Ago(at("2026-11-18 00:01:00"), at("2026-11-17 23:59:00")), en.Ago(at("2026-11-18 00:01:00"), at("2026-11-17 23:59:00")), "hier", "yesterday"},
		{"five days ago", fr.Ago(now, at("2026-11-13 23:00:00")), en.Ago(now, at("2026-11-13 01:00:00")), "il y a 5\u00a0jours", "5 days ago"},
		{"four weeks ago", fr.Ago(now, at("2026-10-20 12:00:00")), en.Ago(now, at("2026-10-20 12:00:00")), "il y a 4\u00a0semaines", "4 weeks ago"},
		{"months ago", fr.Ago(now, at("2026-05-18 12:00:00")), en.Ago(now, at("2026-05-18 12:00:00")), "il y a 6\u00a0mois", "6 months ago"},
		{"years ago", fr.Ago(now, at("2023-05-18 12:00:00")), en.Ago(now, at("2023-05-18 12:00:00")), "il y a 3\u00a0ans", "3 years ago"},
		{"tomorrow", fr.In(now, at("2026-11-19 00:00:01")), en.In(now, at("2026-11-19 23:00:00")), "demain", "tomorrow"},
		{"in two days", fr.In(now, at("2026-11-20 01:00:00")), en.In(now, at("2026-11-20 23:00:00")), "dans 2\u00a0jours", "in 2 days"},
		{"something expected that has passed", fr.In(now, at("2026-11-17 12:00:00")), en.In(now, at("2026-11-17 12:00:00")), "hier", "yesterday"},
		{"something past that is still to come", fr.Ago(now, at("2026-11-19 12:00:00")), en.Ago(now, at("2026-11-19 12:00:00")), "demain", "tomorrow"},
		{"no words", fr.List(nil), en.List(nil), "", ""},
		{"one word", fr.List([]string{"a"}), en.List([]string{"a"}), "a", "a"},
		{"two words", fr.List([]string{"a", "b"}), en.List([]string{"a", "b"}), "a et b", "a and b"},
		{"three words", fr.List([]string{"a", "b", "c"}), en.List([]string{"a", "b", "c"}), "a, b et c", "a, b and c"},
		{"a small number", fr.Number(999), en.Number(999), "999", "999"},
		{"a large number", fr.Number(-1234567), en.Number(-1234567), "-1\u00a0234\u00a0567", "-1,234,567"},
		{"decimals", fr.Decimal(1234.5, 1), en.Decimal(-1234.55, 1), "1\u00a0234,5", "-1,234.5"},
		{"a negative amount that rounds to nothing", fr.Decimal(-0.01, 1), en.Decimal(-0.01, 1), "0,0", "0.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.fr != c.wantFR {
				t.Errorf("French: %q, want %q", c.fr, c.wantFR)
			}
			if c.en != c.wantEN {
				t.Errorf("English: %q, want %q", c.en, c.wantEN)
			}
		})
	}
}

func TestDaysAreCountedByTheLocalCalendarEvenWhenTheClockChanges(t *testing.T) {
	old := time.Local
	t.Cleanup(func() { time.Local = old })
	zone, err := time.LoadLocation("America/Toronto")
	if err != nil {
		t.Skip("no time zones here:", err)
	}
	time.Local = zone
	// The night of March 14, 2027 has 23 hours, that of November 7 has 25.
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"2027-03-13 23:30:00", "2027-03-14 23:30:00", 1},
		{"2027-11-06 12:00:00", "2027-11-08 11:00:00", 2},
		{"2027-11-07 00:10:00", "2027-11-07 23:50:00", 0},
		{"2027-11-08 00:10:00", "2027-11-07 23:50:00", -1},
	} {
		if got := Days(at(c.a), at(c.b)); got != c.want {
			t.Errorf("Days(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	utc := time.Date(2026, 11, 19, 3, 0, 0, 0, time.UTC) // still the 18th in Montréal
	if got := For("en").Date(utc); got != "November 18, 2026" {
		t.Errorf("a moment of the host is told in local time: %q", got)
	}
}
