package oidc

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"concierge/assets/locales"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var (
	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
	cssHash      = func() string {
		sum := sha256.Sum256([]byte(pageCSS))
		return base64.StdEncoding.EncodeToString(sum[:])
	}()
)

// page is what the template shows: the sign-in form, the one-time code, or a message.
type page struct {
	*locales.Words
	CSS       template.CSS
	Host      string // the provider's name
	Path      string // of the request's page; empty on messages
	FormToken string
	Code      bool   // ask for the one-time code
	Title     string // messages only
	Text      string // messages only
	Ways      []way  // messages only: how to go on, the likeliest first; without, there is none
	Problem   string // what went wrong with what was just typed
	Field     string // id of the field it is about; may be empty
	Email     string
	ForgotURL string
	Choices   []choiceLink
}

// way is a link by which to go on.
type way struct{ Path, Text string }

type choiceLink struct{ PersonID, Name, Detail string }

// OtherLang and OtherName are for the link that switches language.
func (p page) OtherLang() string {
	if p.Lang() == "fr" {
		return "en"
	}
	return "fr"
}

// OtherName is in that language itself.
func (p page) OtherName() string { return locales.For(p.OtherLang()).T("oidc.this_language") }

// Wrong tells whether the problem is about a field.
func (p page) Wrong(field string) bool { return p.Problem != "" && p.Field == field }

// show writes a page.
func (p *Provider) show(w http.ResponseWriter, r *http.Request, status int, redirectURI string, data page) {
	data.CSS, data.Host = template.CSS(pageCSS), p.Name
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, data); err != nil {
		p.Log.ErrorContext(r.Context(), "page", "err", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	p.securityHeaders(w, redirectURI)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", data.Lang())
	w.WriteHeader(status)
	if _, err := b.WriteTo(w); err != nil {
		p.Log.DebugContext(r.Context(), "the browser left before its page was written", "err", err)
	}
}

// securityHeaders keeps pages out of frames and caches, and scripts out of pages. Browsers apply form-action also to
// where a form's answer redirects, so the application's address must be in it; a policy cannot name an IPv6 address
// (CSP 3 section 2.3.1), and then allows any plain address.
func (p *Provider) securityHeaders(w http.ResponseWriter, redirectURI string) {
	action := "'self'"
	if u, err := url.Parse(redirectURI); err == nil && redirectURI != "" {
		if strings.Contains(u.Host, "[") {
			action += " http:"
		} else {
			action += " http://" + u.Host
		}
	}
	h := w.Header()
	h.Set("Content-Security-Policy", fmt.Sprintf(
		"default-src 'none'; style-src 'sha256-%s'; form-action %s; frame-ancestors 'none'; base-uri 'none'", cssHash, action))
	h.Set("X-Frame-Options", "DENY") // for browsers older than frame-ancestors
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// message shows a page that only says something: key_title and key.
func (p *Provider) message(w http.ResponseWriter, r *http.Request, status int, key string, words *locales.Words) {
	p.show(w, r, status, "", page{Words: words, Title: words.T(key + "_title"), Text: words.T(key)})
}

// failed shows that something is wrong with the host, and logs what.
func (p *Provider) failed(w http.ResponseWriter, r *http.Request, words *locales.Words, err error) {
	p.Log.ErrorContext(r.Context(), "sign-in page", "err", err)
	p.message(w, r, http.StatusInternalServerError, "oidc.failed", words)
}
