package whole

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/plan"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client/api"
	"concierge/host/sample"
)

// leaver is a host at which Alex owns twenty accounts, and Léa is in eight of them: a user of each, and a contact of every
// other one.
func leaver(t *testing.T) *place {
	t.Helper()
	p := start(t, unlimited)
	ctx := t.Context()
	p.must(p.Sample.Fill(ctx, sample.Bulk{Accounts: 20, People: 5, Seed: 77, Owned: true}))
	p.who = sample.BulkAccountant(77)
	alex, err := p.Sample.PersonByEmail(ctx, p.who)
	p.must(err)
	lea, err := p.Sample.PersonByEmail(ctx, sample.DeveloperEmail)
	p.must(err)
	list, err := p.Sample.Accounts(ctx, alex.ID, "", 100)
	p.must(err)
	if len(list) != 20 {
		t.Fatalf("%d accounts", len(list))
	}
	for i, a := range list[:8] {
		_, err := p.Sample.DB().Querier(ctx).ExecContext(ctx, "INSERT INTO memberships (account_id, person_id, role, permissions) VALUES (?, ?, 'user', 'tickets domains')", a.ID, lea.ID)
		p.must(err)
		if i%2 == 0 {
			_, err := p.Sample.AddContact(ctx, a.ID, api.NewContact{FirstName: "Léa", LastName: "Dubois", Email: "LEA@studio.example", Language: "fr",
				EmailPreferences: api.MailPreferences{"domain": true}})
			p.must(err)
		}
	}
	return p
}

// here tells what Léa is in an account, at the host.
func (p *place) here(account string) (users, contacts int) {
	p.Helper()
	s := p.truth(account)
	for _, u := range s.Users {
		if access.EmailKey(u.Email) == sample.DeveloperEmail {
			users++
		}
	}
	for _, c := range s.Contacts {
		if access.EmailKey(c.Email) == sample.DeveloperEmail {
			contacts++
		}
	}
	return users, contacts
}

// removals is how often the host was told of somebody's going, by account.
func (p *place) removals(action string) map[string]int {
	p.Helper()
	rows, err := p.Sample.DB().Querier(p.Context()).QueryContext(p.Context(), "SELECT account_id, count(*) FROM activity WHERE action = ? AND target LIKE '%Dubois%' GROUP BY account_id", action)
	p.must(err)
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var account string
		var n int
		p.must(rows.Scan(&account, &n))
		out[account] = n
	}
	p.must(rows.Err())
	return out
}

// leave approves what it takes to take Léa out of every account, and lets it leave.
func (w *window) leave(f plan.Found) change.Plan {
	pl := change.NewPlan(f.Name, f.Email)
	var list []change.Change
	for _, r := range f.Rows {
		for _, c := range r.Steps {
			c.Plan = pl
			list = append(list, c)
		}
	}
	w.Desk.SubmitAll(list)
	return pl
}

// hurry lets a plan leave without waiting for whether somebody wants it back.
func (w *window) hurry() {
	for _, c := range w.Desk.List() {
		if c.State == change.Waiting {
			_ = w.Desk.SendNow(c.ID) // left meanwhile is as good
		}
	}
}

func (w *window) plan() plan.Plan {
	for _, p := range plan.Plans(w.Desk.List()) {
		return p
	}
	return plan.Plan{}
}

func TestALeaverIsTakenOutOfEightOfTwentyAccountsAndEachGivesItsResult(t *testing.T) {
	p := leaver(t)
	w := p.window(t.TempDir(), vault.Session(), with(&kept{}))
	alex := w.signIn()
	w.filled(alex)
	f := plan.Find(w.Store, sample.DeveloperEmail)
	if f.Present() != 8 || len(f.Rows) != 8 || f.Name != "Léa Dubois" || len(f.Unseen) != 0 {
		t.Fatalf("%d of %d, called %s", f.Present(), len(f.Rows), f.Name)
	}
	var with, without []access.Ref // a contact
	for _, r := range f.Rows {
		if r.Verdict != plan.Ready {
			t.Fatalf("%+v", r)
		}
		if len(r.Steps) == 2 {
			with = append(with, r.Ref)
		} else {
			without = append(without, r.Ref)
		}
	}
	// Meanwhile: in one account nobody else receives the mail about domains any more, in one Léa may do something else, and
	// from one somebody has taken her out already.
	refuses, collides, gone := with[0].Account, without[0].Account, without[1].Account
	ctx := t.Context()
	p.must(p.Sample.UpdateAccount(ctx, refuses, api.AccountPatch{EmailPreferences: api.MailPreferences{"domain": false}}))
	for _, ct := range p.truth(refuses).Contacts {
		if access.EmailKey(ct.Email) != sample.DeveloperEmail && ct.EmailPreferences["domain"] {
			p.must(p.Sample.UpdateContact(ctx, refuses, ct.ID, api.ContactPatch{EmailPreferences: api.MailPreferences{"domain": false}}))
		}
	}
	user := func(account string) string {
		for _, u := range p.truth(account).Users {
			if u.Email == sample.DeveloperEmail {
				return u.ID
			}
		}
		t.Fatal("Léa is not there")
		return ""
	}
	p.must(p.Sample.SetPermissions(ctx, collides, user(collides), api.PermissionSet{Permissions: []string{"invoices"}}))
	p.must(p.Sample.RemoveUser(ctx, gone, user(gone)))

	w.leave(f)
	w.hurry()
	w.until("every account has its result", func() bool { return !w.plan().UnderWay() })
	pl := w.plan()
	if len(pl.Lines) != 8 || pl.Count(plan.Confirmed) != 6 || pl.Count(plan.Refused) != 1 || pl.Count(plan.Conflict) != 1 {
		t.Fatalf("%d accounts: %d confirmed, %d refused, %d in conflict", len(pl.Lines), pl.Count(plan.Confirmed), pl.Count(plan.Refused), pl.Count(plan.Conflict))
	}
	for _, l := range pl.Lines {
		users, contacts := p.here(l.Ref.Account)
		switch l.Ref.Account {
		case refuses:
			if l.State != plan.Refused || l.Of.Trouble.Kind != trouble.LastDomain || users != 0 || contacts != 1 {
				t.Errorf("refused: %v %v, %d users, %d contacts", l.State, l.Of.Trouble, users, contacts)
			}
		case collides:
			if l.State != plan.Conflict || users != 1 {
				t.Errorf("collides: %v, %d users", l.State, users)
			}
		default:
			if l.State != plan.Confirmed || users != 0 || contacts != 0 || l.At.IsZero() {
				t.Errorf("%s: %v, %d users, %d contacts", l.Ref.Account, l.State, users, contacts)
			}
		}
	}
	// What is decided goes on, each for itself.
	l, _ := pl.Find(without[0])
	p.must(w.Desk.Resolve(l.Of.ID, l.Of.After))
	w.until("it is done as decided", func() bool { return w.plan().Count(plan.Confirmed) == 7 })
	if users, _ := p.here(collides); users != 0 {
		t.Error("Léa still has access")
	}
	if again := plan.Find(w.Store, sample.DeveloperEmail); again.Present() != 1 || again.Rows[0].Verdict != plan.Decide || again.Rows[0].Why != plan.LastDomain {
		t.Errorf("what is left: %+v", again.Rows)
	}
}

