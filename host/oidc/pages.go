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

// passwordPages authenticate by e-mail and password, then a one-time code for whoever has one, or by one click on a
// host where nothing is real.
type passwordPages struct{ *Provider }

var _ authenticator = passwordPages{}

const cookieName = "concierge_sign_in"

func (s passwordPages) path(id string) string {
	prefix, _ := s.prefix()
	return prefix + pathSignIn + id
}

// begin binds the request to the browser by a cookie that only this request's pages get. It is Lax, not Strict, so
// that a link opened from elsewhere arrives with it.
func (s passwordPages) begin(w http.ResponseWriter, r *http.Request, req request, browser string) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: browser, Path: s.path(req.id), MaxAge: int(RequestLifetime.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(s.Issuer(), "https://"),
	})
	s.securityHeaders(w, req.redirectURI)
	http.Redirect(w, r, s.path(req.id), http.StatusFound)
}

func (s passwordPages) routes(mux *http.ServeMux) {
	const at = pathSignIn + "{id}"
	mux.HandleFunc("GET "+at, s.step(s.first))
	mux.HandleFunc("POST "+at+"/password", s.step(s.password))
	mux.HandleFunc("POST "+at+"/code", s.step(s.code))
	mux.HandleFunc("POST "+at+"/choice", s.step(s.choice))
	mux.HandleFunc("POST "+at+"/restart", s.step(s.restart))
	mux.HandleFunc("POST "+at+"/cancel", s.step(s.cancel))
}

// visit is one call of a browser that has shown it may go on with a request.
type visit struct {
	w     http.ResponseWriter
	r     *http.Request
	req   request
	words *locales.Words
	page  page // to be completed and shown
}

func (v visit) ctx() context.Context { return v.r.Context() }

// step finds the request, and lets only the browser that began it go on; a form must have come from one of our pages.
func (s passwordPages) step(next func(visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			s.message(w, r, http.StatusBadRequest, "oidc.bad_link", locales.For(requestLanguage(r)))
			return
		}
		req, err := s.request(r.Context(), r.PathValue("id"))
		if req.lang == "" {
			req.lang = requestLanguage(r)
		}
		if l := r.Form.Get("lang"); slices.Contains(locales.Languages(), l) {
			req.lang = l
		}
		words := locales.For(req.lang)
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
		cookie, err := r.Cookie(cookieName)
		if err != nil || subtle.ConstantTimeCompare(hash(cookie.Value), req.browser) != 1 {
			s.message(w, r, http.StatusForbidden, "oidc.other_browser", words)
			return
		}
		token := formToken(cookie.Value, req.id)
		if r.Method == http.MethodPost && !hmac.Equal([]byte(r.PostForm.Get("form_token")), []byte(token)) {
			s.Log.WarnContext(r.Context(), "form refused: it is not one of ours", "from", s.ClientIP(r))
			s.message(w, r, http.StatusForbidden, "oidc.other_browser", words)
			return
		}
		next(visit{w: w, r: r, req: req, words: words, page: page{
			Words: words, Path: s.path(req.id), FormToken: token, ForgotURL: s.ForgotURL, Email: req.loginHint,
		}})
	}
}

