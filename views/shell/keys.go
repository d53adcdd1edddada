package shell

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Key is a key that works everywhere, and what it does: in the menus, in the palette and in the help it is found by this.
type Key struct {
	Does     string // what the palette calls the action
	Shortcut fyne.Shortcut
}

// Keys are all there are, in the order in which the help lists them. What is not here has no key; what is here works, and
// is shown wherever the action is.
func Keys() []Key {
	return []Key{
		{"palette", ctrl(fyne.KeyK)},
		{"invite", ctrl(fyne.KeyI)},
		{"refresh", ctrl(fyne.KeyR)},
		{"overview", ctrl(fyne.Key1)},
		{"people", ctrl(fyne.Key2)},
		{"account", ctrl(fyne.Key3)},
		{"history", ctrl(fyne.Key4)},
		{"directory", ctrl(fyne.Key5)},
		{"back", &desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}},
		{"undo", &fyne.ShortcutUndo{}},
		{"lock", ctrl(fyne.KeyL)},
		{"help", &desktop.CustomShortcut{KeyName: fyne.KeyF1}},
	}
}

func ctrl(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
}

// KeyOf is the key of an action; nil when it has none.
func KeyOf(does string) fyne.Shortcut {
	for _, k := range Keys() {
		if k.Does == does {
			return k.Shortcut
		}
	}
	return nil
}

// CapOf says the key of an action as this system's people know it: "Ctrl I", "⌘ I". "" when it has none.
func CapOf(does string) string { return capOf(KeyOf(does), runtime.GOOS == "darwin") }

func capOf(s fyne.Shortcut, mac bool) string {
	k, ok := s.(fyne.KeyboardShortcut)
	if !ok {
		return ""
	}
	key := string(k.Key())
	if k.Key() == fyne.KeyLeft {
		key = "←"
	}
	ctrl, alt := "Ctrl ", "Alt "
	if mac {
		ctrl, alt = "⌘ ", "⌥ "
	}
	switch {
	case k.Mod()&fyne.KeyModifierShortcutDefault != 0:
		return ctrl + key
	case k.Mod()&fyne.KeyModifierAlt != 0:
		return alt + key
	}
	return key
}
