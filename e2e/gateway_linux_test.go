package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concierge/host/whmcs/whmcstest"

	"github.com/chromedp/chromedp"
)

// gateway is the provider's program as it stands before a WHMCS, and the WHMCS, which is a double.
type gateway struct {
	*host
	whmcs  *whmcstest.WHMCS
	behind string // WHMCS's address
	config string // the gateway's configuration file
}

const gatewayName = "Hébergement Essai"

// serveGateway starts both, with the double's made-up people. It listens on loopback, where plain HTTP is allowed.
func (c *computer) serveGateway() *gateway {
	c.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		c.t.Fatal(err)
	}
	g := &gateway{whmcs: whmcstest.New(whmcstest.Config{Secret: "the api secret", OpenID: whmcstest.OpenID{
		ClientID: "CLIENT", Secret: "the client secret", RedirectURIs: []string{"http://" + address + "/oidc/callback"}}})}
	whmcstest.Sample(g.whmcs)
	double, err := whmcstest.Serve(c.t.Context(), "127.0.0.1:0", g.whmcs)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		if err := double.Close(); err != nil {
			c.t.Errorf("the double: %v", err)
		}
	})
	g.behind = double.URL

	dir := c.t.TempDir()
	g.config = filepath.Join(dir, "gateway.toml")
	for file, content := range map[string]string{
		"whmcs_secret": "the api secret\n", "client_secret": "the client secret\n",
		"gateway.toml": fmt.Sprintf(`
name = %q
listen = %q
data = %q
drain_delay = "0s"
[whmcs]
url = %q
identifier = "identifier"
secret_file = "whmcs_secret"
[sign_in]
client_id = "CLIENT"
client_secret_file = "client_secret"
`, gatewayName, address, filepath.Join(dir, "data"), g.behind),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	g.host = &host{t: c.t, c: c, data: filepath.Join(dir, "data"), tokens: map[string]string{}}
	g.process = c.start("gateway", nil, nil, os.Environ(), hostProgram, "serve", "--config", g.config)
	g.url = g.firstLine(c.t)
	return g
}

// as makes calls in the name of somebody whom WHMCS knows.
func (g *gateway) as(email string) caller {
	g.t.Helper()
	if g.tokens[email] == "" {
		out, err := exec.CommandContext(g.t.Context(), hostProgram, "token", "--config", g.config, "--user", email).Output()
		if err != nil {
			g.t.Fatalf("token for %s: %v", email, err)
		}
		g.tokens[email] = strings.TrimSpace(string(out))
	}
	return caller{g.t, g.url, g.tokens[email]}
}

// signInThrough goes from the first screen to that of an account: the gateway's address is typed, and the rest happens on
// WHMCS's own pages, to which the gateway sends the browser on. code is the second factor, "" for who has none.
func (w *window) signInThrough(g *gateway, person, email, code string) {
	w.t.Helper()
	w.at(0, w.words.T("welcome.host"))
	w.typed(strings.TrimPrefix(g.url, "http://"))
	w.does("focus", w.words.T("words.cancel"), "Return")
	mark := w.mark()
	b := newBrowser(w.t)
	b.open(w.c.opened(0))
	b.says("nothing here is real") // at the double, no longer at the gateway
	b.do(chromedp.SendKeys(chromedp.ID("email"), email), chromedp.SendKeys(chromedp.ID("password"), "pas le bon"), chromedp.Click(chromedp.ID("signin")))
	b.says("incorrect")
	b.do(chromedp.SendKeys(chromedp.ID("password"), whmcstest.SamplePassword), chromedp.Click(chromedp.ID("signin")))
	if code != "" {
		b.says("Second factor")
		b.do(chromedp.SendKeys(chromedp.ID("code"), code), chromedp.Click(chromedp.ID("signin")))
	}
	w.welcomes(mark, person)
}

// list puts the keyboard on the list of people, wherever it was.
func (w *window) list() {
	w.t.Helper()
	w.does("screen", "overview", "ctrl+1")
	w.does("screen", "people", "ctrl+2")
}

const eve = whmcstest.TwoFactorEmail // owns a clinic, and has a second factor

