// Package views makes the application's window: it knows every screen, what each is given, how they lead to each other,
// and which of them to show as people sign in and out. Screens know neither each other nor this package.
package views

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/diagnostics"
	book "concierge/app/directory"
	"concierge/app/lock"
	"concierge/app/policy"
	"concierge/app/settings"
	"concierge/app/trouble"
	"concierge/app/update"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/directory"
	"concierge/views/kit"
	cover "concierge/views/lock"
	"concierge/views/page"
	"concierge/views/say"
	"concierge/views/shell"
	"concierge/views/switcher"
	"concierge/views/welcome"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Config is what the window is made of.
type Config struct {
	App      fyne.App
	Core     *app.Core
	Settings *settings.Store
	// SystemLanguage is used until the person chooses one.
	SystemLanguage string
	// Sample offers the embedded sample host.
	Sample bool
	// Adopt signs in without a browser before the first screen (--sample-as); nil for the usual start.
	Adopt func(ctx context.Context) error
	// Shown is called once, when there is a screen to work with; nil: nobody waits for it.
	Shown func()
	// Told is what went wrong before there was a window.
	Told []*trouble.Trouble
	Log  *slog.Logger
	// Folder is where settings and identities are, and Version the application's; both to be shown.
	Folder, Version string
	Diary           *diagnostics.Diary // log and crashes; nil: no diagnostics file can be saved
	Crashed         bool               // the last start ended in a crash
	Policy          policy.Policy      // what the organisation has set
	Updates         *update.Checker    // nil where new versions are not looked for

	// For tests and pictures; nil for the real ones.
	Now   func() time.Time
	Go    func(work func()) // see page.Env
	After kit.AfterFunc
}

// Window is the application's window. Its methods belong to the UI goroutine unless they say otherwise.
type Window struct {
	cfg Config
	win fyne.Window
	env page.Env

	started  atomic.Bool
	decides  atomic.Bool // decide is about to be called
	crashed  atomic.Bool // the last start did, and the person has not looked into it
	mode     mode
	shell    *shell.Shell
	entry    *welcome.Page
	splash   *kit.Loading
	finder   *switcher.Finder
	quits    bool
	asks     *kit.Modal // whether to quit though something typed would be lost
	front    bool       // the window has the keyboard
	lock     *lock.Lock
	book     *book.Book       // everybody in all accounts
	reading  directory.Memory // how the directory was left for an account
	readFor  string           // and what it had been opened on
	standing atomic.Bool      // there has been a screen to work with
	counts   atomic.Bool      // everybody is about to be counted
	covering *cover.Page      // what covers the window while it is locked
	unsent   bool             // the application has ended but for edits that are told of
	ending   context.CancelFunc
	emptied  chan struct{}   // closed when core and settings have ended
	left     []change.Change // that the host has not confirmed then
	gone     atomic.Bool     // the window has gone, or is about to: nothing is shown any more
	Closed   chan struct{}   // closed when the person has quit and everything has ended
}

// mode is what fills the window.
type mode int

const (
	modeSplash  mode = iota // starting, or waiting for the first list of accounts
	modeWelcome             // signing in
	modeShell               // at work
)

// New makes the window; Start shows it and lets the core begin.
func New(cfg Config) *Window {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	endQuietly(cfg.App)
	w := &Window{cfg: cfg, win: cfg.App.NewWindow("Concierge"), Closed: make(chan struct{}), emptied: make(chan struct{}), book: book.NewBook(cfg.Core.Store)}
	w.win.SetMaster()
	w.win.SetPadded(false)
	size, known := cfg.Settings.Window()
	if !known {
		size = settings.Size{Width: 1280, Height: 800}
	}
	w.win.Resize(fyne.NewSize(size.Width, size.Height))
	if !known {
		w.win.CenterOnScreen()
	}
	w.win.SetCloseIntercept(w.quit)
	w.speak()
	w.dress()
	w.guard()
	cfg.Settings.Changed.Listen(func(what settings.What) {
		w.do(func() {
			switch what {
			case settings.Language:
				w.speak()
				kit.Speak(w.env.Words)
				w.rebuild()
			case settings.Appearance:
				w.dress()
			case settings.Lock:
				w.lock.SetAfter(cfg.Policy.LockAfter(cfg.Settings.LockAfter()))
			case settings.Accounts:
				w.finder.Renamed()
				if w.shell != nil {
					w.shell.Trigger()
				}
			}
		})
	})
	cfg.Settings.SaveFailed.Listen(func(t *trouble.Trouble) { w.do(func() { w.tell(t) }) })
	cfg.Core.Told.Listen(func(t *trouble.Trouble) { w.do(func() { w.tell(t) }) })
	cfg.Core.SignIn.FileTrouble.Listen(func(t *trouble.Trouble) { w.do(func() { w.tell(t) }) })
	cfg.Core.Store.ListChanged.Listen(func(string) {
		w.finder.Prepare()
		w.decideSoon()
		w.countSoon()
	})
	cfg.Core.Store.AccountChanged.Listen(func(access.Ref) { w.countSoon() })
	cfg.Core.SignIn.Changed.Listen(func(string) { w.decideSoon() })
	w.watching()
	w.crashed.Store(cfg.Crashed)
	w.followUpdates()
	cfg.App.Lifecycle().SetOnEnteredForeground(func() {
		w.front = true
		w.lock.Used()
		if w.started.Load() {
			cfg.Core.Poll()
		}
	})
	cfg.App.Lifecycle().SetOnExitedForeground(func() { w.front = false })
	w.backOnline()
	w.finder = switcher.NewFinder(w.env, cfg.Core.Store, cfg.Settings)
	w.fill(container.NewWithoutLayout()) // until Start has something to say; what has text measures it, see there
	return w
}

