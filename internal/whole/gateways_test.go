package whole

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client"
	"concierge/client/api"
	"concierge/host/gateway"
	"concierge/host/gateway/config"
	"concierge/host/store/pgtest"
	"concierge/host/whmcs/whmcstest"
)

// gatewayAhead makes the test's program a gateway, configured by the environment as the provider's program is. Its value is
// how far the gateway's clock is ahead.
const gatewayAhead = "CONCIERGE_TEST_GATEWAY"

func gatewayUntilKilled(ahead string) error {
	by, err := time.ParseDuration(ahead)
	if err != nil {
		return err
	}
	c, err := config.Load("", os.Environ(), nil)
	if err != nil {
		return err
	}
	_, err = gateway.Serve(context.Background(), gateway.Config{
		Config: c.Config, Version: "test", Limits: unlimited, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Now().Add(by) },
	})
	if err != nil {
		return err
	}
	fmt.Println("serving")
	_, err = io.Copy(io.Discard, os.Stdin) // until who started it ends
	return err
}

// A WHMCS with so many customers, each the owner of one account, with so many users and contacts in it.
const (
	owners   = 6
	staff    = 16
	contacts = 4
)

// calling is how long WHMCS takes for a call: an edit is some ten of them, so that there is time to be killed in.
const calling = 10 * time.Millisecond

// permissions that customers choose from: there are more sets of them than edits, so that none is wished for twice.
var permissions = []string{"contacts", "products", "manageproducts", "productsso", "domains", "managedomains", "invoices", "quotes", "tickets", "emails"}

// pair is two gateways, each a process of its own, on one PostgreSQL and one WHMCS; the latter is in the test's process and
// survives them.
type pair struct {
	*place
	whmcs     *whmcstest.WHMCS
	env       []string
	at        [2]string
	running   [2]*process
	ahead     atomic.Int64     // of the gateways' clocks, in nanoseconds
	mints     *gateway.Gateway // gives tokens
	customers []*customer
	killed    int          // how often one was
	lost      atomic.Int64 // answers of WHMCS that nobody got
}

func gateways(t *testing.T) *pair {
	t.Helper()
	p := &pair{place: &place{TB: t}, whmcs: whmcstest.New(whmcstest.Config{Delay: calling})}
	var callbacks []string
	double, err := whmcstest.Serve(context.Background(), "127.0.0.1:0", p.whmcs)
	p.must(err)
	t.Cleanup(func() { p.must(double.Close()) })
	for i := range p.at {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		p.must(err)
		p.at[i] = l.Addr().String()
		p.must(l.Close())
		callbacks = append(callbacks, gateway.CallbackURL("http://"+p.at[i]))
	}
	p.whmcs.SetOpenID(whmcstest.OpenID{ClientID: "CLIENT", Secret: "secret", RedirectURIs: callbacks})
	settings := map[string]string{
		"NAME": "Hébergement Exemple", "DATA": filepath.Join(t.TempDir(), "data"), "STORE": pgtest.URL(t), "WHMCS_URL": double.URL,
		"WHMCS_IDENTIFIER": "identifier", "WHMCS_SECRET": "secret", "OIDC_CLIENT_ID": "CLIENT", "OIDC_CLIENT_SECRET": "secret",
	}
	for name, value := range settings {
		p.env = append(p.env, "CONCIERGE_"+name+"="+value)
	}
	c, err := config.Load("", p.env, nil)
	p.must(err)
	p.mints, err = gateway.Open(context.Background(), gateway.Config{Config: c.Config, Version: "test", Log: slog.New(slog.DiscardHandler), Now: p.now})
	p.must(err)
	t.Cleanup(func() { p.must(p.mints.Close()) })
	for n := range owners {
		p.customers = append(p.customers, p.customer(n))
	}
	p.start(0)
	p.start(1)
	return p
}

func (p *pair) now() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }

func (p *pair) start(i int) {
	p.Helper()
	p.running[i] = p.process(append(slices.Clone(p.env), "CONCIERGE_LISTEN="+p.at[i], gatewayAhead+"="+time.Duration(p.ahead.Load()).String())...)
	p.hears(p.running[i], "serving", nil)
}

