package kit

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

func TestAMenuIsUsedByKeyboard(t *testing.T) {
	var got []string
	anchor := SecondaryButton("Menu", nil)
	win := stage(t, Row(0, anchor), 600, 600)
	win.Canvas().Focus(anchor)
	item := func(l string) MenuItem { return MenuItem{Label: l, Action: func() { got = append(got, l) }} }
	off := item("Interdit")
	off.Disabled = true
	open := func() *Menu {
		return ShowMenu(win, anchor, MenuConfig{Items: []MenuItem{item("Votre profil"), off, Separator(), item("Paramètres"), item("Préférences"), item("Se déconnecter")}, Selected: -1})
	}
	for _, c := range []struct {
		name string
		keys []fyne.KeyName
		want string
	}{
		{"Enter takes the first", []fyne.KeyName{fyne.KeyReturn}, "Votre profil"},
		{"Down passes what is disabled", []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn}, "Paramètres"},
		{"Up from the first goes to the last", []fyne.KeyName{fyne.KeyUp, fyne.KeySpace}, "Se déconnecter"},
		{"End and Home", []fyne.KeyName{fyne.KeyEnd, fyne.KeyHome, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn}, "Préférences"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got = nil
			open()
			press(win, c.keys...)
			if !slices.Equal(got, []string{c.want}) || win.Canvas().Overlays().Top() != nil {
				t.Errorf("did %v", got)
			}
			if win.Canvas().Focused() != fyne.Focusable(anchor) {
				t.Errorf("the focus is on %T", win.Canvas().Focused())
			}
		})
	}
	got = nil
	m := open()
	m.typed('p')
	m.typed('p')
	press(win, fyne.KeyReturn)
	if !slices.Equal(got, []string{"Préférences"}) {
		t.Errorf("typing p twice did %v", got)
	}
	got = nil
	open()
	press(win, fyne.KeyEscape)
	if got != nil || win.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not just leave")
	}
	open()
	test.TapCanvas(win.Canvas(), fyne.NewPos(590, 590))
	if win.Canvas().Overlays().Top() != nil {
		t.Error("a click beside the menu does not leave it")
	}
}

func TestAMenuStaysInsideTheWindow(t *testing.T) {
	anchor := SecondaryButton("Menu", nil)
	win := stage(t, Column(0, Spacer(), Row(0, Spacer(), anchor)), 400, 300)
	items := make([]MenuItem, 30)
	for i := range items {
		items[i].Label = "Un choix"
	}
	m := ShowMenu(win, anchor, MenuConfig{Items: items, Selected: -1})
	panel := m.over.root.Objects[1]
	if p, s := panel.Position(), panel.Size(); p.X < 0 || p.Y < 0 || p.X+s.Width > 400 || p.Y+s.Height > 300 {
		t.Errorf("the menu is at %v, size %v", p, s)
	}
}

func TestToastsStandAboveEachOtherCountDownAndGo(t *testing.T) {
	win := stage(t, Body("écran"), 800, 600)
	var ck clock
	gone := 0
	a := ShowToast(win, ToastConfig{Text: "Premier", For: 3 * time.Second, Countdown: true, OnGone: func() { gone++ }}, ck.after)
	b := ShowToast(win, ToastConfig{Text: "Second", For: 8 * time.Second, Action: "Annuler", OnAction: func() { gone += 10 }, OnGone: func() { gone += 100 }}, ck.after)
	if a.box.Position().Y+a.box.Size().Height > b.box.Position().Y || b.box.Position().Y+b.box.Size().Height > 600 {
		t.Errorf("they stand at %v and %v", a.box.Position(), b.box.Position())
	}
	if a.count.Text() != "3 s" {
		t.Errorf("the countdown begins at %q", a.count.Text())
	}
	ck.pass(1 * time.Second)
	if a.count.Text() != "2 s" {
		t.Errorf("after a second it says %q", a.count.Text())
	}
	ck.pass(2 * time.Second)
	if !a.Gone() || b.Gone() || gone != 1 {
		t.Errorf("after three seconds: %v %v, told %d", a.Gone(), b.Gone(), gone)
	}
	win.Canvas().Focus(b.action)
	press(win, fyne.KeyReturn)
	ck.pass(time.Minute)
	if !b.Gone() || gone != 11 {
		t.Errorf("after Undo: gone %v, told %d", b.Gone(), gone)
	}
	if n := len(toastLayers[win.Canvas()].Objects); n != 0 {
		t.Errorf("%d messages are left", n)
	}
}

