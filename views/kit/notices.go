package kit

import (
	"slices"
	"strings"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
)

// Notice is a banner among others above a screen.
type Notice struct {
	Tone   Tone
	Title  string
	Text   string
	Action string
	Do     func() // nil: there is nothing to do about it here
}

// key tells a notice from others, and from itself when it says something else.
func (n Notice) key() string { return n.Title + "\x00" + n.Text + "\x00" + n.Action }

// Banner is the notice by itself.
func (n Notice) Banner() *Banner {
	var actions []fyne.CanvasObject
	if n.Do != nil {
		actions = append(actions, SecondaryButton(n.Action, n.Do).Small())
	}
	return NewBanner(n.Tone, []Part{B(n.Title + " "), P(n.Text)}, actions...)
}

// NoticeWords are what notices say beside their own texts.
type NoticeWords struct {
	More  func(n int) string               // of the line that hides n of them
	Fewer func(n int) string               // of the same line while they are shown
	About func(line, titles string) string // to screen readers, of the line and what it hides
	Close func(title string) string        // to screen readers, of the button that closes one
}

// Notices show the most important notice whole and fold the others behind one line under it, so that several of them leave
// room for the screen they stand above. One that was closed stays away while it would say the same.
type Notices struct {
	// Container is what to put into a layout; Height says how high it should be.
	Container *fyne.Container
	// Changed is called when the person has folded or closed something, and another height may be right; may be nil.
	Changed func()

	words  NoticeWords
	col    *fyne.Container
	list   []Notice // the most important first
	closed map[string]bool
	fold   *Pressable
	symbol *Icon
	text   *TextBox
	open   bool
}

// NewNotices makes an empty stack.
func NewNotices(words NoticeWords) *Notices {
	n := &Notices{words: words, closed: map[string]bool{}, symbol: NewIcon(icons.ChevronDown, Muted, 16), text: Small("").OneLine()}
	n.fold = NewPressable("", Pad(4, 8, 4, 8, Row(6, n.symbol, n.text)), func() {
		n.open = !n.open
		n.fill()
		n.changed()
	})
	n.col = Column(8)
	n.Container = Scroll(n.col)
	return n
}

// Set shows other notices. What was closed and is no longer among them is shown again when it comes back.
func (n *Notices) Set(list []Notice) {
	n.list = slices.Clone(list)
	slices.SortStableFunc(n.list, func(a, b Notice) int { return weight(b.Tone) - weight(a.Tone) })
	still := map[string]bool{}
	for _, one := range n.list {
		still[one.key()] = n.closed[one.key()]
	}
	n.closed = still
	n.fill()
}

// weight is how much a tone matters.
func weight(t Tone) int {
	switch t {
	case ToneDanger:
		return 2
	case ToneBrass:
		return 1
	}
	return 0
}

// Empty tells whether there is nothing to show.
func (n *Notices) Empty() bool { return len(n.col.Objects) == 0 }

// Height is how high the notices are in a width, and at most the limit, beyond which they scroll.
func (n *Notices) Height(width, limit float32) float32 {
	return min(n.Container.Layout.(*scrollLayout).full(width), limit)
}

func (n *Notices) changed() {
	if n.Changed != nil {
		n.Changed()
	}
}

func (n *Notices) fill() {
	var shown []Notice
	for _, one := range n.list {
		if !n.closed[one.key()] {
			shown = append(shown, one)
		}
	}
	n.col.Objects = nil
	for i, one := range shown {
		if i == 1 {
			n.label(shown[1:])
			n.col.Objects = append(n.col.Objects, FlowWrap(0, n.fold))
		}
		if i > 0 && !n.open {
			break
		}
		n.col.Objects = append(n.col.Objects, n.banner(one))
	}
	n.col.Refresh()
	ScrollToTop(n.Container)
}

// label says on the line what it folds; a screen reader is told what that is about.
func (n *Notices) label(others []Notice) {
	text, symbol := n.words.More(len(others)), icons.ChevronDown
	if n.open {
		text, symbol = n.words.Fewer(len(others)), icons.ChevronUp
	}
	titles := make([]string, len(others))
	for i, one := range others {
		titles[i] = one.Title
	}
	n.text.SetText(text)
	n.symbol.Set(symbol, Muted)
	n.fold.SetName(n.words.About(text, strings.Join(titles, " ")))
}

func (n *Notices) banner(one Notice) fyne.CanvasObject {
	b := one.Banner()
	return b.WithClose(n.words.Close(one.Title), func() {
		at := slices.Index(n.col.Objects, fyne.CanvasObject(b.Container))
		n.closed[one.key()] = true
		n.fill()
		n.focus(at)
		n.changed()
	}).Container
}

// focus puts the keyboard on what now stands where a notice was closed, or on the last one. Nowhere, when there is none.
func (n *Notices) focus(at int) {
	c := CanvasOf(n.Container)
	if c == nil {
		return
	}
	c.Unfocus()
	if last := len(n.col.Objects) - 1; last >= 0 {
		if f := firstFocusable(n.col.Objects[max(0, min(at, last))]); f != nil {
			c.Focus(f)
		}
	}
}
