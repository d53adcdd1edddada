package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"

	"concierge/assets/locales"
	"concierge/host"
)

// upstreamPages send a person to an upstream provider to prove there who they are, and take them back. They show a page only
// when that did not come to its end.
//
// A departure is one time that a browser is sent there. Its state names the request and has a secret of its own, of which the
// request keeps a fingerprint until it comes back, once. Its nonce and its PKCE verifier are made of that secret and of the
// browser's cookie, and are kept nowhere.
type upstreamPages struct {
	*Provider
	people UpstreamPeople
	client *relying
}

var _ authenticator = upstreamPages{}

// Why a sign-in did not come to its end: each has a page, oidc.upstream_<trouble>.
const (
	troubleAway       = "away"       // the provider, or the system that knows its people, does not answer
	troubleRefused    = "refused"    // it refuses this host: only the operator can do something
	troubleStale      = "stale"      // what came back is of another departure, or too old
	troubleDoubt      = "doubt"      // what came back does not hold
	troubleNoAddress  = "noaddress"  // it does not say the person's address
	troubleUnverified = "unverified" // it says that the address is not verified
	troubleNobody     = "nobody"     // nobody here has the address
	troubleAmbiguous  = "ambiguous"  // more than one person has the address
	troubleTooOften   = "often"      // too many departures of this network came back with nothing
)

// status of each trouble's page.
var troubleStatus = map[string]int{
	troubleAway: http.StatusServiceUnavailable, troubleRefused: http.StatusBadGateway, troubleStale: http.StatusConflict,
	troubleDoubt: http.StatusBadGateway, troubleNoAddress: http.StatusForbidden, troubleUnverified: http.StatusForbidden,
	troubleNobody: http.StatusForbidden, troubleAmbiguous: http.StatusForbidden, troubleTooOften: http.StatusTooManyRequests,
}

// another tells whether signing in with another address can end a trouble, and nothing else can.
func another(trouble string) bool {
	return trouble == troubleNobody || trouble == troubleAmbiguous || trouble == troubleNoAddress
}

func (s upstreamPages) routes(mux *http.ServeMux) {
	const at = pathSignIn + "{id}"
	mux.HandleFunc("GET "+at, s.step(s.standing))
	// Going there again are links, not forms: a policy's form-action would have to name every address on the way, and those
	// of an upstream provider are not known while it is away, nor where it redirects to.
	mux.HandleFunc("GET "+at+"/again", s.step(s.again))
	mux.HandleFunc("GET "+at+"/other", s.step(s.other))
	mux.HandleFunc("POST "+at+"/cancel", s.step(s.cancel))
	mux.HandleFunc("GET "+pathCallback, s.callback)
}

// callbackCookie is the name under which the call that comes back finds the browser's secret: each request has its own, so
// that two tabs do not disturb each other.
func callbackCookie(id string) string { return cookieName + "_" + id[:min(16, len(id))] }

func (s upstreamPages) callbackURL() string { return CallbackURL(s.Issuer()) }

// begin gives the browser its secret twice, since the page of the request and the callback have nothing of their paths in
// common, and sends it away.
func (s upstreamPages) begin(w http.ResponseWriter, r *http.Request, req request, browser string) {
	prefix, _ := s.prefix()
	s.remember(w, cookieName, browser, s.path(req.id))
	s.remember(w, callbackCookie(req.id), browser, prefix+pathCallback)
	s.depart(w, r, req, browser)
}

// depart sends the browser to the upstream provider. Departures before this one are over.
func (s upstreamPages) depart(w http.ResponseWriter, r *http.Request, req request, browser string) {
	c, err := s.client.configuration(r.Context(), configurationLife)
	if err != nil {
		s.stop(w, r, req, "", err)
		return
	}
	secret, err := s.random()
	if err == nil {
		err = s.setDeparture(r.Context(), req, fingerprint(secret))
	}
	if err != nil {
		s.failed(w, r, locales.For(req.lang), err)
		return
	}
	s.securityHeaders(w, "")
	http.Redirect(w, r, s.client.leave(c, s.callbackURL(), req.id+"."+secret, nonceOf(browser, secret), verifierOf(browser, secret), req),
		http.StatusSeeOther)
}

func nonceOf(browser, secret string) string    { return derived(browser, "nonce of "+secret) }
func verifierOf(browser, secret string) string { return derived(browser, "verifier of "+secret) }

// fingerprint is how a departure is kept: hash as text.
func fingerprint(secret string) string { return base64.RawURLEncoding.EncodeToString(hash(secret)) }