func TestWhoeverGivesWayToMessagesIsToldHowMuch(t *testing.T) {
	win := stage(t, Gap(1), 800, 600)
	var rooms []float32
	OnToasts(win, func() { rooms = append(rooms, ToastRoom(win, 800)) })
	var ck clock
	a := ShowToast(win, ToastConfig{Text: "Reste"}, ck.after)
	if top := a.box.Position().Y; len(rooms) != 1 || 600-rooms[0] >= top || 600-rooms[0] < top-12 {
		t.Errorf("a message at %v is said to take %v", top, rooms)
	}
	a.Close()
	if len(rooms) != 2 || rooms[1] != 0 {
		t.Errorf("nothing is said to take %v", rooms)
	}
	OnToasts(win, nil)
	ShowToast(win, ToastConfig{Text: "Reste"}, ck.after)
	if len(rooms) != 2 {
		t.Error("who has gone is still told")
	}
}

func TestAMessageLeavesWhatHasTheKeyboardInSight(t *testing.T) {
	last := SecondaryButton("Dernier", nil)
	area := Scroll(Column(0, Gap(700), last))
	frame := container.NewWithoutLayout(area)
	win := stage(t, frame, 800, 600)
	area.Resize(fyne.NewSize(800, 600))
	OnToasts(win, func() { area.Resize(fyne.NewSize(800, 600-ToastRoom(win, 800))) })
	win.Canvas().Focus(last)
	if !InView(last) {
		t.Fatal("it was out of sight before")
	}
	ShowToast(win, ToastConfig{Text: "Reste"}, nil)
	if !InView(last) {
		t.Error("the message has taken it out of sight")
	}
}

func TestAMessageThatSaysTheSameAgainTakesTheOthersPlace(t *testing.T) {
	win := stage(t, Gap(1), 800, 600)
	ck := &clock{}
	a := ShowToast(win, ToastConfig{Text: "Enregistré", For: 3 * time.Second}, ck.after)
	b := ShowToast(win, ToastConfig{Text: "Enregistré", For: 3 * time.Second}, ck.after)
	undo := ShowToast(win, ToastConfig{Text: "Enregistré", Action: "Annuler"}, ck.after)
	c := ShowToast(win, ToastConfig{Text: "Enregistré"}, ck.after)
	if !a.Gone() || !b.Gone() || undo.Gone() || c.Gone() {
		t.Errorf("gone are %v, %v, %v, %v", a.Gone(), b.Gone(), undo.Gone(), c.Gone())
	}
	if n := len(toastLayers[win.Canvas()].Objects); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestAMessageWithoutATimeStaysUntilItIsClosed(t *testing.T) {
	win := stage(t, Body("écran"), 800, 600)
	var ck clock
	a := ShowToast(win, ToastConfig{Text: "Reste", CloseName: "Fermer"}, ck.after)
	ck.pass(time.Hour)
	if a.Gone() {
		t.Fatal("it went")
	}
	for range 3 {
		win.Canvas().FocusNext()
		if b, ok := win.Canvas().Focused().(*Button); ok && b.Text() == "Fermer" {
			press(win, fyne.KeySpace)
			break
		}
	}
	if !a.Gone() {
		t.Error("the keyboard does not close it")
	}
}

func TestLoadingAppearsOnlyWhenItTakesLonger(t *testing.T) {
	var ck clock
	l := NewLoading("Lecture…", ck.after)
	stage(t, l, 300, 100)
	l.Start()
	ck.pass(149 * time.Millisecond)
	l.Stop()
	ck.pass(time.Second)
	if l.Appeared() || l.Visible() {
		t.Error("a fast answer flickers")
	}
	l.Start()
	ck.pass(150 * time.Millisecond)
	if !l.Appeared() {
		t.Error("it does not appear for a slow one")
	}
	l.Stop()
	if l.Visible() {
		t.Error("it stays after the work")
	}
}
