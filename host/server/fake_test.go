package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/store"
)

// Permissions that the fake host has; all of them decide something or nothing somewhere.
var allPermissions = []string{"profile", "contacts", "products", "manageproducts", "productsso", "domains",
	"managedomains", "invoices", "quotes", "tickets", "affiliates", "emails", "orders"}

// fake is a provider in memory with one account: Marie owns it; people are added by tests.
type fake struct {
	store *store.DB
	now   func() time.Time

	writers sync.Mutex // held by Locked

	mu      sync.Mutex
	data    data
	desc    host.Description
	codes   []sentCode
	resets  int
	fail    map[string]error // by method name: answered instead of acting
	panics  bool
	lastFor host.Actor // who wrote last

	changed             []api.AccountChange
	hideInvitations     bool
	withoutTransactions bool
	beforeLock          func() // what happens while a call waits for its turn
}

type data struct {
	People   map[string]api.Me
	Members  map[string]map[string]api.Membership // account, person
	Accounts map[string]api.Snapshot
	Seq      int
}

type sentCode struct{ Person, To, Code, Condition string }

func (d data) clone() data {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	var out data
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

func newFake(db *store.DB, now func() time.Time) *fake {
	yes := api.Feature{Available: true}
	f := &fake{store: db, now: now, fail: map[string]error{}, desc: host.Description{
		Name: "Hébergement Exemple", Languages: []string{"fr", "en"}, Sample: true, MailboxPath: "/mailbox",
		Features: api.Features{ListInvitations: yes, EditInvitation: yes, ResendInvitation: yes, CancelInvitation: yes,
			InvitationLanguage: yes, InvitedOnly: yes,
			LastSignIn: yes, TwoFactor: yes, AccessEnds: yes, Activity: yes, ChangeLoginEmail: yes, PasswordReset: yes,
			EmptyPermissions: yes, ContactLanguage: yes},
	}}
	for _, key := range allPermissions {
		f.desc.Permissions = append(f.desc.Permissions, api.CatalogueEntry{Key: key, Title: api.Text{"en": key}})
	}
	for _, key := range []string{"general", "invoice", "support", "product", "domain"} {
		f.desc.MailCategories = append(f.desc.MailCategories, api.CatalogueEntry{Key: key, Title: api.Text{"en": key}})
	}
	f.data = data{
		People: map[string]api.Me{
			"marie":    {ID: "marie", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Language: "fr"},
			"outsider": {ID: "outsider", FirstName: "Luc", LastName: "Roy", Email: "luc@ailleurs.example", Language: "fr"},
		},
		Members: map[string]map[string]api.Membership{"a1": {"marie": {UserID: "u1", Role: api.RoleOwner, Permissions: allPermissions}}},
		Accounts: map[string]api.Snapshot{"a1": {
			Revision: "1",
			Account: api.Account{ID: "a1", Name: "Boulangerie Chez Marcel", FirstName: "Marie", LastName: "Tremblay", Company: "Boulangerie Chez Marcel",
				Email: "compte@chezmarcel.example", Phone: "+15145550123", Language: "fr",
				Address: api.Address{Line1: "12, rue du Four", City: "Montréal", State: "QC", PostalCode: "H2X 1Y4", Country: "CA"},
				Domains: []string{"chezmarcel.example"}, EmailPreferences: api.MailPreferences{"general": true}},
			Users: []api.User{
				{ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Role: api.RoleOwner, Permissions: allPermissions},
				{ID: "u2", FirstName: "Sam", LastName: "Gagnon", Email: "sam@studio.example", Role: api.RoleUser, Permissions: []string{"products"}},
			},
			Invitations: []api.Invitation{{ID: "i1", Email: "noe@studio.example", Language: "fr", Permissions: []string{"domains"},
				InvitedBy: "Marie Tremblay", SentAt: now(), ExpiresAt: now().Add(7 * 24 * time.Hour)}},
			Contacts: []api.Contact{
				{ID: "c1", FirstName: "Jo", Email: "jo@chezmarcel.example", EmailPreferences: api.MailPreferences{"domain": true}},
				{ID: "c2", FirstName: "Al", Email: "al@chezmarcel.example", EmailPreferences: api.MailPreferences{"invoice": true}},
			},
		}},
	}
	return f
}

// join makes a person who is a user of the account with some permissions.
func (f *fake) join(person string, permissions ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data.People[person] = api.Me{ID: person, FirstName: person, LastName: "Test", Email: person + "@mail.example", Language: "en"}
	f.data.Members["a1"][person] = api.Membership{UserID: "user-" + person, Role: api.RoleUser, Permissions: permissions}
}

// change edits the account behind the server's back.
func (f *fake) change(edit func(*api.Snapshot)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.editLocked("a1", edit)
}

func (f *fake) editLocked(account string, edit func(*api.Snapshot)) {
	s := f.data.clone().Accounts[account]
	edit(&s)
	f.data.Seq++
	s.Revision = fmt.Sprint(f.data.Seq)
	f.data.Accounts[account] = s
}

func (f *fake) lastCode() sentCode {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.codes) == 0 {
		return sentCode{}
	}
	return f.codes[len(f.codes)-1]
}

