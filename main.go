// Command concierge is the desktop application: who has the keys of a hosting account, and who gets its mail.
package main

import (
	"cmp"
	"context"
	_ "embed" // FyneApp.toml
	"errors"
	"flag"
	"fmt"
	stdlog "log"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"concierge/app"
	"concierge/app/about"
	"concierge/app/diagnostics"
	"concierge/app/drawing"
	"concierge/app/ending"
	"concierge/app/instance"
	"concierge/app/place"
	"concierge/app/policy"
	"concierge/app/settings"
	"concierge/app/trouble"
	"concierge/app/update"
	"concierge/app/vault"
	"concierge/app/watch"
	"concierge/assets/locales"
	"concierge/host/serve"
	"concierge/views"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"
)

// These are set by the release build, with -ldflags "-X main.updateAddress=…". Without an address nobody is asked for a new
// version: see package update.
var (
	updateAddress = "" // of the signed manifest
	updateKey     = "" // public, as concierge-manifest prints it
)

//go:embed FyneApp.toml
var fyneApp string

// What FyneApp.toml says: the version, and the reverse domain name under which operating systems know the application.
var (
	product = about.Must(fyneApp)
	version = product.Version
	appID   = product.ID
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "concierge:", err)
		os.Exit(1)
	}
}

// How much garbage may be beside what is used, in percent, before it is collected. Until there is a screen much may:
// collecting would take the processor from who waits for it. From then on little is kept, for the application is open all
// day beside others; what the start has left is given back when everything has been read.
const (
	starting = 1200
	working  = 30
)

type options struct {
	place    place.Place
	data     string
	sampleAs string
	language string
	version  bool
	paths    bool
}

func run() error {
	var o options
	flag.StringVar(&o.data, "data", "", "folder for all that is kept (default: what "+place.Variable+" names, or the folder "+place.Beside+" beside the program, or the system's)")
	flag.StringVar(&o.sampleAs, "sample-as", "", "open signed in on the embedded sample host as this e-mail, without a browser")
	flag.StringVar(&o.language, "language", "", "fr or en, until one is chosen in the application (default: the system's)")
	flag.BoolVar(&o.version, "version", false, "print the version and end")
	flag.BoolVar(&o.paths, "paths", false, "print where files are and what each is for, and end")
	flag.Parse()
	if o.version {
		fmt.Println("concierge", version)
		return nil
	}
	var err error
	if o.place, err = place.Find(o.data, place.Here()); err != nil {
		return err
	}
	if o.paths {
		printPaths(o)
		return nil
	}
	if err := o.place.Make(); err != nil {
		return err
	}
	return open(o)
}

// printPaths lists files and folders in the person's language.
func printPaths(o options) {
	words := locales.For(o.systemLanguage())
	fmt.Println(words.T("paths.way_" + string(o.place.Way)))
	for _, i := range append(o.place.Items(), place.Item{What: "toolkit", Path: place.Toolkit(appID)}, place.Item{What: "policy", Path: policy.Path()}) {
		fmt.Printf("%s\n    %s\n", i.Path, words.T("paths."+i.What))
	}
}

