package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"concierge/app/access"
	"concierge/app/trouble"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	bakery = access.Ref{Identity: "marie", Account: "a-1"}
	studio = access.Ref{Identity: "marie", Account: "a-2"}
	farm   = access.Ref{Identity: "sam", Account: "a-1"}
)

func open(t *testing.T, path string) (*Store, *trouble.Trouble) {
	t.Helper()
	s, tr := Open(path, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = s.Close() }) // tests that care close it themselves
	return s, tr
}

func mustOpen(t *testing.T, path string) *Store {
	t.Helper()
	s, tr := open(t, path)
	if tr != nil {
		t.Fatal(tr)
	}
	return s
}

func mustClose(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func fields(t *testing.T, path string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return m
}

func TestWithoutAFileThereAreDefaultsAndNoFileIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s := mustOpen(t, path)
	if s.Language() != "" || s.Theme() != System || s.TextSize() != 100 || !s.LastAccount().Zero() || len(s.Recents()) != 0 {
		t.Error("not the defaults")
	}
	if !s.Notifies("new-user") || !s.Notifies("wider-rights") || s.Notifies("domain-recipient") {
		t.Error("other kinds are told of than by default")
	}
	if _, known := s.Window(); known {
		t.Error("a window size from nowhere")
	}
	mustClose(t, s)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a file was written: %v", err)
	}
}

func TestWhatWasChosenIsThereAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s := mustOpen(t, path)
	s.SetLanguage("fr")
	s.SetTheme(Dark)
	s.SetTextSize(130)
	s.SetLockAfter(15 * time.Minute)
	s.SetWindow(Size{1280, 800})
	s.Visit(bakery)
	s.Visit(studio)
	s.SetFavourite(farm, true)
	s.SetFavourite(bakery, true)
	s.SetAlias(bakery, "  Chez\n Marcel ")
	s.SetColour(bakery, 7)
	s.SetNotifies("changed-email", false)
	s.SetNotifies("domain-recipient", true)
	mustClose(t, s)

	s = mustOpen(t, path)
	size, known := s.Window()
	got := []any{s.Language(), s.Theme(), s.TextSize(), s.LockAfter(), size, known, s.LastAccount(), s.Recents(), s.Favourites(), s.Alias(bakery), s.Colour(bakery), s.Favourite(farm), s.Favourite(studio),
		s.Notifies("changed-email"), s.Notifies("domain-recipient"), s.Notifies("new-user")}
	want := []any{"fr", Dark, 130, 15 * time.Minute, Size{1280, 800}, true, studio, []access.Ref{studio, bakery}, []access.Ref{farm, bakery}, "Chez Marcel", 7, true, false, false, true, true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := fields(t, path)["theme"]; got != "dark" {
		t.Errorf("theme is stored as %v", got)
	}
}

func TestGoingBackToDefaultsIsRememberedToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s := mustOpen(t, path)
	s.SetLanguage("fr")
	s.SetTheme(Dark)
	s.SetColour(bakery, 3)
	s.SetFavourite(bakery, true)
	mustClose(t, s)
	s = mustOpen(t, path)
	s.SetLanguage("")
	s.SetTheme("purple")
	s.SetColour(bakery, -1)
	s.SetFavourite(bakery, false)
	mustClose(t, s)
	s = mustOpen(t, path)
	if s.Language() != "" || s.Theme() != System || s.Colour(bakery) != DefaultColour(bakery) || s.Favourite(bakery) {
		t.Errorf("%v", fields(t, path))
	}
}

