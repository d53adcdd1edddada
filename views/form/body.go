package form

import (
	"reflect"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// Body is what fills a page that has a form: the form with what stands around it, or something instead while there is
// nothing to edit.
type Body struct {
	sheet   *Sheet // nil without a form
	root    *fyne.Container
	facts   any
	instead bool
}

// NewBody begins with something instead of the form.
func NewBody(o fyne.CanvasObject) *Body {
	return &Body{root: kit.Layers(o), instead: true}
}

// Object is the page.
func (b *Body) Object() fyne.CanvasObject { return b.root }

// Focus puts the keyboard into the form.
func (b *Body) Focus() {
	if b.sheet != nil {
		b.sheet.Focus()
	}
}

// Dirty tells whether leaving would lose what was typed.
func (b *Body) Dirty() bool { return b.sheet != nil && b.sheet.Dirty() }

// Close ends what the form is about.
func (b *Body) Close() {
	if b.sheet != nil {
		b.sheet.Close()
		b.sheet = nil
	}
}

// Instead shows something instead of the form: that it is loading, or why it cannot be had.
func (b *Body) Instead(o fyne.CanvasObject) {
	b.Close()
	b.instead = true
	b.put(o)
}

// Outdated tells whether the page has to be made anew because what stands around the inputs is no longer as given to
// Show. While somebody is typing it stays.
func (b *Body) Outdated(facts any) bool {
	typing := b.sheet != nil && (b.sheet.Sending() || b.sheet.Dirty())
	return b.instead || !typing && !reflect.DeepEqual(facts, b.facts)
}

// Show shows a page with its form; sheet is nil where nothing can be edited.
func (b *Body) Show(facts any, sheet *Sheet, o fyne.CanvasObject) {
	b.Close()
	b.sheet, b.facts, b.instead = sheet, facts, false
	b.put(o)
}

// Sheet is the form, nil while there is none.
func (b *Body) Sheet() *Sheet { return b.sheet }

// Refresh lays the page out again after something in it grew or shrank.
func (b *Body) Refresh() { b.root.Refresh() }

func (b *Body) put(o fyne.CanvasObject) {
	b.root.Objects = []fyne.CanvasObject{o}
	b.root.Refresh()
}