func open(o options) error {
	system := o.systemLanguage()
	go locales.For(system).Read() // most people's, read beside all that comes before the window, which needs it
	// Before anything that may go wrong. Without it the program goes on: a full disk must not keep anybody from their accounts.
	home, _ := os.UserHomeDir() // unknown: then nothing is to be taken out of paths
	level := slog.LevelInfo
	if os.Getenv("CONCIERGE_DEBUG") != "" {
		level = slog.LevelDebug
	}
	diary, noDiary := diagnostics.Open(diagnostics.Config{Dir: o.place.Logs, Home: home, Stderr: os.Stderr, Level: level})
	debug.SetGCPercent(starting)
	log, hostLog := diary.Logger(level), diary.Logger(max(level, slog.LevelWarn)) // the sample host would log every call
	if level == slog.LevelDebug {
		hostLog = log
	}
	slog.SetDefault(log)
	if noDiary != nil {
		log.Warn("no log or crash file", "err", noDiary)
	}
	log.Info("start", "version", version, "data", o.place.Way)

	first, err := instance.Claim(context.Background(), o.place.Folder, log)
	var silent *instance.Silent
	switch {
	case errors.Is(err, instance.ErrRaised):
		fmt.Fprintln(os.Stderr, "concierge:", err)
		return nil
	case errors.As(err, &silent):
		return wait(o, silent, log)
	case err != nil:
		log.Warn("a second start will not be noticed", "err", err)
	}
	defer first.Close()
	crashed, err := diary.Own()
	if err != nil {
		log.Warn("what a crash left", "err", err)
	}
	set := policy.Read(policy.Path(), log)

	a := fyneapp.NewWithID(appID)
	var told []*trouble.Trouble
	chosen, t := settings.Open(o.place.Settings(), log)
	if t != nil {
		told = append(told, t)
	}
	if set.Trouble != nil {
		told = append(told, set.Trouble)
	}
	language := func() string { return cmp.Or(chosen.Language(), system) }
	endWhereNothingCanBeDrawn(language)
	host := &sampleHost{dir: o.place.Sample(), log: hostLog}
	updates, err := update.New(update.Config{Address: updateAddress, Key: updateKey, Version: version, File: o.place.Updates(), Log: log,
		Allowed: func() bool { return !set.NoUpdateCheck && chosen.LooksForUpdates() }})
	if err != nil {
		log.Error("new versions are not looked for", "err", err)
	}
	shown := make(chan struct{})
	core := app.New(app.Config{
		IdentitiesFile: o.place.Identities(),
		Folder:         o.place.Folder,
		MaySignIn:      set.MaySignIn,
		LastOpen:       chosen.LastAccount,
		Vault:          vault.OS(),
		Browser:        browser(a),
		Language:       language,
		Version:        version,
		Sample:         host.start,
		Shown:          shown,
		Rested:         debug.FreeOSMemory,
		Recents:        chosen.Recents,
		WatchFile:      o.place.Elsewhere(),
		Notify:         func(k watch.Kind) bool { return chosen.Notifies(string(k)) },
		Log:            log,
	})
	cfg := views.Config{App: a, Core: core, Settings: chosen, SystemLanguage: system, Sample: true, Told: told, Log: log,
		Folder: o.place.Folder, Version: version, Diary: diary, Crashed: crashed, Policy: set, Updates: updates, Shown: func() {
			debug.SetGCPercent(working) // before a thousand accounts are read, or what reading leaves lies between them
			close(shown)                // and Rested follows
		}}
	if o.sampleAs != "" {
		cfg.Adopt = func(ctx context.Context) error {
			running, err := host.run(ctx)
			if err != nil {
				return err
			}
			tokens, err := running.Mint(ctx, o.sampleAs)
			if err != nil {
				return fmt.Errorf("the sample host knows nobody as %s: %w", o.sampleAs, err)
			}
			_, err = core.AdoptSample(ctx, tokens.Refresh)
			return err
		}
	}
	w := views.New(cfg)
	first.OnRaise(w.Raise)
	w.Start()
	go func() {
		<-w.Closed // and everything has been written down
		ending.Within(hostEnds+afterAll, log, os.Exit)
	}()
	onSignal(a, func() { ending.Within(atMost, log, os.Exit) })
	a.Run()
	first.OnRaise(func(func()) {}) // there is no window to raise: who starts the program now waits until this one has ended
	ending.Within(atMost, log, os.Exit)
	ctx, cancel := context.WithTimeout(context.Background(), sessionEnds)
	defer cancel()
	for _, c := range w.Gone(ctx) {
		log.Error("not confirmed by the host", "change", c.ID, "kind", c.Kind)
	}
	return host.close()
}

// How long what comes after the window may take.
const (
	sessionEnds = 5 * time.Second  // edits, when the operating system ends the application; they go on at the next start
	hostEnds    = 5 * time.Second  // calls to the sample host
	afterAll    = 10 * time.Second // anything else, on a computer that has much to do
	atMost      = sessionEnds + app.EndTime + hostEnds + afterAll
)

