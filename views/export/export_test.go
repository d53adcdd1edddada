package export_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"concierge/app/sheet"
	"concierge/views/export"
	"concierge/views/kit/shot"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

const place = "/home/marie/personnes.csv"

type opened struct {
	*viewtest.World
	saved map[string]string
	fails error
}

var made = export.Made{Sheet: sheet.Sheet{Head: []string{"Nom", "Courriel"}, Rows: [][]string{{"Sam", "sam@cabinet.example"}}},
	Missing: []string{"2 comptes n'y sont pas."}}

func open(t *testing.T, cfg viewtest.Config, m export.Made) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(cfg), saved: map[string]string{}}
	t.Cleanup(o.Window.Close)
	export.Show(o.Env, export.Config{Title: "Exporter les personnes", Subject: "Boulangerie", Path: place, Make: func() export.Made { return m },
		Save: func(path, text string) error {
			if o.fails == nil {
				o.saved[path] = text
			}
			return o.fails
		}})
	shot.Settle(o.Window)
	return o
}

func TestItSaysWhatWillBeInTheFileBeforeItIsSaved(t *testing.T) {
	o := open(t, viewtest.Config{}, made)
	for _, s := range []string{"Boulangerie", "1 ligne", "Nom, Courriel", "2 comptes n'y sont pas.", "n'est pas chiffré"} {
		if !o.Sees(s) {
			t.Errorf("%q is not said in %q", s, o.Texts())
		}
	}
	if len(o.saved) > 0 {
		t.Error("it is saved already")
	}
}

func TestEnterSavesTheFileInTheFormOfTheLanguage(t *testing.T) {
	for lang, want := range map[string]string{"fr": "\ufeff\"Nom\";\"Courriel\"\r\n\"Sam\";\"sam@cabinet.example\"\r\n", "en": "\ufeff\"Nom\",\"Courriel\"\r\n\"Sam\",\"sam@cabinet.example\"\r\n"} {
		o := open(t, viewtest.Config{Lang: lang}, made)
		o.Press(fyne.KeyReturn)
		if got := o.saved[place]; got != want {
			t.Errorf("%s: %q", lang, got)
		}
		if !o.Sees(place) || !o.InDialog() {
			t.Error("where it was saved is not said")
		}
		o.Press(fyne.KeyEscape)
		if o.InDialog() {
			t.Error("Escape does not leave")
		}
	}
}

func TestAPlaceThatDoesNotTakeItIsSaidAtTheField(t *testing.T) {
	o := open(t, viewtest.Config{}, made)
	for err, want := range map[error]string{fs.ErrExist: "Il y a déjà un fichier de ce nom", errors.New("full"): "Impossible d'enregistrer ici"} {
		o.fails = err
		o.Tap(t, "Enregistrer")
		if !o.Sees(want) || !strings.HasPrefix(o.Focused(), "Où l'enregistrer") || len(o.saved) > 0 {
			t.Errorf("%v: %q, the focus is on %q", err, o.Texts(), o.Focused())
		}
	}
	o.fails = nil
	o.Input(t, "Où l'enregistrer").SetText(" /home/marie/autre.csv ")
	o.Tap(t, "Enregistrer")
	if o.saved["/home/marie/autre.csv"] == "" || o.Sees("Impossible") {
		t.Errorf("saved %q", o.saved)
	}
}

// Making a list of many accounts takes a while, and people type meanwhile.
func TestAPlaceTypedBeforeTheListIsMadeStays(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	t.Cleanup(w.Window.Close)
	var arrives func()
	env := w.Env
	env.Go = func(work func()) { arrives = work }
	at := ""
	export.Show(env, export.Config{Path: place, Make: func() export.Made { return made }, Save: func(path, _ string) error { at = path; return nil }})
	shot.Settle(w.Window)
	const typed = "/home/marie/a.csv"
	w.Input(t, "Où l'enregistrer").SetText(typed)
	w.Press(fyne.KeyReturn)
	arrives()
	if got := w.Input(t, "Où l'enregistrer").Text; got != typed {
		t.Errorf("it is %q now", got)
	}
	arrives() // what saves
	if at != typed {
		t.Errorf("Enter came too early and was forgotten: saved at %q", at)
	}
}

func TestNothingIsNotSaved(t *testing.T) {
	o := open(t, viewtest.Config{}, export.Made{})
	o.Press(fyne.KeyReturn)
	if len(o.saved) > 0 || !o.Button(t, "Enregistrer").Disabled() {
		t.Errorf("saved %q", o.saved)
	}
}

func TestNothingIsCutAndAllIsWithinReachOfTheKeyboard(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		for _, scale := range []float32{1, 2} {
			o := open(t, viewtest.Config{Lang: lang, Scale: scale, Size: fyne.NewSize(1024, 640)}, made)
			for _, problem := range append(shot.CutLabels(o.Window), shot.Keyboard(o.Window)...) {
				t.Errorf("%s at %.0f %%: %s", lang, scale*100, problem)
			}
		}
	}
}

func TestTheOrganisationsNoIsSaid(t *testing.T) {
	w := viewtest.New(viewtest.Config{}).Env.Words
	b := export.Button(w, false, func() { t.Error("pressed") })
	test.Tap(b)
	if !b.Disabled() || !strings.Contains(b.AccessibilityLabel(), "Votre organisation ne permet pas") {
		t.Errorf("it says %q", b.AccessibilityLabel())
	}
}

func TestAFileNameIsOneOnEverySystem(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"personnes", "Boulangerie Chez Marcel", "20261118-1402"}, "personnes-boulangerie-chez-marcel-20261118-1402.csv"},
		{[]string{"people", "../../Œuvre: A/B\\C?"}, "people-oeuvre-a-b-c.csv"},
		{[]string{"people", strings.Repeat("é", 300)}, "people-" + strings.Repeat("e", 73) + ".csv"},
		{[]string{"people", "会社"}, "people.csv"},
	} {
		if got := export.FileName(c.words...); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.words, got, c.want)
		}
	}
}
