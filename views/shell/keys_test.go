package shell

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestAKeyIsShownAsItsSystemKnowsIt(t *testing.T) {
	for _, c := range []struct {
		key       fyne.Shortcut
		pc, apple string
	}{
		{&desktop.CustomShortcut{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierShortcutDefault}, "Ctrl K", "⌘ K"},
		{&desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}, "Alt ←", "⌥ ←"},
		{&fyne.ShortcutUndo{}, "Ctrl Z", "⌘ Z"},
		{KeyOf("help"), "F1", "F1"},
		{KeyOf("nothing of ours"), "", ""},
	} {
		if pc, apple := capOf(c.key, false), capOf(c.key, true); pc != c.pc || apple != c.apple {
			t.Errorf("%v is %q and %q, want %q and %q", c.key, pc, apple, c.pc, c.apple)
		}
	}
}

func TestNoTwoKeysAreTheSame(t *testing.T) {
	seen := map[string]string{}
	for _, k := range Keys() {
		if was := seen[CapOf(k.Does)]; was != "" {
			t.Errorf("%s and %s are both %s", was, k.Does, CapOf(k.Does))
		}
		seen[CapOf(k.Does)] = k.Does
	}
}
