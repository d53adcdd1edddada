package disk

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concierge/app/journal"
	"concierge/app/trouble"
)

// laterWasHere is a folder in which an older version than the one that wrote the journal has set it aside, and where that is.
// The newer one had eight entries that wait or have ended, and i was signing out there.
func laterWasHere(t *testing.T) (dir, aside string) {
	t.Helper()
	dir = written(t, 8)
	newer(t, filepath.Join(dir, journalFile), "journal")
	d, told := at(t, dir)
	if got := told.kinds(); !slices.Equal(got, []trouble.Kind{trouble.JournalNewer}) {
		t.Fatalf("told %v", got)
	}
	must(t, d.Close())
	return dir, told.list[0].Path
}

// upgrade makes a set aside file one that this version can read, as the version that wrote it can.
func upgrade(t *testing.T, aside string) {
	t.Helper()
	edit(t, aside, "DELETE FROM journal_migrations WHERE version_id = 99")
}

func TestAJournalThatALaterVersionWroteIsTakenBackByThatVersion(t *testing.T) {
	dir, aside := laterWasHere(t)
	d, told := at(t, dir) // still too old
	must(t, d.Write(t.Context(), entry(100)))
	if len(told.list) != 0 || len(entries(t, d)) != 1 {
		t.Fatalf("the older version takes what it cannot know: %v", entries(t, d))
	}
	must(t, d.Close())

	upgrade(t, aside)
	before, err := os.ReadFile(aside)
	must(t, err)
	d, told = at(t, dir)
	if got := entries(t, d); len(got) != 9 {
		t.Errorf("%v are there, not the eight and the one made since", got)
	}
	if got := told.kinds(); !slices.Equal(got, []trouble.Kind{trouble.JournalTaken}) {
		t.Errorf("told %v", got)
	}
	if got := asides(t, dir); len(got) != 0 {
		t.Errorf("still set aside: %v", got)
	}
	pending, err := d.Pending(t.Context())
	must(t, err)
	if !slices.Contains(ids(pending), entry(1).ID) || slices.Contains(ids(pending), entry(0).ID) {
		t.Errorf("%v wait: what had ended does not", ids(pending))
	}
	must(t, d.Remove(t.Context(), entry(1).ID), d.Close())

	t.Run("once, also when the file outlives it", func(t *testing.T) {
		must(t, os.WriteFile(aside, before, 0o600))
		d, told := at(t, dir)
		if got := entries(t, d); got[entry(1).ID] || len(got) != 8 || len(told.list) != 0 {
			t.Errorf("given up since, and back: %v, %v", got, told.kinds())
		}
		if got := asides(t, dir); len(got) != 0 {
			t.Errorf("still set aside: %v", got)
		}
	})
}

func TestWhatIsTakenBackStandsBehindWhatIsThere(t *testing.T) {
	dir, aside := laterWasHere(t)
	d, _ := at(t, dir)
	here := ended(entry(1), 5)
	must(t, d.Write(t.Context(), here), d.Close())
	upgrade(t, aside)
	d, _ = at(t, dir, func(c *Config) {
		c.Back = func(e journal.Entry) journal.Entry {
			if e.ID == entry(1).ID || e.ID == entry(0).ID {
				t.Errorf("%s is asked about: it does not wait, or is there", e.ID)
			}
			return e
		}
	})
	pending, err := d.Pending(t.Context())
	must(t, err)
	if slices.Contains(ids(pending), here.ID) {
		t.Error("what the host has confirmed since waits again")
	}
}

func TestWhoHasSignedOutDoesNotComeBackWithAJournal(t *testing.T) {
	dir, aside := laterWasHere(t)
	d, _ := at(t, dir)
	must(t, d.Erase(t.Context(), "i"), d.Settle(t.Context(), nil), d.Close())
	upgrade(t, aside)
	d, told := at(t, dir)
	must(t, d.Settle(t.Context(), nil))
	if got := entries(t, d); len(got) != 0 || len(told.list) != 0 {
		t.Errorf("%v are there, told %v", got, told.kinds())
	}
	must(t, d.Close())
	for name := range contents(t, dir) {
		if strings.Contains(name, newerMark) {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestTheLastToSignOutTakesSetAsideJournalsAlong(t *testing.T) {
	dir, _ := laterWasHere(t)
	must(t, Remove(t.Context(), dir))
	if got := asides(t, dir); len(got) != 0 {
		t.Errorf("set aside: %v", got)
	}
}
