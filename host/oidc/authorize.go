package oidc

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/text/language"

	"concierge/assets/locales"
)

// authenticator is how the person of an authorization request proves who they are. begin answers the browser that has
// just brought the request; sooner or later the authenticator calls Provider.finish. There are passwordPages and
// upstreamPages.
type authenticator interface {
	begin(w http.ResponseWriter, r *http.Request, req request, browser string)
	routes(mux *http.ServeMux)
}

// authorize is the authorization end point (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1). A request
// that does not say credibly where to answer is shown a page; everything else wrong goes back to the application.
func (p *Provider) authorize(way authenticator) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			p.message(w, r, http.StatusBadRequest, "oidc.bad_link", locales.For(requestLanguage(r)))
			return
		}
		words := locales.For(requestLanguage(r))
		redirectURI := r.Form.Get("redirect_uri")
		if r.Form.Get("client_id") != p.ClientID || !loopback(redirectURI) || repeated(r.Form) {
			p.Log.WarnContext(r.Context(), "authorization refused", "client", r.Form.Get("client_id"), "redirect", redirectURI)
			p.message(w, r, http.StatusBadRequest, "oidc.bad_link", words)
			return
		}
		req := request{
			redirectURI: redirectURI,
			state:       r.Form.Get("state"),
			nonce:       r.Form.Get("nonce"),
			challenge:   r.Form.Get("code_challenge"),
			lang:        words.Lang(),
			loginHint:   r.Form.Get("login_hint"),
			prompt:      prompt(r.Form),
		}
		var wrong *protocol.Error
		if req.scopes, wrong = check(r.Form); wrong != nil {
			p.Log.WarnContext(r.Context(), "authorization refused", "error", wrong.ErrorType, "why", wrong.Description)
			p.redirect(w, r, http.StatusFound, req, url.Values{
				"error": {string(wrong.ErrorType)}, "error_description": {wrong.Description}})
			return
		}
		_, wait, err := p.try(r.Context(), limitArrivals(p.ClientIP(r)))
		if err != nil {
			p.failed(w, r, words, err)
			return
		}
		if wait > 0 {
			p.Log.WarnContext(r.Context(), "too many sign-ins begun", "from", p.ClientIP(r), "wait", wait)
			p.show(w, r, http.StatusTooManyRequests, "", page{
				Words: words, Title: words.T("oidc.problem"), Text: waiting(w, words, "oidc.too_many_begun", wait)})
			return
		}
		browser, err := p.begin(r.Context(), &req)
		if err != nil {
			p.failed(w, r, words, err)
			return
		}
		way.begin(w, r, req, browser)
	}
}

// check refuses what this provider does not do, and returns the scopes that it knows of those asked for.
func check(form url.Values) (scopes []string, wrong *protocol.Error) {
	asked := strings.Fields(form.Get("scope"))
	scopes = slices.DeleteFunc(Scopes(), func(s string) bool { return !slices.Contains(asked, s) })
	challenge, err := base64.RawURLEncoding.DecodeString(form.Get("code_challenge"))
	switch {
	case form.Get("request") != "":
		return nil, protocol.ErrRequestNotSupported().WithDescription("request objects are not supported")
	case form.Get("response_type") != string(protocol.ResponseTypeCode):
		return nil, &protocol.Error{ErrorType: "unsupported_response_type", Description: "only code is supported"}
	case form.Get("response_mode") != "" && form.Get("response_mode") != string(protocol.ResponseModeQuery):
		return nil, protocol.ErrInvalidRequest().WithDescription("only response_mode query is supported")
	case !slices.Contains(scopes, protocol.ScopeOpenID):
		return nil, protocol.ErrInvalidScope().WithDescription("scope openid is required")
	case form.Get("code_challenge_method") != string(protocol.CodeChallengeMethodS256) || err != nil || len(challenge) != 32:
		return nil, protocol.ErrInvalidRequest().WithDescription("PKCE with S256 is required")
	case slices.Contains(strings.Fields(form.Get("prompt")), protocol.PromptNone):
		return nil, protocol.ErrLoginRequired().WithDescription("a person must always sign in here")
	case len(form.Get("state"))+len(form.Get("nonce"))+len(form.Get("login_hint")) > 2048:
		return nil, protocol.ErrInvalidRequest().WithDescription("state, nonce or login_hint is too long")
	}
	return scopes, nil
}

// repeated tells whether a parameter comes more than once, which RFC 6749 section 3.1 forbids.
func repeated(form url.Values) bool {
	for _, values := range form {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// prompt is how the application wants the person to be asked (OpenID Connect Core section 3.1.2.1), as far as it matters
// where somebody may be signed in already. One who must have signed in lately is asked again: that is always recent enough.
func prompt(form url.Values) string {
	asked := strings.Fields(form.Get("prompt"))
	switch {
	case slices.Contains(asked, protocol.PromptLogin) || form.Get("max_age") != "":
		return protocol.PromptLogin
	case slices.Contains(asked, protocol.PromptSelectAccount):
		return protocol.PromptSelectAccount
	}
	return ""
}

// proof is how and when a person has proved who they are.
type proof struct {
	methods []string // RFC 8176; none when it is not known
	at      time.Time
}

// finish ends a request whose person has proved who they are: it gives the application its code. SignedIn is told first;
// a sign-in that cannot be recorded does not happen.
func (p *Provider) finish(w http.ResponseWriter, r *http.Request, req request, person string, by proof) {
	words := locales.For(req.lang)
	from := p.ClientIP(r)
	if err := p.People.SignedIn(r.Context(), person, from); err != nil {
		p.failed(w, r, words, err)
		return
	}
	code, err := p.answer(r.Context(), req.id, person, by)
	if errors.Is(err, errRequestDone) {
		p.message(w, r, http.StatusConflict, "oidc.done", words)
		return
	}
	if err != nil {
		p.failed(w, r, words, err)
		return
	}
	p.Log.InfoContext(r.Context(), "signed in", "person", person, "from", from)
	p.redirect(w, r, http.StatusSeeOther, req, url.Values{"code": {code}})
}

// redirect sends the browser back to the application, with who answers (RFC 9207) and its state.
func (p *Provider) redirect(w http.ResponseWriter, r *http.Request, status int, req request, answer url.Values) {
	answer.Set("iss", p.Issuer())
	if req.state != "" {
		answer.Set("state", req.state)
	}
	p.securityHeaders(w, req.redirectURI)
	http.Redirect(w, r, req.redirectURI+"?"+answer.Encode(), status)
}

// requestLanguage is the page's language before a request knows it: what the application asks for, else what the
// browser prefers, else English.
func requestLanguage(r *http.Request) string {
	wanted := strings.Fields(r.Form.Get("ui_locales"))
	if tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")); err == nil {
		for _, t := range tags {
			wanted = append(wanted, t.String())
		}
	}
	for _, w := range wanted {
		if base, _ := language.Make(w).Base(); slices.Contains(locales.Languages(), base.String()) {
			return base.String()
		}
	}
	return locales.Languages()[0]
}
