package postgres

import (
	"database/sql"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuestionMarksAreNumberedWhereTheyStandForArguments(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"none", "SELECT 1", "SELECT 1"},
		{"some", "a = ? AND b IN (?, ?)", "a = $1 AND b IN ($2, $3)"},
		{"more than nine", "?,?,?,?,?,?,?,?,?,?", "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10"},
		{"numbered already", "?1, ?2, ?1, ?12", "$1, $2, $1, $12"},
		{"in a literal", "a = '?' AND b = ?", "a = '?' AND b = $1"},
		{"in a literal with a quote", "a = 'it''s ?' AND b = ?", "a = 'it''s ?' AND b = $1"},
		{"after an empty literal", "a = '' AND b = ?", "a = '' AND b = $1"},
		{"in a literal with what begins a comment", "a = '-- /*' AND b = ?", "a = '-- /*' AND b = $1"},
		{"in a name", `"what?" = ? AND "a""?" = ?`, `"what?" = $1 AND "a""?" = $2`},
		{"in a comment to the line's end", "a = ? -- why? it's so\nAND b = ?", "a = $1 -- why? it's so\nAND b = $2"},
		{"in a comment at the end", "a = ? -- why?", "a = $1 -- why?"},
		{"in a comment", "a = ? /* why? ' */ AND b = ?", "a = $1 /* why? ' */ AND b = $2"},
		{"in a comment within a comment", "/* a /* ? */ ? */ ?", "/* a /* ? */ ? */ $1"},
		{"beside a minus and a division", "a - ? / ? * ?", "a - $1 / $2 * $3"},
		{"in a literal without an end", "a = '?", "a = '?"},
		{"in a comment without an end", "? /* ?", "$1 /* ?"},
		{"beside other letters", "é = ? AND ü = '日?'", "é = $1 AND ü = '日?'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := numbered(c.query); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func FuzzNothingButQuestionMarksChanges(f *testing.F) {
	f.Add("a = ? AND b = '?' -- ?\n/* ? */ \"?\" ?1")
	f.Add("'")
	f.Add("/*")
	dollars := regexp.MustCompile(`\$[0-9]+|\?[0-9]*`)
	f.Fuzz(func(t *testing.T, query string) {
		if got := numbered(query); dollars.ReplaceAllString(got, "?") != dollars.ReplaceAllString(query, "?") {
			t.Errorf("%q became %q", query, got)
		}
	})
}

func TestTextThatCannotBeStoredIsMadeSo(t *testing.T) {
	type named string
	given := []any{"é", "a\x00b", "\xff", named("c\x00"), named("d"), sql.NullString{String: "\xfe", Valid: true}, []byte{0, 255}, 7, int64(8), nil, true}
	kept := append([]any{}, given...)
	want := []any{"é", "a\uFFFDb", "\uFFFD", "c\uFFFD", named("d"), sql.NullString{String: "\uFFFD", Valid: true}, []byte{0, 255}, 7, int64(8), nil, true}
	if d := cmp.Diff(want, storable(given)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(kept, given); d != "" {
		t.Errorf("the caller's own were changed: %s", d)
	}
}
