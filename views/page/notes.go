package page

import "concierge/views/kit"

// Noticer is a Page that has something to say above itself. The shell shows it with its own notices, so that all of them
// together leave room for the page.
type Noticer interface {
	// Notices are what it says now. It and changed are of the UI goroutine.
	Notices() []kit.Notice
	// OnNotices has changed called whenever they may be others.
	OnNotices(changed func())
}

// Notes make a Page that embeds them a Noticer.
type Notes struct {
	list    []kit.Notice
	changed func()
}

// Notices implements Noticer.
func (n *Notes) Notices() []kit.Notice { return n.list }

// OnNotices implements Noticer.
func (n *Notes) OnNotices(changed func()) { n.changed = changed }

// SetNotices says something else.
func (n *Notes) SetNotices(list []kit.Notice) {
	n.list = list
	if n.changed != nil {
		n.changed()
	}
}
