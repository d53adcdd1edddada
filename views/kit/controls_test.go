package kit

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func TestAButtonIsPressedByClickEnterAndSpace(t *testing.T) {
	n := 0
	b := PrimaryButton("Inviter", func() { n++ })
	win := stage(t, Row(0, b), 300, 100)
	test.Tap(b)
	if win.Canvas().Focused() != fyne.Focusable(b) {
		t.Error("a click does not take the focus")
	}
	press(win, fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyA)
	if n != 4 {
		t.Errorf("pressed %d times, want 4", n)
	}
}

func TestADisabledButtonDoesNothingAndSaysWhy(t *testing.T) {
	b := PrimaryButton("Inviter", func() { t.Error("pressed") })
	win := stage(t, Row(0, b, SecondaryButton("Autre", nil)), 300, 100)
	b.DisableBecause("Seul le propriétaire peut inviter.")
	test.Tap(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if l := b.AccessibilityLabel(); l != "Inviter (Seul le propriétaire peut inviter.)" {
		t.Errorf("it says %q", l)
	}
	win.Canvas().FocusNext()
	if win.Canvas().Focused() == fyne.Focusable(b) {
		t.Error("Tab stops at it")
	}
	b.Enable()
	if b.Disabled() || b.AccessibilityLabel() != "Inviter" {
		t.Error("it stays disabled")
	}
}

func TestTheFocusIsSeen(t *testing.T) {
	b, c := PrimaryButton("Un", nil), NewCheck("Deux", "", nil)
	seg := NewSegmentedFilter([]Segment{{"A", 1}, {"B", 2}}, nil)
	sel := NewSelect("Langue", []string{"Français"}, nil)
	win := stage(t, Column(8, b, c, seg, sel), 300, 300)
	in := NewInput()
	win.SetContent(WithTips(Column(8, b, c, seg, sel, in), win))
	win.Canvas().Focus(in)
	if in.ring.Hidden {
		t.Error("an entry has no ring with the focus")
	}
	win.Canvas().Unfocus()
	if !in.ring.Hidden {
		t.Error("an entry keeps its ring")
	}
	for _, x := range []struct {
		f fyne.Focusable
		c *control
	}{{b, &b.control}, {c, &c.control}, {seg, &seg.control}, {sel, &sel.control}} {
		win.Canvas().Focus(x.f)
		if x.c.ring.Hidden || x.c.ring.StrokeColor != Color(Primary) || x.c.ring.StrokeWidth != 2 {
			t.Errorf("%T has no ring with the focus", x.f)
		}
		win.Canvas().Unfocus()
		if !x.c.ring.Hidden {
			t.Errorf("%T keeps its ring", x.f)
		}
	}
}

func TestACheckIsTickedBySpaceAndClickButEnterBelongsToTheDialog(t *testing.T) {
	var got []bool
	c := NewCheck("Consulter les courriels", "Historique", func(on bool) { got = append(got, on) })
	c.SetBadge("Sensible", ToneDanger)
	win := stage(t, c, 300, 100)
	asked := 0
	win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyReturn {
			asked++
		}
	})
	win.Canvas().Focus(c)
	press(win, fyne.KeySpace, fyne.KeyReturn)
	test.Tap(c)
	if !slices.Equal(got, []bool{true, false}) || asked != 1 {
		t.Errorf("changes %v, Enter handed on %d times", got, asked)
	}
	if l := c.AccessibilityLabel(); l != "Consulter les courriels, not checked, Historique, Sensible" {
		t.Errorf("it says %q", l)
	}
	c.SetChecked(true)
	if len(got) != 2 {
		t.Error("setting it from the program counts as the person's change")
	}
	c.DisableBecause("lecture seule")
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !c.Checked() || len(got) != 2 {
		t.Error("a disabled box changes")
	}
}

func TestTheBadgeOfACheckGoesUnderALabelThatFillsTheLine(t *testing.T) {
	c := NewCheck("Se connecter aux produits par authentification unique", "", nil)
	c.SetBadge("Sensible", ToneDanger)
	stage(t, Column(0, c), 600, 300)
	if c.badge.Position().Y > 6 {
		t.Errorf("with room the badge stands at %v", c.badge.Position())
	}
	stage(t, Column(0, c), 300, 300)
	if c.badge.Position().Y < c.text.Position().Y+c.text.Size().Height-1 {
		t.Errorf("without room the badge stands at %v over the label", c.badge.Position())
	}
}

