// Package settings holds what this person chose on this computer: language, theme, text size, the accounts they were
// in, their favourites, their own names and colours for accounts, the window's size. One JSON file keeps it.
//
// It knows no host, no secret and no text for people: what is stored are codes ("dark", "fr"), never translated words.
// Getting and setting work in memory and may be done on the UI goroutine; the file is written by a goroutine.
package settings

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/files"
	"concierge/app/signal"
	"concierge/app/trouble"
)

// What names what changed.
type What string

// What changed.
const (
	Language   What = "language"
	Appearance What = "appearance" // theme or text size
	Places     What = "places"     // last account, recents, favourites
	Accounts   What = "accounts"   // aliases, colours
	Notices    What = "notices"    // which changes elsewhere are told of outside of the window
	Window     What = "window"
	Lock       What = "lock"    // after how long without use
	Updates    What = "updates" // whether to look for new versions
)

// Theme is which colours to use.
type Theme string

// The themes. System follows the operating system.
const (
	System Theme = "system"
	Light  Theme = "light"
	Dark   Theme = "dark"
)

// MostRecents is how many recently opened accounts are remembered.
const MostRecents = 10

// TextSizes lists the text sizes there are, in percent.
func TextSizes() []int { return []int{100, 115, 130, 150, 175, 200} }

// Size of a window in Fyne's device-independent pixels.
type Size struct {
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
}

// Store is the settings of this person. Make it with Open. Safe for concurrent use.
type Store struct {
	// Changed fires after a setting changed, here or (noticed when something is saved) by another window of ours.
	Changed signal.Signal[What]
	// SaveFailed fires when the file could not be written (the settings hold until the application ends, and are tried
	// again with the next change), and with SetAside when it had become unreadable and was written anew.
	SaveFailed signal.Signal[*trouble.Trouble]

	path string
	log  *slog.Logger
	wake chan struct{}
	end  chan struct{}
	done chan struct{}
	once sync.Once

	mu      sync.RWMutex
	doc     document
	pending []func(*document) // what was set since the file was last written, to be done to it as it is then
	failed  *trouble.Trouble  // why the last save did not work; nil when it did
}

// settle is how long after a change the file is written, so that a window being resized is one write.
const settle = 300 * time.Millisecond

// Open reads the file, which need not exist; its folder must. The Store works in any case: with a file that could not be
// read it begins with the defaults and the trouble is SetAside or DiskTrouble, to be told. Close it at the end.
func Open(path string, log *slog.Logger) (*Store, *trouble.Trouble) {
	if log == nil {
		log = slog.Default()
	}
	s := &Store{path: path, log: log, wake: make(chan struct{}, 1), end: make(chan struct{}), done: make(chan struct{})}
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	if unlock, err := files.Lock(ctx, s.path+".lock"); err != nil {
		log.Warn("settings are read without their lock", "path", path, "err", err)
	} else {
		defer unlock()
	}
	doc, _, t := s.read(ctx)
	s.doc = doc
	go s.saver()
	return s, t
}

// Close writes what is not written yet and ends. The error is why that could not be done.
func (s *Store) Close() error {
	s.once.Do(func() { close(s.end) })
	<-s.done
	if t := get(s, func(*document) *trouble.Trouble { return s.failed }); t != nil {
		return t
	}
	return nil
}

// set does something to the settings now, and to the file soon.
func (s *Store) set(do func(*document)) {
	s.mu.Lock()
	before := s.doc
	s.doc = before.clone()
	do(&s.doc)
	changed := before.differences(s.doc)
	if len(changed) == 0 {
		s.mu.Unlock()
		return
	}
	s.pending = append(s.pending, do)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // it will be written with what is waiting already
	}
	for _, what := range changed {
		s.Changed.Emit(what)
	}
}

func get[T any](s *Store, of func(*document) T) T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return of(&s.doc)
}

// Language is the chosen language's tag ("fr", "en"), or "" to follow the system.
func (s *Store) Language() string { return get(s, func(d *document) string { return d.language }) }

// SetLanguage chooses a language; "" follows the system.
func (s *Store) SetLanguage(tag string) { s.set(func(d *document) { d.language = tag }) }

// Theme is the chosen theme.
func (s *Store) Theme() Theme { return get(s, func(d *document) Theme { return d.theme }) }

// SetTheme chooses a theme. One that does not exist is System.
func (s *Store) SetTheme(t Theme) {
	if t != Light && t != Dark {
		t = System
	}
	s.set(func(d *document) { d.theme = t })
}

// TextSize is the size of text in percent, one of TextSizes.
func (s *Store) TextSize() int { return get(s, func(d *document) int { return d.textSize }) }

// SetTextSize chooses the nearest of TextSizes.
func (s *Store) SetTextSize(percent int) {
	s.set(func(d *document) { d.textSize = nearest(percent) })
}

func nearest(percent int) int {
	return slices.MinFunc(TextSizes(), func(a, b int) int { return max(a-percent, percent-a) - max(b-percent, percent-b) })
}

// LockMinutes lists after how many minutes without use the window can lock; 0 is never.
func LockMinutes() []int { return []int{0, 5, 15, 60} }

// LockAfter is after how long without use the window locks; 0 is never.
func (s *Store) LockAfter() time.Duration {
	return time.Duration(get(s, func(d *document) int { return d.lockMinutes })) * time.Minute
}

// SetLockAfter chooses it; what is not one of LockMinutes is never.
func (s *Store) SetLockAfter(after time.Duration) {
	minutes := int(after / time.Minute)
	if !slices.Contains(LockMinutes(), minutes) {
		minutes = 0
	}
	s.set(func(d *document) { d.lockMinutes = minutes })
}

