package oidc

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// passwordPages authenticate by e-mail and password, then a one-time code for whoever has one, or by one click on a
// host where nothing is real.
type passwordPages struct {
	*Provider
	people PasswordPeople
}

var _ authenticator = passwordPages{}

// begin shows the request's page, in the browser that brought it and nowhere else.
func (s passwordPages) begin(w http.ResponseWriter, r *http.Request, req request, browser string) {
	s.remember(w, cookieName, browser, s.path(req.id))
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

// first shows where the request stands.
func (s passwordPages) first(v visit) {
	if v.req.halfDone != "" {
		s.showCode(v, http.StatusOK)
		return
	}
	s.showForm(v, http.StatusOK)
}

func (s passwordPages) showForm(v visit, status int) {
	choices, err := s.people.Choices(v.ctx())
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
	person, needsTOTP, err := s.people.Authenticate(v.ctx(), email, password)
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
		s.finish(v.w, v.r, v.req, person, s.proved("pwd"))
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
	err = s.people.CheckTOTP(v.ctx(), person, code)
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
	s.finish(v.w, v.r, v.req, person, s.proved("pwd", "otp", "mfa"))
}

// choice signs in by one click whom the host offers, and nobody else.
func (s passwordPages) choice(v visit) {
	choices, err := s.people.Choices(v.ctx())
	if err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	person := v.r.PostForm.Get("person")
	if !slices.ContainsFunc(choices, func(c Choice) bool { return c.PersonID == person }) {
		s.back(v)
		return
	}
	s.finish(v.w, v.r, v.req, person, s.proved())
}

// proved says that a person has just now proved who they are.
func (s passwordPages) proved(methods ...string) proof { return proof{methods: methods, at: s.Now()} }

// restart goes from the one-time code back to the password.
func (s passwordPages) restart(v visit) {
	if err := s.setHalfDone(v.ctx(), v.req.id, ""); err != nil {
		s.failed(v.w, v.r, v.words, err)
		return
	}
	s.back(v)
}
