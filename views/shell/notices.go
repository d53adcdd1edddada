package shell

import (
	"slices"

	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/page"
)

func newNotices(w *locales.Words) *kit.Notices {
	return kit.NewNotices(kit.NoticeWords{
		More:  func(n int) string { return w.N("shell.notices_more", n) },
		Fewer: func(n int) string { return w.N("shell.notices_fewer", n) },
		About: func(line, titles string) string { return w.T("shell.notices_about", "Line", line, "Titles", titles) },
		Close: func(title string) string { return w.T("shell.notice_close", "Title", title) },
	})
}

// noticed is what the notices say, and where. While it is the same they stay as they are, and the focus with them.
type noticed struct {
	at    Route
	words []string
}

// showNotices shows what stands in the way of who is here, and what the screen says of itself.
func (s *Shell) showNotices() {
	is := noticed{at: s.at}
	var list []kit.Notice
	for _, n := range s.mine {
		list = append(list, n.Notice)
	}
	if n, is := s.current.(page.Noticer); is {
		list = append(list, n.Notices()...)
	}
	for _, n := range list {
		is.words = append(is.words, n.Title, n.Text, n.Action)
	}
	if is.at == s.noticed.at && slices.Equal(is.words, s.noticed.words) {
		return
	}
	before := s.noticed.words
	s.noticed = is
	for _, n := range list {
		if !slices.Contains(before, n.Title) || !slices.Contains(before, n.Text) {
			kit.TraceNotice(n.Title, n.Text)
		}
	}
	had := !s.notices.Empty()
	s.notices.Set(list)
	if had || !s.notices.Empty() {
		s.arrange()
	}
}

// arrange gives the notices the height they need now, and the screen the rest.
func (s *Shell) arrange() {
	show(s.notices.Container, !s.notices.Empty())
	s.root.Refresh()
	s.root.Layout.Layout(s.root.Objects, s.root.Size())
}

// toastRoom is what the messages at the bottom of the window need.
func (s *Shell) toastRoom(width float32) float32 { return kit.ToastRoom(s.env.Window, width) }

// rearrange follows what the person did with the notices: with the last one gone the keyboard goes on with the screen.
func (s *Shell) rearrange() {
	s.arrange()
	if s.notices.Empty() && s.current != nil {
		s.current.Focus()
	}
}
