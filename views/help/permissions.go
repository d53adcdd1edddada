package help

import (
	"slices"

	"concierge/app/access"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// permissions explains each permission of the host, in the order of the dialog that gives them.
func (p *Page) permissions(f facts) []fyne.CanvasObject {
	w := p.env.Words
	objs := []fyne.CanvasObject{p.question("help.permissions_question", "help.permissions_answer")}
	if len(f.host.Permissions) == 0 {
		return append(objs, kit.MutedText(w.T("help.permissions_unknown")))
	}
	var cards []fyne.CanvasObject
	arranged := access.Arrange(f.host.Permissions)
	for _, g := range access.Groups() {
		if len(arranged[g]) == 0 {
			continue
		}
		rows := kit.Column(14, kit.Section(say.Group(w, g)))
		for _, e := range arranged[g] {
			rows.Add(p.permission(f, e))
		}
		cards = append(cards, kit.Card(rows))
	}
	return append(objs, kit.Grid(340, 16, 2, cards...))
}

func (p *Page) permission(f facts, e access.CatalogueEntry) fyne.CanvasObject {
	w, key := p.env.Words, access.Permission(e.Key)
	title := []fyne.CanvasObject{kit.Strong(say.Permission(w, e))}
	if e.Sensitive {
		title = append(title, kit.NewBadge(w.T("help.sensitive"), kit.ToneDanger))
	}
	if f.has && !f.snap.Me.Owner() && f.snap.Me.May(key) {
		title = append(title, kit.NewBadge(w.T("help.yours"), kit.ToneOK))
	}
	col := kit.Column(2, kit.FlowWrap(8, title...))
	if note := say.PermissionNote(w, e); note != "" {
		col.Add(kit.Small(note))
	}
	if e.Sensitive {
		why := "help.sensitive_" + e.Key
		if !w.Has(why) {
			why = "help.sensitive_host"
		}
		col.Add(kit.Small(w.T(why)).In(kit.Danger))
	}
	var in []string
	for _, preset := range access.Presets() {
		if preset != access.PresetAll && slices.Contains(preset.Of(f.host.Permissions), key) {
			in = append(in, say.Preset(w, preset))
		}
	}
	if len(in) > 0 {
		col.Add(kit.Small(w.N("help.in_presets", len(in), "Presets", w.List(in))))
	} else {
		col.Add(kit.Small(w.T("help.in_no_preset")))
	}
	return col
}
