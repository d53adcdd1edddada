package update_test

import (
	"slices"
	"testing"
	"time"

	"concierge/app/update"
	"concierge/views/kit/shot"
	view "concierge/views/update"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// newest is a manifest whose publisher says in both languages what is new.
func newest() update.Manifest {
	return update.Manifest{Version: "1.4.0", Issued: time.Date(2026, time.November, 16, 9, 0, 0, 0, time.Local), URL: "https://editeur.example/concierge",
		Notes: map[string]string{"fr": "L'historique se compare.", "en": "History compares."}}
}

// shown opens the dialog and keeps the pages it opens.
func shown(t *testing.T, lang string, m update.Manifest) (w *viewtest.World, opened *[]string) {
	t.Helper()
	test.NewTempApp(t)
	w, opened = viewtest.New(viewtest.Config{Lang: lang}), new([]string)
	view.Show(w.Env, m, "1.3.2", func(address string) { *opened = append(*opened, address) })
	shot.Settle(w.Window)
	return w, opened
}

func TestItSaysWhatIsNewInThePersonsLanguage(t *testing.T) {
	for _, c := range []struct {
		name, lang string
		notes      map[string]string
		want, not  string
	}{
		{"in French", "fr", newest().Notes, "L'historique se compare.", "History compares."},
		{"in English", "en", newest().Notes, "History compares.", "L'historique se compare."},
		{"in English for who would rather have French, when there is no French", "fr", map[string]string{"en": "History compares."}, "History compares.", "L'éditeur ne dit pas"},
		{"by saying that nothing is said", "fr", nil, "L'éditeur ne dit pas ce qui change.", "History"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newest()
			m.Notes = c.notes
			w, _ := shown(t, c.lang, m)
			for _, text := range []string{"Concierge 1.4.0", "1.3.2", "2026", m.URL, c.want} {
				if !w.Sees(text) {
					t.Errorf("%q is not said in %q", text, w.Texts())
				}
			}
			if w.Sees(c.not) {
				t.Errorf("%q is said", c.not)
			}
		})
	}
}

func TestThePageIsOpenedOnlyWhenAskedFor(t *testing.T) {
	for _, c := range []struct {
		name  string
		leave func(t *testing.T, w *viewtest.World)
		want  []string
	}{
		{"Enter opens it", func(_ *testing.T, w *viewtest.World) { w.Press(fyne.KeyReturn) }, []string{newest().URL}},
		{"a click opens it", func(t *testing.T, w *viewtest.World) { w.Tap(t, "Ouvrir la page") }, []string{newest().URL}},
		{"Escape does not", func(_ *testing.T, w *viewtest.World) { w.Press(fyne.KeyEscape) }, nil},
		{"Close does not", func(t *testing.T, w *viewtest.World) { w.Tap(t, "Fermer") }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, opened := shown(t, "fr", newest())
			if len(*opened) > 0 {
				t.Fatal("it opens by itself")
			}
			c.leave(t, w)
			if !slices.Equal(*opened, c.want) {
				t.Errorf("opened %q, want %q", *opened, c.want)
			}
			if w.InDialog() {
				t.Error("the dialog stays")
			}
		})
	}
}

func TestTheAddressIsCopiedForABrowserElsewhere(t *testing.T) {
	w, opened := shown(t, "fr", newest())
	w.Tap(t, "Copier l'adresse")
	shot.Settle(w.Window)
	if got := fyne.CurrentApp().Clipboard().Content(); got != newest().URL {
		t.Errorf("the clipboard has %q", got)
	}
	if !w.Sees(w.Env.Words.T("words.copied")) {
		t.Errorf("it is not said in %q", w.Texts())
	}
	if len(*opened) > 0 || !w.InDialog() {
		t.Error("copying is not leaving")
	}
}

func TestNothingIsCutAndAllIsWithinReachOfTheKeyboard(t *testing.T) {
	m := newest()
	m.URL = "https://telechargements.un-editeur-au-nom-interminable.example/produits/concierge/versions/1.4.0/notes"
	for _, lang := range []string{"fr", "en"} {
		for _, scale := range []float32{1, 2} {
			test.NewTempApp(t)
			w := viewtest.New(viewtest.Config{Lang: lang, Scale: scale, Size: fyne.NewSize(1024, 640)})
			view.Show(w.Env, m, "1.3.2", func(string) {})
			shot.Settle(w.Window)
			for _, problem := range append(shot.CutLabels(w.Window), shot.Keyboard(w.Window)...) {
				t.Errorf("%s at %.0f %%: %s", lang, scale*100, problem)
			}
			w.Window.Close()
		}
	}
}

func TestTheNoticeLeadsToTheDialog(t *testing.T) {
	test.NewTempApp(t)
	seen := 0
	n := view.Notice(viewtest.New(viewtest.Config{}).Env.Words, newest(), "1.3.2", func() { seen++ })
	n.Do()
	if n.Title != "Concierge 1.4.0 est disponible." || n.Action != "Voir les nouveautés" || seen != 1 {
		t.Errorf("%+v, seen %d times", n, seen)
	}
}