func TestChoicesThatHaveNoRoomGoOnInANextLine(t *testing.T) {
	s := NewSegmentedFilter([]Segment{{"Utilisateurs ou contacts", -1}, {"Courriels", -1}, {"Autorisations", -1}}, nil)
	stage(t, Column(0, s, Divider()), 260, 200)
	if h := s.Size().Height; h != 2*ControlHeight() {
		t.Fatalf("it is %v high", h)
	}
	test.TapAt(s, fyne.NewPos(20, ControlHeight()+10))
	if s.Selected() != 1 {
		t.Errorf("a click on the second line chose %d", s.Selected())
	}
}

func TestButtonsOfOneLabelSayWhatTheyAreAbout(t *testing.T) {
	if got := SecondaryButton("Modifier", nil).About("Sam Gagnon").AccessibilityLabel(); got != "Modifier, Sam Gagnon" {
		t.Errorf("it says %q", got)
	}
}

func TestASegmentedFilterIsOneTabStopAndArrowsChoose(t *testing.T) {
	var got []int
	s := NewSegmentedFilter([]Segment{{"Toutes", 9}, {"Utilisateurs", 4}, {"Contacts", -1}}, func(i int) { got = append(got, i) })
	win := stage(t, Row(0, s, SecondaryButton("après", nil)), 600, 60)
	win.Canvas().FocusNext()
	press(win, fyne.KeyLeft, fyne.KeyRight, fyne.KeyEnd, fyne.KeyRight, fyne.KeyHome)
	if !slices.Equal(got, []int{1, 2, 0}) {
		t.Errorf("chose %v", got)
	}
	if l := s.AccessibilityLabel(); l != "Toutes 9, choice 1 of 3" {
		t.Errorf("it says %q", l)
	}
	below := 0
	s.OnDown = func() { below++ }
	if press(win, fyne.KeyDown); below != 1 {
		t.Error("Down does not go to what is below")
	}
	win.Canvas().FocusNext()
	if _, ok := win.Canvas().Focused().(*Button); !ok {
		t.Errorf("the next tab stop is %T", win.Canvas().Focused())
	}
	test.TapAt(s, fyne.NewPos(s.Size().Width-10, 10))
	if s.Selected() != 2 {
		t.Errorf("a click on the last chose %d", s.Selected())
	}
}

func TestASelectChoosesByMenuAndByLetterWhateverItsAccents(t *testing.T) {
	var got []int
	s := NewSelect("Province", []string{"Alberta", "Île-du-Prince-Édouard", "Québec"}, func(i int) { got = append(got, i) })
	win := stage(t, Column(0, s, Spacer()), 400, 400)
	win.Canvas().Focus(s)
	s.TypedRune('q')
	s.TypedRune('i')
	if !slices.Equal(got, []int{2, 1}) {
		t.Fatalf("letters chose %v", got)
	}
	press(win, fyne.KeySpace)
	if win.Canvas().Overlays().Top() == nil {
		t.Fatal("Space does not open it")
	}
	press(win, fyne.KeyDown, fyne.KeyReturn)
	if win.Canvas().Overlays().Top() != nil || s.Selected() != 2 {
		t.Errorf("the menu chose %d", s.Selected())
	}
	if win.Canvas().Focused() != fyne.Focusable(s) {
		t.Error("the focus does not come back")
	}
	press(win, fyne.KeySpace, fyne.KeyUp, fyne.KeyEscape)
	if s.Selected() != 2 {
		t.Error("Escape changes the choice")
	}
}

func TestAFieldShowsItsErrorInsteadOfTheHintUntilSomebodyTypes(t *testing.T) {
	f := NewField("Courriel", "nom@exemple.ca", "Reçoit l'invitation.")
	win := stage(t, f.Container, 300, 200)
	f.SetError("Il manque la fin de l'adresse.")
	if f.hint.Text() != "Il manque la fin de l'adresse." || f.hint.role != Danger {
		t.Errorf("it shows %q", f.hint.Text())
	}
	win.Canvas().Focus(f.Input)
	test.Type(f.Input, "m")
	if f.Error() != "" || f.hint.Text() != "Reçoit l'invitation." {
		t.Errorf("after typing it shows %q", f.hint.Text())
	}
}

func TestALimitedFieldCountsOnlyNearItsLimitAndTakesNoMore(t *testing.T) {
	f := NewField("Raison", "", "").Limit(10)
	stage(t, f.Container, 300, 200)
	test.Type(f.Input, "impôts ")
	if f.count.Visible() {
		t.Error("it counts too early")
	}
	test.Type(f.Input, "2026 et plus")
	if !f.count.Visible() || f.count.Text() != "10/10" || f.Value() != "impôts 202" {
		t.Errorf("%q, counter %q", f.Value(), f.count.Text())
	}
}

