package oidc

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"concierge/assets/locales"
)

const cookieName = "concierge_sign_in"

// path is a request's page.
func (p *Provider) path(id string) string {
	prefix, _ := p.prefix()
	return prefix + pathSignIn + id
}

// remember binds a request to its browser by a cookie that only what lies below the path gets. It is Lax, not Strict, so
// that a link opened from elsewhere arrives with it.
func (p *Provider) remember(w http.ResponseWriter, name, browser, path string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: browser, Path: path, MaxAge: int(RequestLifetime.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(p.Issuer(), "https://"),
	})
}

// cookie returns the browser's secret, when it is the browser that began the request.
func cookie(r *http.Request, name string, req request) (browser string, ok bool) {
	c, err := r.Cookie(name)
	if err != nil || subtle.ConstantTimeCompare(hash(c.Value), req.browser) != 1 {
		return "", false
	}
	return c.Value, true
}

// visit is one call of a browser that has shown it may go on with a request.
type visit struct {
	w       http.ResponseWriter
	r       *http.Request
	req     request
	browser string // its secret
	words   *locales.Words
	page    page // to be completed and shown
}

func (v visit) ctx() context.Context { return v.r.Context() }

// step finds the request, and lets only the browser that began it go on; a form must have come from one of our pages.
func (p *Provider) step(next func(visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			p.message(w, r, http.StatusBadRequest, "oidc.bad_link", locales.For(requestLanguage(r)))
			return
		}
		req, err := p.request(r.Context(), r.PathValue("id"))
		if req.lang == "" {
			req.lang = requestLanguage(r)
		}
		if l := r.Form.Get("lang"); slices.Contains(locales.Languages(), l) {
			req.lang = l
		}
		words := locales.For(req.lang)
		switch {
		case errors.Is(err, errRequestOver):
			p.message(w, r, http.StatusGone, "oidc.over", words)
			return
		case errors.Is(err, errRequestDone):
			p.message(w, r, http.StatusConflict, "oidc.done", words)
			return
		case err != nil:
			p.failed(w, r, words, err)
			return
		}
		browser, ok := cookie(r, cookieName, req)
		if !ok {
			p.message(w, r, http.StatusForbidden, "oidc.other_browser", words)
			return
		}
		token := formToken(browser, req.id)
		if r.Method == http.MethodPost && !hmac.Equal([]byte(r.PostForm.Get("form_token")), []byte(token)) {
			p.Log.WarnContext(r.Context(), "form refused: it is not one of ours", "from", p.ClientIP(r))
			p.message(w, r, http.StatusForbidden, "oidc.other_browser", words)
			return
		}
		next(visit{w: w, r: r, req: req, browser: browser, words: words, page: page{
			Words: words, Path: p.path(req.id), FormToken: token, ForgotURL: p.ForgotURL, Email: req.loginHint,
		}})
	}
}

// formToken is in every form of a request's pages; who does not have the browser's cookie cannot make it.
func formToken(browser, id string) string { return derived(browser, "form of "+id) }

// derived makes of a browser's secret another one, with 256 bits, that need not be kept: it is made again when the browser
// brings the secret back.
func derived(browser, what string) string {
	mac := hmac.New(sha256.New, []byte(browser))
	mac.Write([]byte(what))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// problem completes a page with what went wrong.
func (v visit) problem(field, text string) visit {
	v.page.Field, v.page.Problem = field, text
	return v
}

// tooMany says when to try again.
func (v visit) tooMany(wait time.Duration) visit {
	return v.problem("", waiting(v.w, v.words, "oidc.too_many", wait))
}

// waiting tells a browser by header, and returns for its person, how long to wait.
func waiting(w http.ResponseWriter, words *locales.Words, key string, wait time.Duration) string {
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return words.N(key, int((wait+time.Minute-1)/time.Minute))
}

// back shows the request's page again by a GET, so that reloading it sends nothing twice.
func (p *Provider) back(v visit) {
	p.securityHeaders(v.w, v.req.redirectURI)
	http.Redirect(v.w, v.r, v.page.Path+"?lang="+v.words.Lang(), http.StatusSeeOther)
}

// cancel tells the application that the person does not want to sign in.
func (p *Provider) cancel(v visit) {
	if err := p.forget(v.ctx(), v.req.id); err != nil {
		p.failed(v.w, v.r, v.words, err)
		return
	}
	p.redirect(v.w, v.r, http.StatusSeeOther, v.req, url.Values{"error": {"access_denied"}})
}