func TestALeaversPlanGoesOnAfterACrashWithNothingLostAndNothingDoneTwice(t *testing.T) {
	for n, at := range []step{arrives, answered, ended} {
		for _, after := range []int{0, 5} {
			t.Run(fmt.Sprintf("%s, after %d", at, after), func(t *testing.T) {
				p := leaver(t)
				j, dir, keys := &kept{}, t.TempDir(), vault.Session()
				var lives sync.Map
				var calls atomic.Int32
				armed := make(chan struct{}) // until then no more than so many are done
				p.through(func(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
					if r.Method == http.MethodDelete && int(calls.Add(1)) > after {
						select {
						case <-armed:
						case <-r.Context().Done():
						}
					}
					if l, ok := lives.Load(r.UserAgent()); ok {
						l.(*life).serve(rw, r, pass)
						return
					}
					pass.ServeHTTP(rw, r)
				})
				begin := func(name string) (*window, *life) {
					l := &life{Journal: j, wrote: map[string]int{}, died: make(chan struct{})}
					lives.Store("Concierge/"+name, l)
					return p.window(dir, keys, with(l), func(c *app.Config) { c.Version = name }), l
				}
				w, l := begin(fmt.Sprint("first-", n))
				alex := w.signInAt(p.proxy.URL)
				w.filled(alex)
				f := plan.Find(w.Store, sample.DeveloperEmail)
				pl := w.leave(f)
				w.until("all of it is written down", func() bool { return len(left(t, j)) == 12 })
				w.hurry()
				w.until("so many are done", func() bool {
					done := 0
					for _, c := range w.Desk.List() {
						if c.State == change.Confirmed {
							done++
						}
					}
					return done == after
				})
				l.mu.Lock()
				l.at = at
				l.mu.Unlock()
				close(armed)
				<-l.died
				w, _ = begin(fmt.Sprint("second-", n))
				w.comes("all of it has ended", func() bool {
					w.hurry()
					return len(left(t, j)) == 0 && w.plan().Count(plan.Confirmed) == 8
				})
				again := w.plan()
				if again.ID != pl.ID || again.Name != "Léa Dubois" {
					t.Errorf("it is found again as %+v", again.Plan)
				}
				users, contacts := p.removals(api.ActUserRemoved), p.removals(api.ActContactDeleted)
				for i, r := range f.Rows {
					u, c := p.here(r.Ref.Account)
					if u != 0 || c != 0 || users[r.Ref.Account] != 1 || contacts[r.Ref.Account] != len(r.Steps)-1 {
						t.Errorf("account %d: still %d users and %d contacts; taken out %d and %d times", i, u, c, users[r.Ref.Account], contacts[r.Ref.Account])
					}
				}
			})
		}
	}
}

// TestAHostWithALimitIsNotFloodedByAPlan: a few calls at once, and it is waited for where it says so.
func TestAHostWithALimitIsNotFloodedByAPlan(t *testing.T) {
	p := leaver(t)
	w := p.window(t.TempDir(), vault.Session(), with(&kept{}))
	alex := w.signInAt(p.proxy.URL)
	w.filled(alex)
	var mu sync.Mutex
	now, most, said := 0, 0, 0
	p.through(func(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method != http.MethodDelete {
			pass.ServeHTTP(rw, r)
			return
		}
		mu.Lock()
		now++
		most = max(most, now)
		busy := said < 4
		said++
		mu.Unlock()
		defer func() { mu.Lock(); now--; mu.Unlock() }()
		if busy {
			says(http.StatusTooManyRequests, "1")(rw, r, pass)
			return
		}
		pass.ServeHTTP(rw, r)
	})
	w.leave(plan.Find(w.Store, sample.DeveloperEmail))
	w.hurry()
	w.until("all is done nonetheless", func() bool { return w.plan().Count(plan.Confirmed) == 8 })
	mu.Lock()
	defer mu.Unlock()
	if most > 3 {
		t.Errorf("%d calls at once", most)
	}
	if slices.ContainsFunc(w.Desk.List(), func(c change.Change) bool { return c.State != change.Confirmed }) {
		t.Errorf("%+v", w.plan())
	}
}
