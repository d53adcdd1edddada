// Package sheet writes a list in the form that spreadsheet programs open (CSV, RFC 4180). It knows no list and no words.
package sheet

import (
	"strings"
	"time"
)

// Sheet is a list: what its columns are called, and a line of as many cells for each thing in it.
type Sheet struct {
	Head []string
	Rows [][]string
}

// Write gives the file. A comma stands between cells, or a semicolon where the comma is for decimals: spreadsheet programs
// go by the language of the computer. It begins with the mark by which they know UTF-8.
func (s Sheet) Write(lang string) string {
	between := ","
	if lang == "fr" {
		between = ";"
	}
	var b strings.Builder
	b.WriteString("\ufeff")
	line := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteString(between)
			}
			b.WriteString(cell(c))
		}
		b.WriteString("\r\n")
	}
	line(s.Head)
	for _, r := range s.Rows {
		line(r)
	}
	return b.String()
}

// cell is a text between quotes. One that a spreadsheet program would work out as a formula gets an apostrophe before it:
// names and reasons come from other people, and a formula can send a whole sheet elsewhere
// (OWASP, "CSV Injection"). Line ends within it become spaces: not every program keeps such a line together.
func cell(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 }), " ")
	if isFormula(s) {
		s = "'" + s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// isFormula goes by what programs begin one with, in the wide forms too that some of them take for the same.
func isFormula(s string) bool {
	s = strings.TrimLeft(s, " \t\u00a0\u202f\u3000")
	for _, begin := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, begin) {
			return true
		}
	}
	return false
}

// Time is a moment for a cell: every program takes it for one, whatever the language. The zero moment is nothing.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}