func TestRecentsAreTheTenLastOpenedEachOnce(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "settings.json"))
	for i := range 13 {
		s.Visit(access.Ref{Identity: "marie", Account: fmt.Sprint(i)})
	}
	s.Visit(access.Ref{Identity: "marie", Account: "5"})
	s.Visit(access.Ref{})
	var got []string
	for _, r := range s.Recents() {
		got = append(got, r.Account)
	}
	if want := strings.Fields("5 12 11 10 9 8 7 6 4 3"); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestColoursFollowTheAccountAndNotWhoLooks(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "settings.json"))
	if s.Colour(bakery) != s.Colour(farm) {
		t.Error("two identities see one account in two colours")
	}
	used := map[int]bool{}
	for i := range 200 {
		c := DefaultColour(access.Ref{Account: fmt.Sprintf("acct-%d", i)})
		if c < 0 || c >= Colours {
			t.Fatalf("colour %d", c)
		}
		used[c] = true
	}
	if len(used) != Colours {
		t.Errorf("only %d colours are used", len(used))
	}
	if got := DefaultColour(bakery); got != 2 {
		t.Errorf("the default colour moved to %d: everybody's accounts would change colour", got)
	}
}

func TestTextSizesSnapToOnesThatExist(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "settings.json"))
	for set, want := range map[int]int{0: 100, 110: 115, 131: 130, 149: 150, 160: 150, 164: 175, 190: 200, 900: 200} {
		if s.SetTextSize(set); s.TextSize() != want {
			t.Errorf("%d became %d", set, s.TextSize())
		}
	}
}

func TestASettingThatDidNotChangeIsNotTold(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "settings.json"))
	var told []What
	s.Changed.Listen(func(w What) { told = append(told, w) })
	s.SetTheme(Dark)
	s.SetTheme(Dark)
	s.SetTextSize(115)
	s.SetAlias(bakery, "")
	s.Visit(bakery)
	s.SetColour(bakery, 2)
	s.Forget("marie")
	s.SetWindow(Size{0, 800})
	want := []What{Appearance, Appearance, Places, Accounts, Places, Accounts}
	if !slices.Equal(told, want) {
		t.Errorf("told %v", told)
	}
}

func TestForgettingAnIdentityLeavesTheOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s := mustOpen(t, path)
	for _, r := range []access.Ref{bakery, farm, studio} {
		s.Visit(r)
		s.SetFavourite(r, true)
		s.SetAlias(r, "alias")
	}
	s.Forget("marie")
	mustClose(t, s)
	s = mustOpen(t, path)
	if !s.LastAccount().Zero() || !slices.Equal(s.Recents(), []access.Ref{farm}) || !slices.Equal(s.Favourites(), []access.Ref{farm}) ||
		s.Alias(bakery) != "" || s.Alias(farm) != "alias" {
		t.Errorf("%v", fields(t, path))
	}
}

func TestWhatANewerVersionWroteIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	write(t, path, `{"version": 3, "language": "fr", "density": {"rows": "compact"}, "theme": "high-contrast", "textSize": "huge", "window": {"width": -1},
		"accounts": [{"identity": "marie", "account": "a-1", "alias": "Pain", "badge": "croissant"}, {"identity": 4}]}`)
	s := mustOpen(t, path)
	if s.Language() != "fr" || s.Theme() != System || s.TextSize() != 100 || s.Alias(bakery) != "Pain" {
		t.Error("what is understood was not read")
	}
	s.SetAlias(bakery, "Boulangerie")
	mustClose(t, s)
	want := map[string]any{"version": 3.0, "language": "fr", "density": map[string]any{"rows": "compact"}, "theme": "high-contrast", "textSize": "huge",
		"window":   map[string]any{"width": -1.0},
		"accounts": []any{map[string]any{"identity": "marie", "account": "a-1", "alias": "Boulangerie", "badge": "croissant"}}}
	if d := cmp.Diff(want, fields(t, path)); d != "" {
		t.Error(d)
	}
}

