package dates

import (
	"testing"
	"time"

	"concierge/assets/locales"
)

var now = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.FixedZone("EST", -5*3600))

func TestADayIsReadAsPeopleTypeIt(t *testing.T) {
	for text, want := range map[string]string{
		"30 avril 2027":      "2027-04-30",
		"le 1er mai 2027":    "2027-05-01",
		"30 avr. 2027":       "2027-04-30",
		"  30  AVRIL  2027 ": "2027-04-30",
		"30 avril":           "2027-04-30",
		"24 décembre":        "2026-12-24",
		"24 decembre":        "2026-12-24",
		"22 novembre":        "2026-11-22",
		"April 30, 2027":     "2027-04-30",
		"May 1st 2027":       "2027-05-01",
		"the 3rd of June":    "2027-06-03",
		"2027 avril 30":      "2027-04-30",
		"2027-04-30":         "2027-04-30",
		"30/04/2027":         "2027-04-30",
		"04/30/2027":         "2027-04-30",
		"05-05-2027":         "2027-05-05",
		"29 février 2028":    "2028-02-29",
	} {
		got, ok := Parse(text, now)
		if !ok || got.Format(time.DateOnly) != want {
			t.Errorf("%q is %v (%v), want %s", text, got, ok, want)
		}
		if ok && got.Format(time.TimeOnly) != "23:59:59" {
			t.Errorf("%q ends at %s, want the end of the day", text, got.Format(time.TimeOnly))
		}
	}
}

func TestADayThatIsNoneOrUnclearIsRefused(t *testing.T) {
	for _, text := range []string{"", "demain", "30", "04/05/2027", "31 avril 2027", "29 février 2027", "30 jui 2027", "30 avril mai", "2027-13-01", "30 avril 27 3"} {
		if got, ok := Parse(text, now); ok {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestWhatIsWrittenCanBeReadAgain(t *testing.T) {
	for _, lang := range locales.Languages() {
		for m := time.January; m <= time.December; m++ {
			day := EndOfDay(2027, m, 1, time.Local)
			text := locales.For(lang).Date(day)
			if got, ok := Parse(text, now.Local()); !ok || !got.Equal(day) {
				t.Errorf("%q was read as %v (%v)", text, got, ok)
			}
		}
	}
}

func TestTheNextEndOfAprilIsOfferedOnlyWhileItIsFarEnough(t *testing.T) {
	for at, want := range map[string]string{"2026-11-22": "2027-04-30", "2027-04-10": "2027-04-30", "2027-04-25": "2028-04-30", "2027-05-02": "2028-04-30"} {
		day, err := time.ParseInLocation(time.DateOnly, at, now.Location())
		if err != nil {
			t.Fatal(err)
		}
		c := Choices(locales.For("fr"), day)
		if got := c[2].At.Format(time.DateOnly); got != want {
			t.Errorf("on %s: %s, want %s", at, got, want)
		}
	}
}
