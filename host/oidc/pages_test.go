package oidc_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"concierge/client/api"
	"concierge/host/oidc"
)

// arrive opens the sign-in page in a new browser, in English.
func (h *hosted) arrive() (*browser, seen) {
	h.t.Helper()
	b := newBrowser(h.t)
	s := b.open(h.app().AuthCodeURL("st4te", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())), "Accept-Language", "en-CA")
	if s.title() != "Sign in" {
		h.t.Fatalf("got status %d and title %q", s.status, s.title())
	}
	return b, s
}

func TestThePageSpeaksTheLanguageAskedFor(t *testing.T) {
	h := newHosted(t)
	for _, c := range []struct{ uiLocales, accept, want string }{
		{"fr", "en", "Se connecter"},
		{"en-CA", "fr", "Sign in"},
		{"", "fr-CA,fr;q=0.9,en;q=0.8", "Se connecter"},
		{"", "de, en;q=0.3, fr;q=0.7", "Se connecter"},
		{"es", "pt", "Sign in"},
		{"", "", "Sign in"},
	} {
		s := newBrowser(t).open(h.app().AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()),
			oauth2.SetAuthURLParam("ui_locales", c.uiLocales)), "Accept-Language", c.accept)
		if s.title() != c.want {
			t.Errorf("ui_locales %q, Accept-Language %q: got %q, want %q", c.uiLocales, c.accept, s.title(), c.want)
		}
	}
}

func TestTheLinkSwitchesLanguageForTheRestOfTheSignIn(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	if !strings.Contains(s.body, `lang=fr" lang="fr" hreflang="fr">Français</a>`) {
		t.Fatal("no link to French")
	}
	s = b.open(s.url.String() + "?lang=fr")
	if s.title() != "Se connecter" {
		t.Fatalf("after the link: %q", s.title())
	}
	s = b.submit(s, "password", "email", lucEmail, "password", "wrong")
	if s.alert() != "La connexion n'a pas réussi Ce courriel et ce mot de passe ne vont pas ensemble. Vérifiez les deux, puis réessayez." {
		t.Errorf("in French: %q", s.alert())
	}
	s = b.submit(s, "password", "email", lucEmail, "password", password)
	if s.title() != "Votre code à usage unique" {
		t.Errorf("second page: %q", s.title())
	}
}

func TestPagesAreKeptOutOfFramesCachesAndScripts(t *testing.T) {
	h := newHosted(t)
	_, s := h.arrive()
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
	} {
		if got := s.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	csp := s.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http://127.0.0.1:49152;", "base-uri 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy %q lacks %q", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") || strings.Contains(s.body, "<script") {
		t.Errorf("the page or its policy %q has to do with scripts", csp)
	}
}

func TestUnknownAddressAndWrongPasswordAreToldInTheSameWords(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	wrong := b.submit(s, "password", "email", marieEmail, "password", "wrong")
	unknown := b.submit(s, "password", "email", "nobody@chezmarcel.example", "password", "wrong")
	strip := func(s seen) string {
		return strings.NewReplacer(marieEmail, "", "nobody@chezmarcel.example", "").Replace(s.body)
	}
	if wrong.status != http.StatusUnprocessableEntity || strip(wrong) != strip(unknown) || wrong.status != unknown.status {
		t.Errorf("the two differ: %d %q and %d %q", wrong.status, wrong.alert(), unknown.status, unknown.alert())
	}
	if strings.Contains(wrong.body, `value="wrong"`) {
		t.Error("the page repeats the password")
	}
	if !strings.Contains(wrong.body, `value="`+marieEmail+`"`) {
		t.Error("the address has to be typed again")
	}
}

func TestEmptyFieldsAreNamedAndCountAsNoAttempt(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	for range 10 {
		if got := b.submit(s, "password", "email", " ", "password", "x").alert(); !strings.Contains(got, "Type your login e-mail.") {
			t.Fatal(got)
		}
		if got := b.submit(s, "password", "email", marieEmail, "password", "").alert(); !strings.Contains(got, "Type your password.") {
			t.Fatal(got)
		}
	}
	if s = b.submit(s, "password", "email", marieEmail, "password", password); s.back.Get("code") == "" {
		t.Errorf("got %d %q", s.status, s.alert())
	}
}

