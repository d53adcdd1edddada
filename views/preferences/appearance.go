package preferences

import (
	"concierge/app/settings"
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// What there is to choose from, in the order of the screen.
var (
	languages = []string{"", "fr", "en"}
	themes    = []settings.Theme{settings.System, settings.Light, settings.Dark}
)

// appearance is what is applied to the whole window as soon as it is chosen.
func (p *Page) appearance() fyne.CanvasObject {
	w, s := p.env.Words, p.cfg.Settings
	segments := func(labels ...string) []kit.Segment {
		out := make([]kit.Segment, len(labels))
		for i, l := range labels {
			out[i] = kit.Segment{Label: l, Count: -1}
		}
		return out
	}
	p.language = kit.NewSegmentedFilter(segments(w.T("preferences.system"), w.T("preferences.french"), w.T("preferences.english")),
		func(i int) { s.SetLanguage(languages[i]) }).Named(w.T("preferences.language"))
	p.theme = kit.NewSegmentedFilter(segments(w.T("preferences.system"), w.T("preferences.light"), w.T("preferences.dark")),
		func(i int) { s.SetTheme(themes[i]) }).Named(w.T("preferences.theme"))
	var sizes []string
	for _, n := range settings.TextSizes() {
		sizes = append(sizes, w.T("preferences.percent", "Number", n))
	}
	p.size = kit.NewSegmentedFilter(segments(sizes...), func(i int) { s.SetTextSize(settings.TextSizes()[i]) }).Named(w.T("preferences.text_size"))
	line := func(key string, control fyne.CanvasObject) fyne.CanvasObject {
		return kit.FlowWrap(12, kit.FixedWidth(150, kit.Body(w.T(key))), control)
	}
	return kit.Card(kit.Column(14, kit.Title(w.T("preferences.appearance")),
		line("preferences.language", p.language), line("preferences.theme", p.theme), line("preferences.text_size", p.size)))
}

// files says where things are, and which version this is.
func (p *Page) files() fyne.CanvasObject {
	w, f := p.env.Words, p.cfg.Files
	col := kit.Column(8, kit.Title(w.T("preferences.files")))
	if f.Folder != "" {
		copied := kit.Small("")
		col.Add(kit.Body(w.T("preferences.files_text")))
		col.Add(kit.FlowWrap(12, kit.Strong(f.Folder), kit.SecondaryButton(w.T("preferences.copy_path"), func() {
			fyne.CurrentApp().Clipboard().SetContent(f.Folder)
			copied.SetText(w.T("words.copied"))
		}).Small().WithIcon(icons.Copy), copied))
	}
	col.Add(kit.Small(w.T("preferences.no_secret")))
	if f.Version != "" {
		col.Add(kit.Small(w.T("preferences.version", "Version", f.Version)))
	}
	return kit.Card(col)
}