// An owner at a gateway, from the first screen to the last: whatever is done in the application is in WHMCS, and what
// somebody does on WHMCS's pages is in the application.
func TestAnOwnerWorksAtAGateway(t *testing.T) {
	c := newComputer(t)
	g := c.serveGateway()
	w := c.open()
	w.signInThrough(g, "Marie Tremblay", marie, "")
	w.does("screen", "overview", "Return")
	client, _ := g.whmcs.ClientNamed(bakery)
	allowed := func(email string) string {
		t.Helper()
		u, _ := g.whmcs.UserByEmail(email)
		keys, _ := g.whmcs.Permissions(u.ID, client.ID)
		return sorted(keys)
	}

	w.does("focus", "Courriel de la personne à inviter", "ctrl+i")
	w.typed(jules)
	w.tab("Comptable")
	w.press("space")
	w.tab("Envoyer l'invitation")
	w.finishes("Inviter un utilisateur", "L'invitation à "+jules+" est envoyée.", "Return") // no code: this gateway sends no mail
	w.does("screen", "people", "ctrl+2")
	w.person(jules + ", Invitation envoyée")
	w.does("focus", "Renvoyer l'invitation", "Return")
	offered := w.around()
	for _, not := range []string{"Annuler l'invitation", "Modifier"} { // WHMCS cannot do it; why is beside it
		if slices.Contains(offered, not) {
			t.Errorf("of an invitation the application offers %q, among %q", not, offered)
		}
	}

	b := newBrowser(t)
	b.open(g.behind + "/mails")
	b.do(chromedp.Click(fmt.Sprintf(`//tr[contains(., %q)]//a`, jules)))
	b.says("Invitation to " + bakery)
	b.do(chromedp.SendKeys(chromedp.ID("first"), "Jules"), chromedp.SendKeys(chromedp.ID("last"), "Côté"),
		chromedp.SendKeys(chromedp.ID("password"), "douze oies blanches"), chromedp.Click(chromedp.ID("create")))
	b.says("Jules Côté can sign in now.")

	w.list()
	w.person("Sam Gagnon")
	w.tab("Modifier")
	w.does("dialog", "Accès de Sam Gagnon", "Return")
	w.tab("Consulter les domaines, non coché")
	w.press("space")
	w.tabBack("Consulter et accepter les soumissions, coché")
	w.press("space")
	w.tab("Enregistrer · 2 changements")
	w.finishes("Accès de Sam Gagnon", "Les autorisations de Sam Gagnon sont enregistrées.", "Return")
	if got := allowed(sam); got != "[domains emails invoices]" {
		t.Errorf("in WHMCS Sam may do %s", got)
	}

	w.list()
	w.person("Jules Côté, " + jules + ", Comptable") // the gateway has read the account anew
	w.tab("Modifier")
	w.does("dialog", "Accès de Jules Côté", "Return")
	w.tab("Prend fin le, non coché")
	w.does("focus", "Prend fin le", "space")
	w.tab("Enregistrer · 1 changement")
	w.finishes("Accès de Jules Côté", "Les autorisations de Jules Côté sont enregistrées.", "Return")
	if u, _ := user(g.as(marie).snapshot(bakery), jules); u.EndsAt == nil || sorted(u.Permissions) != "[emails invoices quotes]" {
		t.Errorf("at the gateway Jules has %+v", u)
	}

	w.palette("Ajouter un contact")
	w.at(0, "Prénom")
	w.typed("Zoé")
	w.tab("Courriel")
	w.typed("zoe@chezmarcel.example")
	w.tab("Soutien, non coché")
	w.press("space")
	w.tab("Enregistrer le contact")
	w.finishes("Ajouter un contact", "Le contact Zoé est ajouté.", "Return")
	w.list()
	w.person("Zoé, zoe@chezmarcel.example")
	w.phone("418 555-0199")
	w.finishes("Contact\u00a0: Zoé", "Le contact Zoé est enregistré.", "Return")
	contacts := g.whmcs.Contacts(client.ID)
	if z := contacts[len(contacts)-1]; z.FirstName != "Zoé" || !z.Preferences["support"] || z.Preferences["invoice"] || !strings.HasSuffix(z.Phone, "4185550199") {
		t.Errorf("in WHMCS: %+v", z)
	}

	w.list()
	revoke := func() {
		w.person("Léa Dubois")
		w.tab("Révoquer l'accès")
		w.does("focus", "Garder l'accès", "Return")
		w.tab("Révoquer l'accès")
		w.does("message", "Dans quelques secondes\u00a0: révocation de l'accès de Léa Dubois.", "Return")
	}
	revoke()
	w.does("message", "Annulé, rien n'a été envoyé\u00a0: révocation de l'accès de Léa Dubois.", "ctrl+z")
	if len(g.whmcs.Writes("DeleteUserClient")) != 0 {
		t.Fatal("WHMCS was asked for what was undone")
	}
	w.list()
	mark := w.mark()
	revoke()
	w.awaits(mark, "message", "L'accès de Léa Dubois est révoqué.")
	if got := allowed(lea); got != "[]" || len(g.whmcs.Writes("DeleteUserClient")) != 1 {
		t.Errorf("in WHMCS Léa may still do %s", got)
	}
	if twice := g.whmcs.Twice(); len(twice) > 0 {
		t.Errorf("WHMCS was told twice: %+v", twice)
	}
}