// kill kills a gateway, as a power cut does.
func (p *pair) kill(i int) {
	p.running[i].kill()
	p.killed++
}

// loseAnswers breaks the connection of every second write of these actions or so: after WHMCS did it, in the middle of its
// answer, or before it does anything.
func (p *pair) loseAnswers(chance *rand.Rand, actions ...string) {
	var next func(fault whmcstest.Fault)
	var mu sync.Mutex // guards chance
	next = func(fault whmcstest.Fault) {
		mu.Lock()
		well := chance.IntN(3)
		mu.Unlock()
		then := map[whmcstest.Fault]whmcstest.Fault{whmcstest.NoAnswer: whmcstest.Cut, whmcstest.Cut: whmcstest.Down, whmcstest.Down: whmcstest.NoAnswer}[fault]
		p.whmcs.Trouble(whmcstest.Trouble{Actions: actions, After: well, Times: 1, Fault: fault, Then: func() {
			p.lost.Add(1)
			next(then)
		}})
	}
	next(whmcstest.NoAnswer)
}

// customer owns an account and edits it through whichever gateway answers. What they remember is what they were told.
type customer struct {
	p       *pair
	name    string
	client  int64 // of WHMCS
	account string
	calls   [2]*client.Client
	at      int // the gateway they use
	edits   int
	longest time.Duration // from a wish to the word that it is done

	contact []api.Contact
	users   []api.User
	added   []string
	phones  map[string]string
	sets    map[string]int // the number of the set that a user was given last
	ends    map[string]bool
	invited []string
}

// token is a customer's sign-in, which is renewed by the gateway's operator.
type token struct {
	p     *pair
	email string
	now   atomic.Pointer[string]
}

func (k *token) Token(context.Context) (string, error) { return *k.now.Load(), nil }

func (k *token) Refresh(ctx context.Context, _ string) error {
	t, err := k.p.mints.Mint(ctx, k.email)
	k.now.Store(&t.Access)
	return err
}

func (p *pair) customer(n int) *customer {
	p.Helper()
	c := &customer{p: p, name: fmt.Sprint("client", n), at: n % 2, phones: map[string]string{}, sets: map[string]int{}, ends: map[string]bool{}}
	email := c.name + "@courrier.example"
	owner := p.whmcs.AddUser(whmcstest.User{FirstName: "Zoé", LastName: "Roy", Email: email})
	c.client = p.whmcs.AddClient(whmcstest.Client{OwnerID: owner.ID, Company: "Boutique " + c.name, Email: email, Preferences: map[string]bool{"domain": true}}).ID
	c.account = strconv.FormatInt(c.client, 10)
	for i := range staff {
		u := p.whmcs.AddUser(whmcstest.User{FirstName: "Luc", LastName: fmt.Sprint("Côté", i), Email: fmt.Sprintf("equipe%d.%s@courrier.example", i, c.name)})
		p.whmcs.Link(u.ID, c.client, "affiliates")
	}
	for i := range contacts {
		p.whmcs.AddContact(whmcstest.Contact{ClientID: c.client, FirstName: "Ève", LastName: "Caron", Email: fmt.Sprintf("contact%d.%s@courrier.example", i, c.name)})
	}
	k := &token{p: p, email: email}
	p.must(k.Refresh(p.Context(), ""))
	for i, at := range p.at {
		var err error
		c.calls[i], err = client.New(client.Config{
			BaseURL: "http://" + at, Token: k, Log: slog.New(slog.DiscardHandler), CallTimeout: patience,
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, // what is repeated at once is harder on the host
		})
		p.must(err)
		p.Cleanup(c.calls[i].Close)
	}
	return c
}

// meet reads the account, and remembers whom there is to edit.
func (c *customer) meet() error {
	return c.insist(func(ctx context.Context, at *client.Client) error {
		f, err := at.Snapshot(ctx, c.account, "")
		if err != nil {
			return err
		}
		c.contact, c.users = f.Snapshot.Contacts, slices.DeleteFunc(f.Snapshot.Users, func(u api.User) bool { return u.Role == api.RoleOwner })
		if len(c.contact) < contacts || len(c.users) != staff {
			return fmt.Errorf("%d contacts, %d users", len(c.contact), len(c.users))
		}
		return nil
	})
}

