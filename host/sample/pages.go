package sample

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"concierge/assets/locales"
)

//go:embed pages/*.html pages/pages.css
var pageFiles embed.FS

var (
	pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))
	pageCSS       = mustRead("pages/pages.css")
	// Only our own style sheet applies on a page, no script runs, and no other site frames it.
	pagePolicy = fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		sum(pageCSS))
)

func mustRead(name string) string {
	b, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err) // embedded: cannot happen in a built program
	}
	return string(b)
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(h[:])
}

// maxForm is the greatest body of a form in bytes.
const maxForm = 16 << 10

// ForgotPath is the page where somebody who forgot the password asks for another.
const ForgotPath = "/reset"

// PagePaths are the patterns (net/http.ServeMux) that Pages serves.
func PagePaths() []string {
	return []string{MailboxPath, "/invitations/", ForgotPath, ForgotPath + "/"}
}

// Pages serves the web pages of the sample host: mailbox, invitations, new password.
func (p *Provider) Pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+MailboxPath, p.showMailbox)
	mux.HandleFunc("GET /invitations/{token}", p.showInvitation)
	mux.HandleFunc("POST /invitations/{token}", p.answerInvitation)
	mux.HandleFunc("GET "+ForgotPath, p.showForgot)
	mux.HandleFunc("POST "+ForgotPath, p.answerForgot)
	mux.HandleFunc("GET "+ForgotPath+"/{token}", p.showReset)
	mux.HandleFunc("POST "+ForgotPath+"/{token}", p.answerReset)
	// A form that another site posts is refused, by Sec-Fetch-Site or Origin (Fetch standard).
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.render(w, r, http.StatusForbidden, page{Template: "message", TitleKey: "sample.error_form"})
	}))
	guarded := sameSite.Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("Referrer-Policy", "same-origin") // addresses of pages hold secrets
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		guarded.ServeHTTP(w, r)
	})
}

// page is what a template shows. Its words come from T, in the visitor's language.
type page struct {
	*locales.Words
	Template  string
	TitleKey  string
	TitleData []any
	AboutKey  string // one paragraph under the title
	AboutData []any
	ErrorKey  string
	ErrorData []any
	Content   any
}

// Title, About and Error are the texts of their keys; empty without a key.
func (v page) Title() string { return v.T(v.TitleKey, v.TitleData...) }

// About is the paragraph under the title.
func (v page) About() string {
	if v.AboutKey == "" {
		return ""
	}
	return v.T(v.AboutKey, v.AboutData...)
}

// Error says what did not work and what to do.
func (v page) Error() string {
	if v.ErrorKey == "" {
		return ""
	}
	return v.T(v.ErrorKey, v.ErrorData...)
}

// CSS is the style sheet, whose hash the policy names.
func (v page) CSS() template.CSS { return template.CSS(pageCSS) } //nolint:gosec // our own file

// OtherLanguage is where the same page is in the other language; a template makes a link of it.
func (v page) OtherLanguage() string {
	if v.Lang() == "fr" {
		return "en"
	}
	return "fr"
}

var spoken = language.NewMatcher([]language.Tag{language.French, language.English})

// wordsFor chooses the language: ?lang=, else what the browser asks for, else French.
func wordsFor(r *http.Request) *locales.Words {
	if lang := r.URL.Query().Get("lang"); lang == "fr" || lang == "en" {
		return locales.For(lang)
	}
	tag, _ := language.MatchStrings(spoken, r.Header.Get("Accept-Language"))
	return locales.For(tag.String())
}

// render writes a page; it is complete before the first byte leaves.
func (p *Provider) render(w http.ResponseWriter, r *http.Request, status int, v page) {
	if v.Words == nil {
		v.Words = wordsFor(r)
	}
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, v.Template+".html", v); err != nil {
		slog.ErrorContext(r.Context(), "page cannot be shown", "template", v.Template, "err", err)
		http.Error(w, v.T("sample.error_internal"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang())
	w.WriteHeader(status)
	if _, err := b.WriteTo(w); err != nil {
		slog.DebugContext(r.Context(), "visitor left before the page was written", "err", err)
	}
}

// fail logs an unexpected error and says so on a page.
func (p *Provider) fail(w http.ResponseWriter, r *http.Request, err error) {
	slog.ErrorContext(r.Context(), "page failed", "path", pathWithoutSecret(r.URL.Path), "err", err)
	p.render(w, r, http.StatusInternalServerError, page{Template: "message", TitleKey: "sample.error_internal"})
}

// pathWithoutSecret is a page's path for the log.
func pathWithoutSecret(path string) string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if rest == "" {
		return "/" + first
	}
	return "/" + first + "/…"
}

// form reads a posted form; when it cannot be read the visitor is told and ok is false.
func (p *Provider) form(w http.ResponseWriter, r *http.Request) (ok bool) {
	if err := r.ParseForm(); err != nil {
		p.render(w, r, http.StatusBadRequest, page{Template: "message", TitleKey: "sample.error_form"})
		return false
	}
	return true
}
