package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
)

// The application dies in the middle of a save: once after the host has done it and before it could say so, once before the
// host has heard of it. Either way it is done once, and at the next start the person is told so.
func TestTheApplicationDiesInTheMiddleOfASave(t *testing.T) {
	const email = "zoe@chezmarcel.example"
	c := newComputer(t)
	h := c.serve()
	way := h.way()
	w := c.open()
	w.signInAt(&host{t: t, url: way.url}, "Marie Tremblay")

	w.palette("Ajouter un contact")
	w.at(0, "Prénom")
	w.typed("Ursule")
	w.tab("Courriel")
	w.typed(email)
	w.tab("Enregistrer le contact")
	lost := way.lose(http.MethodPost, "/contacts", true)
	w.press("Return")
	lost.wait(t)
	w.kill()
	if _, there := contact(h.as(marie).snapshot(bakery), email); !there {
		t.Fatal("the journey is not what it says: the host has not done it")
	}
	w = c.open()
	w.awaits(0, "message", "Le contact Ursule est ajouté.")
	all := 0
	for _, one := range h.as(marie).snapshot(bakery).Contacts {
		if one.Email == email {
			all++
		}
	}
	if n := h.as(marie).times(bakery, api.ActContactAdded, "Ursule"); n != 1 || all != 1 {
		t.Errorf("added %d times, and there %d times", n, all)
	}

	w.does("screen", "people", "ctrl+2")
	w.person("Soutien TI")
	w.phone("418 555-0155")
	lost = way.lose(http.MethodPatch, "/contacts/", false)
	w.press("Return")
	lost.wait(t)
	w.kill()
	if one, _ := contact(h.as(marie).snapshot(bakery), ti); one.Phone == "+14185550155" {
		t.Fatal("the journey is not what it says: the host has done it")
	}
	w = c.open()
	w.awaits(0, "message", "Le contact Soutien TI est enregistré.")
	if one, _ := contact(h.as(marie).snapshot(bakery), ti); one.Phone != "+14185550155" {
		t.Errorf("at the host: %+v", one)
	}
	if n := h.as(marie).times(bakery, api.ActContactChanged, "Soutien TI"); n != 1 {
		t.Errorf("changed %d times", n)
	}
	if n := len(c.allOpened()); n != 1 {
		t.Errorf("the browser was opened %d times; once was to sign in", n)
	}
}

// way is the way to a host, on which a call can get lost.
type way struct {
	url  string
	next atomic.Pointer[loss]
}

// loss is the next call of a sort, which gets no answer.
type loss struct {
	method, path string
	reaches      bool // the host has heard it nonetheless
	happened     chan struct{}
}

// way makes a way to the host. It ends at another address of this computer with the host's port: the host serves no other.
func (h *host) way() *way {
	h.t.Helper()
	at, err := url.Parse(h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(h.t.Context(), "tcp", net.JoinHostPort("127.0.0.2", at.Port()))
	if err != nil {
		h.t.Fatal(err)
	}
	w := &way{}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(at)
		r.Out.Host = r.In.Host
	}}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		lost := w.next.Load()
		if lost == nil || r.Method != lost.method || !strings.Contains(r.URL.Path, lost.path) {
			through.ServeHTTP(rw, r)
			return
		}
		w.next.Store(nil)
		if lost.reaches {
			through.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithoutCancel(r.Context())))
		} else if _, err := io.Copy(io.Discard, r.Body); err != nil { // only then it is noticed that who asked is gone
			h.t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		}
		close(lost.happened)
		<-r.Context().Done() // until who asked is gone
	}))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	h.t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

// lose has the next call of a sort get no answer.
func (w *way) lose(method, path string, reaches bool) *loss {
	l := &loss{method: method, path: path, reaches: reaches, happened: make(chan struct{})}
	w.next.Store(l)
	return l
}

// wait waits until the call was made.
func (l *loss) wait(t *testing.T) {
	t.Helper()
	select {
	case <-l.happened:
	case <-time.After(patience):
		t.Fatalf("no %s %s is called", l.method, l.path)
	}
}
