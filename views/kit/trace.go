package kit

import (
	"context"
	"log/slog"
	"strings"

	"fyne.io/fyne/v2"
)

// traceFocus tells the debug log what has the keyboard now, in the words of a screen reader: how somebody who cannot
// say where the focus went is helped, and how tests by keyboard know where they are. What is typed is never told.
func traceFocus(o any) {
	if !tracing() {
		return
	}
	name := ""
	switch o := o.(type) {
	case *Input:
		name = o.Called()
	case fyne.Accessible:
		name = o.AccessibilityLabel()
	}
	slog.Debug("focus", "name", name)
}

// trace tells the debug log what appeared over the screen: a dialog, a message.
func trace(what string, words ...string) {
	if tracing() {
		slog.Debug(what, "name", strings.TrimSpace(strings.Join(words, " ")))
	}
}

// TraceNotice tells the debug log what a banner says that was put above a screen.
func TraceNotice(words ...string) { trace("notice", words...) }

func tracing() bool { return slog.Default().Enabled(context.Background(), slog.LevelDebug) }

// TraceShown tells the debug log that a window stands on the screen.
func TraceShown(name string) {
	if tracing() {
		slog.Debug("painted", "name", name)
	}
}

// TracePainted tells the debug log when what has just been put into the window stands on the screen: how long people
// wait for it is measured by this line.
func TracePainted(name string) {
	if tracing() {
		whenPainted(func() { slog.Debug("painted", "name", name) })
	}
}
