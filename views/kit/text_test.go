package kit

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

func TestTextWrapsBetweenWordsAndNeverAtANoBreakSpace(t *testing.T) {
	tx := Body("Vous avez créé ce compte\u00a0: vous seul pouvez inviter.")
	stage(t, tx, 100, 300)
	tx.Resize(fyne.NewSize(110, 300))
	got := lines(tx)
	if len(got) < 3 || strings.Join(got, " ") != tx.Text() {
		t.Fatalf("lines %q", got)
	}
	for _, l := range got {
		if strings.HasPrefix(l, ":") || strings.HasPrefix(l, " ") || strings.HasSuffix(l, " ") {
			t.Errorf("a line is %q", l)
		}
		if w := tx.measure(tx.parts[0], l); w > 110.5 {
			t.Errorf("%q is %v wide", l, w)
		}
	}
	if h := tx.MinSize().Height; h != float32(len(got))*lineHeight(SizeBody) {
		t.Errorf("%d lines are %v high", len(got), h)
	}
}

func TestALongAddressIsBrokenWhereItMust(t *testing.T) {
	tx := Small("maximilien-alexandre.delarochefoucauld@une-tres-longue-entreprise.example")
	stage(t, tx, 200, 200)
	tx.Resize(fyne.NewSize(150, 100))
	got := lines(tx)
	if len(got) < 2 || strings.Join(got, "") != tx.Text() {
		t.Errorf("lines %q", got)
	}
}

func TestWordsOfTwoStylesWithoutABlankStayTogether(t *testing.T) {
	tx := Rich(P("marie@chez"), U("marcel"), P(".example et la suite"))
	stage(t, tx, 400, 100)
	tx.Resize(fyne.NewSize(190, 100))
	got := lines(tx)
	if got[0] != "marie@chezmarcel.example" && got[0] != "marie@chezmarcel.example et" {
		t.Errorf("lines %q", got)
	}
}

func TestArrowsHaveTheirOwnRunsSoThatTheBlankBesideThemIsDrawn(t *testing.T) {
	tx := Small("↑↓ choisir · ↵ ouvrir")
	stage(t, tx, 400, 100)
	var runs []string
	for _, r := range tx.layout(400)[0].runs {
		runs = append(runs, r.text)
	}
	if want := []string{"↑↓", " choisir · ", "↵", " ouvrir"}; !slices.Equal(runs, want) {
		t.Errorf("runs %q, want %q", runs, want)
	}
}

func TestTextWithoutRoomEndsWithDotsAndTheTooltipHasAllOfIt(t *testing.T) {
	tx := Ellipsis("Maximilien-Alexandre de la Rochefoucauld-Beauharnais")
	win := stage(t, Layers(tx), 160, 40)
	if !tx.IsCut() {
		t.Fatal("the text fits")
	}
	got := lines(tx)
	if len(got) != 1 || !strings.HasSuffix(got[0], "…") || !strings.HasPrefix(tx.Text(), strings.TrimSuffix(got[0], "…")) {
		t.Errorf("lines %q", got)
	}
	win.Resize(fyne.NewSize(600, 40))
	if tx.IsCut() || lines(tx)[0] != tx.Text() {
		t.Errorf("with room it is %q", lines(tx))
	}
}

func TestAtMostSoManyRows(t *testing.T) {
	tx := Body("un deux trois quatre cinq six sept huit neuf dix onze douze treize").MaxRows(2)
	stage(t, tx, 100, 200)
	tx.Resize(fyne.NewSize(100, 200))
	if got := lines(tx); len(got) != 2 || !strings.HasSuffix(got[1], "…") {
		t.Errorf("lines %q", got)
	}
}

func TestTextKeepsLineBreaks(t *testing.T) {
	tx := Body("un\ndeux\n\ntrois")
	stage(t, tx, 300, 200)
	if got := lines(tx); !slices.Equal(got, []string{"un", "deux", "", "trois"}) {
		t.Errorf("lines %q", got)
	}
}

func TestTextInAColumnIsAsHighAsItsLinesAtOnce(t *testing.T) {
	tx := Body(strings.Repeat("des mots ", 40))
	after := Body("après")
	stage(t, Column(4, tx, after), 300, 500)
	if y := after.Position().Y; y < float32(len(lines(tx)))*lineHeight(SizeBody) {
		t.Errorf("%d lines, and what follows stands at %v", len(lines(tx)), y)
	}
}
