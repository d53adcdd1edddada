//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"concierge/client"
	"concierge/client/api"
	"concierge/host/gateway"
	gatewayconfig "concierge/host/gateway/config"
	"concierge/host/store/pgtest"
	"concierge/host/whmcs/whmcstest"
)

const (
	// gatewayCustomers use the gateway at once, each with an account of their own.
	gatewayCustomers = 200
	// gatewayPeople are in each account: the owner, the accountant, contacts and users.
	gatewayPeople = 8
	// callTakes is how long WHMCS takes for a call, whatever it is.
	callTakes = 200 * time.Millisecond
	// callsAtOnce is how many the gateway has under way at most, unless it is told otherwise.
	callsAtOnce = 8
)

// What a customer does: reads their account again every few seconds, edits now and then, and asks what changed, which the
// application does once a minute and here several times in a run.
const (
	readEvery, editEvery = 5 * time.Second, 2 * time.Minute
	pollsPerRun          = 4
	arriveEachSecond     = 4 // before it is measured
)

// gatewayTown is a gateway that serves, the double of WHMCS behind it, and who signed in there.
type gatewayTown struct {
	serving
	whmcs      *whmcstest.WHMCS
	double     *whmcstest.Server
	accountant string // tokens
	owners     []string
	wire       *wire
}

// atGateway measures the gateway before a WHMCS that takes its time.
func atGateway(c config) error {
	for _, on := range []string{"sqlite", "postgres"} {
		if err := gatewayOn(c, on); err != nil {
			return fmt.Errorf("on %s: %w", on, err)
		}
	}
	return nil
}

func gatewayOn(c config, on string) (err error) {
	g, err := newGatewayTown(c, on)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if on == "sqlite" { // what it costs is WHMCS's time, whatever the database
		if err := g.accountantLists(); err != nil {
			return err
		}
	}
	return g.underLoad(c, on)
}

func newGatewayTown(c config, on string) (g *gatewayTown, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	g = &gatewayTown{whmcs: whmcstest.New(whmcstest.Config{OpenID: whmcstest.OpenID{ClientID: "CLIENT", Secret: "secret",
		RedirectURIs: []string{gateway.CallbackURL("http://" + at)}}})}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	everywhere, owners := whmcstest.Bulk(g.whmcs, accounts, gatewayPeople)
	if g.double, err = whmcstest.Serve(context.Background(), "127.0.0.1:0", g.whmcs); err != nil {
		return g, err
	}
	settings := map[string]string{
		"NAME": "Hébergement Exemple", "LISTEN": at, "DATA": filepath.Join(c.dir, "gateway-"+on), "WHMCS_URL": g.double.URL, "DRAIN_DELAY": "0s",
		"WHMCS_IDENTIFIER": "identifier", "WHMCS_SECRET": "secret", "OIDC_CLIENT_ID": "CLIENT", "OIDC_CLIENT_SECRET": "secret",
	}
	if on == "postgres" {
		if settings["STORE"], err = pgtest.Apart(); err != nil {
			return g, err
		}
	}
	var env []string
	for name, value := range settings {
		env = append(env, "CONCIERGE_"+name+"="+value)
	}
	if err := g.signIn(env, everywhere, owners[:gatewayCustomers]); err != nil {
		return g, err
	}
	g.wire = &wire{rest: &http.Transport{MaxIdleConnsPerHost: gatewayCustomers}, answers: map[string]int{}}
	if g.serving, err = serveGateway(c, env); err != nil {
		return g, err
	}
	g.whmcs.SetDelay(callTakes)
	g.whmcs.Forget()
	return g, nil
}

// signIn gives tokens to those who use the gateway, before it serves.
func (g *gatewayTown) signIn(env []string, everywhere string, owners []string) (err error) {
	cfg, err := gatewayconfig.Load("", env, nil)
	if err != nil {
		return err
	}
	mints, err := gateway.Open(context.Background(), gateway.Config{Config: cfg.Config, Version: "bench", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mints.Close()) }()
	for _, email := range append([]string{everywhere}, owners...) {
		t, err := mints.Mint(context.Background(), email)
		if err != nil {
			return err
		}
		g.owners = append(g.owners, t.Access)
	}
	g.accountant, g.owners = g.owners[0], g.owners[1:]
	return nil
}

func serveGateway(c config, env []string) (serving, error) {
	cmd := exec.Command(c.host, "serve")
	cmd.Env = append(os.Environ(), env...)
	log, err := os.Create(filepath.Join(c.dir, "serving.log"))
	if err != nil {
		return serving{}, err
	}
	cmd.Stderr = log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return serving{}, errors.Join(err, log.Close())
	}
	if err := cmd.Start(); err != nil {
		return serving{}, errors.Join(err, log.Close())
	}
	stop := func() error { return errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait(), log.Close()) }
	base, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		said, _ := os.ReadFile(log.Name()) // there may be nothing
		return serving{}, errors.Join(fmt.Errorf("%w: %s", err, said), stop())
	}
	return serving{strings.TrimSpace(base), stop}, nil
}