// Fyne is the window of the toolkit.
func (w *Window) Fyne() fyne.Window { return w.win }

// Start shows the window and begins to restore and fetch, away from the UI goroutine.
//
// Both take a while, so they go on side by side: what the core wants to show meanwhile waits for the window. The fonts are read
// beside them too: the window has no text in it yet that would need them.
func (w *Window) Start() {
	fonts := kit.ReadFonts()
	ctx, ending := context.WithCancel(context.Background())
	w.ending = ending
	go w.lock.Run(ctx)
	if w.cfg.Updates != nil {
		go w.cfg.Updates.Run(ctx)
	}
	go func() {
		ctx := context.Background()
		if w.cfg.Adopt != nil {
			if err := w.cfg.Adopt(ctx); err != nil {
				w.cfg.Told = append(w.cfg.Told, trouble.From(err))
			}
		}
		// What was kept from the last time is shown before the host, or the sample host, has been asked.
		w.cfg.Told = append(w.cfg.Told, w.cfg.Core.Load(ctx)...)
		w.started.Store(true)
		w.decideSoon()
		if err := w.cfg.Core.Start(ctx); err != nil {
			w.cfg.Told = append(w.cfg.Told, trouble.From(err))
		}
		w.do(func() {
			w.decide()
			kit.WhenPainted(func() { w.win.SetIcon(icons.App) }) // which takes as long as a frame
			for _, t := range w.cfg.Told {
				w.tell(t)
			}
		})
	}()
	w.win.Show()
	kit.Speak(w.env.Words) // not before: texts are still being read
	<-fonts
	if !w.started.Load() {
		w.waiting()
	}
	kit.TraceShown("window") // with its first frame
}

// speak takes the person's language for everything made from now on.
func (w *Window) speak() {
	words := locales.For(language(w.cfg))
	store, desk := w.cfg.Core.Store, w.cfg.Core.Desk
	w.env = page.Env{
		Window: w.win, Words: words, Now: w.cfg.Now, Go: w.cfg.Go, After: w.cfg.After,
		Signals: page.Signals{Accounts: &store.AccountChanged, Lists: &store.ListChanged, Changes: &desk.Changed},
		Mailbox: w.mailboxOf, SignIn: w.signInAgain, Account: w.accountNamed,
	}
}

// language is the chosen one, or else the system's.
func language(cfg Config) string { return cmp.Or(cfg.Settings.Language(), cfg.SystemLanguage) }

// dress takes the person's theme and text size.
func (w *Window) dress() { kit.Wear(w.cfg.App, look(w.cfg.Settings)) }

func look(chosen *settings.Store) *kit.Theme {
	v := kit.System
	switch chosen.Theme() {
	case settings.Light:
		v = kit.Light
	case settings.Dark:
		v = kit.Dark
	}
	return kit.NewTheme(v, float32(chosen.TextSize())/100)
}

// rebuild makes what fills the window again, at the same place, in the present language.
func (w *Window) rebuild() {
	switch w.mode {
	case modeShell:
		at := w.shell.At()
		w.toShell(at)
	case modeWelcome:
		w.toWelcome(welcome.Config{})
	default:
		w.waiting()
		w.decide()
	}
}

// tell says something that went wrong outside of any screen.
func (w *Window) tell(t *trouble.Trouble) {
	if t == nil {
		return
	}
	w.cfg.Log.Warn("told", "trouble", t)
	w.say(say.Trouble(w.env.Words, t).Text())
}

// say shows a sentence until it is closed.
func (w *Window) say(text string) {
	kit.ShowToast(w.win, kit.ToastConfig{Text: text, Tone: kit.ToneBrass, CloseName: w.env.Words.T("words.close")}, nil)
}

