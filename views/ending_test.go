package views_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/change"
	"concierge/app/settings"
	"concierge/app/trouble"
	"concierge/app/watch"
	"concierge/views/gallery/scene"
	"concierge/views/shell"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Why is said of endQuietly. If this fails after the toolkit has been renewed, look there whether it still is so.
func TestTheToolkitEndsWithoutAnEventOfItsOwn(t *testing.T) {
	a := test.NewTempApp(t)
	life, ok := a.Lifecycle().(interface {
		SetOnStoppedHookExecuted(hook func())
		OnStopped() func()
	})
	if !ok {
		t.Fatal("the toolkit names its events otherwise now")
	}
	life.SetOnStoppedHookExecuted(func() {}) // as the toolkit does for a window
	s := scene.Play(t, scene.Scene{Do: func(s *scene.Stage) { s.Go(shell.Overview, "") }}, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
	defer s.Close()
	if life.OnStopped() != nil {
		t.Error("an event waits for the UI goroutine as that one ends")
	}
}

// atWork is a window with an edit under way, which its host answers as told.
func atWork(t *testing.T, answer change.Outcome) *scene.Stage {
	t.Helper()
	test.NewTempApp(t)
	s := scene.Play(t, scene.Scene{Do: func(s *scene.Stage) {
		s.Go(shell.People, "person:lea@studio.example")
		s.Press("people.revoke")
		s.Press("people.revoke")
	}}, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
	t.Cleanup(s.Close)
	s.Script.Then(answer)
	if list := s.Core.Desk.List(); len(list) != 1 || list[0].State != change.Waiting {
		t.Fatalf("the desk has %v", list)
	}
	return s
}

var unreachable = change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}}

func TestAWindowWhoseSystemEndsItSendsWhatWaitsAndRemembersItsSize(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer change.Outcome
		left   int
	}{{"the host takes it", change.Outcome{}, 0}, {"the host is away", unreachable, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			s := atWork(t, tt.answer)
			s.Window.Resize(fyne.NewSize(1111, 777))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if left := s.View.Gone(ctx); len(left) != tt.left {
				t.Errorf("%v is left", left)
			}
			if size, known := s.Settings.Window(); !known || size != (settings.Size{Width: 1111, Height: 777}) {
				t.Errorf("it was %v large", size)
			}
			shown := len(s.Texts())
			s.Core.Told.Emit(&trouble.Trouble{Kind: trouble.DiskTrouble})
			if len(s.Texts()) != shown {
				t.Errorf("something is said in a window that has gone: %q", s.Texts())
			}
			raised := false
			s.View.Raise(func() { raised = true })
			if raised {
				t.Error("who starts the application anew is told that its window is there")
			}
		})
	}
}

// quits closes a window whose edit its host does not take, which is then told.
func quits(t *testing.T) *scene.Stage {
	t.Helper()
	s := atWork(t, unreachable)
	s.Quit()
	if !slices.ContainsFunc(s.Texts(), func(said string) bool { return strings.Contains(said, "n'a pas été confirmé") }) || closed(s) {
		t.Fatalf("closed: %v; the window says %q", closed(s), s.Texts())
	}
	return s
}

func closed(s *scene.Stage) bool {
	select {
	case <-s.View.Closed:
		return true
	default:
		return false
	}
}

func TestTheWindowClosesOnceHoweverOftenItIsAskedTo(t *testing.T) {
	for name, asked := range map[string]func(*scene.Stage){
		"by Enter":          func(s *scene.Stage) { s.World.Press(fyne.KeyReturn) },
		"by the window's X": func(s *scene.Stage) { s.Quit() },
	} {
		t.Run(name, func(t *testing.T) {
			s := quits(t)
			for range 2 {
				asked(s)
			}
			if !closed(s) {
				t.Error("it stays")
			}
		})
	}
}

func TestASystemThatEndsWhatIsEndingTellsTheSame(t *testing.T) {
	s := quits(t)
	if left := s.View.Gone(t.Context()); len(left) != 1 || len(s.Script.Sent()) != 1 {
		t.Errorf("%v is left, and was sent %d times", left, len(s.Script.Sent()))
	}
}

// A desktop that does not take a notification, because it hangs, holds a goroutine, and not the window.
func TestWhatTheSystemIsToTellDoesNotHoldTheWindow(t *testing.T) {
	test.NewTempApp(t)
	var later []func()
	s := scene.Play(t, scene.Scene{
		Prepare: func(s *scene.Stage) { s.Away(func(work func()) { later = append(later, work) }) },
		Do:      func(*scene.Stage) {},
	}, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
	defer s.Close()
	later = nil
	s.Core.Past.Watch.Noticed.Emit([]watch.Notice{notice(viewtest.Ref)})
	if len(later) != 1 {
		t.Errorf("%d things are done away from the UI goroutine", len(later))
	}
}
