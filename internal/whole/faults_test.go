package whole

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/vault"
	"concierge/host/sample"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// full makes each case as long as the figures in docs/faults.md say; without it the cases are short, for every test run.
var full = flag.Bool("full", false, "run each fault case at its full length")

// times is a number of edits or rounds, smaller where nobody asked for the full length.
func times(n int) int {
	if *full {
		return n
	}
	return max(8, n/10)
}

// seed is the same for each run, so that what fails once fails again.
const seed = 1126

// tally is how a case went. Nothing may be lost and nothing done twice.
type tally struct {
	edits, lost, twice int
	note               string
}

func (r tally) judge(t *testing.T) {
	t.Helper()
	_, name, part := strings.Cut(t.Name(), "/")
	if !part {
		name = "two windows on one account"
	}
	fmt.Printf("fault  %-28s edits %4d  lost %d  twice %d  %s\n", strings.ReplaceAll(name, "_", " "), r.edits, r.lost, r.twice, r.note)
	if r.lost != 0 || r.twice != 0 {
		t.Errorf("%d of %d edits lost, %d done twice", r.lost, r.edits, r.twice)
	}
	if r.edits == 0 {
		t.Error("nothing was edited")
	}
}

// wire is a TCP proxy between the application and the host that misbehaves as the toxics say.
type wire struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
	url   string
}

func (p *place) wire(t *testing.T) *wire {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	px := toxiproxy.NewProxy(server, "host", "127.0.0.1:0", strings.TrimPrefix(p.proxy.URL, "http://"))
	p.must(px.Start())
	t.Cleanup(px.Stop)
	return &wire{t: t, proxy: px, url: "http://" + px.Listen}
}

// poison adds a toxic, in the form of toxiproxy's own API.
func (w *wire) poison(toxic string) {
	w.t.Helper()
	if _, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		w.t.Fatal(err)
	}
}

// heal takes all toxics away and breaks the connections they were on.
func (w *wire) heal() {
	w.t.Helper()
	w.proxy.Toxics.ResetToxics(context.Background())
	w.proxy.Stop()
	if err := w.proxy.Start(); err != nil {
		w.t.Fatal(err)
	}
}

// wish is one edit that a person made.
type wish struct {
	ref   access.Ref
	email string // of a contact
	phone string // to be set on a contact that was there; "": the contact is new
}

// person makes edits in a window and looks after what needs them.
type person struct {
	*window
	identity string
	at       string // where the host is for them
	refs     []access.Ref
	chance   *rand.Rand
	wishes   []wish
}

// arrive signs the accountant in, who reaches 40 accounts, and lets them choose the ones whose contacts they may edit.
func (w *window) arrive(at string) *person {
	w.p.Helper()
	id := w.as(sample.AccountantEmail, at)
	w.filled(id)
	v := &person{window: w, identity: id, at: at, chance: rand.New(rand.NewPCG(seed, 1))}
	for _, a := range w.Store.Accounts(id) {
		if (access.Membership{Role: a.Role, Permissions: a.Permissions}).May(access.Contacts) && len(w.snapshot(a.Ref).Contacts) > 0 {
			v.refs = append(v.refs, a.Ref)
		}
	}
	if len(v.refs) == 0 {
		w.p.Fatal("no account whose contacts may be edited")
	}
	return v
}

// edit makes the nth edit: every other one adds a contact, which could be done twice; the rest change one.
func (v *person) edit(n int) {
	ref := v.refs[v.chance.IntN(len(v.refs))]
	if n%2 == 0 {
		email := fmt.Sprintf("nouveau%d@client.example", n)
		v.wishes = append(v.wishes, wish{ref: ref, email: email})
		v.Desk.Submit(newContact(ref, fmt.Sprint("Nouveau ", n), email))
		return
	}
	ct := v.snapshot(ref).Contacts[0]
	phone := fmt.Sprintf("+1418555%04d", n)
	v.wishes = append(v.wishes, wish{ref: ref, email: ct.Email, phone: phone})
	v.Desk.Submit(editContact(ref, ct, func(c change.Values) { c.Fields[change.FieldPhone] = phone }))
}

// settle does what a person does until nothing waits any more: tries again, sends drafts, keeps their own side.
func (v *person) settle() {
	v.p.Helper()
	late := time.After(2 * patience)
	again := time.NewTicker(20 * time.Millisecond) // a host that asked for a pause is asked again
	defer again.Stop()
	for {
		waits := tend(v.Desk, v.outdated)
		if waits == 0 {
			return
		}
		select {
		case <-v.moved:
		case <-again.C:
		case <-late:
			for _, c := range v.Desk.List() {
				v.p.Errorf("%s still %s: %v", c.Kind, c.State, c.Trouble)
			}
			v.p.Fatal("it does not settle")
		}
	}
}

// tend does once what a person does about each edit that waits, and tells how many do. An older wish than another of
// theirs gives way in a conflict; outdated tells which those are.
func tend(desk *change.Desk, outdated func(change.Change) bool) (waits int) {
	for _, c := range desk.List() {
		if c.State.Over() {
			_ = desk.Drop(c.ID) // seen
			continue
		}
		waits++
		switch c.State {
		case change.Refused:
			_ = desk.Retry(c.ID)
		case change.Draft:
			_ = desk.SendNow(c.ID)
		case change.Conflicting:
			if outdated != nil && outdated(c) {
				_ = desk.Drop(c.ID)
				continue
			}
			_ = desk.Resolve(c.ID, change.Overrule(c.Before, c.After, c.Conflict.Theirs))
		}
	}
	return waits
}

