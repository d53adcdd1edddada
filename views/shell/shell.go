// Package shell is the frame around the screens: the top bar, the side navigation, the menus, the messages at the
// bottom, the keys that work everywhere, and going from screen to screen and back. It knows screens only as page.Page
// made by a Maker; which ones there are is package views' matter.
package shell

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/checkup"
	"concierge/app/plan"
	"concierge/views/called"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Screen names a screen.
type Screen string

// The screens there are.
const (
	Overview    Screen = "overview"
	People      Screen = "people" // Arg: "", "users", "contacts", "invitations", or "person:<key>"
	AccountInfo Screen = "account-info"
	History     Screen = "history" // Arg: "", or "compare"
	Profile     Screen = "profile"
	Preferences Screen = "preferences"
	Help        Screen = "help" // Arg: topic
	Outbox      Screen = "outbox"
	Directory   Screen = "directory" // Arg: "", "invitations", "ending", or "person:<key>"
	Grouped     Screen = "grouped"   // Arg: "", "person:<key>", or "plan:<id>"
)

// ofAccount tells whether a screen shows an account.
func (s Screen) ofAccount() bool {
	return s == Overview || s == People || s == AccountInfo || s == History
}

// Route is a place one can be.
type Route struct {
	Screen  Screen
	Account access.Ref
	Arg     string
}

// Maker makes a screen for a place.
type Maker func(env page.Env, r Route) page.Page