func (g *gatewayTown) close() (err error) {
	if g.stop != nil {
		err = g.stop()
	}
	if g.double != nil {
		err = errors.Join(err, g.double.Close())
	}
	return err
}

// as is the application's client with a token.
func (g *gatewayTown) as(token string) (*client.Client, error) {
	return client.New(client.Config{BaseURL: g.url, Token: bearer(token), HTTP: g.wire, Log: slog.New(slog.DiscardHandler)})
}

type bearer string

func (b bearer) Token(context.Context) (string, error) { return string(b), nil }
func (bearer) Refresh(context.Context, string) error   { return errors.New("the token is too old") }

// wire counts what is asked and what comes back, below the client, which repeats by itself what went wrong.
type wire struct {
	rest    http.RoundTripper
	mu      sync.Mutex
	answers map[string]int // by status, or by the error's words
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.rest.RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.answers[err.Error()]++
		return res, err
	}
	w.answers[res.Status]++
	return res, nil
}

// count returns how much was asked since it was last called, how often the account had changed meanwhile, and what went wrong.
func (w *wire) count() (all, stale int, wrong []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, answer := range slices.Sorted(maps.Keys(w.answers)) {
		n := w.answers[answer]
		all += n
		switch {
		case strings.HasPrefix(answer, "2"), strings.HasPrefix(answer, "304"):
		case strings.HasPrefix(answer, "412"):
			stale += n
		default:
			wrong = append(wrong, fmt.Sprintf("%d times %s", n, answer))
		}
	}
	clear(w.answers)
	return all, stale, wrong
}

// called counts WHMCS's calls by action since the last time.
func (g *gatewayTown) called() (n int, of map[string]float64) {
	of = map[string]float64{}
	for action, times := range g.whmcs.Count() {
		n += times
		of[action] = float64(times)
	}
	g.whmcs.Forget()
	return n, of
}

// accountantLists measures somebody who reaches 1,000 accounts: their first list, and looking whether anything changed.
func (g *gatewayTown) accountantLists() error {
	alex, err := g.as(g.accountant)
	if err != nil {
		return err
	}
	ctx := context.Background()
	begin := time.Now()
	list, err := alex.AllAccounts(ctx)
	if err != nil || len(list) != accounts {
		return fmt.Errorf("%d accounts: %w", len(list), err)
	}
	first := time.Since(begin)
	n, of := g.called()
	of["s"] = first.Seconds()
	of["s_one_by_one"] = float64(n) * callTakes.Seconds()
	report("load.first_list", float64(n)/accounts, "calls to WHMCS per account", 0, of,
		fmt.Sprintf("the first list of %d accounts for somebody whom the gateway has not seen; WHMCS takes %d ms a call", accounts, callTakes.Milliseconds()))
	changes, err := alex.Changes(ctx, "")
	if err != nil {
		return err
	}
	time.Sleep(15 * time.Second) // what is kept for a moment has grown old, as between the application's polls
	g.called()
	begin = time.Now()
	if changes, err = alex.Changes(ctx, changes.Token); err != nil || len(changes.Accounts) > 0 {
		return fmt.Errorf("%d changes: %w", len(changes.Accounts), err)
	}
	took := time.Since(begin)
	n, of = g.called()
	of["ms"] = ms(took)
	report("load.no_change", float64(n), "calls to WHMCS", 1, of, fmt.Sprintf("looking whether any of %d accounts changed, when none did", accounts))
	begin = time.Now()
	if _, err = alex.AllAccounts(ctx); err != nil {
		return err
	}
	took = time.Since(begin)
	n, of = g.called()
	of["s"] = took.Seconds()
	report("load.second_list", float64(n), "calls to WHMCS", 0, of, "the list once more")
	_, _, wrong := g.wire.count()
	if len(wrong) > 0 {
		return fmt.Errorf("went wrong: %s", wrong)
	}
	return nil
}

// resident is a customer who uses the gateway.
type resident struct {
	*client.Client
	chance  *rand.Rand
	account string
	etag    string
	snap    api.Snapshot
	token   string // of the change feed
	edits   int
	record  *record
}

// record is what customers' calls took, once they have all arrived.
type record struct {
	on         atomic.Bool
	mu         sync.Mutex
	reads      []time.Duration
	edits      []time.Duration
	polls      []time.Duration
	unfinished []error
}

func (r *record) note(of *[]time.Duration, begin time.Time, err error) {
	if !r.on.Load() {
		return
	}
	took := time.Since(begin)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.unfinished = append(r.unfinished, err)
		return
	}
	*of = append(*of, took)
}