func TestACorruptFileIsSetAsideAndTold(t *testing.T) {
	for name, content := range map[string]string{"cut off": `{"language": "fr", "th`, "empty": "", "a list": "[1]", "null": "null", "binary": "\x00\x01"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "settings.json")
			write(t, path, content)
			s, tr := open(t, path)
			if tr == nil || tr.Kind != trouble.SetAside || !strings.HasPrefix(tr.Path, path+".broken-") {
				t.Fatalf("told %v", tr)
			}
			if kept, err := os.ReadFile(tr.Path); err != nil || string(kept) != content {
				t.Errorf("kept %q, %v", kept, err)
			}
			s.SetTheme(Light)
			mustClose(t, s)
			if fields(t, path)["theme"] != "light" {
				t.Error("not written anew")
			}
		})
	}
}

func TestAFileThatBreaksWhileWeRunIsWrittenAnewFromMemoryAndTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	s := mustOpen(t, path)
	s.SetLanguage("fr")
	mustClose(t, s)
	s = mustOpen(t, path)
	var told []*trouble.Trouble
	s.SaveFailed.Listen(func(tr *trouble.Trouble) { told = append(told, tr) })
	write(t, path, "{")
	s.SetTheme(Dark)
	mustClose(t, s)
	if len(told) != 1 || told[0].Kind != trouble.SetAside {
		t.Errorf("told %v", told)
	}
	if f := fields(t, path); f["language"] != "fr" || f["theme"] != "dark" {
		t.Errorf("%v", f)
	}
}

func TestTwoWindowsOfTheApplicationKeepEachOthersSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	one, two := mustOpen(t, path), mustOpen(t, path)
	one.SetLanguage("fr")
	one.SetFavourite(bakery, true)
	one.Visit(bakery)
	mustClose(t, one)

	var told []What
	two.Changed.Listen(func(w What) { told = append(told, w) })
	two.SetTheme(Dark)
	two.SetFavourite(farm, true)
	two.Visit(farm)
	mustClose(t, two)
	if two.Language() != "fr" || !slices.Equal(two.Favourites(), []access.Ref{bakery, farm}) || !slices.Equal(two.Recents(), []access.Ref{farm, bakery}) {
		t.Errorf("%v", fields(t, path))
	}
	if !slices.Contains(told, Language) {
		t.Errorf("the other's language was not told: %v", told)
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	var wg sync.WaitGroup
	for w := range 8 {
		s := mustOpen(t, path)
		wg.Go(func() {
			for i := range 10 {
				s.SetFavourite(access.Ref{Identity: fmt.Sprint(w), Account: fmt.Sprint(i)}, true)
				s.Visit(access.Ref{Identity: fmt.Sprint(w), Account: fmt.Sprint(i)})
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(mustOpen(t, path).Favourites()); n != 80 {
		t.Errorf("%d of 80 favourites", n)
	}
}

func TestAWindowBeingResizedIsWrittenWhenItHasSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		path := filepath.Join(t.TempDir(), "settings.json")
		s, _ := Open(path, slog.New(slog.NewTextHandler(&log, nil)))
		for i := range 50 {
			s.SetWindow(Size{float32(800 + i), 600})
		}
		synctest.Wait()
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Error("written before things settled")
		}
		time.Sleep(2 * settle)
		if got := fields(t, path)["window"]; !cmp.Equal(got, map[string]any{"width": 849.0, "height": 600.0}) {
			t.Errorf("%v", got)
		}
		if log.Len() != 0 {
			t.Errorf("logged %s", &log)
		}
		mustClose(t, s)
	})
}

func TestADiskThatRefusesIsToldAndTheSettingHolds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	s, _ := open(t, filepath.Join(dir, "settings.json")) // the folder does not exist
	var told []*trouble.Trouble
	s.SaveFailed.Listen(func(tr *trouble.Trouble) { told = append(told, tr) })
	s.SetTheme(Dark)
	if err := s.Close(); !trouble.Is(err, trouble.DiskTrouble) {
		t.Errorf("close says %v", err)
	}
	if len(told) == 0 || told[0].Kind != trouble.DiskTrouble || s.Theme() != Dark {
		t.Errorf("told %v, theme %v", told, s.Theme())
	}
}
