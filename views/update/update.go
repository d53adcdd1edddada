// Package update shows that there is a newer version of the program, what is new in it and where it is to be had. Getting
// it is left to the person.
package update

import (
	"concierge/app/update"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Show opens the dialog. present is the version that is running, open shows a web page.
func Show(env page.Env, m update.Manifest, present string, open func(address string)) {
	w := env.Words
	notes := m.In(w.Lang())
	if notes == "" {
		notes = w.T("update.no_notes")
	}
	copied := kit.Small("")
	var modal *kit.Modal
	get := kit.PrimaryButton(w.T("update.get"), func() {
		modal.Hide()
		open(m.URL)
	}).WithIcon(icons.ExternalLink)
	modal = kit.NewModal(env.Window, kit.ModalConfig{
		Title: w.T("update.title", "Version", m.Version), Subtitle: w.T("update.subtitle", "Date", w.Date(m.Issued), "Present", present),
		Content: kit.Column(14, kit.Body(notes), kit.Column(6, kit.MutedText(w.T("update.where")),
			kit.FlowWrap(12, kit.Strong(m.URL), kit.SecondaryButton(w.T("update.copy"), func() {
				fyne.CurrentApp().Clipboard().SetContent(m.URL)
				copied.SetText(w.T("words.copied"))
			}).Small().WithIcon(icons.Copy), copied))),
		Buttons: []fyne.CanvasObject{kit.SecondaryButton(w.T("words.close"), func() { modal.Hide() }), get},
		First:   get,
	})
	modal.Show()
}

// Notice says that there is one, above the screens.
func Notice(w *locales.Words, m update.Manifest, present string, see func()) kit.Notice {
	return kit.Notice{Tone: kit.ToneInfo, Title: w.T("update.available", "Version", m.Version),
		Text: w.T("update.available_text", "Present", present), Action: w.T("update.see"), Do: see}
}