// underLoad lets customers arrive, and then measures for a while what they do.
func (g *gatewayTown) underLoad(c config, on string) error {
	arriving := gatewayCustomers * time.Second / arriveEachSecond
	ctx, stop := context.WithTimeout(context.Background(), arriving+c.load)
	defer stop()
	rec := &record{}
	var all sync.WaitGroup
	for i, token := range g.owners {
		cl, err := g.as(token)
		if err != nil {
			return err
		}
		r := &resident{Client: cl, chance: rand.New(rand.NewPCG(uint64(i), 7)), record: rec}
		all.Go(func() {
			wait(ctx, arriving*time.Duration(i)/gatewayCustomers)
			r.live(ctx, c.load/pollsPerRun)
		})
	}
	wait(ctx, arriving)
	rec.on.Store(true)
	g.called()
	g.wire.count()
	wait(ctx, c.load)
	rec.on.Store(false)
	busiest := g.whmcs.Busiest()
	n, of := g.called()
	asked, stale, wrong := g.wire.count()
	all.Wait()
	for k := range of {
		of[k] /= float64(asked)
	}
	says := fmt.Sprintf("%d customers for %d s, each with an account of their own that they read every %s and edit every %s; WHMCS takes %d ms a call; on %s",
		gatewayCustomers, int(c.load.Seconds()), readEvery, editEvery, callTakes.Milliseconds(), on)
	times := func(name string, took []time.Duration, what string) {
		if len(took) == 0 {
			return
		}
		report("load."+name+"."+on, percentile(took, 95), "ms", 0, map[string]float64{"p50": percentile(took, 50), "p99": percentile(took, 99),
			"n": float64(len(took)), "whmcs_calls_long": percentile(took, 95) / ms(callTakes)}, what+": "+says)
	}
	times("read", rec.reads, "95th percentile of reading an account")
	times("edit", rec.edits, "95th percentile of an edit")
	times("poll", rec.polls, "95th percentile of asking what changed")
	of["requests"] = float64(asked)
	report("load.calls."+on, float64(n)/float64(asked), "calls to WHMCS per request", 0, of, says)
	report("load.at_once."+on, float64(busiest), "calls to WHMCS at once", callsAtOnce, nil, "the most at any moment: "+says)
	report("load.errors."+on, float64(len(rec.unfinished)+len(wrong)), "errors", 0, map[string]float64{"stale": float64(stale)}, says)
	if len(wrong) > 0 || len(rec.unfinished) > 0 {
		return fmt.Errorf("went wrong: %s, %w", wrong, errors.Join(rec.unfinished[:min(3, len(rec.unfinished))]...))
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// around is a time that is d on average.
func (r *resident) around(d time.Duration) time.Duration {
	return d/2 + time.Duration(r.chance.Int64N(int64(d)))
}

// live is what somebody does with the application open until ctx ends.
func (r *resident) live(ctx context.Context, poll time.Duration) {
	// A call under way when the time is up is let come to its end, and counts no more.
	calls := context.WithoutCancel(ctx)
	list, err := r.AllAccounts(calls)
	if err == nil && len(list) != 1 {
		err = fmt.Errorf("%d accounts", len(list))
	}
	if err != nil {
		r.record.note(nil, time.Now(), err)
		return
	}
	r.account = list[0].ID
	r.read(calls)
	edit, look := time.Now().Add(time.Duration(r.chance.Int64N(int64(editEvery)))), time.Now().Add(r.around(poll))
	for {
		wait(ctx, r.around(readEvery))
		if ctx.Err() != nil {
			return
		}
		if time.Now().After(look) {
			look = time.Now().Add(r.around(poll))
			begin := time.Now()
			changes, err := r.Changes(calls, r.token)
			r.token = changes.Token
			r.record.note(&r.record.polls, begin, err)
		}
		r.read(calls)
		if time.Now().After(edit) && len(r.snap.Contacts) > 0 {
			edit = time.Now().Add(r.around(editEvery))
			r.edit(calls)
			r.read(calls)
		}
	}
}

func (r *resident) read(ctx context.Context) {
	begin := time.Now()
	f, err := r.Snapshot(ctx, r.account, r.etag)
	r.record.note(&r.record.reads, begin, err)
	if err == nil && !f.NotModified {
		r.snap, r.etag = f.Snapshot, f.ETag
	}
}

// edit changes a contact or a user as it was read last, or adds a contact.
func (r *resident) edit(ctx context.Context) {
	r.edits++
	begin := time.Now()
	var err error
	users := slices.DeleteFunc(slices.Clone(r.snap.Users), func(u api.User) bool { return u.Role == api.RoleOwner })
	switch kind := r.chance.IntN(4); {
	case kind == 0:
		_, err = r.AddContact(ctx, r.account, api.NewContact{FirstName: "Nouveau", Email: fmt.Sprintf("nouveau%d@courrier.example", r.edits)}, client.Write{})
	case kind == 1 && len(users) > 0:
		u := users[r.chance.IntN(len(users))]
		set := api.PermissionSet{Permissions: [][]string{{"invoices"}, {"invoices", "emails"}, {"tickets"}}[r.edits%3]}
		_, err = r.SetPermissions(ctx, r.account, u.ID, set, client.Write{IfMatch: u.ETag})
	default:
		ct := r.snap.Contacts[r.chance.IntN(len(r.snap.Contacts))]
		phone := fmt.Sprintf("+1418555%04d", r.chance.IntN(10000))
		_, err = r.UpdateContact(ctx, r.account, ct.ID, api.ContactPatch{Phone: &phone}, client.Write{IfMatch: ct.ETag})
	}
	if client.HasType(err, api.ProblemStale) { // they look, and decide anew: it is counted by the wire
		return
	}
	r.record.note(&r.record.edits, begin, err)
}