// insist repeats what got no answer, or none that settles it, at the other gateway, and then at the first again.
func (c *customer) insist(do func(ctx context.Context, at *client.Client) error) error {
	begin := time.Now()
	ctx, cancel := context.WithTimeout(c.p.Context(), 2*patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := do(ctx, c.calls[c.at])
		if err == nil {
			c.longest = max(c.longest, time.Since(begin))
			return nil
		}
		if p, ok := errors.AsType[*client.Problem](err); ok && p.Status < http.StatusInternalServerError && !errors.Is(err, client.ErrOutcomeUnknown) {
			return fmt.Errorf("%s after %s: %w", c.name, time.Since(begin), err)
		}
		c.at = 1 - c.at
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("%s is locked out: %w", c.name, err)
		}
	}
}

// overwrite insists on a change of something that is there: when it is no longer as it was read, it is either as wanted, since
// an earlier try was done, or is changed as it is now.
func overwrite[T any](c *customer, etag string, do func(ctx context.Context, at *client.Client, etag string) (T, error), done func(T) bool, tag func(T) string) (now T, err error) {
	err = c.insist(func(ctx context.Context, at *client.Client) error {
		for {
			if now, err = do(ctx, at, etag); err == nil && !done(now) {
				return fmt.Errorf("answered as done, and is not: %+v", now)
			}
			stale, ok := errors.AsType[*client.Problem](err)
			if !ok || stale.Type != api.ProblemStale {
				return err
			}
			if err := stale.DecodeCurrent(&now); err != nil {
				return err
			}
			if done(now) {
				return nil
			}
			etag = tag(now)
		}
	})
	return now, err
}

func (c *customer) write() client.Write {
	return client.Write{IdempotencyKey: fmt.Sprintf("%s.%d", c.name, c.edits)}
}

// add adds a contact, which could be done twice.
func (c *customer) add() error {
	n := api.NewContact{FirstName: "Nouveau", LastName: fmt.Sprint(c.edits), Email: fmt.Sprintf("nouveau%d.%s@courrier.example", c.edits, c.name)}
	err := c.insist(func(ctx context.Context, at *client.Client) error {
		got, err := at.AddContact(ctx, c.account, n, c.write())
		if err == nil && got.Email != n.Email {
			return fmt.Errorf("%s was added instead of %s", got.Email, n.Email)
		}
		return err
	})
	if err == nil {
		c.added = append(c.added, n.Email)
	}
	return err
}

// invite invites somebody, which could be done twice.
func (c *customer) invite() error {
	n := api.NewInvitation{Email: fmt.Sprintf("invite%d.%s@courrier.example", c.edits, c.name), Permissions: []string{"invoices"}}
	err := c.insist(func(ctx context.Context, at *client.Client) error {
		_, err := at.Invite(ctx, c.account, n, c.write())
		return err
	})
	if err == nil {
		c.invited = append(c.invited, n.Email)
	}
	return err
}

// phone gives a contact another telephone number.
func (c *customer) phone(i int) error {
	was := &c.contact[i]
	phone := fmt.Sprintf("+1418555%04d", c.edits)
	now, err := overwrite(c, was.ETag, func(ctx context.Context, at *client.Client, etag string) (api.Contact, error) {
		return at.UpdateContact(ctx, c.account, was.ID, api.ContactPatch{Phone: &phone}, client.Write{IfMatch: etag})
	}, func(ct api.Contact) bool { return ct.Phone == phone }, func(ct api.Contact) string { return ct.ETag })
	if err == nil {
		*was, c.phones[was.Email] = now, phone
	}
	return err
}

// set gives a user the next set of permissions, until a time where one is given.
func (c *customer) set(i int, until *time.Time) error {
	was := &c.users[i]
	n := c.sets[was.ID] + 1
	want := api.PermissionSet{Permissions: setOf(n), EndsAt: until}
	now, err := overwrite(c, was.ETag, func(ctx context.Context, at *client.Client, etag string) (api.User, error) {
		return at.SetPermissions(ctx, c.account, was.ID, want, client.Write{IfMatch: etag})
	}, func(u api.User) bool {
		return sameSet(u.Permissions, want.Permissions) && (until == nil) == (u.EndsAt == nil) && (until == nil || u.EndsAt.Equal(*until))
	}, func(u api.User) string { return u.ETag })
	if err == nil {
		*was, c.sets[was.ID], c.ends[was.ID] = now, n, until != nil
	}
	return err
}

