package e2e

import (
	"concierge/host/sample"

	"github.com/chromedp/chromedp"
)

// signInAt goes from the sign-in screen to the first screen of an account: the host's address by keyboard, the rest in
// the browser as one of the sample's people.
func (w *window) signInAt(h *host, person string) {
	w.t.Helper()
	w.at(0, w.words.T("welcome.host"))
	w.typed(h.url)
	w.does("focus", w.words.T("words.cancel"), "Return")
	w.finishInBrowser(0, person)
	w.does("screen", "overview", "Return")
}

// finishInBrowser takes the nth link the application opened and signs in with one click, then waits until the
// application shows who that is.
func (w *window) finishInBrowser(n int, person string) {
	w.t.Helper()
	mark := w.mark()
	b := newBrowser(w.t)
	b.open(w.c.opened(n))
	b.press(person)
	w.welcomes(mark, person)
}

// finishByForm does so with e-mail and password, after a mistake.
func (w *window) finishByForm(n int, person, email string) {
	w.t.Helper()
	mark := w.mark()
	b := newBrowser(w.t)
	b.open(w.c.opened(n))
	password := chromedp.ID("password")
	b.do(chromedp.SendKeys(chromedp.ID("email"), email), chromedp.SendKeys(password, "pas le bon"))
	b.press("Se connecter")
	b.says("Ce courriel et ce mot de passe ne vont pas ensemble")
	b.do(chromedp.SendKeys(password, sample.SamplePassword))
	b.press("Se connecter")
	w.welcomes(mark, person)
}

// welcomes waits until the application shows who has signed in, with the keyboard on the way on.
func (w *window) welcomes(mark int, person string) {
	w.t.Helper()
	w.awaits(mark, "signed in", person)
	w.at(mark, w.words.T("welcome.open_accounts"))
}

// quit ends the application by keyboard, as a person does, and waits until it has.
func (w *window) quit() {
	w.t.Helper()
	w.palette(w.words.T("window.do_quit"))
	w.endsWell()
}

// palette does something by its name, as everything there is to do can be.
func (w *window) palette(what string) {
	w.t.Helper()
	w.does("focus", w.words.T("switcher.search"), "ctrl+k")
	w.typed(what)
	w.press("Return")
}
