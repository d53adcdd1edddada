package whmcstest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// authRequest are the parameters of an authorization request, which the sign-in form carries along.
var authRequest = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
	"code_challenge_method", "prompt"}

// checkRequest tells why a request cannot be answered at all (page), or how it is refused to the client (refusal).
func (w *WHMCS) checkRequest(q url.Values) (page, refusal string) {
	switch {
	case w.pages.ClientID == "" || q.Get("client_id") != w.pages.ClientID:
		return "The application that sent you here is not known.", ""
	case !slices.Contains(w.pages.RedirectURIs, q.Get("redirect_uri")):
		return "The address that the application wants to continue at is not registered.", ""
	case q.Get("response_type") != "code":
		return "", "unsupported_response_type"
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return "", "invalid_scope"
	case q.Get("code_challenge") != "" && !slices.Contains([]string{"", "plain", "S256"}, q.Get("code_challenge_method")):
		return "", "invalid_request"
	}
	return "", ""
}

// back sends the browser back to the client.
func back(rw http.ResponseWriter, r *http.Request, q url.Values, with ...string) {
	u, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		http.Error(rw, "the registered address is none", http.StatusInternalServerError)
		return
	}
	v := u.Query()
	for i := 0; i < len(with); i += 2 {
		v.Set(with[i], with[i+1])
	}
	if q.Get("state") != "" {
		v.Set("state", q.Get("state"))
	}
	u.RawQuery = v.Encode()
	http.Redirect(rw, r, u.String(), http.StatusSeeOther)
}

func (w *WHMCS) serveAuthorize(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.mu.Lock()
	defer w.mu.Unlock()
	page, refusal := w.checkRequest(q)
	switch {
	case page != "":
		show(rw, http.StatusBadRequest, pageData{Title: "Sign-in is not possible", Text: page})
		return
	case refusal != "":
		back(rw, r, q, "error", refusal)
		return
	}
	if c, err := r.Cookie(sessionName); err == nil && w.pages.Remembers && q.Get("prompt") != "login" {
		if u := w.state.user(w.pages.sessions[c.Value]); u != nil {
			w.grant(rw, r, q, u)
			return
		}
	}
	if q.Get("prompt") == "none" {
		back(rw, r, q, "error", "login_required")
		return
	}
	show(rw, http.StatusOK, pageData{Title: "Sign in", SignIn: true, Hidden: hidden(q), Action: "authorize.php"})
}

// serveSignIn takes the form: e-mail and password, and then the second factor of whoever has one.
func (w *WHMCS) serveSignIn(rw http.ResponseWriter, r *http.Request) {
	if !readForm(rw, r) {
		return
	}
	q := r.PostForm
	w.mu.Lock()
	defer w.mu.Unlock()
	page, refusal := w.checkRequest(q)
	switch {
	case page != "":
		show(rw, http.StatusBadRequest, pageData{Title: "Sign-in is not possible", Text: page})
		return
	case refusal != "", q.Get("do") == "cancel":
		back(rw, r, q, "error", cmp.Or(refusal, "access_denied"))
		return
	}
	form := pageData{Title: "Sign in", SignIn: true, Hidden: hidden(q), Action: "authorize.php", Email: q.Get("email")}
	if step := q.Get("step"); step != "" {
		h := w.pages.halfway[step]
		u := w.state.user(h.userID)
		if u == nil || w.cfg.Now().After(h.until) {
			form.Problem = "That took too long. Sign in again."
			show(rw, http.StatusForbidden, form)
			return
		}
		if !same(strings.ReplaceAll(q.Get("code"), " ", ""), u.SecondFactor) {
			form.SignIn, form.Code, form.Step, form.Problem = false, true, step, "The code is not right."
			show(rw, http.StatusForbidden, form)
			return
		}
		delete(w.pages.halfway, step)
		w.signedIn(rw, r, q, u)
		return
	}
	u := w.byPassword(q.Get("email"), q.Get("password"))
	switch {
	case u == nil:
		form.Problem = "Login details incorrect. Please try again."
		show(rw, http.StatusForbidden, form)
	case u.SecondFactor != "":
		step := token()
		w.pages.halfway[step] = halfway{u.ID, w.cfg.Now().Add(10 * time.Minute)}
		form.SignIn, form.Code, form.Step = false, true, step
		show(rw, http.StatusOK, form)
	default:
		w.signedIn(rw, r, q, u)
	}
}

// byPassword finds who signs in. Of two whose addresses differ by case it is who typed it exactly, then who is older.
func (w *WHMCS) byPassword(email, password string) *User {
	var found *User
	for _, u := range w.state.users {
		if u.Email == email {
			found = u
		}
	}
	if found == nil {
		found = w.state.userByEmail(email)
	}
	if found == nil || found.Password == "" || !same(found.Password, password) {
		return nil
	}
	return found
}

func (w *WHMCS) signedIn(rw http.ResponseWriter, r *http.Request, q url.Values, u *User) {
	if w.pages.Remembers {
		session := token()
		w.pages.sessions[session] = u.ID
		http.SetCookie(rw, &http.Cookie{Name: sessionName, Value: session, Path: w.cfg.Path + "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	w.byUser(u, 0, "User Logged In - User ID: %d", u.ID)
	w.grant(rw, r, q, u)
}

func (w *WHMCS) grant(rw http.ResponseWriter, r *http.Request, q url.Values, u *User) {
	code := token()
	w.pages.codes[code] = grant{userID: u.ID, redirectURI: q.Get("redirect_uri"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), how: q.Get("code_challenge_method"), scopes: strings.Fields(q.Get("scope")),
		until: w.cfg.Now().Add(codeLives)}
	back(rw, r, q, "code", code)
}

// Code gives a code as if a user had signed in with the parameters of an authorization request: for tests without a
// browser.
func (w *WHMCS) Code(userID int64, request url.Values) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	code := token()
	w.pages.codes[code] = grant{userID: w.mustUser(userID).ID, redirectURI: request.Get("redirect_uri"), nonce: request.Get("nonce"),
		challenge: request.Get("code_challenge"), how: request.Get("code_challenge_method"),
		scopes: strings.Fields(request.Get("scope")), until: w.cfg.Now().Add(codeLives)}
	return code
}