// outdated tells whether the person has set the same telephone number again since.
func (v *person) outdated(c change.Change) bool {
	phone, email := c.After.Fields[change.FieldPhone], c.After.Fields[change.FieldEmail]
	for _, w := range slices.Backward(v.wishes) {
		if w.ref == c.Account && w.email == email && w.phone != "" {
			return w.phone != phone
		}
	}
	return false
}

// count compares what was wished for with what the host has.
func (v *person) count() (r tally) {
	v.p.Helper()
	r.edits = len(v.wishes)
	last := map[access.Ref]map[string]string{} // phone that was set last
	for _, w := range v.wishes {
		if w.phone != "" {
			if last[w.ref] == nil {
				last[w.ref] = map[string]string{}
			}
			last[w.ref][w.email] = w.phone
			continue
		}
		switch n := v.p.count(w.ref.Account, w.email); {
		case n == 0:
			r.lost++
		case n > 1:
			r.twice += n - 1
		}
	}
	for ref, phones := range last {
		truth := v.p.truth(ref.Account)
		for email, phone := range phones {
			have := ""
			for _, ct := range truth.Contacts {
				if ct.Email == email {
					have = cmp.Or(have, ct.Phone)
				}
			}
			if have != phone {
				v.p.Logf("%s has %q, want %q", email, have, phone)
				r.lost++
			}
		}
	}
	return r
}

// sometimes lets fn answer about so many calls of a hundred, the same ones in each run that asks in the same order.
func sometimes(percent int, fn func(w http.ResponseWriter, r *http.Request, pass http.Handler)) func(http.ResponseWriter, *http.Request, http.Handler) {
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 2))
	return func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		mu.Lock()
		hit := chance.IntN(100) < percent
		mu.Unlock()
		if hit {
			fn(w, r, pass)
			return
		}
		pass.ServeHTTP(w, r)
	}
}

// says answers with a status and no more.
func says(status int, retryAfter string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
	}
}

// failsAfter lets the host do it and says that it failed.
func failsAfter(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	pass.ServeHTTP(httptest.NewRecorder(), r)
	w.WriteHeader(http.StatusInternalServerError)
}

// nonsense lets the host do it and answers with something else.
func nonsense(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	pass.ServeHTTP(httptest.NewRecorder(), r)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"id":42,"contacts":"none","revision":[`)
}

// TestFaults makes many edits while something is wrong between application and host, lets it be right again, does what a
// person does, and compares with what the host then has.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		bad  func(p *place, w *wire)
		half func(p *place, v *person) // happens when half of the edits are made; may be nil
	}{
		{name: "nothing wrong"},
		{name: "the host's clock jumps ahead", half: func(p *place, _ *person) { p.skew.Store(int64(25 * time.Hour)) }},
		{name: "the host's clock jumps back", half: func(p *place, _ *person) { p.skew.Store(int64(-25 * time.Hour)) }},
		{name: "the session ends", half: func(p *place, v *person) {
			p.endSessions()
			v.until("the application notices", func() bool {
				i, _ := v.SignIn.Identity(v.identity)
				return !i.Works()
			})
			v.as(sample.AccountantEmail, v.at)
		}},
		{name: "latency", bad: func(_ *place, w *wire) {
			w.poison(`{"type":"latency","stream":"downstream","attributes":{"latency":40,"jitter":40}}`)
		}},
		{name: "trickle", bad: func(_ *place, w *wire) {
			w.poison(`{"type":"slicer","stream":"downstream","attributes":{"average_size":64,"size_variation":32,"delay":200}}`)
		}},
		{name: "reset in the middle", bad: func(_ *place, w *wire) {
			w.poison(`{"type":"limit_data","stream":"downstream","attributes":{"bytes":900}}`)
		}},
		{name: "reset at once", bad: func(_ *place, w *wire) {
			w.poison(`{"type":"reset_peer","stream":"downstream","attributes":{"timeout":0}}`)
		}},
		{name: "half open", bad: func(_ *place, w *wire) {
			w.poison(`{"type":"timeout","stream":"downstream","attributes":{"timeout":0}}`)
		}},
		{name: "gone", bad: func(_ *place, w *wire) { w.proxy.Stop() }},
		{name: "429 storm", bad: func(p *place, _ *wire) { p.through(sometimes(70, says(http.StatusTooManyRequests, "0"))) }},
		{name: "503", bad: func(p *place, _ *wire) { p.through(sometimes(70, says(http.StatusServiceUnavailable, ""))) }},
		{name: "500", bad: func(p *place, _ *wire) { p.through(sometimes(70, says(http.StatusInternalServerError, ""))) }},
		{name: "500 after it was done", bad: func(p *place, _ *wire) { p.through(sometimes(50, failsAfter)) }},
		{name: "lost answers", bad: func(p *place, _ *wire) { p.through(sometimes(50, cut)) }},
		{name: "answers that lie", bad: func(p *place, _ *wire) { p.through(sometimes(50, nonsense)) }},
		{name: "a network's own page", bad: func(p *place, _ *wire) { p.through(sometimes(70, html)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := start(t, unlimited)
			net := p.wire(t)
			w := p.window(t.TempDir(), vault.Session())
			v := w.arrive(net.url)
			if c.bad != nil {
				c.bad(p, net)
			}
			edits := times(200)
			for n := range edits {
				v.edit(n)
				if n == edits/2 && c.half != nil {
					c.half(p, v)
				}
			}
			v.calm()
			p.through(nil)
			net.heal()
			v.settle()
			v.count().judge(t)
		})
	}
}

// calm waits until nothing is on its way, or for as long as a person looks at a window in which nothing happens.
func (v *person) calm() {
	enough := time.After(1500 * time.Millisecond)
	for {
		busy := false
		for _, c := range v.Desk.List() {
			busy = busy || !c.State.Ended()
		}
		if !busy {
			return
		}
		select {
		case <-v.moved:
		case <-enough:
			return
		}
	}
}