// setOf is the nth set of permissions.
func setOf(n int) (set []string) {
	for i, key := range permissions {
		if n>>i&1 == 1 {
			set = append(set, key)
		}
	}
	return set
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// edit makes one edit of a random kind.
func (c *customer) edit(chance *rand.Rand) error {
	c.edits++
	switch chance.IntN(10) {
	case 0, 1, 2:
		return c.add()
	case 3, 4:
		return c.invite()
	case 5, 6:
		return c.phone(chance.IntN(contacts))
	case 7:
		year := c.p.now().AddDate(1, 0, c.edits).Truncate(time.Second)
		return c.set(chance.IntN(staff), &year)
	}
	return c.set(chance.IntN(staff), nil)
}

// all has every customer do something at once; begun is told of each edit before it is made, and closed when all are done.
func (p *pair) all(do func(c *customer, begun chan<- struct{}) error) (begun <-chan struct{}) {
	ch := make(chan struct{})
	var busy sync.WaitGroup
	for _, c := range p.customers {
		busy.Go(func() {
			if err := do(c, ch); err != nil {
				p.Error(err)
			}
		})
	}
	go func() {
		busy.Wait()
		close(ch)
	}()
	return ch
}

// each waits until every customer has done it.
func (p *pair) each(do func(c *customer) error) {
	for range p.all(func(c *customer, _ chan<- struct{}) error { return do(c) }) { //nolint:revive // nothing comes
	}
}

// count compares what customers were told with what WHMCS has; ended says that the time has come at which access ends.
func (p *pair) count(ended bool) (r tally) {
	p.Helper()
	unconfirmed, unsent, longest := 0, 0, time.Duration(0)
	amiss := func(n *int, format string, args ...any) {
		*n++
		p.Logf(format, args...)
	}
	once := func(have []string, want, listed string) {
		n := 0
		for _, h := range have {
			if h == want {
				n++
			}
		}
		switch {
		case n == 0 && strings.Contains(listed, " "+want+" "):
			unsent++
		case n == 0:
			amiss(&r.lost, "%s is nowhere", want)
		case n > 1:
			amiss(&r.twice, "%s is there %d times", want, n)
		}
	}
	for _, c := range p.customers {
		r.edits += c.edits
		longest = max(longest, c.longest)
		var have, sent []string
		for _, ct := range p.whmcs.Contacts(c.client) {
			have = append(have, ct.Email)
			if want := c.phones[ct.Email]; want != "" && "+"+strings.Map(digit, ct.Phone) != want {
				amiss(&r.lost, "%s has %s, want %s", ct.Email, ct.Phone, want)
			}
		}
		for _, i := range p.whmcs.Invites(c.client) {
			sent = append(sent, i.Email)
		}
		listed := " "
		var snap api.Snapshot
		p.must(c.insist(func(ctx context.Context, at *client.Client) error {
			f, err := at.Snapshot(ctx, c.account, "")
			snap = f.Snapshot
			return err
		}))
		for _, i := range snap.Invitations {
			if i.Unconfirmed {
				unconfirmed++
				listed += i.Email + " "
			}
		}
		for _, email := range c.added {
			once(have, email, "")
		}
		for _, email := range c.invited {
			once(sent, email, listed)
		}
		c.told(func(twice bool, format string, args ...any) {
			if twice {
				amiss(&r.twice, format, args...)
			} else {
				amiss(&r.lost, format, args...)
			}
		}, listed)
		ending := map[string]bool{}
		for _, u := range snap.Users {
			ending[u.ID] = u.EndsAt != nil
		}
		for id, n := range c.sets {
			user, err := strconv.ParseInt(id, 10, 64)
			p.must(err)
			set, is := p.whmcs.Permissions(user, c.client)
			if ended && c.ends[id] {
				if _, listed := ending[id]; is || listed {
					amiss(&r.lost, "the access of user %s of %s has not ended", id, c.name)
				}
				continue
			}
			if !is || !sameSet(set, setOf(n)) || ending[id] != c.ends[id] {
				amiss(&r.lost, "user %s of %s has %s (%t, ends %t), want %s (ends %t)", id, c.name, set, is, ending[id], setOf(n), c.ends[id])
			}
		}
	}
	if ended {
		for _, c := range p.customers {
			for who, n := range c.recorded() {
				if n > 1 {
					amiss(&r.twice, "the end of %s's access to the account of %s is recorded %d times", who, c.name, n)
				}
			}
		}
	}
	for _, call := range p.whmcs.Twice() {
		amiss(&r.twice, "done twice: %s %v", call.Action, call.Params)
	}
	r.note = fmt.Sprintf("gateways killed %d times, %d answers lost, %d invitations listed as unconfirmed (%d not sent), longest wait %.1f s",
		p.killed, p.lost.Load(), unconfirmed, unsent, longest.Seconds())
	if longest > patience {
		p.Errorf("somebody was locked out for %s", longest)
	}
	return r
}

func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// writes are the actions whose answers are lost.
var writes = []string{"AddContact", "UpdateContact", "UpdateUserPermissions", "CreateClientInvite"}

// TestGateways has customers edit through two gateways that share a PostgreSQL, while one or the other is killed at random
// points, and while answers of WHMCS are lost. Who gets no answer repeats the same call, with the same key, at the other gateway.
func TestGateways(t *testing.T) {
	for _, c := range []struct {
		name string
		kill int // so many times of a hundred edits
		lose bool
	}{
		{name: "two gateways"},
		{name: "gateway killed", kill: 15},
		{name: "WHMCS's answers lost", lose: true},
		{name: "both, gateway and answers", kill: 15, lose: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := gateways(t)
			p.each((*customer).meet)
			chance := rand.New(rand.NewPCG(seed, 5))
			if c.lose {
				p.loseAnswers(rand.New(rand.NewPCG(seed, 6)), writes...)
			}
			var left atomic.Int64
			left.Store(int64(times(200)))
			begun := p.all(func(c *customer, begun chan<- struct{}) error {
				chance := rand.New(rand.NewPCG(seed, uint64(c.client)))
				for left.Add(-1) >= 0 {
					begun <- struct{}{}
					if err := c.edit(chance); err != nil {
						return err
					}
				}
				return nil
			})
			for range begun {
				if chance.IntN(100) >= c.kill {
					continue
				}
				<-time.After(time.Duration(chance.IntN(150)) * time.Millisecond) // somewhere in the edits under way
				i := chance.IntN(2)
				p.kill(i)
				p.start(i)
			}
			p.whmcs.Well()
			p.count(false).judge(t)
		})
	}
}

