package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestTabStaysInsideADialogAndTheFocusComesBack(t *testing.T) {
	behind := SecondaryButton("Ouvrir", nil)
	win := stage(t, Row(0, behind), 800, 600)
	win.Canvas().Focus(behind)
	f := NewField("Nom", "", "")
	no, yes := SecondaryButton("Annuler", nil), PrimaryButton("Enregistrer", nil)
	m := NewModal(win, ModalConfig{Title: "Contact", Content: f.Container, Buttons: []fyne.CanvasObject{no, yes}})
	m.Show()
	var order []fyne.Focusable
	for range 4 {
		order = append(order, win.Canvas().Focused())
		win.Canvas().FocusNext()
	}
	if order[0] != fyne.Focusable(f.Input) || order[1] != fyne.Focusable(no) || order[2] != fyne.Focusable(yes) || order[3] != order[0] {
		t.Errorf("the order is %v", order)
	}
	m.Hide()
	if win.Canvas().Overlays().Top() != nil || win.Canvas().Focused() != fyne.Focusable(behind) {
		t.Errorf("after closing the focus is on %T", win.Canvas().Focused())
	}
}

// A field that kept it would have its cursor drawn for ever.
func TestWhatGoesWithADialogLetsTheKeyboardGo(t *testing.T) {
	win := stage(t, SecondaryButton("Ouvrir", nil), 800, 600)
	left := 0
	field := func() *Field {
		f := NewField("Nom", "", "")
		f.Input.OnLeave = func() { left++ }
		return f
	}
	below, above := field(), field()
	m := NewModal(win, ModalConfig{Title: "Contact", Content: below.Container, First: below.Input})
	m.Show()
	NewModal(win, ModalConfig{Title: "Code", Content: above.Container, First: above.Input}).Show()
	m.Hide()
	if left != 2 || win.Canvas().Overlays().Top() != nil {
		t.Errorf("%d fields of 2 let it go; over the window is %v", left, win.Canvas().Overlays().Top())
	}
}

func TestWhatIsDrawnAnewUnderADialogHasTheKeyboardAfterwards(t *testing.T) {
	was, is := SecondaryButton("Modifier", nil), SecondaryButton("Modifier", nil)
	row := Row(0, was)
	win := stage(t, row, 800, 600)
	c := win.Canvas()
	FocusBelow(c, was)
	if c.Focused() != fyne.Focusable(was) {
		t.Fatalf("with nothing over it the focus is on %T", c.Focused())
	}
	inside := SecondaryButton("Fermer", nil)
	m := NewModal(win, ModalConfig{Title: "Contact", Buttons: []fyne.CanvasObject{inside}, First: inside})
	m.Show()
	if FocusedBelow(c) != fyne.Focusable(was) {
		t.Errorf("below the dialog the focus is on %T", FocusedBelow(c))
	}
	row.Objects = []fyne.CanvasObject{is}
	FocusBelow(c, is)
	if c.Focused() != fyne.Focusable(inside) {
		t.Error("the dialog lost the focus")
	}
	m.Hide()
	if c.Focused() != fyne.Focusable(is) {
		t.Error("the focus is on what is no longer there")
	}
}

func TestEscapeLeavesAndEnterConfirmsFromEverywhere(t *testing.T) {
	for _, c := range []struct {
		name  string
		focus func(m *Modal, f *Field, many *Field, box *Check) fyne.Focusable
		enter int
	}{
		{"from a field", func(_ *Modal, f, _ *Field, _ *Check) fyne.Focusable { return f.Input }, 1},
		{"from a check box", func(_ *Modal, _, _ *Field, b *Check) fyne.Focusable { return b }, 1},
		{"from nowhere", func(*Modal, *Field, *Field, *Check) fyne.Focusable { return nil }, 1},
		{"but from several lines Enter is a new line", func(_ *Modal, _, many *Field, _ *Check) fyne.Focusable { return many.Input }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			win := stage(t, Body("derrière"), 800, 600)
			f, box := NewField("Nom", "", ""), NewCheck("Domaines", "", nil)
			many := FieldOf("Note", "", NewMultiLineInput(3), "")
			entered := 0
			m := NewModal(win, ModalConfig{Title: "Contact", Content: Column(8, f.Container, box, many.Container), OnEnter: func() { entered++ }})
			m.Show()
			win.Canvas().Unfocus()
			if o := c.focus(m, f, many, box); o != nil {
				win.Canvas().Focus(o)
			}
			press(win, fyne.KeyReturn)
			if entered != c.enter {
				t.Errorf("Enter confirmed %d times", entered)
			}
			press(win, fyne.KeyEscape)
			if m.Shown() || win.Canvas().Overlays().Top() != nil {
				t.Error("Escape does not leave")
			}
		})
	}
}

func TestKeysOfTheWindowComeBackAfterADialog(t *testing.T) {
	win := stage(t, Body("derrière"), 800, 600)
	window := 0
	win.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { window++ })
	m := NewModal(win, ModalConfig{Title: "Un", Content: Body("texte")})
	m.Show()
	press(win, fyne.KeyF5)
	if window != 0 {
		t.Error("the window gets the keys of the dialog")
	}
	over := Confirm(win, ConfirmConfig{Title: "Vraiment?", Text: "Oui.", Confirm: "Oui", Cancel: "Non"})
	m.Hide() // with another above it
	press(win, fyne.KeyF5)
	if window != 1 || over.Shown() {
		t.Errorf("the window got %d keys; the dialog above is still there: %v", window, over.Shown())
	}
}

