package kit

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

type item struct{ id, name string }

func items(n int) []item {
	out := make([]item, n)
	for i := range out {
		out[i] = item{fmt.Sprintf("id%d", i), fmt.Sprintf("Personne %d", i)}
	}
	return out
}

// aTable is a table of one text column and one that hides, and how many cells it has made.
func aTable(made *int) *Table[item] {
	return NewTable([]Col[item]{
		{Title: "Personne", Weight: 1, Min: 100, Sortable: true,
			New:  func() fyne.CanvasObject { *made++; return Body("").Ellipsis() },
			Bind: func(o fyne.CanvasObject, it item) { o.(*TextBox).SetText(it.name) }},
		{Title: "Code", Weight: 1, Min: 100, HideBelow: 400,
			New:  func() fyne.CanvasObject { return Small("") },
			Bind: func(o fyne.CanvasObject, it item) { o.(*TextBox).SetText(it.id) }},
	}, func(it item) string { return it.id })
}

// seen are the names in view, from top to bottom.
func seen(tb *Table[item]) []string {
	var rows []*tableRow[item]
	for _, r := range tb.body.rows {
		if r.Visible() {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b *tableRow[item]) int { return int(a.Position().Y - b.Position().Y) })
	var out []string
	for _, r := range rows {
		out = append(out, r.cells[0].(*TextBox).Text())
	}
	return out
}

func TestALongTableMakesOnlyTheRowsThatAreSeen(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(1000))
	win := stage(t, tb, 600, 600)
	win.Canvas().Focus(tb.body)
	press(win, fyne.KeyEnd)
	if made > 13 {
		t.Errorf("made %d rows for a window of ten", made)
	}
	got := seen(tb)
	if got[len(got)-1] != "Personne 999" {
		t.Errorf("at the end it shows %v", got)
	}
	for i, name := range got {
		if want := fmt.Sprintf("Personne %d", 1000-len(got)+i); name != want {
			t.Errorf("recycled rows are out of order: %v", got)
			break
		}
	}
}

func TestATableIsUsedByKeyboard(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(50))
	var chosen, activated []string
	typed := ""
	tb.OnSelected = func(it item) { chosen = append(chosen, it.id) }
	tb.OnActivated = func(it item) { activated = append(activated, it.id) }
	tb.OnTyped = func(r rune) { typed += string(r) }
	win := stage(t, tb, 600, 316) // a header of 36 and five rows of 56
	win.Canvas().FocusNext()      // the sortable title
	win.Canvas().FocusNext()
	if win.Canvas().Focused() != fyne.Focusable(tb.body) {
		t.Fatalf("the second tab stop is %T", win.Canvas().Focused())
	}
	press(win, fyne.KeyReturn, fyne.KeyUp, fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyHome, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyReturn)
	if want := []string{"id0", "id0", "id1", "id0", "id49", "id45", "id0", "id0", "id4"}; !slices.Equal(chosen, want) {
		t.Errorf("chose %v, want %v", chosen, want)
	}
	if !slices.Equal(activated, []string{"id0", "id4"}) { // Enter takes the row that shows the focus
		t.Errorf("activated %v", activated)
	}
	tb.body.TypedRune('l')
	if typed != "l" {
		t.Errorf("letters %q", typed)
	}
	win.Canvas().FocusPrevious()
	press(win, fyne.KeySpace)
	if tb.sortCol != 0 || tb.sortDesc {
		t.Error("the title does not sort")
	}
	press(win, fyne.KeyReturn)
	if !tb.sortDesc {
		t.Error("the second time it does not turn the order")
	}
}

func TestLettersFindAnItemWhereNothingElseIsDoneWithThem(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.Label = func(it item) string { return it.name }
	tb.SetItems([]item{{id: "a", name: "Ève"}, {id: "b", name: "Marc"}, {id: "c", name: "Émile"}})
	stage(t, tb, 600, 316)
	for _, want := range []string{"a", "c", "a"} {
		tb.body.TypedRune('e')
		if it, _ := tb.Selected(); it.id != want {
			t.Errorf("e leads to %q, want %q", it.id, want)
		}
	}
}

func TestTheSelectionStaysOnItsItemWhenTheListChanges(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(5))
	stage(t, tb, 600, 400)
	tb.Select("id3")
	tb.SetItems([]item{{"id3", "Renommée"}, {"id9", "Nouvelle"}})
	if it, ok := tb.Selected(); !ok || it.name != "Renommée" {
		t.Errorf("selected %v %v", it, ok)
	}
	tb.SetItems([]item{{"id9", "Nouvelle"}})
	if it, ok := tb.Selected(); ok {
		t.Errorf("selected %v, which is gone", it)
	}
	if got := seen(tb); !slices.Equal(got, []string{"Nouvelle"}) {
		t.Errorf("shows %v", got)
	}
}

func TestTheSelectionStaysInViewWhenTheTableGetsLessRoom(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(100))
	tb.Select("id30")
	win := stage(t, tb, 600, 600)
	win.Resize(fyne.NewSize(600, 300)) // what is above it has become higher
	if got := seen(tb); !slices.Contains(got, "Personne 30") {
		t.Errorf("in view are %q", got)
	}
	tb.ScrollToTop() // the person looks elsewhere
	win.Resize(fyne.NewSize(600, 250))
	if got := seen(tb); got[0] != "Personne 0" {
		t.Errorf("the list went away from what was looked at, to %q", got)
	}
}

func TestAClickOnARowThatIsGoneDoesNothing(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(5))
	tb.OnSelected = func(it item) { t.Errorf("selected %v", it) }
	stage(t, tb, 600, 400)
	row := tb.body.rows[4]
	tb.SetItems(items(1))
	test.Tap(row)
}

func TestOneClickSelectsAndTwoActivate(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(5))
	var log []string
	tb.OnSelected = func(it item) { log = append(log, "select "+it.id) }
	tb.OnActivated = func(it item) { log = append(log, "open "+it.id) }
	stage(t, tb, 600, 400)
	test.Tap(tb.body.rows[2])
	test.Tap(tb.body.rows[2])
	if !slices.Equal(log, []string{"select id2", "open id2"}) {
		t.Errorf("%v", log)
	}
}

func TestANarrowTableHidesWhatMattersLess(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(2))
	win := stage(t, tb, 600, 300)
	if tb.heads[1].Hidden {
		t.Error("with room the second column is hidden")
	}
	win.Resize(fyne.NewSize(380, 300))
	if !tb.heads[1].Hidden || tb.body.rows[0].cells[1].Visible() {
		t.Error("without room the second column shows")
	}
	if w := tb.body.rows[0].cells[0].Size().Width; w > 380-2*tablePad {
		t.Errorf("the first is %v wide", w)
	}
}

func TestAnEmptyTableShowsWhy(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.Empty = Body("Personne ne correspond.")
	tb.SetItems(items(2))
	stage(t, tb, 600, 300)
	if tb.Empty.Visible() {
		t.Error("with rows it says there are none")
	}
	tb.SetItems(nil)
	if !tb.Empty.Visible() || tb.scroll.Visible() {
		t.Error("without rows it does not say so")
	}
}