// onSignal does something when the operating system ends the application. The toolkit then ends, as soon as it comes to it:
// not when the UI goroutine hangs. Before the toolkit listens nobody does, and such a signal ends the process at once.
func onSignal(a fyne.App, do func()) {
	a.Lifecycle().SetOnStarted(func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		go func() {
			<-signals
			do()
		}()
	})
}

// systemLanguage is what is spoken until the person chooses.
func (o options) systemLanguage() string {
	if o.language != "" {
		return o.language
	}
	return lang.SystemLocale().LanguageString()
}

// endWhereNothingCanBeDrawn has the person told, and the program end, when the toolkit cannot draw: it would go on without
// a window. To be called once the application's log is in place, and before the first window.
func endWhereNothingCanBeDrawn(language func() string) {
	stdlog.SetOutput(drawing.Watch(stdlog.Writer(), func(what drawing.Lack, cause string) {
		drawing.Tell(drawing.Words(locales.For(language()), what, cause))
		os.Exit(1)
	}))
}

// wait stands beside another process that has the data folder and does not answer. Nothing is opened but the settings, for
// the language. When the other one ends meanwhile, the program is started anew.
func wait(o options, silent *instance.Silent, log *slog.Logger) error {
	fmt.Fprintln(os.Stderr, "concierge:", silent)
	a := fyneapp.NewWithID(appID)
	chosen, t := settings.Open(o.place.Settings(), log)
	if t != nil {
		log.Warn("settings", "err", t)
	}
	endWhereNothingCanBeDrawn(func() string { return cmp.Or(chosen.Language(), o.systemLanguage()) })
	outcome := make(chan error, 1)
	views.Second(views.Config{App: a, Settings: chosen, SystemLanguage: o.systemLanguage()}, silent.PID, func() bool {
		freed, err := instance.Claim(context.Background(), o.place.Folder, log)
		switch {
		case err == nil:
			freed.Close()
			outcome <- startAnew()
			return true
		case errors.Is(err, instance.ErrRaised):
			outcome <- nil
			return true
		}
		return false
	})
	a.Run()
	if err := chosen.Close(); err != nil {
		log.Error("settings", "err", err)
	}
	select {
	case err := <-outcome:
		return err
	default: // the person has closed the window
		return silent
	}
}

// startAnew starts this program once more, as it was started.
func startAnew() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	next := exec.CommandContext(context.Background(), program, os.Args[1:]...)
	next.Stdin, next.Stdout, next.Stderr = os.Stdin, os.Stdout, os.Stderr
	return next.Start()
}

// browser opens links in the system's browser. Fyne's own call must be made on the UI goroutine.
func browser(a fyne.App) func(string) error {
	return func(link string) error {
		u, err := url.Parse(link)
		if err != nil {
			return err
		}
		done := make(chan error, 1)
		fyne.Do(func() { done <- a.OpenURL(u) })
		return <-done
	}
}

// sampleHost is the embedded sample host, started when somebody wants it.
type sampleHost struct {
	dir string
	log *slog.Logger

	mu      sync.Mutex // not held while it starts, which close does not wait for: what is being made up then is not there
	running *serve.Running
	closed  bool
}

func (s *sampleHost) start(ctx context.Context) (string, error) {
	r, err := s.run(ctx)
	if err != nil {
		return "", err
	}
	return r.URL, nil
}

// run starts the host if it does not run yet; one call at a time.
func (s *sampleHost) run(ctx context.Context) (*serve.Running, error) {
	s.mu.Lock()
	running := s.running
	s.mu.Unlock()
	if running != nil {
		return running, nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	r, err := serve.Sample(ctx, serve.Config{Dir: s.dir, Seed: true, Log: s.log})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.Join(context.Canceled, r.Close(context.Background()))
	}
	s.running = r
	return r, nil
}

func (s *sampleHost) close() error {
	s.mu.Lock()
	running := s.running
	s.closed = true
	s.mu.Unlock()
	if running == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), hostEnds)
	defer cancel()
	if err := running.Close(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