func (f *fake) codesSent() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.codes)
}

// write runs one of the provider's writes.
func (f *fake) write(ctx context.Context, name, account string, edit func(*api.Snapshot)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail[name]; err != nil {
		return err
	}
	f.lastFor = host.ActorOf(ctx)
	f.editLocked(account, edit)
	return nil
}

func (f *fake) Describe(context.Context) (host.Description, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("the provider broke")
	}
	return f.desc, f.fail["Describe"]
}

func (f *fake) Person(_ context.Context, id string) (api.Me, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	me, known := f.data.People[id]
	if !known {
		return me, host.ErrNotFound
	}
	return me, f.fail["Person"]
}

func (f *fake) PersonByEmail(_ context.Context, email string) (api.Me, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, me := range f.data.People {
		if host.SameEmail(me.Email, email) {
			return me, nil
		}
	}
	return api.Me{}, host.ErrNotFound
}

func (f *fake) UpdatePerson(_ context.Context, id string, p api.MePatch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	me := f.data.People[id]
	set(&me.FirstName, p.FirstName)
	set(&me.LastName, p.LastName)
	set(&me.Language, p.Language)
	f.data.People[id] = me
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (f *fake) SetLoginEmail(_ context.Context, id, email string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	me := f.data.People[id]
	me.Email = email
	f.data.People[id] = me
	return nil
}

func (f *fake) SendPasswordReset(context.Context, string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.resets++
	return nil
}

func (f *fake) SendCode(_ context.Context, person, email, code, condition string, _ time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail["SendCode"]; err != nil {
		return err
	}
	f.codes = append(f.codes, sentCode{person, email, code, condition})
	return nil
}

func (f *fake) Accounts(_ context.Context, person, after string, limit int) ([]api.AccountSummary, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []api.AccountSummary
	for _, id := range slices.Sorted(maps.Keys(f.data.Accounts)) {
		m, reaches := f.data.Members[id][person]
		if reaches && id > after && len(out) < limit {
			out = append(out, api.AccountSummary{ID: id, Name: f.data.Accounts[id].Account.Name, Role: m.Role,
				Permissions: m.Permissions, Revision: f.data.Accounts[id].Revision})
		}
	}
	return out, nil
}

func (f *fake) Membership(_ context.Context, person, account string) (api.Membership, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, reaches := f.data.Members[account][person]
	if !reaches {
		return m, host.ErrNotFound
	}
	return m, nil
}

func (f *fake) Snapshot(_ context.Context, account string) (api.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, known := f.data.clone().Accounts[account]
	if !known {
		return s, host.ErrNotFound
	}
	if f.hideInvitations {
		s.Invitations = nil
	}
	return s, f.fail["Snapshot"]
}

func (f *fake) Activity(_ context.Context, _, cursor string, limit int) ([]api.Activity, string, error) {
	if cursor != "" {
		return nil, "", nil
	}
	return []api.Activity{{ID: "1", Action: api.ActUserInvited}}, fmt.Sprint(limit), nil
}

func (f *fake) Changes(_ context.Context, _, since string, _ int) (api.Changes, error) {
	return api.Changes{Token: "t2", Reset: since == "old", Accounts: f.changed}, nil
}

func (f *fake) Locked(ctx context.Context, _ string, fn func(ctx context.Context) error) error {
	if f.beforeLock != nil {
		f.beforeLock()
	}
	f.writers.Lock()
	defer f.writers.Unlock()
	if f.withoutTransactions {
		return fn(ctx)
	}
	f.mu.Lock()
	before := f.data.clone()
	f.mu.Unlock()
	err := f.store.Atomically(ctx, fn)
	if err != nil {
		f.mu.Lock()
		f.data = before
		f.mu.Unlock()
	}
	return err
}

func (f *fake) UpdateAccount(ctx context.Context, account string, p api.AccountPatch) error {
	return f.write(ctx, "UpdateAccount", account, func(s *api.Snapshot) {
		set(&s.Account.FirstName, p.FirstName)
		set(&s.Account.LastName, p.LastName)
		set(&s.Account.Company, p.Company)
		set(&s.Account.Email, p.Email)
		set(&s.Account.Phone, p.Phone)
		set(&s.Account.Address, p.Address)
		set(&s.Account.Language, p.Language)
		s.Account.EmailPreferences = merged(s.Account.EmailPreferences, p.EmailPreferences)
	})
}

func merged(now, change api.MailPreferences) api.MailPreferences {
	out := api.MailPreferences{}
	maps.Copy(out, now)
	maps.Copy(out, change)
	return out
}

func (f *fake) SetPermissions(ctx context.Context, account, user string, p api.PermissionSet) error {
	return f.write(ctx, "SetPermissions", account, func(s *api.Snapshot) {
		for i := range s.Users {
			if s.Users[i].ID == user {
				s.Users[i].Permissions, s.Users[i].EndsAt, s.Users[i].Reason = p.Permissions, p.EndsAt, p.Reason
			}
		}
	})
}

func (f *fake) RemoveUser(ctx context.Context, account, user string) error {
	return f.write(ctx, "RemoveUser", account, func(s *api.Snapshot) {
		s.Users = slices.DeleteFunc(s.Users, func(u api.User) bool { return u.ID == user })
	})
}

func (f *fake) Invite(ctx context.Context, account string, n api.NewInvitation) (string, error) {
	var id string
	err := f.write(ctx, "Invite", account, func(s *api.Snapshot) {
		id = fmt.Sprint("i", len(s.Invitations)+1)
		s.Invitations = append(s.Invitations, api.Invitation{ID: id, Email: n.Email, Language: n.Language, Permissions: n.Permissions,
			EndsAt: n.EndsAt, Reason: n.Reason, InvitedBy: host.ActorOf(ctx).Name, SentAt: f.now(), ExpiresAt: f.now().Add(7 * 24 * time.Hour)})
	})
	return id, err
}

func (f *fake) invitation(ctx context.Context, name, account, id string, edit func(*api.Invitation)) error {
	return f.write(ctx, name, account, func(s *api.Snapshot) {
		for i := range s.Invitations {
			if s.Invitations[i].ID == id {
				edit(&s.Invitations[i])
			}
		}
	})
}

func (f *fake) SetInvitationPermissions(ctx context.Context, account, id string, p api.PermissionSet) error {
	return f.invitation(ctx, "SetInvitationPermissions", account, id, func(i *api.Invitation) {
		i.Permissions, i.EndsAt, i.Reason = p.Permissions, p.EndsAt, p.Reason
	})
}

func (f *fake) ResendInvitation(ctx context.Context, account, id string) error {
	return f.invitation(ctx, "ResendInvitation", account, id, func(i *api.Invitation) {
		i.SentAt, i.ExpiresAt = f.now(), f.now().Add(7*24*time.Hour)
	})
}

func (f *fake) CancelInvitation(ctx context.Context, account, id string) error {
	return f.write(ctx, "CancelInvitation", account, func(s *api.Snapshot) {
		s.Invitations = slices.DeleteFunc(s.Invitations, func(i api.Invitation) bool { return i.ID == id })
	})
}

func (f *fake) AddContact(ctx context.Context, account string, n api.NewContact) (string, error) {
	var id string
	err := f.write(ctx, "AddContact", account, func(s *api.Snapshot) {
		id = fmt.Sprint("c", len(s.Contacts)+1)
		s.Contacts = append(s.Contacts, api.Contact{ID: id, FirstName: n.FirstName, LastName: n.LastName, Company: n.Company, Email: n.Email,
			Phone: n.Phone, Address: n.Address, Language: n.Language, EmailPreferences: n.EmailPreferences})
	})
	return id, err
}

func (f *fake) UpdateContact(ctx context.Context, account, id string, p api.ContactPatch) error {
	return f.write(ctx, "UpdateContact", account, func(s *api.Snapshot) {
		for i := range s.Contacts {
			if c := &s.Contacts[i]; c.ID == id {
				set(&c.FirstName, p.FirstName)
				set(&c.LastName, p.LastName)
				set(&c.Company, p.Company)
				set(&c.Email, p.Email)
				set(&c.Phone, p.Phone)
				set(&c.Address, p.Address)
				set(&c.Language, p.Language)
				c.EmailPreferences = merged(c.EmailPreferences, p.EmailPreferences)
			}
		}
	})
}

func (f *fake) DeleteContact(ctx context.Context, account, id string) error {
	return f.write(ctx, "DeleteContact", account, func(s *api.Snapshot) {
		s.Contacts = slices.DeleteFunc(s.Contacts, func(c api.Contact) bool { return c.ID == id })
	})
}