// WHMCS is down for a moment, and then refuses: what was edited is not lost, and each is said as what it is. Who signs in
// has a second factor, which is WHMCS's to ask for.
func TestTheProvidersSystemIsDownAndThenRefuses(t *testing.T) {
	c := newComputer(t)
	g := c.serveGateway()
	w := c.open()
	w.signInThrough(g, "Ève Nadeau", eve, whmcstest.SampleCode)
	client, _ := g.whmcs.ClientNamed("Clinique Harmonie")
	if e := w.does("screen", "overview", "Return"); e.attrs["account"] != fmt.Sprint(client.ID) {
		t.Fatalf("the first account is %s", e.attrs["account"])
	}
	until(t, "the palette is open", func() bool { return w.focused() == w.words.T("shell.search") }) // two accounts: which one?
	w.does("dialog closed", "", "Escape")
	phone := func() string {
		for _, k := range g.whmcs.Contacts(client.ID) {
			if k.Email == "compta@harmonie.example" {
				return k.Phone
			}
		}
		return "no contact"
	}

	mark := w.mark()
	w.palette("Votre profil")
	w.awaits(mark, "screen", "profile")
	if at := w.around(); slices.Contains(at, "Changer le courriel de connexion") { // it takes a code, and this gateway sends no mail
		t.Errorf("the login e-mail can be changed, it seems: %q", at)
	}

	w.does("screen", "people", "ctrl+2")
	w.person("Comptabilité")
	g.whmcs.Trouble(whmcstest.Trouble{Fault: whmcstest.Down})
	w.phone("418 555-0123")
	w.finishes("Contact\u00a0: Comptabilité", "Conservé, pas encore envoyé\u00a0: enregistrement du contact Comptabilité.", "Return")
	g.whmcs.Well()
	mark = w.mark()
	until(t, "what was kept has gone through", func() bool { // the gateway spares WHMCS for some seconds
		w.press("ctrl+r")
		_, is := w.next(mark, quiet, func(e event) bool {
			return e.kind == "message" && strings.Contains(e.name(), "Le contact Comptabilité est enregistré.")
		})
		return is
	})
	if got := phone(); !strings.HasSuffix(got, "4185550123") {
		t.Errorf("in WHMCS the contact's telephone is %s", got)
	}

	g.whmcs.Forbid("UpdateContact")
	w.list()
	w.person("Comptabilité")
	w.phone("418 555-0144")
	told := w.does("notice", "Refusé par le système de l'hébergeur", "Return")
	if !strings.Contains(told.name(), "a refusé la demande. Vous n'y êtes pour rien.") {
		t.Errorf("it says %q", told.name())
	}
	if got := phone(); !strings.HasSuffix(got, "4185550123") {
		t.Errorf("in WHMCS the contact's telephone is %s", got)
	}
	g.whmcs.AllowAll()
	w.finishes("Contact\u00a0: Comptabilité", "Le contact Comptabilité est enregistré.", "Return") // what was typed is still there
	if got := phone(); !strings.HasSuffix(got, "4185550144") {
		t.Errorf("in WHMCS the contact's telephone is %s", got)
	}
	if twice := g.whmcs.Twice(); len(twice) > 0 {
		t.Errorf("WHMCS was told twice: %+v", twice)
	}
}
