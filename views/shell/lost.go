package shell

import (
	"context"

	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// lost stands in the place of the screen of an account that is no longer reached: somebody took the access away, or the
// account was closed. Nobody is led to another account: who is typing would go on in it.
type lost struct {
	object fyne.CanvasObject
	choose *kit.Button
}

var _ page.Page = (*lost)(nil)

// isLost tells whether a place shows an account that its identity, which is still signed in, no longer reaches.
func isLost(f frame) bool {
	return f.at.Screen.ofAccount() && !f.at.Account.Zero() && f.signedIn && !f.reached
}

// follows puts what says so into the place of a screen that has lost its account, and the screen back once the account is
// there again. It tells whether the frame has been painted with that.
func (s *Shell) follows(f frame) bool {
	_, shown := s.current.(*lost)
	switch {
	case isLost(f) && !shown:
		s.lose(f)
	case !isLost(f) && shown:
		s.show(s.at)
		return true
	}
	return false
}

func (s *Shell) lose(f frame) {
	w := s.env.Words
	text := w.T("shell.lost_text", "Host", f.identity.Host.Name) + " " + w.T("shell.lost_typed")
	s.current.Close()
	l := &lost{choose: kit.PrimaryButton(w.T("shell.lost_choose"), s.cfg.Actions.Palette)}
	title := w.T("shell.lost_title", "Account", s.nameOf(f))
	l.object = kit.Scroll(kit.EmptyState(icons.Building, title, text, l.choose))
	s.current = l
	s.body.Objects = []fyne.CanvasObject{l.object}
	s.body.Refresh()
	kit.TraceNotice(title, text)
	kit.FocusBelow(s.env.Window.Canvas(), l.choose) // what had the keyboard is gone, also under a dialog
}

// nameOf is what the account of a frame is called on this computer: of one that is lost, what it was called.
func (s *Shell) nameOf(f frame) string {
	if alias := s.cfg.Alias(f.at.Account); alias != "" {
		return alias
	}
	switch {
	case f.reached:
		return f.account.Name
	case s.seen.Ref == f.at.Account && s.seen.Name != "":
		return s.seen.Name
	}
	return s.env.Words.T("shell.this_account")
}

// Object implements page.Page.
func (l *lost) Object() fyne.CanvasObject { return l.object }

// Update implements page.Page.
func (l *lost) Update(context.Context) {}

// Focus implements page.Page.
func (l *lost) Focus() {
	if c := kit.CanvasOf(l.choose); c != nil {
		c.Focus(l.choose)
	}
}

// Dirty implements page.Page.
func (l *lost) Dirty() bool { return false }

// Close implements page.Page.
func (l *lost) Close() {}