// callback takes a browser back (RFC 6749 section 4.1.2). Until it has shown that it is the one that was sent away, nothing
// of the request changes.
func (s upstreamPages) callback(w http.ResponseWriter, r *http.Request) {
	words := locales.For(requestLanguage(r))
	query, err := url.ParseQuery(r.URL.RawQuery)
	id, secret, ok := strings.Cut(query.Get("state"), ".")
	if err != nil || !ok || repeated(query) {
		s.message(w, r, http.StatusBadRequest, "oidc.bad_link", words)
		return
	}
	req, err := s.request(r.Context(), id)
	if req.lang != "" {
		words = locales.For(req.lang)
	}
	switch {
	case errors.Is(err, errRequestOver):
		s.message(w, r, http.StatusGone, "oidc.over", words)
		return
	case errors.Is(err, errRequestDone):
		s.message(w, r, http.StatusConflict, "oidc.done", words)
		return
	case err != nil:
		s.failed(w, r, words, err)
		return
	}
	browser, ok := cookie(r, callbackCookie(id), req)
	if !ok {
		s.Log.WarnContext(r.Context(), "sign-in came back in another browser", "from", s.ClientIP(r))
		s.message(w, r, http.StatusForbidden, "oidc.other_browser", words)
		return
	}
	fits := subtle.ConstantTimeCompare([]byte(fingerprint(secret)), []byte(req.departure)) == 1
	if fits {
		// Of two calls at once only one goes on.
		if fits, err = s.endDeparture(r.Context(), req); err != nil {
			s.failed(w, r, words, err)
			return
		}
	}
	if !fits {
		s.stop(w, r, req, "", errBadCode)
		return
	}
	s.arrive(w, r, req, browser, secret, query)
}

// arrive looks at what a departure has brought.
func (s upstreamPages) arrive(w http.ResponseWriter, r *http.Request, req request, browser, secret string, answer url.Values) {
	c, err := s.client.configuration(r.Context(), anyAge)
	if err != nil {
		s.stop(w, r, req, "", err)
		return
	}
	if iss, told := answer["iss"]; told && iss[0] != c.issuer || !told && c.sendsIss { // RFC 9207 section 2.4
		s.stop(w, r, req, "", fmt.Errorf("%w: another provider has answered", errLie))
		return
	}
	switch problem := answer.Get("error"); problem {
	case "":
		if answer.Get("code") == "" {
			s.stop(w, r, req, "", errBadCode)
			return
		}
	case "access_denied":
		if err := s.forget(r.Context(), req.id); err != nil {
			s.failed(w, r, locales.For(req.lang), err)
			return
		}
		s.redirect(w, r, http.StatusSeeOther, req, url.Values{"error": {"access_denied"}})
		return
	default:
		s.stop(w, r, req, "", told(problem, answer.Get("error_description")))
		return
	}
	byNetwork := limitNetwork(s.ClientIP(r))
	attempt, wait, err := s.try(r.Context(), byNetwork)
	if err != nil {
		s.failed(w, r, locales.For(req.lang), err)
		return
	}
	if wait > 0 {
		s.stop(w, r, req, "", errTooOften)
		return
	}
	who, err := s.client.identify(r.Context(), c, answer.Get("code"), verifierOf(browser, secret), s.callbackURL(), nonceOf(browser, secret))
	if !errors.Is(err, errBadCode) { // a code that was made up is all that a browser can do wrong
		if err := s.forgive(r.Context(), attempt); err != nil {
			s.failed(w, r, locales.For(req.lang), err)
			return
		}
	}
	var person string
	if err == nil {
		person, err = s.person(r.Context(), who)
	}
	if err != nil {
		s.stop(w, r, req, who.email, err)
		return
	}
	s.finish(w, r, req, person, who.proof)
}

// told is the error that an upstream provider sends a browser back with (RFC 6749 section 4.1.2.1).
func told(problem, description string) error {
	kind := errRefused
	if problem == "temporarily_unavailable" || problem == "server_error" {
		kind = errAway
	}
	return fmt.Errorf("%w: %s: %s", kind, short(problem), short(description))
}

// Why who has signed in at the upstream provider is not signed in here.
var (
	errNoAddress  = errors.New("the upstream provider says no address")
	errUnverified = errors.New("the upstream provider has not verified the address")
	errTooOften   = errors.New("too many sign-ins of this network have failed")
)