func TestInASmallWindowTitleAndButtonsStayAndTheRestScrolls(t *testing.T) {
	win := stage(t, Body("derrière"), 1024, 640)
	fyne.CurrentApp().Settings().SetTheme(NewTheme(Light, 1.5))
	var boxes []fyne.CanvasObject
	for range 30 {
		boxes = append(boxes, NewCheck("Consulter et payer les factures", "Peut utiliser la carte au dossier", nil))
	}
	ok := PrimaryButton("Enregistrer", nil)
	m := NewModal(win, ModalConfig{Title: "Accès", Subtitle: "sam@cabinet.example", Content: Column(4, boxes...), Buttons: []fyne.CanvasObject{ok}, Width: 900})
	m.Show()
	if y := absolute(m.title).Y; y < 0 {
		t.Errorf("the title stands at %v", y)
	}
	if y := absolute(ok).Y + ok.Size().Height; y > 640-16 {
		t.Errorf("the button ends at %v", y)
	}
	for range 29 {
		win.Canvas().FocusNext()
	}
	box := win.Canvas().Focused().(*Check)
	if y := absolute(box).Y + box.Size().Height; y > absolute(ok).Y {
		t.Errorf("the box with the focus ends at %v, under the button", y)
	}
}

func TestADialogIsAsHighAsItsContent(t *testing.T) {
	win := stage(t, Body("derrière"), 1024, 640)
	text := Body(strings.Repeat("Une phrase assez longue. ", 20))
	m := NewModal(win, ModalConfig{Title: "Accès", Content: text, Buttons: []fyne.CanvasObject{PrimaryButton("OK", nil)}})
	m.Show()
	need := float32(len(lines(text))) * lineHeight(SizeBody)
	if text.Size().Height < need || m.scroll.Size().Height < need {
		t.Errorf("the text needs %v and has %v", need, m.scroll.Size().Height)
	}
}

func TestADangerousQuestionHasTheFocusOnCancel(t *testing.T) {
	win := stage(t, Body("derrière"), 800, 600)
	var got []string
	ask := func() {
		Confirm(win, ConfirmConfig{Title: "Révoquer l'accès?", Text: "Léa ne pourra plus se connecter.", Confirm: "Révoquer", Cancel: "Garder", Danger: true,
			OnConfirm: func() { got = append(got, "yes") }, OnCancel: func() { got = append(got, "no") }})
	}
	ask()
	press(win, fyne.KeyReturn)
	ask()
	press(win, fyne.KeyEscape)
	ask()
	win.Canvas().FocusNext()
	press(win, fyne.KeyReturn)
	if strings.Join(got, " ") != "no no yes" {
		t.Errorf("answers %v", got)
	}
}

func TestAClickBesideADialogLeavesItOnlyWhereNoWorkIsLost(t *testing.T) {
	win := stage(t, Body("derrière"), 800, 600)
	form := NewModal(win, ModalConfig{Title: "Formulaire", Content: Body("x")})
	form.Show()
	test.TapCanvas(win.Canvas(), fyne.NewPos(5, 5))
	if !form.Shown() {
		t.Error("a form is lost by a click beside it")
	}
	form.Hide()
	palette := NewModal(win, ModalConfig{Content: Body("x"), Bare: true, CloseOnOutside: true, AtTop: true})
	palette.Show()
	test.TapCanvas(win.Canvas(), absolute(palette.over.root.Objects[1]).AddXY(5, 5))
	if !palette.Shown() {
		t.Error("a click inside leaves")
	}
	test.TapCanvas(win.Canvas(), fyne.NewPos(5, 5))
	if palette.Shown() {
		t.Error("a click beside the palette does not leave it")
	}
}

func TestADialogThatHasRoomDoesNotScroll(t *testing.T) {
	for _, scale := range []float32{1, 1.15, 1.3, 1.5} {
		test.NewTempApp(t)
		fyne.CurrentApp().Settings().SetTheme(NewTheme(Light, scale))
		w := test.NewTempWindow(t, Layers())
		w.Resize(fyne.NewSize(1024, 800))
		m := NewModal(w, ModalConfig{
			Title: "Révoquer l'accès de Sam Gagnon", Width: 520, Buttons: []fyne.CanvasObject{SecondaryButton("Garder l'accès", nil)},
			Content: Column(12, Body("Sam Gagnon ne pourra plus se connecter à Boulangerie Chez Marcel."), Body("Sam reste contact."),
				NewCheck("Supprimer aussi le contact", "Cette personne ne recevra plus rien.", nil), Small("Rien n'est envoyé avant quelques secondes.")),
		})
		m.Show()
		scroll := m.scroll.Layout.(*scrollLayout).scroll
		if scroll.Content.Size().Height > scroll.Size().Height {
			t.Errorf("at %v the content is %v high in a room of %v", scale, scroll.Content.Size().Height, scroll.Size().Height)
		}
	}
}