// formToken is in every form of a request's pages; who does not have the browser's cookie cannot make it.
func formToken(browser, id string) string {
	mac := hmac.New(sha256.New, []byte(browser))
	mac.Write([]byte("form of " + id))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// first shows where the request stands.
func (s passwordPages) first(v visit) {
	if v.req.halfDone != "" {
		s.showCode(v, http.StatusOK)
		return
	}
	s.showForm(v, http.StatusOK)
}

func (s passwordPages) showForm(v visit, status int) {
	choices, err := s.People.Choices(v.ctx())
	if err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	for _, c := range choices {
		v.page.Choices = append(v.page.Choices, choiceLink{c.PersonID, c.Name, c.Detail[v.words.Lang()]})
	}
	s.show(v.w, v.r, status, v.req.redirectURI, v.page)
}

func (s passwordPages) showCode(v visit, status int) {
	v.page.Code = true
	s.show(v.w, v.r, status, v.req.redirectURI, v.page)
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
func (s passwordPages) back(v visit) {
	s.securityHeaders(v.w, v.req.redirectURI)
	http.Redirect(v.w, v.r, v.page.Path+"?lang="+v.words.Lang(), http.StatusSeeOther)
}

func (s passwordPages) password(v visit) {
	email, password := strings.TrimSpace(v.r.PostForm.Get("email")), v.r.PostForm.Get("password")
	v.page.Email = email
	switch {
	case email == "":
		s.showForm(v.problem("email", v.words.T("oidc.email_missing")), http.StatusUnprocessableEntity)
		return
	case password == "":
		s.showForm(v.problem("password", v.words.T("oidc.password_missing")), http.StatusUnprocessableEntity)
		return
	}
	byEmail := limitEmail(email)
	attempt, wait, err := s.try(v.ctx(), byEmail, limitNetwork(s.ClientIP(v.r)))
	if err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	if wait > 0 {
		s.Log.WarnContext(v.ctx(), "too many attempts to sign in", "from", s.ClientIP(v.r), "wait", wait)
		s.showForm(v.tooMany(wait), http.StatusTooManyRequests)
		return
	}
	person, needsTOTP, err := s.People.Authenticate(v.ctx(), email, password)
	switch {
	case errors.Is(err, ErrWrongCredentials):
		s.Log.InfoContext(v.ctx(), "sign-in refused", "from", s.ClientIP(v.r))
		s.showForm(v.problem("password", v.words.T("oidc.wrong")), http.StatusUnprocessableEntity)
		return
	case err != nil:
		s.failed(v.w, v.r, v.words, errors.Join(err, s.forgive(v.ctx(), attempt)))
		return
	}
	if err := s.forgive(v.ctx(), attempt, byEmail); err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	if !needsTOTP {
		v.req.lang = v.words.Lang()
		s.finish(v.w, v.r, v.req, person, []string{"pwd"})
		return
	}
	if err := s.setHalfDone(v.ctx(), v.req.id, person); err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	s.back(v)
}

func (s passwordPages) code(v visit) {
	person := v.req.halfDone
	if person == "" {
		s.back(v)
		return
	}
	code := strings.Join(strings.Fields(v.r.PostForm.Get("code")), "")
	if code == "" {
		s.showCode(v.problem("code", v.words.T("oidc.code_missing")), http.StatusUnprocessableEntity)
		return
	}
	byPerson := limitCode(person)
	attempt, wait, err := s.try(v.ctx(), byPerson, limitNetwork(s.ClientIP(v.r)))
	if err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	if wait > 0 {
		s.Log.WarnContext(v.ctx(), "too many one-time codes", "person", person, "from", s.ClientIP(v.r), "wait", wait)
		s.showCode(v.tooMany(wait), http.StatusTooManyRequests)
		return
	}
	err = s.People.CheckTOTP(v.ctx(), person, code)
	switch {
	case errors.Is(err, ErrWrongCredentials):
		s.Log.InfoContext(v.ctx(), "one-time code refused", "person", person, "from", s.ClientIP(v.r))
		s.showCode(v.problem("code", v.words.T("oidc.code_wrong")), http.StatusUnprocessableEntity)
		return
	case err != nil:
		s.failed(v.w, v.r, v.words, errors.Join(err, s.forgive(v.ctx(), attempt)))
		return
	}
	if err := s.forgive(v.ctx(), attempt, byPerson); err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	s.finish(v.w, v.r, v.req, person, []string{"pwd", "otp", "mfa"})
}

// choice signs in by one click whom the host offers, and nobody else.
func (s passwordPages) choice(v visit) {
	choices, err := s.People.Choices(v.ctx())
	if err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	person := v.r.PostForm.Get("person")
	if !slices.ContainsFunc(choices, func(c Choice) bool { return c.PersonID == person }) {
		s.back(v)
		return
	}
	s.finish(v.w, v.r, v.req, person, nil)
}

// restart goes from the one-time code back to the password.
func (s passwordPages) restart(v visit) {
	if err := s.setHalfDone(v.ctx(), v.req.id, ""); err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	s.back(v)
}

// cancel tells the application that the person does not want to sign in.
func (s passwordPages) cancel(v visit) {
	if err := s.forget(v.ctx(), v.req.id); err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	s.redirect(v.w, v.r, http.StatusSeeOther, v.req, url.Values{"error": {"access_denied"}})
}
