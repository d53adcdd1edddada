package kit

import (
	"context"
	"log/slog"
	"strings"
	"time"

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
		name = o.called()
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

func tracing() bool { return slog.Default().Enabled(context.Background(), slog.LevelDebug) }

// TracePainted tells the debug log when what has just been put into the window stands on the screen: how long people
// wait for it is measured by this line.
func TracePainted(name string) {
	if tracing() {
		WhenPainted(func() { slog.Debug("painted", "name", name) })
	}
}

// WhenPainted calls fn, on the UI goroutine, when what has just been put into the window stands on the screen. An
// animation's tick comes before the frame of its moment is drawn, so at the second one a frame has been. Without a
// screen, as in tests, an animation is over at once, and fn is called at once.
func WhenPainted(fn func()) {
	ticks := 0
	var a *fyne.Animation
	a = &fyne.Animation{Duration: time.Hour, Tick: func(done float32) {
		if ticks++; ticks == 2 || done == 1 {
			a.Stop()
			fn()
		}
	}}
	a.Start()
}
