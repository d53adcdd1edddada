package history_test

import (
	"strings"
	"testing"

	"concierge/app/trouble"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
)

func TestNothingIsCutInTheHistory(t *testing.T) {
	for name, c := range map[string]struct{ prepare, then func(*opened) }{
		"line":    {},
		"detail":  {then: func(o *opened) { o.first() }},
		"more":    {prepare: func(o *opened) { o.more = true }},
		"offline": {prepare: func(o *opened) { o.fails = &trouble.Trouble{Kind: trouble.Unreachable} }},
		"nothing": {then: func(o *opened) { o.page.Focus(); o.Type("xyzzy") }},
		"compare": {then: func(o *opened) {
			o.compare()
		}},
	} {
		viewtest.Looks(t, "history-"+name, viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
			o := world(t, w)
			if c.prepare != nil {
				c.prepare(o)
			}
			o.open()
			if c.then != nil {
				c.then(o)
			}
		})
	}
}

// first opens the second row, which has differences.
func (o *opened) first() { o.Press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) }

func (o *opened) compare() {
	for range 50 {
		o.Window.Canvas().FocusNext()
		if strings.HasPrefix(o.Focused(), o.Env.Words.T("history.mode_line")) {
			o.Press(fyne.KeyRight)
			return
		}
	}
	o.t.Error("the dates cannot be reached")
}
