package signin

import (
	"context"
	_ "embed"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"time"

	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/client/api"
)

// page is what the browser shows at the end: keys of texts, and who signed in where.
type page struct {
	key    string // of the heading; with "_text" of the sentence below it
	status int
	good   bool
	name   string // of the person
	host   string // of the host
}

var (
	pageDone      = page{key: "signin.page_done", status: http.StatusOK, good: true}
	pageRefused   = page{key: "signin.page_refused", status: http.StatusOK}
	pageFailed    = page{key: "signin.page_failed", status: http.StatusOK}
	pageCancelled = page{key: "signin.page_cancelled", status: http.StatusOK}
	pageStranger  = page{key: "signin.page_stranger", status: http.StatusBadRequest}
	pageAgain     = page{key: "signin.page_again", status: http.StatusConflict}
	pageNothing   = page{key: "signin.page_nothing", status: http.StatusNotFound}
)

func (p page) of(name, host string) page {
	p.name, p.host = name, host
	return p
}

func pageFor(t *trouble.Trouble) page {
	switch t.Kind {
	case trouble.SignInRefused:
		return pageRefused.of("", t.Host)
	case trouble.Cancelled, trouble.SignInOver:
		return pageCancelled
	}
	return pageFailed.of("", t.Host)
}

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// show says what the page that waits should tell; only the first time.
func (a *Attempt) show(p page) {
	select {
	case <-a.shown:
	default:
		a.page = p
		close(a.shown)
	}
}

// serve answers the browser until stop.
func (a *Attempt) serve(l net.Listener) (stop func()) {
	server := &http.Server{
		Handler:           a.handler(l.Addr().String()),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(a.m.cfg.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(l); err != http.ErrServerClosed {
			a.m.cfg.Log.Error("the browser cannot come back", "err", err)
			a.cancel(err)
		}
	}()
	return func() {
		a.show(pageCancelled)
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil { // a browser that keeps a connection open without asking anything
			_ = server.Close() // there is nothing to lose on it
		}
		<-ended
	}
}

// handler takes the host's answer from the browser. Only an answer with this attempt's state counts, and only the first:
// whatever else calls this port, a program or a page that guesses, cannot end the attempt.
func (a *Attempt) handler(self string) http.Handler {
	taken := make(chan answer, 1) // the answer that counts, for comparing
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		got := answer{code: q.Get("code"), problem: q.Get("error")}
		switch {
		case r.Host != self: // a name that someone made to point here (DNS rebinding)
			http.Error(w, "", http.StatusMisdirectedRequest)
			return
		case r.URL.Path != api.RedirectPath || r.Method != http.MethodGet:
			a.write(w, pageNothing)
			return
		case !a.sameState(q.Get("state")), got == answer{}, q.Has("iss") && q.Get("iss") != a.at.Issuer: // iss: RFC 9207
			a.m.cfg.Log.WarnContext(r.Context(), "an answer that does not belong to this sign-in was ignored")
			a.write(w, pageStranger)
			return
		}
		select {
		case taken <- got:
			a.answer <- got
		default:
			first := <-taken
			taken <- first
			if first != got {
				a.write(w, pageAgain)
				return
			}
		}
		select {
		case <-a.shown:
			a.write(w, a.page)
		case <-r.Context().Done():
		}
	})
}

func (a *Attempt) write(w http.ResponseWriter, p page) {
	words := locales.For(a.m.cfg.Language())
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.status)
	err := pageTemplate.Execute(w, map[string]any{
		"Lang": words.Lang(), "App": words.T("words.app_name"), "Good": p.good,
		"Heading": words.T(p.key, "Name", p.name, "Host", p.host), "Text": words.T(p.key+"_text", "Name", p.name, "Host", p.host),
	})
	if err != nil {
		a.m.cfg.Log.Debug("the browser did not take the page", "err", err)
	}
}