func TestSearchIsClearedByEscapeAndDownGoesToTheResults(t *testing.T) {
	var got []string
	down := 0
	s := NewSearchEntry("Filtrer", func(x string) { got = append(got, x) })
	s.OnDown = func() { down++ }
	win := stage(t, s, 300, 60)
	left := 0
	win.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { left++ })
	win.Canvas().Focus(s)
	test.Type(s, "sam")
	press(win, fyne.KeyDown, fyne.KeyEscape, fyne.KeyEscape)
	if !slices.Equal(got, []string{"s", "sa", "sam", ""}) || down != 1 || left != 1 {
		t.Errorf("changes %q, down %d, handed on %d", got, down, left)
	}
}

func TestAnEntryKeepsTheShortcutsThatEditText(t *testing.T) {
	e := NewInput()
	win := stage(t, e, 300, 60)
	win.Canvas().Focus(e)
	test.Type(e, "bonjour")
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierControl}) // the window's, not the text's
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	if e.Text != "bonjour" || e.SelectedText() != "bonjour" {
		t.Errorf("text %q, selected %q", e.Text, e.SelectedText())
	}
}

func TestInitialsAreThoseOfTheFirstAndTheLastWord(t *testing.T) {
	for name, want := range map[string]string{
		"Marie Tremblay": "MT", "Sam": "S", "Comptes à payer": "CP", "Élise O'Neil-Côté": "ÉC", "noe@studio.example": "N", "": "", "  ": "",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTheFocusIsScrolledIntoView(t *testing.T) {
	col := Column(8)
	var last *Check
	for range 40 {
		last = NewCheck("Une case", "", nil)
		col.Add(last)
	}
	win := stage(t, Inset(16, Scroll(col)), 300, 200)
	win.Canvas().Focus(last)
	if y := absolute(last).Y; y < 0 || y+last.Size().Height > 200 {
		t.Errorf("the box with the focus stands at %v in a window 200 high", y)
	}
	win.Canvas().Focus(col.Objects[0].(*Check))
	if y := absolute(col.Objects[0]).Y; y < 0 {
		t.Errorf("and the first at %v", y)
	}
}

func TestWhatHasATooltipShowsItWhenThePointerRests(t *testing.T) {
	b := IconButton("settings", "Préférences", nil)
	win := stage(t, Row(0, b), 300, 100)
	b.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{AbsolutePosition: fyne.NewPos(10, 10)}})
	b.tip.place(b.ToolTip())
	layer := tipLayerOf(win.Canvas())
	if len(layer.Objects) != 1 {
		t.Fatal("no tooltip")
	}
	text := layer.Objects[0].(*fyne.Container).Objects[1].(*TextBox)
	if !strings.Contains(text.Text(), "Préférences") {
		t.Errorf("it says %q", text.Text())
	}
	b.MouseOut()
	if len(layer.Objects) != 0 {
		t.Error("it stays when the pointer leaves")
	}
}

func TestAButtonAndARowKeepTheirHoverOverTheirOwnWords(t *testing.T) {
	b := SecondaryButton("Une étiquette bien trop longue pour ce bouton", nil)
	made := 0
	tb := aTable(&made)
	tb.SetItems([]item{{"1", "Maximilien-Alexandre de la Rochefoucauld-Beauharnais et compagnie"}})
	win := stage(t, Column(8, MaxWidth(120, b), tb), 240, 200)
	test.MoveMouse(win.Canvas(), absolute(b.text).AddXY(10, 8))
	if !b.hovered || !b.text.IsCut() {
		t.Error("the button does not see the pointer over its words")
	}
	cell := tb.body.rows[0].cells[0].(*TextBox)
	test.MoveMouse(win.Canvas(), absolute(cell).AddXY(10, 8))
	if b.hovered || !tb.body.rows[0].hovered || !cell.IsCut() {
		t.Error("the row does not see the pointer over its words")
	}
	if cell.ToolTip() != cell.Text() {
		t.Errorf("the tooltip of a cut name is %q", cell.ToolTip())
	}
	test.MoveMouse(win.Canvas(), fyne.NewPos(1, 199))
	if tb.body.rows[0].hovered {
		t.Error("the row keeps its hover when the pointer has left")
	}
}
