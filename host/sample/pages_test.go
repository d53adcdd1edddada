package sample_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/oidc"
	"concierge/host/sample"
)

// visitor is a browser at the pages.
type visitor struct {
	t   *testing.T
	url string
}

func visiting(t *testing.T, p *sample.Provider) visitor {
	srv := httptest.NewServer(p.Pages())
	t.Cleanup(srv.Close)
	return visitor{t, srv.URL}
}

func (v visitor) do(method, path string, form url.Values, headers ...string) (int, string) {
	v.t.Helper()
	r, err := http.NewRequest(method, v.url+path, strings.NewReader(form.Encode()))
	must(v.t, err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	must(v.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(v.t, err)
	if strings.Contains(string(b), "⟦") {
		v.t.Errorf("%s: a text is missing: %s", path, b)
	}
	return res.StatusCode, html.UnescapeString(string(b))
}

func (v visitor) get(path string, headers ...string) (int, string) {
	v.t.Helper()
	return v.do(http.MethodGet, path, nil, headers...)
}

func (v visitor) post(path string, pairs ...string) (int, string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.do(http.MethodPost, path, form)
}

var titled = regexp.MustCompile(`<h1>([^<]*)</h1>`)

func title(body string) string {
	if m := titled.FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return "no title"
}

// mailedLink is the path of the newest link that was mailed to an address.
func mailedLink(t *testing.T, p *sample.Provider, to string) string {
	t.Helper()
	mails, err := p.Mails(context.Background(), to)
	must(t, err)
	for _, m := range mails {
		if m.Link != "" {
			return strings.TrimPrefix(m.Link, "http://127.0.0.1:1")
		}
	}
	t.Fatalf("no link was mailed to %s", to)
	return ""
}

func TestAnInvitedPersonCreatesTheirSignInFromTheEMail(t *testing.T) {
	p := seeded(t, noon())
	marcel := bakery(t, p)
	v := visiting(t, p)
	link := mailedLink(t, p, "noe@studio.example")
	status, body := v.get(link + "?lang=fr")
	for _, want := range []string{"Boulangerie Chez Marcel", "Marie Tremblay vous invite", "Gérer les réglages des domaines", "20 novembre 2026", "Créer mon accès et accepter"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if status != http.StatusOK || strings.Contains(body, "Consulter et payer les factures") {
		t.Errorf("%d: a permission that is not given is named", status)
	}
	for field, form := range map[string][]string{
		"100 caractères au plus": {"do", "create", "first", "", "last", "Roy", "password", "une longue phrase"},
		"de 10 à 128":            {"do", "create", "first", "Noé", "last", "Roy", "password", "court"},
	} {
		if status, body := v.post(link+"?lang=fr", form...); status != http.StatusUnprocessableEntity || !strings.Contains(body, field) {
			t.Errorf("%d, without %q", status, field)
		}
	}
	for _, name := range []string{"Noé\r\nBcc: tous@mail.example", "No\x00é", "No\xe9"} {
		if status, _ := v.post(link, "do", "create", "first", name, "last", "Roy", "password", "une longue phrase"); status != http.StatusUnprocessableEntity {
			t.Errorf("as %q: %d", name, status)
		}
	}
	status, body = v.post(link+"?lang=fr", "do", "create", "first", "Noé", "last", "Roy", "password", "une longue phrase")
	if status != http.StatusOK || title(body) != "Vous avez maintenant accès au compte Boulangerie Chez Marcel" {
		t.Fatalf("%d %s", status, title(body))
	}
	id, _, err := p.Authenticate(context.Background(), "noe@studio.example", "une longue phrase")
	must(t, err)
	m, err := p.Membership(context.Background(), id, marcel)
	if err != nil || strings.Join(m.Permissions, " ") != "products manageproducts productsso domains managedomains tickets" {
		t.Errorf("membership %+v, %v", m, err)
	}
	if a := lastActivity(t, p, marcel); a.Action != api.ActInvitationAccepted || a.Actor != "Noé Roy" || a.From != "127.0.0.1" {
		t.Errorf("activity %+v", a)
	}
	if len(snapshot(t, p, marcel).Invitations) != 0 {
		t.Error("the invitation is still listed")
	}
	if _, body := v.get(link + "?lang=en"); title(body) != "This invitation was already accepted" {
		t.Errorf("afterwards: %s", title(body))
	}
	if status, body := v.post(link, "do", "create", "first", "X", "last", "Y", "password", "une autre phrase"); status != http.StatusConflict {
		t.Errorf("a second time: %d %s", status, title(body))
	}
}

func TestTheAddressTheOwnerPassesOnCreatesNothingForSomebodyElse(t *testing.T) {
	p := seeded(t, noon())
	v := visiting(t, p)
	accept := strings.TrimPrefix(snapshot(t, p, bakery(t, p)).Invitations[0].AcceptURL, "http://127.0.0.1:1")
	if accept == mailedLink(t, p, "noe@studio.example") {
		t.Fatal("the address is the mailed link")
	}
	if _, body := v.get(accept + "?lang=fr"); !strings.Contains(body, "Ouvrez l'invitation depuis votre courriel") {
		t.Errorf("the page says %s", body)
	}
	for _, path := range []string{accept, accept + ".guessed"} {
		if status, _ := v.post(path, "do", "create", "first", "Marie", "last", "T", "password", "je suis Noé, promis"); status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, status)
		}
	}
	if _, err := p.PersonByEmail(context.Background(), "noe@studio.example"); !errors.Is(err, host.ErrNotFound) {
		t.Errorf("a sign-in was created: %v", err)
	}
	for n := range 4 {
		want := http.StatusOK
		if n == 3 {
			want = http.StatusTooManyRequests
		}
		if status, _ := v.post(accept, "do", "prove"); status != want {
			t.Errorf("link asked for %d times: %d", n+1, status)
		}
	}
	if status, body := v.get(mailedLink(t, p, "noe@studio.example")); status != http.StatusOK || !strings.Contains(body, `value="create"`) {
		t.Errorf("the link that was sent again: %d", status)
	}
}

// invited is the page of a new invitation to the bakery.
func invited(t *testing.T, p *sample.Provider, email string) (path, id string) {
	t.Helper()
	id, err := p.Invite(as(t, p, sample.OwnerEmail), bakery(t, p), api.NewInvitation{Email: email, Permissions: []string{"invoices"}})
	must(t, err)
	return mailedLink(t, p, email), id
}

func TestWhoHasAPasswordAcceptsWithItAndWithTheirSecondFactor(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	v := visiting(t, p)
	path, _ := invited(t, p, "Eve@Clinique.example")
	if _, body := v.get(path); !strings.Contains(body, `autocomplete="one-time-code"`) || !strings.Contains(body, `value="signin"`) {
		t.Fatal("the page does not ask for password and code")
	}
	status, body := v.post(path+"?lang=fr", "do", "signin", "email", sample.OwnerEmail, "password", sample.SamplePassword)
	if status != http.StatusForbidden || !strings.Contains(body, "seule cette adresse peut l'accepter") {
		t.Errorf("another address: %d", status)
	}
	eve := idOf(t, p, sample.TwoFactorEmail)
	code, err := p.TOTPCode(context.Background(), eve, c.now)
	must(t, err)
	for name, form := range map[string][]string{
		"a wrong password": {"do", "signin", "email", sample.TwoFactorEmail, "password", "wrong", "code", code},
		"no code":          {"do", "signin", "email", sample.TwoFactorEmail, "password", sample.SamplePassword, "code", ""},
	} {
		if status, _ := v.post(path, form...); status != http.StatusForbidden {
			t.Errorf("%s: %d", name, status)
		}
	}
	status, body = v.post(path+"?lang=en", "do", "signin", "email", " EVE@clinique.example", "password", sample.SamplePassword, "code", code)
	if status != http.StatusOK || title(body) != "You now have access to the account Boulangerie Chez Marcel" {
		t.Errorf("%d %s", status, title(body))
	}
	if m, err := p.Membership(context.Background(), eve, bakery(t, p)); err != nil || m.Permissions[0] != "invoices" {
		t.Errorf("membership %+v, %v", m, err)
	}
}

func TestAnInvitationSaysInItsOwnWordsWhyItCannotBeAccepted(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	v := visiting(t, p)
	ctx := as(t, p, sample.OwnerEmail)
	marcel := bakery(t, p)
	cancelled, id := invited(t, p, "a@ailleurs.example")
	must(t, p.CancelInvitation(ctx, marcel, id))
	expired, _ := invited(t, p, "b@ailleurs.example")
	ended, id := invited(t, p, "c@ailleurs.example")
	soon := c.now.Add(time.Hour)
	must(t, p.SetInvitationPermissions(ctx, marcel, id, api.PermissionSet{Permissions: []string{"invoices"}, EndsAt: &soon}))
	c.move(2 * time.Hour)
	for _, page := range []struct {
		path, title string
		status      int
	}{
		{cancelled, "Cette invitation a été annulée", http.StatusOK},
		{ended, "L'accès prévu par cette invitation est déjà terminé", http.StatusOK},
		{"/invitations/unknown", "Cette invitation est introuvable", http.StatusNotFound},
	} {
		if status, body := v.get(page.path + "?lang=fr"); status != page.status || title(body) != page.title {
			t.Errorf("%d %s", status, title(body))
		}
	}
	c.move(sample.InvitationValidity)
	if _, body := v.get(expired + "?lang=fr"); title(body) != "Cette invitation a expiré le 25 novembre 2026" {
		t.Errorf("expired: %s", title(body))
	}
	if status, _ := v.post(expired, "do", "create", "first", "B", "last", "B", "password", "une longue phrase"); status != http.StatusConflict {
		t.Errorf("an expired one is accepted: %d", status)
	}
}

func TestPasswordsAreNotGuessedOnAnInvitation(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	v := visiting(t, p)
	path, _ := invited(t, p, sample.TwoFactorEmail)
	for range 10 {
		if status, _ := v.post(path, "do", "signin", "email", sample.TwoFactorEmail, "password", "guess"); status != http.StatusForbidden {
			t.Fatalf("got %d", status)
		}
	}
	code, err := p.TOTPCode(context.Background(), idOf(t, p, sample.TwoFactorEmail), c.now)
	must(t, err)
	right := []string{"do", "signin", "email", sample.TwoFactorEmail, "password", sample.SamplePassword, "code", code}
	if status, body := v.post(path+"?lang=fr", right...); status != http.StatusTooManyRequests || !strings.Contains(body, "Attendez jusqu'à 14\u00a0h\u00a017") {
		t.Errorf("the eleventh: %d", status)
	}
	c.move(15 * time.Minute)
	code, err = p.TOTPCode(context.Background(), idOf(t, p, sample.TwoFactorEmail), c.now)
	must(t, err)
	right[len(right)-1] = code
	if status, body := v.post(path, right...); status != http.StatusOK {
		t.Errorf("after waiting: %d %s", status, title(body))
	}
}

func TestPasswordsAreNotGuessedOnManyInvitationsFromManyAddresses(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	owner := as(t, p, sample.OwnerEmail)
	pages := p.Pages()
	post := func(path, email, password, ip string) int {
		form := url.Values{"do": {"signin"}, "email": {email}, "password": {password}}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = ip
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		return w.Code
	}
	var paths []string
	for _, a := range allAccounts(t, p, idOf(t, p, sample.AccountantEmail))[:2] {
		_, err := p.Invite(owner, a.ID, api.NewInvitation{Email: sample.DeveloperEmail})
		must(t, err)
		paths = append(paths, mailedLink(t, p, sample.DeveloperEmail))
	}
	for n := range 11 {
		want := http.StatusForbidden
		if n == 10 {
			want = http.StatusTooManyRequests
		}
		if status := post(paths[n%2], sample.DeveloperEmail, "guess", fmt.Sprintf("192.0.2.%d:1", n+1)); status != want {
			t.Errorf("guess %d at one address: %d", n+1, status)
		}
	}

	// A home's IPv6 network has more addresses than can be counted.
	refused := 0
	for n := range 21 {
		form := url.Values{"email": {fmt.Sprintf("nobody%d@nowhere.example", n)}}
		r := httptest.NewRequest(http.MethodPost, "/reset", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = fmt.Sprintf("[2001:db8::%x]:1", n+1)
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d of 21 from one IPv6 network were refused", refused)
	}
}

func TestALinkToANewPasswordStopsWorkingWithTheAddressItWentTo(t *testing.T) {
	p := seeded(t, noon())
	ctx := context.Background()
	id := idOf(t, p, sample.OwnerEmail)
	must(t, p.SendPasswordReset(ctx, id))
	link := mailedLink(t, p, sample.OwnerEmail)
	must(t, p.SetLoginEmail(ctx, id, "marie@nouveau.example"))
	if status, _ := visiting(t, p).post(link, "password", "la phrase d'un autre"); status != http.StatusNotFound {
		t.Errorf("the old mailbox still chooses a password: %d", status)
	}
}

func TestAForgottenPasswordIsChosenAnewOnce(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	v := visiting(t, p)
	ctx := context.Background()
	_, known := v.post("/reset?lang=fr", "email", " Marie@chezmarcel.example ")
	_, unknown := v.post("/reset?lang=fr", "email", "nobody@nowhere.example")
	if strings.ReplaceAll(known, "Marie@chezmarcel.example", "X") != strings.ReplaceAll(unknown, "nobody@nowhere.example", "X") {
		t.Error("the page tells who has a sign-in")
	}
	link := mailedLink(t, p, sample.OwnerEmail)
	if status, body := v.get(link + "?lang=fr"); status != http.StatusOK || !strings.Contains(body, sample.OwnerEmail) {
		t.Errorf("%d %s", status, title(body))
	}
	if status, _ := v.post(link, "password", "court"); status != http.StatusUnprocessableEntity {
		t.Errorf("too short: %d", status)
	}
	if status, body := v.post(link+"?lang=fr", "password", "nouvelle phrase de passe"); status != http.StatusOK || title(body) != "Votre mot de passe a été changé" {
		t.Errorf("%d %s", status, title(body))
	}
	if _, _, err := p.Authenticate(ctx, sample.OwnerEmail, sample.SamplePassword); !errors.Is(err, oidc.ErrWrongCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if _, _, err := p.Authenticate(ctx, sample.OwnerEmail, "nouvelle phrase de passe"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if status, body := v.post(link+"?lang=fr", "password", "encore une autre phrase"); status != http.StatusNotFound || title(body) != "Ce lien ne sert plus" {
		t.Errorf("a second time: %d %s", status, title(body))
	}
	must(t, p.SendPasswordReset(ctx, idOf(t, p, sample.OwnerEmail)))
	late := mailedLink(t, p, sample.OwnerEmail)
	c.move(time.Hour)
	if status, _ := v.get(late); status != http.StatusNotFound {
		t.Errorf("after an hour: %d", status)
	}
}

func TestTheMailboxShowsEverythingNewestFirstAndOneAddressAlone(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	v := visiting(t, p)
	if _, body := v.get("/mailbox?to=nobody@nowhere.example", "Accept-Language", "en-CA"); !strings.Contains(body, "No e-mail addressed to nobody@nowhere.example.") {
		t.Error("an empty mailbox does not say so")
	}
	must(t, p.SendCode(context.Background(), idOf(t, p, sample.OwnerEmail), sample.OwnerEmail, "04217", api.ConditionInvite, c.now.Add(10*time.Minute)))
	_, body := v.get("/mailbox", "Accept-Language", "fr-CA,fr;q=0.9")
	for _, want := range []string{`<p class="code">04217</p>`, "avant 14\u00a0h\u00a012", "inviter un utilisateur", "Ève Nadeau", `<html lang="fr">`} {
		if !strings.Contains(body, want) {
			t.Errorf("the mailbox does not show %q", want)
		}
	}
	if strings.Index(body, "04217") > strings.Index(body, "/invitations/") {
		t.Error("the newest is not first")
	}
	if _, body := v.get("/mailbox?to=Marie@ChezMarcel.example"); strings.Contains(body, "/invitations/") || !strings.Contains(body, "04217") {
		t.Error("other people's mail is shown")
	}
	for range 60 {
		must(t, p.SendPasswordReset(context.Background(), idOf(t, p, sample.DeveloperEmail)))
	}
	_, body = v.get("/mailbox?lang=en&to=" + sample.DeveloperEmail)
	older := regexp.MustCompile(`href="(\?[^"]*before=[^"]*)"`).FindStringSubmatch(body)
	if older == nil || strings.Count(body, "<article") != 50 {
		t.Fatalf("%d mails, older at %q", strings.Count(body, "<article"), older)
	}
	if _, body := v.get("/mailbox" + older[1]); strings.Count(body, "<article") != 10 {
		t.Errorf("%d older mails", strings.Count(body, "<article"))
	}
}

func TestFormsFromOtherSitesAndEndlessFormsAreRefused(t *testing.T) {
	p := seeded(t, noon())
	v := visiting(t, p)
	form := url.Values{"email": {sample.OwnerEmail}}
	if status, _ := v.do(http.MethodPost, "/reset", form, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	if status, _ := v.do(http.MethodPost, "/reset", form, "Origin", "https://evil.example"); status != http.StatusForbidden {
		t.Errorf("from another origin: %d", status)
	}
	if status, _ := v.post("/reset", "email", strings.Repeat("x", 20<<10)); status != http.StatusBadRequest {
		t.Errorf("endless: %d", status)
	}
	if mails, err := p.Mails(context.Background(), sample.OwnerEmail); err != nil || len(mails) != 0 {
		t.Errorf("mails %+v, %v", mails, err)
	}
}
