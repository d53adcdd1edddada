package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An owner saves who has access for a spreadsheet program, twice under one name: what was saved stays.
func TestPeopleAreSavedForASpreadsheet(t *testing.T) {
	w, _ := atWork(t, "Marie Tremblay")
	saved := filepath.Join(w.c.home, "acces.csv")
	export := "Exporter les personnes de Boulangerie Chez Marcel"
	w.palette(export)
	w.at(0, w.words.T("export.path"))
	w.retype(saved)
	w.press("Return")
	var text string
	until(t, "the file is saved", func() bool {
		b, err := os.ReadFile(saved)
		text = string(b)
		return err == nil && strings.HasSuffix(text, "\r\n")
	})
	if !strings.HasPrefix(text, "\ufeff") {
		t.Error("spreadsheet programs will not know that it is UTF-8")
	}
	for _, want := range []string{`"Marie Tremblay";"marie@chezmarcel.example"`, "sam@cabinet.example", "noe@studio.example", "Comptes à payer"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	if info, err := os.Stat(saved); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it can be read by others: %v, %v", info, err)
	}

	if err := os.WriteFile(saved, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.tab("Enregistrer")
	mark := w.mark()
	w.press("Return")
	w.at(mark, w.words.T("export.path")) // where it says that there is one
	if b, err := os.ReadFile(saved); err != nil || string(b) != "mine" {
		t.Errorf("a file that was there is overwritten: %q, %v", b, err)
	}
	w.does("dialog closed", w.words.T("export.title_people"), "Escape")
}
