package views

import (
	"strings"
	"time"

	"concierge/app/access"
	book "concierge/app/directory"
	"concierge/app/settings"
	"concierge/views/directory"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

// facetArgs are the arguments that open the directory on some of the people.
var facetArgs = map[string]book.Facet{"invitations": book.Invited, "ending": book.Ending}

// everybody makes the screen of the people of all accounts.
func (w *Window) everybody(env page.Env, r shell.Route) page.Page {
	back := w.reading.Kept() && w.readFor == r.Arg
	if !back {
		w.reading = directory.Memory{}
	}
	w.readFor = r.Arg
	p := directory.New(env, reader{w}, w.cfg.Core.Store, directory.Go{
		Person: w.openPerson,
		People: func() { w.shell.Open(shell.Route{Screen: shell.People}) },
		Refresh: func() {
			for _, i := range w.cfg.Core.Store.Identities() {
				w.refresh(access.Ref{Identity: i.ID})
			}
		},
		LeaveAll:     w.leaveAll,
		Export:       func() { w.exportPeople(access.Ref{}) },
		ExportPerson: w.exportPerson, NoExport: !w.mayExport(),
		Alias: w.cfg.Settings.Alias, Color: w.cfg.Settings.Colour,
		Watch: func(changed func()) func() {
			return w.cfg.Settings.Changed.Listen(func(what settings.What) {
				if what == settings.Accounts {
					changed()
				}
			})
		},
	}, &w.reading)
	key, one := strings.CutPrefix(r.Arg, personArg)
	f, some := facetArgs[r.Arg]
	switch {
	case back: // as it was left
	case one:
		p.Select(key)
	case some:
		p.Show(f)
	}
	return p
}

// several tells whether there is a directory: whether more than one account is reached.
func (w *Window) several() bool { return book.Many(w.cfg.Core.Store) }

// howMany is for the frame.
func (w *Window) howMany() (people int, several bool) {
	people, _ = w.book.Count()
	return people, w.several()
}

// reader reads the book and lets the frame say how many there are.
type reader struct{ w *Window }

// Read implements directory.Book.
func (r reader) Read() *book.Directory {
	was, _ := r.w.book.Count()
	d := r.w.book.Read()
	if len(d.Entries) != was {
		fyne.Do(func() {
			if r.w.shell != nil {
				r.w.shell.Trigger()
			}
		})
	}
	return d
}

// Everybody is counted a while after something has arrived: there is a screen to work with meanwhile. Of more accounts than
// countMost nobody is counted before the directory is opened: a number beside a word is not worth the memory.
const (
	countLater = 2 * time.Second
	countMost  = 300
)

// countSoon counts everybody a little later, once for all that changes until then. Any goroutine may call it.
func (w *Window) countSoon() {
	if !w.standing.Load() || !w.counts.CompareAndSwap(false, true) {
		return
	}
	after := w.cfg.After
	if after == nil {
		after = kit.RealAfter
	}
	after(countLater, func() {
		w.env.Run(func() {
			w.counts.Store(false)
			if _, read := w.book.Count(); w.several() && (read || len(w.cfg.Core.Store.Accounts("")) <= countMost) {
				reader{w}.Read()
			}
		})
	})
}
