package diagnosis_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"concierge/views/diagnosis"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

type opened struct {
	*viewtest.World
	saved map[string]string
	fails error
}

func open(t *testing.T, lang string, made diagnosis.Made) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Lang: lang}), saved: map[string]string{}}
	t.Cleanup(o.Window.Close)
	diagnosis.Show(o.Env, diagnosis.Config{
		Path: place,
		Make: func() diagnosis.Made { return made },
		Save: func(path, text string) error {
			if o.fails == nil {
				o.saved[path] = text
			}
			return o.fails
		},
	})
	return o
}

const place = "/home/marie/concierge.txt"

var file = diagnosis.Made{Text: "concierge diagnostics 1\nversion: 1.0.0\n"}

func TestItSaysWhatIsInTheFileAndShowsAllOfIt(t *testing.T) {
	for lang, says := range map[string][]string{
		"fr": {"Rien ne part tout seul", "la fin du journal, sans les noms connus, les courriels et les secrets", "ce que le dernier arrêt imprévu a laissé"},
		"en": {"Nothing leaves by itself", "the end of the log, without known names, e-mails and secrets", "what the last crash left"},
	} {
		o := open(t, lang, file)
		for _, s := range says {
			if !strings.Contains(strings.Join(o.Texts(), "\n"), s) {
				t.Errorf("does not say %q; it says:\n%s", s, strings.Join(o.Texts(), "\n"))
			}
		}
		if in := o.Input(t, o.Env.Words.T("diagnosis.text")); in.Text != file.Text || o.Window.Canvas().Focused() != fyne.Focusable(in) {
			t.Errorf("%q, with the focus on %q", in.Text, o.Focused())
		}
		if len(o.saved) != 0 {
			t.Error("saved before anybody asked")
		}
	}
}

func TestWhatIsSavedOrCopiedIsWhatIsShown(t *testing.T) {
	o := open(t, "en", file)
	o.Input(t, "The whole file").SetText("only this")
	o.Tap(t, "Copy")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "only this" {
		t.Errorf("copied %q", got)
	}
	o.Window.Canvas().Focus(o.Input(t, "Where to save it"))
	o.Press(fyne.KeyReturn)
	if o.saved[place] != "only this" || !o.Sees("Saved in "+place) {
		t.Errorf("%q", o.saved)
	}
	o.Press(fyne.KeyEscape)
	if o.InDialog() {
		t.Error("Escape does not close it")
	}
}

func TestAPlaceThatCannotBeIsToldAtItsField(t *testing.T) {
	for _, c := range []struct {
		err  error
		says string
	}{
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrExist}, "Il y a déjà un fichier de ce nom."},
		{errors.New("disk full"), "Impossible d'enregistrer ici."},
	} {
		o := open(t, "fr", file)
		o.fails = c.err
		o.Tap(t, "Enregistrer")
		if !strings.Contains(strings.Join(o.Texts(), "\n"), c.says) || o.Focused() == "" {
			t.Errorf("says %q, with the focus on %q", o.Texts(), o.Focused())
		}
		o.fails = nil
		o.Tap(t, "Enregistrer")
		if len(o.saved) != 1 || strings.Contains(strings.Join(o.Texts(), "\n"), c.says) {
			t.Errorf("after that: %q", o.saved)
		}
	}
}

func TestNothingIsSavedOfAnEmptyFileAndPartsThatAreMissingAreTold(t *testing.T) {
	o := open(t, "en", diagnosis.Made{Text: "x", Partial: true})
	if !o.Sees("A part could not be read; the rest is here.") {
		t.Error("does not say that a part is missing")
	}
	o.Input(t, "The whole file").SetText("  \n")
	o.Tap(t, "Save")
	if len(o.saved) != 0 || !o.Sees("There is nothing to save.") {
		t.Errorf("%q", o.saved)
	}
}
