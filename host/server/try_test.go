package server_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/hosttest"
	"concierge/host/server"
)

// elsewhere is the fake whose contacts are in another system: nothing is undone, and calls can be lost on the way.
type elsewhere struct {
	*fake

	mu      sync.Mutex
	lost    func(*host.Try) error // what happens to AddContact, after which nothing can be read
	failing bool
	again   []bool // what each AddContact was told
	keys    map[string]bool
}

func (*elsewhere) ActsElsewhere() {}

func (e *elsewhere) Locked(ctx context.Context, _ string, fn func(ctx context.Context) error) error {
	e.writers.Lock()
	defer e.writers.Unlock()
	return fn(ctx)
}

func (e *elsewhere) AddContact(ctx context.Context, account string, c api.NewContact) (string, error) {
	try := host.TryOf(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.again = append(e.again, try.Again)
	e.keys[try.Key] = true
	if try.Again { // look first
		s, err := e.fake.Snapshot(ctx, account)
		for _, o := range s.Contacts {
			if o.Email == c.Email {
				return o.ID, err
			}
		}
	}
	try.Acting()
	id, err := e.fake.AddContact(ctx, account, c)
	if e.lost != nil {
		err = e.lost(try)
	}
	return id, err
}

func (e *elsewhere) Snapshot(ctx context.Context, account string) (api.Snapshot, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failing {
		return api.Snapshot{}, host.ErrUnavailable
	}
	return e.fake.Snapshot(ctx, account)
}

func newElsewhere(t *testing.T) (*world, *elsewhere) {
	e := &elsewhere{keys: map[string]bool{}}
	w := newWorld(t, func(c *server.Config) {
		e.fake = c.Provider.(*fake)
		c.Provider = e
	})
	return w, e
}

func TestARepeatAfterALostAnswerLooksBeforeItActs(t *testing.T) {
	for _, how := range []struct {
		name  string
		spoil func(*elsewhere)
	}{
		{"the answer to the write was lost", func(e *elsewhere) {
			e.lost = func(*host.Try) error { return host.ErrUnavailable }
		}},
		{"what was written could not be read", func(e *elsewhere) {
			e.lost = func(*host.Try) error { e.failing = true; return nil }
		}},
		{"the server died between acting and remembering", func(e *elsewhere) {
			e.lost = func(*host.Try) error { panic("killed") }
		}},
	} {
		t.Run(how.name, func(t *testing.T) {
			w, e := newElsewhere(t)
			add := func() hosttest.Answer {
				return w.call("marie", "POST", "/v1/accounts/a1/contacts", newContact, api.HeaderIdempotencyKey, "k")
			}
			how.spoil(e)
			if a := add(); a.Status < 500 {
				t.Fatalf("answered %d", a.Status)
			}
			e.mu.Lock()
			e.lost, e.failing = nil, false
			e.mu.Unlock()
			add().Is(http.StatusCreated)
			add().Is(http.StatusCreated) // remembered by now
			if n := len(read[api.ContactList](w.get("marie", "/v1/accounts/a1/contacts")).Contacts); n != 3 {
				t.Errorf("%d contacts, want 3", n)
			}
			if len(e.again) != 2 || e.again[0] || !e.again[1] {
				t.Errorf("tries were told %v, want false and then true", e.again)
			}
			if !e.keys["marie k"] || len(e.keys) != 1 {
				t.Errorf("keys %v", e.keys)
			}
		})
	}
}

func TestATryThatCertainlyDidNotActIsForgotten(t *testing.T) {
	w, e := newElsewhere(t)
	e.lost = func(try *host.Try) error {
		try.DidNotAct()
		return &host.FieldError{Pointer: "/email", Code: api.FieldTaken}
	}
	add := func(body string) hosttest.Answer {
		return w.call("marie", "POST", "/v1/accounts/a1/contacts", body, api.HeaderIdempotencyKey, "k")
	}
	add(newContact).Wrong("/email taken")
	e.lost = nil
	w.fake.change(func(s *api.Snapshot) { s.Contacts = s.Contacts[:2] }) // nor did it
	add(newContact).Is(http.StatusCreated)
	if e.again[1] {
		t.Error("the second try was told that the first may have acted")
	}
}

func TestAKeyThatBeganAnotherCallIsRefused(t *testing.T) {
	w, e := newElsewhere(t)
	e.lost = func(*host.Try) error { return host.ErrUnavailable }
	add := func(body string) hosttest.Answer {
		return w.call("marie", "POST", "/v1/accounts/a1/contacts", body, api.HeaderIdempotencyKey, "k")
	}
	add(newContact).Is(http.StatusServiceUnavailable)
	e.lost = nil
	add(`{"firstName":"Zoé","email":"other@mail.example"}`).Is(422).Refused(api.ProblemIdempotencyMismatch)
}

func TestWhatTheProvidersSystemRefusesIsAProblemOfTheContract(t *testing.T) {
	w, e := newElsewhere(t)
	for _, c := range []struct {
		err    error
		status int
		kind   string
	}{
		{host.ErrEmailTaken, 409, api.ProblemEmailTaken},
		{host.ErrAlreadyUser, 409, api.ProblemAlreadyUser},
		{host.ErrAlreadyInvited, 409, api.ProblemAlreadyInvited},
		{host.ErrLastDomain, 409, api.ProblemLastDomain},
		{host.ErrOwnerProtected, 409, api.ProblemOwnerProtected},
		{&host.FieldError{Pointer: "/phone", Code: api.FieldInvalid}, 422, api.ProblemInvalid},
		{host.ErrRefused, 403, api.ProblemRefusedUpstream},
		{host.ErrNonsense, 502, api.ProblemUpstream},
		{host.ErrUnavailable, 503, api.ProblemBusy},
	} {
		e.lost = func(try *host.Try) error { try.DidNotAct(); return c.err }
		w.post("marie", "/v1/accounts/a1/contacts", newContact).Is(c.status).Refused(c.kind)
		w.fake.change(func(s *api.Snapshot) { s.Contacts = s.Contacts[:2] })
	}
}

func TestNoProofIsAskedWhereTheHostCanSendNoCode(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.desc.Unproven = []string{api.ConditionInvite, api.ConditionAccountEmail, api.ConditionLoginEmail}
	w.fake.mu.Unlock()
	w.post("marie", "/v1/accounts/a1/invitations", `{"email":"new@mail.example","permissions":["domains"]}`).Is(http.StatusCreated)
	w.write("marie", "PATCH", "/v1/accounts/a1", `{"email":"new@mail.example"}`).Is(http.StatusOK)
	w.post("marie", "/v1/me/email", `{"email":"new@mail.example"}`).Is(http.StatusForbidden).Refused(api.ProblemStepUp)
}
