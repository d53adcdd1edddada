package whmcstest

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// WHMCS's own pages, as far as a person meets them on the way: signing in, accepting an invitation, choosing a new
// password, and all the mail that was sent. They are plain forms without scripts.

type pageData struct {
	Title, Text, Problem string
	Action               string
	Hidden               []hiddenField
	SignIn               bool // ask for e-mail and password
	Code                 bool // ask for the second factor
	Step                 string
	Email                string
	Invite, Reset        bool
	Mails                []Mail
	Base                 string
}

type hiddenField struct{ Name, Value string }

func hidden(q url.Values) []hiddenField {
	var h []hiddenField
	for _, name := range authRequest {
		if q.Has(name) {
			h = append(h, hiddenField{name, q.Get(name)})
		}
	}
	return h
}

var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} - WHMCS double</title>
<style>
body{font:16px/1.5 sans-serif;background:#f5f6f8;color:#17212b;margin:0}
main{max-width:26rem;margin:3rem auto;padding:2rem;background:#fff;border:1px solid #e2e6eb;border-radius:8px}
main.wide{max-width:50rem}
label{display:block;margin:1rem 0 .25rem}
input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;border:1px solid #8793a0;border-radius:4px}
button{margin-top:1.5rem;padding:.5rem 1rem;font:inherit;color:#fff;background:#1f4f8a;border:0;border-radius:4px}
button.plain{color:#1f4f8a;background:none}
.problem{padding:.5rem 1rem;background:#fcebe9;color:#8f1a10}
.muted{color:#586573}
td,th{padding:.25rem 1rem .25rem 0;text-align:left}
</style>
</head>
<body>
<main{{if .Mails}} class="wide"{{end}}>
<p class="muted">WHMCS double - nothing here is real</p>
<h1>{{.Title}}</h1>
{{with .Text}}<p>{{.}}</p>{{end}}
{{with .Problem}}<p class="problem" role="alert">{{.}}</p>{{end}}
{{if .SignIn}}
<form method="post" action="{{.Action}}">
{{range .Hidden}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">{{end}}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" value="{{.Email}}" required{{if not .Email}} autofocus{{end}}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{{if .Email}} autofocus{{end}}>
<button id="signin" name="do" value="signin">Sign in</button>
<button class="plain" name="do" value="cancel" formnovalidate>Cancel</button>
</form>
{{else if .Code}}
<form method="post" action="{{.Action}}">
{{range .Hidden}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">{{end}}
<input type="hidden" name="step" value="{{.Step}}"><input type="hidden" name="email" value="{{.Email}}">
<label for="code">Second factor: the code of your authenticator</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus>
<button id="signin" name="do" value="signin">Continue</button>
<button class="plain" name="do" value="cancel" formnovalidate>Cancel</button>
</form>
{{else if .Invite}}
<form method="post">
<h2>I am new here</h2>
<label for="first">First name</label><input id="first" name="first">
<label for="last">Last name</label><input id="last" name="last">
<label for="email">E-mail address</label><input id="email" name="email" type="email" value="{{.Email}}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="new-password">
<button id="create" name="do" value="create">Create and accept</button>
</form>
<form method="post">
<h2>I can sign in already</h2>
<label for="email2">E-mail address</label><input id="email2" name="email" type="email" value="{{.Email}}">
<label for="password2">Password</label><input id="password2" name="password" type="password" autocomplete="current-password">
<button id="accept" name="do" value="signin">Sign in and accept</button>
</form>
{{else if .Reset}}
<form method="post">
<label for="password">New password</label><input id="password" name="password" type="password" autocomplete="new-password" required autofocus>
<button id="save">Save</button>
</form>
{{end}}
{{if .Mails}}<table><tr><th>To</th><th>Subject</th></tr>
{{range .Mails}}<tr><td>{{.To}}</td><td><a href="{{$.Base}}{{.Link}}">{{.Subject}}</a></td></tr>{{end}}</table>{{end}}
</main>
</body>
</html>
`))

func show(rw http.ResponseWriter, status int, data pageData) {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, data); err != nil {
		panic(err) // cannot happen: the template and the data are our own
	}
	rw.Header().Set("Cache-Control", "no-store")
	rw.Header().Set("Referrer-Policy", "no-referrer")
	send(rw, status, "text/html; charset=utf-8", b.Bytes())
}

// readForm reads a posted form; a body that is none is refused.
func readForm(rw http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(rw, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(rw, "this is no form", http.StatusBadRequest)
		return false
	}
	return true
}

func (w *WHMCS) showHome(rw http.ResponseWriter, r *http.Request) {
	show(rw, http.StatusOK, pageData{Title: "WHMCS double", Text: "The API is at " + w.base(r) + "/includes/api.php, all mail at " + w.base(r) + "/mails."})
}

func (w *WHMCS) showMails(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	mails := slices.Clone(w.state.mails)
	w.mu.Unlock()
	slices.Reverse(mails)
	data := pageData{Title: "Mail", Mails: mails, Base: w.base(r)}
	if len(mails) == 0 {
		data.Text = "No mail was sent."
	}
	show(rw, http.StatusOK, data)
}

// openInvite finds an invitation by its link. The caller holds the lock.
func (w *WHMCS) openInvite(r *http.Request) *Invite {
	for _, i := range w.state.invites {
		if same(i.Token, r.PathValue("token")) {
			return i
		}
	}
	return nil
}

func (w *WHMCS) showInvite(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.openInvite(r)
	if i == nil || i.Cancelled || i.UserID != 0 || w.state.client(i.ClientID) == nil || w.cfg.Now().Sub(i.Sent) >= InviteValidity {
		show(rw, http.StatusNotFound, pageData{Title: "Invitation", Text: "This invitation is not valid any more."})
		return
	}
	show(rw, http.StatusOK, pageData{Title: "Invitation to " + w.state.client(i.ClientID).Name(), Invite: true, Email: i.Email})
}

// takeInvite accepts an invitation, by a new user (do=create) or by one that can sign in. Neither need have the invited
// address.
func (w *WHMCS) takeInvite(rw http.ResponseWriter, r *http.Request) {
	if !readForm(rw, r) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.openInvite(r)
	if i == nil {
		show(rw, http.StatusNotFound, pageData{Title: "Invitation", Text: "This invitation is not valid any more."})
		return
	}
	form := pageData{Title: "Invitation", Invite: true, Email: i.Email}
	q := r.PostForm
	as := User{Email: i.Email, FirstName: q.Get("first"), LastName: q.Get("last"), Password: q.Get("password")}
	if q.Get("email") != "" {
		as.Email = q.Get("email")
	}
	known := w.state.userByEmail(as.Email)
	switch {
	case q.Get("do") != "create" && w.byPassword(as.Email, as.Password) == nil:
		form.Problem = "Login details incorrect. Please try again."
	case q.Get("do") == "create" && known != nil:
		form.Problem = msgUserTaken
	case q.Get("do") == "create" && (as.Password == "" || !isEmail(as.Email)):
		form.Problem = "An e-mail address and a password are needed."
	}
	if form.Problem != "" {
		show(rw, http.StatusUnprocessableEntity, form)
		return
	}
	u, err := w.accept(i, as)
	if err != nil {
		show(rw, http.StatusNotFound, pageData{Title: "Invitation", Text: "This invitation is not valid any more."})
		return
	}
	show(rw, http.StatusOK, pageData{Title: "Welcome", Text: strings.TrimSpace(u.Name() + " can sign in now.")})
}

func (w *WHMCS) openReset(r *http.Request) *reset {
	for _, x := range w.state.resets {
		if !x.used && same(x.token, r.PathValue("token")) && w.state.user(x.userID) != nil {
			return x
		}
	}
	return nil
}

func (w *WHMCS) showReset(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.openReset(r) == nil {
		show(rw, http.StatusNotFound, pageData{Title: "New password", Text: "This link is not valid any more."})
		return
	}
	show(rw, http.StatusOK, pageData{Title: "New password", Reset: true})
}

func (w *WHMCS) takeReset(rw http.ResponseWriter, r *http.Request) {
	if !readForm(rw, r) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.openReset(r)
	if x == nil || r.PostForm.Get("password") == "" {
		show(rw, http.StatusNotFound, pageData{Title: "New password", Text: "This link is not valid any more."})
		return
	}
	x.used = true
	u := w.state.user(x.userID)
	u.Password = r.PostForm.Get("password")
	for session, id := range w.pages.sessions {
		if id == u.ID {
			delete(w.pages.sessions, session)
		}
	}
	w.byUser(u, 0, "Password Reset Completed - User ID: %d", u.ID)
	show(rw, http.StatusOK, pageData{Title: "New password", Text: "Your password was changed."})
}