func TestFiveWrongPasswordsMakeAnAddressWaitWhateverIsTypedThen(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	for i := range 5 {
		if s = b.submit(s, "password", "email", marieEmail, "password", fmt.Sprint("guess", i)); s.status != http.StatusUnprocessableEntity {
			t.Fatalf("attempt %d: %d", i+1, s.status)
		}
		h.clock.move(time.Minute)
	}
	asked := h.people.checked()
	b, s = h.arrive() // another browser does not help
	s = b.submit(s, "password", "email", strings.ToUpper(marieEmail), "password", password)
	if s.status != http.StatusTooManyRequests || s.header.Get("Retry-After") != "600" ||
		!strings.Contains(s.alert(), "Try again in 10 minutes.") {
		t.Fatalf("got %d, Retry-After %q, %q", s.status, s.header.Get("Retry-After"), s.alert())
	}
	if h.people.checked() != asked {
		t.Error("the password was checked all the same")
	}
	if b, s := h.arrive(); b.submit(s, "password", "email", lucEmail, "password", password).status != http.StatusOK {
		t.Error("another address has to wait too")
	}
	h.clock.move(9*time.Minute + 30*time.Second)
	b, s = h.arrive()
	if s = b.submit(s, "password", "email", marieEmail, "password", password); !strings.Contains(s.alert(), "Try again in 1 minute.") {
		t.Errorf("half a minute before the end: %q", s.alert())
	}
	h.clock.move(30 * time.Second)
	if s = b.submit(s, "password", "email", marieEmail, "password", password); s.back.Get("code") == "" {
		t.Errorf("after the time it named: %d %q", s.status, s.alert())
	}
}

func TestARightPasswordForgetsTheWrongOnesBefore(t *testing.T) {
	h := newHosted(t)
	for round := range 3 {
		b, s := h.arrive()
		for range 4 {
			s = b.submit(s, "password", "email", marieEmail, "password", "wrong")
		}
		if s = b.submit(s, "password", "email", marieEmail, "password", password); s.back.Get("code") == "" {
			t.Fatalf("round %d: %d %q", round, s.status, s.alert())
		}
	}
}

func TestManyAddressesTriedFromOneComputerMakeItWait(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	for i := range 40 {
		r := b.submit(s, "password", "email", fmt.Sprintf("guess%d@chezmarcel.example", i), "password", "x")
		if r.status != http.StatusUnprocessableEntity {
			t.Fatalf("attempt %d: %d", i+1, r.status)
		}
	}
	if r := b.submit(s, "password", "email", marieEmail, "password", password); r.status != http.StatusTooManyRequests {
		t.Errorf("attempt 41: %d", r.status)
	}
}

func TestSignInsAreNotBegunWithoutEnd(t *testing.T) {
	h := newHosted(t)
	b := newBrowser(t)
	ask := func() seen {
		return b.open(h.app().AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())), "Accept-Language", "en")
	}
	for i := range 300 {
		if s := ask(); s.status != http.StatusOK {
			t.Fatalf("sign-in %d: %d", i+1, s.status)
		}
	}
	s := ask()
	if s.status != http.StatusTooManyRequests || s.header.Get("Retry-After") != "900" || s.title() != "Signing in did not work" ||
		!strings.Contains(s.body, "Try again in 15 minutes.") {
		t.Errorf("sign-in 301: %d, Retry-After %q: %s", s.status, s.header.Get("Retry-After"), s.body)
	}
	h.clock.move(15 * time.Minute)
	if s := ask(); s.status != http.StatusOK {
		t.Errorf("after waiting: %d", s.status)
	}
}