// person finds who has signed in. What People say is checked: an address is the only link between the two systems, and one
// that is only alike can be somebody else's.
func (s upstreamPages) person(ctx context.Context, who identity) (string, error) {
	switch {
	case who.email == "" || len(who.email) > 254 || strings.ContainsFunc(who.email, unicode.IsControl):
		return "", errNoAddress
	case who.verified != nil && !*who.verified && !s.client.AcceptUnverified:
		return "", errUnverified
	}
	ctx = WithFresh(ctx)
	person, err := s.people.ByEmail(ctx, who.email)
	if err != nil {
		return "", err
	}
	profile, err := s.people.Profile(ctx, person)
	if err != nil {
		return "", err
	}
	if !sameAddress(profile.Email, who.email) {
		s.Log.ErrorContext(ctx, "a person was found by an address that is not theirs", "person", person)
		return "", host.ErrNotFound
	}
	return person, nil
}

// sameAddress compares without regard to the case of ASCII letters: any other likeness would let somebody in who has
// registered it.
func sameAddress(a, b string) bool {
	lower := func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	return strings.Map(lower, a) == strings.Map(lower, b)
}

// stop keeps why a sign-in did not come to its end and shows it on the request's page, which can be loaded again.
func (s upstreamPages) stop(w http.ResponseWriter, r *http.Request, req request, address string, err error) {
	trouble := ""
	switch {
	case errors.Is(err, errAway), errors.Is(err, host.ErrUnavailable):
		trouble, address = troubleAway, ""
	case errors.Is(err, errRefused), errors.Is(err, host.ErrRefused):
		trouble, address = troubleRefused, ""
	case errors.Is(err, errBadCode):
		trouble = troubleStale
	case errors.Is(err, errLie):
		trouble = troubleDoubt
	case errors.Is(err, errTooOften):
		trouble = troubleTooOften
	case errors.Is(err, errNoAddress):
		trouble, address = troubleNoAddress, ""
	case errors.Is(err, errUnverified):
		trouble = troubleUnverified
	case errors.Is(err, host.ErrNotFound):
		trouble = troubleNobody
	case errors.Is(err, ErrAmbiguous):
		trouble = troubleAmbiguous
	default:
		s.failed(w, r, locales.For(req.lang), err)
		return
	}
	s.Log.WarnContext(r.Context(), "upstream sign-in did not end", "page", trouble, "from", s.ClientIP(r), "err", err)
	if err := s.setTrouble(r.Context(), req, trouble, address); err != nil {
		s.failed(w, r, locales.For(req.lang), err)
		return
	}
	s.securityHeaders(w, req.redirectURI)
	http.Redirect(w, r, s.path(req.id)+"?lang="+req.lang, http.StatusSeeOther)
}

// standing shows where the request stands: what went wrong, or, to somebody who came back by the browser's own button, where
// to go on.
func (s upstreamPages) standing(v visit) {
	name, trouble := s.name(), v.req.trouble
	again := way{Path: v.page.Path + "/again?lang=" + v.words.Lang(), Text: v.words.T("oidc.again")}
	other := way{Path: v.page.Path + "/other?lang=" + v.words.Lang(), Text: v.words.T("oidc.restart")}
	status := http.StatusOK
	switch {
	case trouble == "":
		v.page.Title, v.page.Text = v.words.T("oidc.title"), v.words.T("oidc.leave", "Name", name)
		again.Text = v.words.T("oidc.leave_go", "Name", name)
		v.page.Ways = []way{again}
	case another(trouble):
		v.page.Ways = []way{other}
	case trouble == troubleUnverified:
		v.page.Ways = []way{again, other}
	default:
		v.page.Ways = []way{again}
	}
	if trouble != "" {
		status = troubleStatus[trouble]
		v.page.Title = v.words.T("oidc.upstream_"+trouble+"_title", "Name", name, "Email", v.req.address)
		v.page.Text = v.words.T("oidc.upstream_"+trouble, "Name", name, "Email", v.req.address)
	}
	s.show(v.w, v.r, status, v.req.redirectURI, v.page)
}

// name is what people call the place where they sign in.
func (s upstreamPages) name() string {
	for _, name := range []string{s.client.Name, s.Name} {
		if name != "" {
			return name
		}
	}
	u, err := url.Parse(s.client.configurationURL())
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// again goes to the upstream provider once more, as the first time.
func (s upstreamPages) again(v visit) {
	v.req.lang = v.words.Lang()
	s.depart(v.w, v.r, v.req, v.browser)
}

// other goes there to sign in as somebody else than who is signed in there; the hint was of the address that does not do.
func (s upstreamPages) other(v visit) {
	v.req.lang, v.req.prompt, v.req.loginHint = v.words.Lang(), protocol.PromptLogin, ""
	s.depart(v.w, v.r, v.req, v.browser)
}