// Window is the size the main window had; false when that is not known.
func (s *Store) Window() (Size, bool) {
	size := get(s, func(d *document) Size { return d.window })
	return size, size != Size{}
}

// SetWindow remembers the main window's size. Sizes that no window has are ignored.
func (s *Store) SetWindow(size Size) {
	if !sane(size) {
		return
	}
	s.set(func(d *document) { d.window = size })
}

func sane(s Size) bool { return s.Width >= 1 && s.Height >= 1 && s.Width < 1e5 && s.Height < 1e5 }

// LastAccount is the account that was open last; zero when none was.
func (s *Store) LastAccount() access.Ref {
	return get(s, func(d *document) access.Ref { return d.lastAccount })
}

// Recents lists the most recently opened accounts, the last one first, MostRecents at most.
func (s *Store) Recents() []access.Ref {
	return get(s, func(d *document) []access.Ref { return slices.Clone(d.recents) })
}

// Visit notes that an account is open now: it is the last account and the first of the recents.
func (s *Store) Visit(ref access.Ref) {
	if ref.Zero() {
		return
	}
	s.set(func(d *document) {
		d.lastAccount = ref
		d.recents = slices.Insert(without(d.recents, ref), 0, ref)
		d.recents = d.recents[:min(len(d.recents), MostRecents)]
	})
}

// Favourites lists the favourite accounts in the order they were chosen.
func (s *Store) Favourites() []access.Ref {
	return get(s, func(d *document) []access.Ref { return slices.Clone(d.favourites) })
}

// Favourite tells whether an account is one.
func (s *Store) Favourite(ref access.Ref) bool {
	return get(s, func(d *document) bool { return slices.Contains(d.favourites, ref) })
}

// SetFavourite makes an account a favourite, or no longer one.
func (s *Store) SetFavourite(ref access.Ref, on bool) {
	s.set(func(d *document) {
		if has := slices.Contains(d.favourites, ref); on && !has {
			d.favourites = append(d.favourites, ref)
		} else if !on {
			d.favourites = without(d.favourites, ref)
		}
	})
}

// Alias is the person's own name for an account, or "".
func (s *Store) Alias(ref access.Ref) string {
	return get(s, func(d *document) string { return d.accounts[ref].alias })
}

// SetAlias gives an account a name of the person's own; "" takes it away. Blanks and line breaks become single blanks.
func (s *Store) SetAlias(ref access.Ref, alias string) {
	alias = strings.Join(strings.Fields(alias), " ")
	s.set(func(d *document) {
		a := d.accounts[ref]
		a.alias = alias
		d.accounts[ref] = a
	})
}

// Colours is how many colours an account can have; a colour is an index below it.
const Colours = 12

// Colour is the index of an account's colour: the chosen one, else one that follows from the account's id, so that it
// is the same on every computer.
func (s *Store) Colour(ref access.Ref) int {
	if c := get(s, func(d *document) *int { return d.accounts[ref].colour }); c != nil {
		return *c
	}
	return DefaultColour(ref)
}

// DefaultColour is the colour of an account for which none was chosen. Two identities see an account in the same one.
func DefaultColour(ref access.Ref) int {
	const offset, prime = 2166136261, 16777619 // FNV-1a, 32 bits
	h := uint32(offset)
	for i := 0; i < len(ref.Account); i++ {
		h = (h ^ uint32(ref.Account[i])) * prime
	}
	return int(h % Colours)
}

// SetColour chooses an account's colour; an index that is none, such as -1, goes back to the default.
func (s *Store) SetColour(ref access.Ref, index int) {
	s.set(func(d *document) {
		a := d.accounts[ref]
		a.colour = nil
		if index >= 0 && index < Colours {
			a.colour = &index
		}
		d.accounts[ref] = a
	})
}

// Forget drops all that was kept for the accounts of an identity, which has signed out.
func (s *Store) Forget(identity string) {
	its := func(r access.Ref) bool { return r.Identity == identity }
	s.set(func(d *document) {
		if its(d.lastAccount) {
			d.lastAccount = access.Ref{}
		}
		d.recents = slices.DeleteFunc(slices.Clone(d.recents), its)
		d.favourites = slices.DeleteFunc(slices.Clone(d.favourites), its)
		for ref := range d.accounts {
			if its(ref) {
				delete(d.accounts, ref)
			}
		}
	})
}

func without(list []access.Ref, ref access.Ref) []access.Ref {
	return slices.DeleteFunc(slices.Clone(list), func(r access.Ref) bool { return r == ref })
}

// read returns the file's content; found is false when there is no file that could be read.
func (s *Store) read(ctx context.Context) (doc document, found bool, t *trouble.Trouble) {
	data, err := files.Read(s.path)
	if err != nil {
		s.log.ErrorContext(ctx, "settings cannot be read", "path", s.path, "err", err)
		return empty(), false, trouble.From(err)
	}
	if data == nil {
		return empty(), false, nil
	}
	doc, odd, err := decode(data)
	if err != nil {
		t := files.Aside(s.path, time.Now(), err)
		s.log.ErrorContext(ctx, "settings are unreadable", "path", s.path, "aside", t.Path, "err", t)
		return empty(), false, t
	}
	if len(odd) > 0 {
		s.log.WarnContext(ctx, "settings not understood, kept as they are", "path", s.path, "names", odd)
	}
	return doc, true, nil
}
