package switcher

import (
	"strconv"

	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// palette sizes: how many colours there are to choose from, and how long an alias may be.
const (
	colours  = 12
	maxAlias = 60
)

// Mark opens the dialog for an account's alias and colour on this computer. name is the account's own name. saved is
// called when something was chosen.
func Mark(env page.Env, marks Marks, ref access.Ref, name string, saved func()) {
	w := env.Words
	alias := kit.NewField(w.T("switcher.alias"), name, w.T("switcher.alias_hint")).Limit(maxAlias)
	alias.SetValue(marks.Alias(ref))
	chosen := marks.Colour(ref)
	var swatches []*kit.Pressable
	objs := make([]fyne.CanvasObject, 0, colours)
	for i := range colours {
		bar := kit.ColorBar("")
		bar.SetColor(kit.PaletteColor(i))
		name := w.T("switcher.colour_" + strconv.Itoa(i))
		mark := kit.NewIcon(icons.Check, kit.OnAvatar, 16)
		s := kit.NewPressable(name, kit.Inset(8, kit.FixedSize(20, 26, kit.Layers(bar, kit.Centered(mark)))), nil).Framed(kit.Surface, kit.Border).MarkedBy(mark)
		s.SetToolTip(name)
		s.OnTapped = func() {
			chosen = i
			for j, other := range swatches {
				other.SetOn(j == i)
			}
		}
		s.SetOn(i == chosen)
		swatches = append(swatches, s)
		objs = append(objs, s)
	}
	var m *kit.Modal
	save := func() {
		marks.SetAlias(ref, alias.Value())
		marks.SetColour(ref, chosen)
		m.Hide()
		saved()
	}
	m = kit.NewModal(env.Window, kit.ModalConfig{
		Title: w.T("switcher.mark_title"), Subtitle: name + " · " + w.T("switcher.mark_lead"), Width: 520,
		Content: kit.Column(14, alias.Container, kit.Group(w.T("switcher.colour"), "", kit.FlowWrap(8, objs...))),
		Buttons: []fyne.CanvasObject{kit.SecondaryButton(w.T("words.cancel"), func() { m.Hide() }), kit.PrimaryButton(w.T("words.save"), save)},
		OnEnter: save, First: alias.Input,
	})
	m.Show()
}
