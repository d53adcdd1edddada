package kit

import (
	"testing"
	"time"
)

func TestLettersLeadToTheLineThatIsMeant(t *testing.T) {
	lines := []string{"Aucun pays", "Canada", "États-Unis", "France", "Cameroun", "Cap-Vert", "Estonie"}
	for _, c := range []struct {
		name  string
		typed string
		pause time.Duration
		from  int
		want  []int
	}{
		{"one letter", "f", 0, -1, []int{3}},
		{"an accent is not needed", "e", 0, 0, []int{2}},
		{"two letters are a word", "es", 0, -1, []int{2, 6}},
		{"more letters stay where they still fit", "cam", 0, 3, []int{4, 4, 4}},
		{"more letters go on from where the first led", "cap", 0, -1, []int{1, 1, 5}},
		{"the same letter goes to the next line", "ccc", 0, -1, []int{1, 4, 5}},
		{"a letter that ends no word begins another", "cf", 0, -1, []int{1, 3}},
		{"after a pause a new word begins", "ca", 2 * time.Second, -1, []int{1, 0}},
		{"a letter that nothing begins with", "z", 0, 1, []int{-1}},
		{"a space alone chooses nothing", " ", 0, 1, []int{-1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l letters
			now, at := time.Unix(1000, 0), c.from
			for i, r := range []rune(c.typed) {
				got := l.next(r, now, lines, at)
				if got != c.want[i] {
					t.Fatalf("letter %d of %q leads to %d, want %d", i+1, c.typed, got, c.want[i])
				}
				at, now = got, now.Add(c.pause)
			}
		})
	}
}