// TestGatewaysEndAccess lets the time come at which access ends, of many at once, and kills the gateway or its colleague while
// WHMCS is taking one away, again and again, or loses WHMCS's answer. The clock jumps ahead when nothing more happens, of the
// leases that killed ones held. Meanwhile customers edit the same accounts.
func TestGatewaysEndAccess(t *testing.T) {
	for _, c := range []struct {
		name       string
		kill, lose bool
	}{
		{name: "killed while access ends", kill: true},
		{name: "answers lost while it ends", lose: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := gateways(t)
			p.each((*customer).meet)
			ends := max(2, times(100)/owners) // of each customer
			at := p.now().Add(time.Hour).Truncate(time.Second)
			p.each(func(c *customer) error {
				for i := range ends {
					c.edits++
					if err := c.set(i, &at); err != nil {
						return err
					}
				}
				return nil
			})
			if left := p.left(); left != ends*owners {
				t.Fatalf("%d of %d accesses are left before their time", left, ends*owners)
			}
			if c.lose {
				p.loseAnswers(rand.New(rand.NewPCG(seed, 8)), "DeleteUserClient")
			}
			meanwhile := p.all(func(c *customer, _ chan<- struct{}) error {
				for range ends {
					c.edits++
					if err := c.add(); err != nil {
						return err
					}
				}
				return nil
			})
			p.jump(time.Hour)
			chance := rand.New(rand.NewPCG(seed, 7))
			for late := time.Now().Add(4 * patience); p.left() > 0 || p.unrecorded() > 0; {
				if time.Now().After(late) {
					t.Fatalf("%d accesses do not end, %d are not recorded", p.left(), p.unrecorded())
				}
				i, struck := chance.IntN(2), make(chan struct{})
				victim := p.running[i]
				over := p.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"DeleteUserClient"}, After: chance.IntN(5), Times: 1, Then: func() {
					if c.kill {
						_ = victim.cmd.Process.Kill() // it has not been before
					}
					close(struck)
				}})
				select {
				case <-struck:
					if c.kill {
						p.kill(i)
						p.start(i)
					}
				case <-time.After(2 * time.Second): // what is left is leased to one that was killed, or waits to be tried again
					over()
					p.jump(3 * time.Minute)
				}
			}
			for range meanwhile { //nolint:revive // nothing comes
			}
			p.whmcs.Well()
			p.count(true).judge(t)
		})
	}
}