// decideSoon calls decide on the UI goroutine, once for all that changes until then: the toolkit does not do much more
// than one thing per frame while frames take long. Any goroutine may call it.
func (w *Window) decideSoon() {
	if w.decides.CompareAndSwap(false, true) {
		w.do(func() {
			w.decides.Store(false)
			w.decide()
		})
	}
}

// decide shows what fits who is signed in and what is known. It never takes somebody away from signing in.
func (w *Window) decide() {
	if !w.started.Load() || w.mode == modeWelcome || w.quits {
		return
	}
	core := w.cfg.Core
	working := false
	for _, i := range core.SignIn.Identities() {
		working = working || i.Works()
	}
	accounts := core.Store.Accounts("")
	if w.mode == modeShell {
		at := w.shell.At().Account
		_, reached := core.Store.Account(at)
		_, signedIn := core.Store.Identity(at.Identity)
		if reached || signedIn && len(accounts) > 0 { // the frame says that an account is lost, and where it was
			return
		}
	}
	switch {
	case len(accounts) > 0:
		ref, sure := w.choose(accounts)
		w.toShell(shell.Route{Screen: shell.Overview, Account: ref})
		if !sure {
			w.palette()
		}
	case !working:
		w.toWelcome(welcome.Config{})
	default:
		w.waiting()
	}
}

// choose picks the account to open: the last one, else the only one, else one the person owns; sure is false when it
// is but a guess among several.
func (w *Window) choose(accounts []access.Summary) (ref access.Ref, sure bool) {
	last := w.cfg.Settings.LastAccount()
	if _, reached := w.cfg.Core.Store.Account(last); reached {
		return last, true
	}
	for _, a := range accounts {
		if a.Role == access.Owner {
			return a.Ref, len(accounts) == 1
		}
	}
	return accounts[0].Ref, len(accounts) == 1
}

// stands tells, once, that there is a screen to work with, as soon as it is on the screen.
func (w *Window) stands() {
	if !w.standing.Load() {
		kit.WhenPainted(func() {
			w.standing.Store(true)
			w.countSoon()
		})
	}
	if shown := w.cfg.Shown; shown != nil {
		w.cfg.Shown = nil
		kit.WhenPainted(shown)
	}
}

// waiting fills the window while the list of accounts is on its way, or says why it does not come.
func (w *Window) waiting() {
	w.leave()
	w.mode = modeSplash
	words := w.env.Words
	failed, empty := w.listState()
	var content fyne.CanvasObject
	switch {
	case failed != nil:
		t := say.Trouble(words, failed)
		content = kit.ErrorState(t.Title, t.Detail+" "+t.Do, words.T("words.retry"), func() {
			for _, i := range w.cfg.Core.Store.Identities() {
				w.refresh(access.Ref{Identity: i.ID})
			}
		})
	case empty:
		content = kit.EmptyState(icons.Building, words.T("window.no_account_title"), words.T("window.no_account_text"),
			kit.SecondaryButton(words.T("window.sign_in_elsewhere"), func() { w.toWelcome(welcome.Config{}) }))
	default:
		w.splash = kit.NewLoading(words.T("window.opening"), w.cfg.After)
		w.splash.Start()
		content = w.splash
	}
	w.fill(kit.Centered(content))
}

func (w *Window) listState() (failed *trouble.Trouble, empty bool) {
	for _, i := range w.cfg.Core.Store.Identities() {
		if i.Status.Trouble != nil && !i.Status.Busy {
			failed = i.Status.Trouble
		}
		empty = empty || !i.Status.At.IsZero()
	}
	return failed, empty && failed == nil
}

// leave lets go of what fills the window now.
func (w *Window) leave() {
	if w.splash != nil {
		w.splash.Stop()
		w.splash = nil
	}
	if w.entry != nil {
		w.entry.Close()
		w.entry = nil
	}
}

func (w *Window) fill(o fyne.CanvasObject) {
	// The toolkit clears the window in the background's colour: a ground of our own would be drawn a second time, and
	// without a graphics card that is a fifth of a frame.
	kit.SetContent(w.win, kit.WithTips(container.New(fillLayout{}, kit.NewFloor(), kit.Marked(o)), w.win))
}

// fillLayout gives its children all the room.
type fillLayout struct{}

func (fillLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (fillLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Move(fyne.Position{})
		c.Resize(s)
	}
}

// refresh asks a host again, away from the UI goroutine. What went wrong stands in the store's status.
func (w *Window) refresh(ref access.Ref) {
	go func() {
		if err := w.cfg.Core.Refresh(context.Background(), ref); err != nil {
			w.cfg.Log.Info("refresh", "err", err)
		}
	}()
}

var _ shell.Store = (*cache.Store)(nil)