// Store is what the shell reads; *cache.Store has it.
type Store interface {
	Account(ref access.Ref) (access.Summary, bool)
	Accounts(identity string) []access.Summary
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Desk is where edits are followed; *change.Desk has it.
type Desk interface {
	Undo(id string) error
	UndoPlan(id string) error
	SendNow(id string) error
	Retry(id string) error
	Drop(id string) error
	List() []change.Change
}

// Actions are what the frame's buttons and menus do beyond going somewhere.
type Actions struct {
	Palette     func() // search and switch
	Invite      func(access.Ref)
	AddContact  func(access.Ref)
	Refresh     func(access.Ref)
	Sync        func() // how fresh everything is, and asking for more
	SignOut     func(identity string)
	AddIdentity func()
	OtherLang   func()
	Mailbox     func(identity string) // the sample host's e-mails
	Conflict    func(change.Change)   // an edit without a dialog of its own collided
	Lock        func()                // cover the window
	Diagnostics func()                // save a diagnostics file; nil: there is none
	Quit        func()
}

// Notice is a banner above every screen.
type Notice struct {
	kit.Notice
	// Leads is the screen that Do opens: there the notice is not needed.
	Leads Screen
}

// Config of a Shell.
type Config struct {
	Env     page.Env
	Store   Store
	Desk    Desk
	Screens map[Screen]Maker
	Actions Actions
	// Alias and Color are how the person marks an account on this computer.
	Alias func(access.Ref) string
	Color func(access.Ref) int
	// Elsewhere tells whether something changed elsewhere in an account that the person has not seen; nil: nobody watches.
	Elsewhere func(access.Ref) bool
	// Everybody tells whether more than one account is reached, and how many people are in all of them; 0: not known yet. It
	// does not wait. nil: there is no directory.
	Everybody func() (people int, several bool)
	// Remenu is called when the menu bar has to be another; nil: nobody shows one.
	Remenu func()
	// Visited is told each account that is opened.
	Visited func(access.Ref)
	// Notices returns what stands above the screens for an identity.
	Notices func(identity string) []Notice
	// After starts a function later, for messages that go by themselves; nil: the real clock.
	After kit.AfterFunc
}

// Shell is the frame. All methods belong to the UI goroutine.
type Shell struct {
	cfg  Config
	env  page.Env
	root *fyne.Container

	top     *topBar
	nav     *sideNav
	notices *kit.Notices
	mine    []Notice // those of the frame's own; the screen's come after them
	noticed noticed
	several bool // the menu bar is for more than one account
	body    *fyne.Container

	at       Route
	here     atomic.Pointer[Route] // at, for other goroutines
	seen     access.Summary        // the account at, as it was when it was last reached
	current  page.Page
	back     []Route
	toasts   map[string]*kit.Toast // by change id, or a plan's
	plans    map[string]planned    // those that move on, by id
	plansDue atomic.Bool           // followPlans is about to be called
	waiting  []string              // change ids that can be undone, the latest last
	leaving  map[string]bool       // change ids that are leaving by themselves
	drafted  string                // change id of the last that is said to be kept and not sent

	undecided      []change.Change // those that left by themselves and now wait for the person
	undecidedToast *kit.Toast      // says so

	updater *page.Updater
	stops   []func()
}

// New makes the frame; Open opens the first screen.
func New(cfg Config) *Shell {
	s := &Shell{cfg: cfg, env: cfg.Env, toasts: map[string]*kit.Toast{}, plans: map[string]planned{}, leaving: map[string]bool{}}
	s.here.Store(&Route{})
	s.top = newTopBar(s)
	s.nav = newSideNav(s)
	s.notices = newNotices(cfg.Env.Words)
	s.notices.Container.Hide()
	s.notices.Changed = s.rearrange
	s.body = container.New(fillLayout{})
	s.root = container.New(frameLayout{s.notices, s.nav, s.toastRoom}, s.top.object, s.nav.object, s.notices.Container, s.body)
	kit.OnToasts(s.env.Window, s.arrange)
	_, s.several = s.everybody()
	s.updater = page.NewUpdater(s.Update)
	sig := cfg.Env.Signals
	if sig.Accounts != nil {
		s.stops = append(s.stops, sig.Accounts.Listen(func(ref access.Ref) {
			if ref == s.here.Load().Account { // a thousand others may be arriving
				s.updater.Trigger()
			}
		}))
	}
	if sig.Lists != nil {
		s.stops = append(s.stops, sig.Lists.Listen(func(string) { s.updater.Trigger() }))
	}
	if sig.Changes != nil {
		s.stops = append(s.stops, sig.Changes.Listen(func(c change.Change) {
			if !c.Plan.Zero() {
				s.hearPlans()
				return
			}
			fyne.Do(func() { s.follow(c) })
		}))
	}
	return s
}

// Object is the frame with what it frames.
func (s *Shell) Object() fyne.CanvasObject { return s.root }

// At is where the person is.
func (s *Shell) At() Route { return s.at }

// Trigger brings the frame up to date soon.
func (s *Shell) Trigger() { s.updater.Trigger() }

// Close ends listening; the shell is not used afterwards.
func (s *Shell) Close() {
	for _, stop := range s.stops {
		stop()
	}
	s.updater.Stop()
	kit.OnToasts(s.env.Window, nil)
	if s.current != nil {
		s.current.Close()
	}
}

// Open goes to a place, after asking if something typed would be lost. A place without an account means the present
// account.
func (s *Shell) Open(r Route) {
	if r.Account.Zero() {
		r.Account = s.at.Account
	}
	if r == s.at && s.current != nil {
		s.current.Focus()
		return
	}
	s.Leave(func() {
		if s.current != nil {
			s.back = append(s.back, s.at)
			if len(s.back) > 50 {
				s.back = s.back[1:]
			}
		}
		s.show(r)
	})
}

// CanGoBack tells whether the person was elsewhere before.
func (s *Shell) CanGoBack() bool { return len(s.back) > 0 }

// Back goes to where the person was before, if anywhere.
func (s *Shell) Back() {
	for len(s.back) > 0 {
		r := s.back[len(s.back)-1]
		if _, reached := s.cfg.Store.Account(r.Account); r.Screen.ofAccount() && !reached {
			s.back = s.back[:len(s.back)-1] // signed out of, or access lost, meanwhile
			continue
		}
		s.Leave(func() {
			s.back = s.back[:len(s.back)-1]
			s.show(r)
		})
		return
	}
}

// Dirty tells whether the screen holds something that leaving would lose.
func (s *Shell) Dirty() bool { return s.current != nil && s.current.Dirty() }

// Escape closes what the screen shows of a row.
func (s *Shell) Escape() {
	if e, is := s.current.(page.Escaper); is {
		e.Escape()
	}
}

// Leave runs then, at once or after the person agrees to lose what they typed.
func (s *Shell) Leave(then func()) {
	if !s.Dirty() {
		then()
		return
	}
	w := s.env.Words
	kit.Confirm(s.env.Window, kit.ConfirmConfig{
		Title: w.T("shell.leave_title"), Text: w.T("shell.leave_text"),
		Confirm: w.T("shell.leave_confirm"), Cancel: w.T("shell.leave_stay"), Danger: true, OnConfirm: then,
	})
}

func (s *Shell) show(r Route) {
	if s.current != nil {
		s.current.Close()
	}
	moved := r.Account != s.at.Account
	s.at = r
	s.here.Store(&r)
	s.current = s.cfg.Screens[r.Screen](s.env, r)
	s.body.Objects = []fyne.CanvasObject{s.current.Object()}
	s.body.Refresh()
	if n, is := s.current.(page.Noticer); is {
		n.OnNotices(s.showNotices)
	}
	if moved && !r.Account.Zero() && s.cfg.Visited != nil {
		s.cfg.Visited(r.Account)
	}
	s.paint(s.gather())
	current := s.current
	s.env.Run(func() {
		current.Update(context.Background())
		fyne.Do(func() {
			if s.current == current && !kit.HasOverlay(s.env.Window) {
				current.Focus()
			}
			slog.Debug("screen", "name", r.Screen, "arg", r.Arg, "account", r.Account.Account)
		})
	})
}

// frame is what the frame shows, gathered outside the UI goroutine.
type frame struct {
	at        Route
	account   access.Summary
	reached   bool   // the account is among those that its identity reaches
	apart     string // the host that tells it from another account of the same name; "" where its name does
	identity  cache.Identity
	signedIn  bool // the identity is there
	snapshot  access.Snapshot
	has       bool
	status    cache.Status
	points    int
	people    int
	unsent    int  // edits that wait, of all identities
	undecided int  // and those of them that no connection settles
	listed    bool // the person may see some of the people
	elsewhere bool
	plans     int // of these last days, and the accounts of them that wait for the person
	open      int
	several   bool // accounts
	everybody int  // people of all accounts; 0: not known
	notices   []Notice
	now       time.Time
}

func (s *Shell) gather() frame {
	f := frame{at: *s.here.Load(), now: s.env.Now()}
	f.account, f.reached = s.cfg.Store.Account(f.at.Account)
	f.apart = called.Apart(s.cfg.Store, s.cfg.Alias, f.at.Account)
	f.identity, f.signedIn = s.cfg.Store.Identity(f.at.Account.Identity)
	f.snapshot, f.status, f.has = s.cfg.Store.Snapshot(f.at.Account)
	if f.has {
		f.listed = f.snapshot.Me.May(access.Contacts) // who may not see them is not told that there are none
		f.people = len(access.People(f.snapshot))
		f.points = checkup.Run(f.snapshot, f.identity.Host, f.now, f.status.At).Points()
	}
	if isLost(f) {
		f.status.At = f.identity.Status.At // it is known since the list is
	}
	list := s.cfg.Desk.List()
	plans := plan.Plans(list)
	f.plans, f.open = len(plans), openIn(plans)
	for _, c := range list {
		if c.Waits() {
			f.unsent++
		}
		if c.Undecided() {
			f.undecided++
		}
	}
	f.elsewhere = s.cfg.Elsewhere != nil && s.cfg.Elsewhere(f.at.Account)
	f.everybody, f.several = s.everybody()
	if s.cfg.Notices != nil {
		f.notices = slices.DeleteFunc(s.cfg.Notices(f.at.Account.Identity), func(n Notice) bool { return n.Leads == f.at.Screen && n.Leads != "" })
	}
	return f
}

func (s *Shell) everybody() (people int, several bool) {
	if s.cfg.Everybody == nil {
		return 0, false
	}
	return s.cfg.Everybody()
}

// Update brings the frame up to date; see page.Page.
func (s *Shell) Update(context.Context) {
	f := s.gather()
	fyne.Do(func() {
		if f.at == s.at {
			s.paint(f)
		} else {
			s.updater.Trigger() // the person went on while this was gathered
		}
	})
}

func (s *Shell) paint(f frame) {
	if f.reached {
		s.seen = f.account
	}
	if s.follows(f) {
		return
	}
	s.top.show(f)
	s.nav.show(f)
	if was := s.several; was != f.several {
		s.several = f.several
		if s.cfg.Remenu != nil {
			s.cfg.Remenu()
		}
	}
	s.mine = f.notices
	s.showNotices()
}