// jump starts both gateways anew with clocks that are ahead by more.
func (p *pair) jump(by time.Duration) {
	p.ahead.Add(int64(by))
	for i := range p.running {
		p.running[i].kill()
		p.start(i)
	}
}

// left is how many have access that is to end.
func (p *pair) left() (n int) {
	for _, c := range p.customers {
		for id, ends := range c.ends {
			user, err := strconv.ParseInt(id, 10, 64)
			p.must(err)
			if _, is := p.whmcs.Permissions(user, c.client); is && ends {
				n++
			}
		}
	}
	return n
}

// activity is the whole record of the account.
func (c *customer) activity() (all []api.Activity) {
	c.p.must(c.insist(func(ctx context.Context, at *client.Client) error {
		all = nil
		for cursor := ""; ; {
			page, err := at.Activity(ctx, c.account, cursor)
			if err != nil {
				return err
			}
			all = append(all, page.Activity...)
			if cursor = page.Next; cursor == "" {
				return nil
			}
		}
	}))
	return all
}

// recorded is how often the end of access is in an account's activity, by whose it was.
func (c *customer) recorded() map[string]int {
	n := map[string]int{}
	for _, a := range c.activity() {
		if a.Action == api.ActUserAccessEnded {
			n[a.Target]++
		}
	}
	return n
}

// told counts the entries of the record about what the customer was told is done: each is there once, and confirmed unless it is an
// invitation that is not. Permissions may be there twice where their end was changed too, which is a write of its own.
func (c *customer) told(amiss func(twice bool, format string, args ...any), unconfirmed string) {
	c.p.Helper()
	n, open := map[string]int{}, map[string]bool{}
	for _, a := range c.activity() {
		what := a.Action + " " + a.Target
		if a.Action == api.ActUserPermissions {
			what += " " + strings.Join(slices.Sorted(slices.Values(a.Permissions)), " ")
		}
		n[what]++
		open[what] = open[what] || a.Unconfirmed
	}
	want := func(what string, doubt bool, most int) {
		switch {
		case n[what] == 0:
			amiss(false, "%q of %s is not recorded", what, c.name)
		case n[what] > most:
			amiss(true, "%q of %s is recorded %d times", what, c.name, n[what])
		case open[what] && !doubt:
			amiss(false, "%q of %s is recorded as unconfirmed", what, c.name)
		}
	}
	for _, email := range c.added {
		edit := strings.TrimPrefix(email[:strings.IndexByte(email, '.')], "nouveau")
		want(api.ActContactAdded+" Nouveau "+edit, false, 1)
	}
	for _, email := range c.invited {
		want(api.ActUserInvited+" "+email, strings.Contains(unconfirmed, " "+email+" "), 1)
	}
	for _, u := range c.users {
		if set := c.sets[u.ID]; set > 0 {
			want(api.ActUserPermissions+" "+u.FirstName+" "+u.LastName+" "+strings.Join(slices.Sorted(slices.Values(setOf(set))), " "), false, 2)
		}
	}
}

// unrecorded is how many accesses have ended and are in nobody's activity.
func (p *pair) unrecorded() (n int) {
	for _, c := range p.customers {
		n += len(c.ends) - len(c.recorded())
	}
	return n
}