func TestAHostThatCannotCheckPasswordsCountsNoAttempt(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	h.people.breakWith(errors.New("database is away"))
	for range 10 {
		if r := b.submit(s, "password", "email", marieEmail, "password", password); r.status != http.StatusInternalServerError ||
			r.title() != "Signing in does not work right now" {
			t.Fatalf("got %d %q", r.status, r.title())
		}
	}
	h.people.breakWith(nil)
	if r := b.submit(s, "password", "email", marieEmail, "password", password); r.back.Get("code") == "" {
		t.Errorf("got %d %q", r.status, r.alert())
	}
}

func TestWhoHasASecondFactorIsAskedForItsCode(t *testing.T) {
	h := newHosted(t)
	verifier := oauth2.GenerateVerifier()
	b := newBrowser(t)
	s := b.open(h.app().AuthCodeURL("st4te", oauth2.S256ChallengeOption(verifier)))
	s = b.submit(s, "password", "email", lucEmail, "password", password)
	if s.title() != "Your one-time code" || s.back != nil {
		t.Fatalf("got %q, %v; want the second page", s.title(), s.back)
	}
	if len(h.people.signedIn) != 0 {
		t.Error("recorded as signed in with the password alone")
	}
	if again := b.open(s.url.String()); again.title() != "Your one-time code" {
		t.Errorf("reloading shows %q", again.title())
	}
	if s = b.submit(s, "code", "code", ""); !strings.Contains(s.alert(), "Type the code") {
		t.Errorf("empty: %q", s.alert())
	}
	if s = b.submit(s, "code", "code", "000000"); !strings.Contains(s.alert(), "This code is not right") || s.back != nil {
		t.Errorf("wrong: %q", s.alert())
	}
	s = b.submit(s, "code", "code", "492 039")
	if s.back.Get("code") == "" {
		t.Fatalf("right: %d %q", s.status, s.alert())
	}
	tok, err := h.app().Exchange(t.Context(), s.back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := h.p.Person(t.Context(), tok.AccessToken); err != nil || id != luc {
		t.Errorf("signed in as %q, %v", id, err)
	}
}

func TestACodeAloneSignsNobodyIn(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	r := b.post(s.url.String()+"/code", url.Values{"form_token": {reToken.FindStringSubmatch(s.body)[1]}, "code": {totpCode}})
	if r.back != nil || r.title() != "Sign in" {
		t.Errorf("got %v, %q; want the first page", r.back, r.title())
	}
}

func TestFiveWrongCodesMakeThePersonWaitAlsoInANewSignIn(t *testing.T) {
	h := newHosted(t)
	second := func() (*browser, seen) {
		b, s := h.arrive()
		return b, b.submit(s, "password", "email", lucEmail, "password", password)
	}
	b, s := second()
	for range 5 {
		s = b.submit(s, "code", "code", "000000")
	}
	b, s = second()
	if s = b.submit(s, "code", "code", totpCode); s.status != http.StatusTooManyRequests || !strings.Contains(s.alert(), "Try again in 15 minutes.") {
		t.Errorf("got %d %q", s.status, s.alert())
	}
}

func TestFromTheCodeOneCanGoBackToAnotherAddress(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	s = b.submit(s, "password", "email", lucEmail, "password", password)
	s = b.submit(s, "restart")
	if s.title() != "Sign in" {
		t.Fatalf("got %q", s.title())
	}
	if s = b.submit(s, "password", "email", marieEmail, "password", password); s.back.Get("code") == "" {
		t.Errorf("got %d %q", s.status, s.alert())
	}
}

func TestAFormThatIsNotOursIsRefused(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	fields := url.Values{"email": {marieEmail}, "password": {password}}
	to := s.action(t, "password")
	if r := b.post(to, fields); r.status != http.StatusForbidden || r.back != nil {
		t.Errorf("without the form's token: %d %v", r.status, r.back)
	}
	_, other := h.arrive()
	fields.Set("form_token", reToken.FindStringSubmatch(other.body)[1])
	if r := b.post(to, fields); r.status != http.StatusForbidden || r.back != nil {
		t.Errorf("with the token of another sign-in: %d %v", r.status, r.back)
	}
	fields.Set("form_token", reToken.FindStringSubmatch(s.body)[1])
	if r := newBrowser(t).post(to, fields); r.status != http.StatusForbidden || r.back != nil {
		t.Errorf("from another browser: %d %v", r.status, r.back)
	}
	if r := newBrowser(t).open(s.url.String()); r.status != http.StatusForbidden || r.title() != "This page cannot go on here" {
		t.Errorf("the page in another browser: %d %q", r.status, r.title())
	}
	if h.people.checked() != 0 {
		t.Error("a password was checked")
	}
	if r := b.post(to, fields); r.back.Get("code") == "" {
		t.Errorf("the right one: %d %q", r.status, r.alert())
	}
}

func TestTheCookieIsForThisSignInsPagesOnly(t *testing.T) {
	h := newHosted(t)
	b := newBrowser(t)
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s := b.open(h.app().AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
	got, to := s.header.Get("Set-Cookie"), s.header.Get("Location")
	for _, want := range []string{"Path=" + to + ";", "HttpOnly", "SameSite=Lax", "Max-Age=600"} {
		if !strings.Contains(got, want) {
			t.Errorf("cookie %q lacks %q", got, want)
		}
	}
}

func TestASignInEndsAfterTenMinutes(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	h.clock.move(oidc.RequestLifetime)
	if r := b.submit(s, "password", "email", marieEmail, "password", password); r.status != http.StatusGone || r.title() != "This sign-in has ended" {
		t.Errorf("got %d %q", r.status, r.title())
	}
}

func TestASignInIsAnsweredOnce(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	if r := b.submit(s, "password", "email", marieEmail, "password", password); r.back.Get("code") == "" {
		t.Fatal("not signed in")
	}
	if r := b.submit(s, "password", "email", marieEmail, "password", password); r.status != http.StatusConflict || r.title() != "This sign-in is finished" {
		t.Errorf("the back button and once more: %d %q", r.status, r.title())
	}
}

func TestGivingUpTellsTheApplication(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	r := b.submit(s, "cancel")
	if r.back.Get("error") != "access_denied" || r.back.Get("state") != "st4te" {
		t.Errorf("got %v", r.back)
	}
	if r := b.open(s.url.String()); r.status != http.StatusGone {
		t.Errorf("going back to the page: %d", r.status)
	}
}

func TestOnASampleHostOneClickSignsIn(t *testing.T) {
	h := newHosted(t)
	_, s := h.arrive()
	if strings.Contains(s.body, "Sample host") {
		t.Error("a real host offers its people")
	}
	h.people.choices = []oidc.Choice{{PersonID: marie, Name: "Marie Tremblay", Detail: api.Text{"fr": "Propriétaire", "en": "Owner of 3 accounts"}}}
	verifier := oauth2.GenerateVerifier()
	b := newBrowser(t)
	s = b.open(h.app().AuthCodeURL("st4te", oauth2.S256ChallengeOption(verifier)))
	if !strings.Contains(s.body, "Sample host") || !strings.Contains(s.body, "Owner of 3 accounts") || !strings.Contains(s.body, `id="password"`) {
		t.Fatal("the choice is not beside the form")
	}
	if r := b.submit(s, "choice", "person", luc); r.back != nil || r.title() != "Sign in" {
		t.Errorf("somebody who is not offered: %v %q", r.back, r.title())
	}
	s = b.submit(s, "choice", "person", marie)
	tok, err := h.app().Exchange(t.Context(), s.back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	h.wantAlive(tok.AccessToken, true)
}

func TestWhatWasTypedCannotBecomePartOfThePage(t *testing.T) {
	h := newHosted(t)
	b, s := h.arrive()
	s = b.submit(s, "password", "email", `"><script>x</script>`, "password", "x")
	if strings.Contains(s.body, "<script") {
		t.Error("it did")
	}
}
