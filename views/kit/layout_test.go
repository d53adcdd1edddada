package kit

import (
	"testing"

	"concierge/assets/locales"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

func TestARowGivesTextsWhatIsLeftByButtons(t *testing.T) {
	text := Body("Les utilisateurs peuvent se connecter. Les contacts reçoivent seulement des courriels.")
	b := SecondaryButton("Ajouter un contact", nil)
	stage(t, Row(12, Grow(text), b), 400, 200)
	if b.Position().X+b.Size().Width != 400 || b.Size().Width != b.NaturalWidth() {
		t.Errorf("the button is at %v, %v wide", b.Position(), b.Size().Width)
	}
	if text.Size().Width > 400-12-b.Size().Width || len(lines(text)) < 2 {
		t.Errorf("the text is %v wide in %d lines", text.Size().Width, len(lines(text)))
	}
}

func TestARowGoesOnBelowWhereLargeTextLeavesNoRoom(t *testing.T) {
	title, a, b := Heading("Personnes"), SecondaryButton("Ajouter un contact", nil), PrimaryButton("Inviter un utilisateur", nil)
	win := stage(t, Column(0, Row(12, Grow(title), a, b), Divider()), 600, 200)
	if a.Position().Y > 20 || a.Position().Y != b.Position().Y {
		t.Errorf("with room the buttons are at %v and %v", a.Position(), b.Position())
	}
	win.Resize(fyne.NewSize(280, 200))
	if b.Position().Y <= a.Position().Y || b.Position().X+b.Size().Width > 280 || b.Size().Width < b.NaturalWidth() {
		t.Errorf("without room the second one is at %v, %v wide; the first at %v", b.Position(), b.Size().Width, a.Position())
	}
}

func TestCardsGoUnderEachOtherWhereThereIsNoRoomBeside(t *testing.T) {
	a, b := Card(Body("un")), Card(Body("deux"))
	win := stage(t, Column(0, Grid(200, 16, 2, a, b)), 500, 400)
	if a.Position().Y != b.Position().Y || a.Size() != b.Size() {
		t.Errorf("beside: %v and %v", a.Position(), b.Position())
	}
	win.Resize(fyne.NewSize(300, 400))
	if b.Position().Y < a.Size().Height || b.Position().X != 0 {
		t.Errorf("under: %v and %v", a.Position(), b.Position())
	}
}

func TestBadgesGoOnInANextRow(t *testing.T) {
	a, b, c := NewBadge("Facturation", ToneNeutral), NewBadge("Domaines", ToneNeutral), NewBadge("Soutien", ToneNeutral)
	flow := FlowWrap(4, a, b, c)
	after := Body("après")
	stage(t, Column(0, flow, after), 190, 300)
	if b.Position().Y != 0 || c.Position().Y <= b.Position().Y || c.Position().X != 0 {
		t.Errorf("they stand at %v %v %v", a.Position(), b.Position(), c.Position())
	}
	if after.Position().Y < c.Position().Y+c.Size().Height {
		t.Error("what follows stands over the last row")
	}
}

func TestTheDetailStandsBesideTheListOrInItsPlace(t *testing.T) {
	list, detail := Card(Body("liste")), Card(Body("détail"))
	s := NewSplitDetail(list, detail)
	win := stage(t, s.Container, 992, 500)
	if detail.Visible() || list.Size().Width != 992 {
		t.Error("closed, the list has not all of the room")
	}
	s.SetOpen(true)
	if !list.Visible() || detail.Size().Width != 348 || list.Size().Width != 992-348-16 {
		t.Errorf("open: list %v, detail %v", list.Size(), detail.Size())
	}
	win.Resize(fyne.NewSize(600, 500))
	if list.Visible() || !s.Narrow() || detail.Size().Width != 600 {
		t.Errorf("narrow: list visible %v, detail %v", list.Visible(), detail.Size())
	}
	s.SetOpen(false)
	if !list.Visible() || detail.Visible() {
		t.Error("closed again, the list does not come back")
	}
}

func TestScrolledContentHasItsWholeHeightAtOnce(t *testing.T) {
	last := Body("dernier")
	col := Column(4)
	for range 30 {
		col.Add(Body("Une phrase qui a besoin de plus d'une ligne quand la fenêtre est étroite."))
	}
	col.Add(last)
	scroll := Scroll(col)
	stage(t, Inset(8, scroll), 200, 300)
	inner := scroll.Layout.(*scrollLayout).scroll.Content
	if end := last.Position().Y + last.Size().Height; inner.Size().Height < end {
		t.Errorf("content is %v high, its last text ends at %v", inner.Size().Height, end)
	}
}

func TestFyneSpeaksTheChosenLanguageWhateverTheSystems(t *testing.T) {
	for _, c := range []struct{ lang, cancel, all string }{{"fr", "Annuler", "Tout sélectionner"}, {"en", "Cancel", "Select all"}, {"fr", "Annuler", "Tout sélectionner"}} {
		Speak(locales.For(c.lang))
		if got := lang.L("Cancel"); got != c.cancel {
			t.Errorf("%s: Cancel is %q", c.lang, got)
		}
		if got := lang.L("Select all"); got != c.all {
			t.Errorf("%s: Select all is %q", c.lang, got)
		}
		if got := lang.X("file.name", "Name"); got == "" || got == "file.name" {
			t.Errorf("%s: file.name is %q", c.lang, got)
		}
	}
}

func TestACardThatScrollsEndsWithItsContent(t *testing.T) {
	card, filling := Card(Body("court")), Column(0, Body("haut"), Spacer(), Body("bas"))
	stage(t, Inset(8, Scroll(card)), 300, 400)
	if h := card.Size().Height; h > 100 {
		t.Errorf("a card of one line is %v high", h)
	}
	stage(t, Inset(8, Scroll(filling)), 300, 400)
	if h := filling.Size().Height; h < 380 {
		t.Errorf("content that grows is only %v high", h)
	}
}

func TestWhatIsScrolledAwayIsNotInView(t *testing.T) {
	top, bottom := SecondaryButton("En haut", nil), SecondaryButton("En bas", nil)
	scroll := Scroll(Column(0, top, Gap(600), bottom))
	win := stage(t, scroll, 300, 300)
	if !InView(top) || InView(bottom) {
		t.Errorf("before: %v, %v", InView(top), InView(bottom))
	}
	win.Canvas().Focus(bottom)
	if InView(top) || !InView(bottom) {
		t.Errorf("after the focus has gone down: %v, %v", InView(top), InView(bottom))
	}
	if !InView(SecondaryButton("Nulle part", nil)) {
		t.Error("what has no place yet is taken for scrolled away")
	}
}
