// Package viewtest is the sample world of view tests and of pictures: one account as DESIGN's drawings show it, a host
// that answers as a test says, and a window without a screen. Only tests and the gallery use it.
package viewtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Now is when it is in the sample world.
var Now = time.Date(2026, time.November, 18, 14, 2, 0, 0, time.Local)

// Ref is the account; the signed-in person owns it.
var Ref = access.Ref{Identity: "marie", Account: "chezmarcel"}

// Host can do all there is.
func Host() access.Host {
	h := access.Host{URL: "https://espace.exemple.example", Name: "Hébergement Exemple", Languages: []string{"fr", "en"}}
	sensitive := map[access.Permission]bool{
		access.Profile: true, access.ManageProducts: true, access.ProductSSO: true, access.ManageDomains: true, access.Orders: true,
	}
	for _, p := range []access.Permission{
		access.Profile, access.Contacts, access.Products, access.ManageProducts, access.ProductSSO, access.Domains, access.ManageDomains,
		access.Invoices, access.Quotes, access.Tickets, access.Affiliates, access.Emails, access.Orders,
	} {
		h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: string(p), Sensitive: sensitive[p]})
	}
	for _, c := range []access.MailCategory{access.MailGeneral, access.MailInvoice, access.MailSupport, access.MailProduct, access.MailDomain} {
		h.MailCategories = append(h.MailCategories, access.CatalogueEntry{Key: string(c)})
	}
	yes := access.Feature{Available: true}
	h.Features = access.Features{
		ListInvitations: yes, EditInvitation: yes, ResendInvitation: yes, CancelInvitation: yes,
		InvitationLanguage: yes, InvitedOnly: yes, LastSignIn: yes,
		TwoFactor: yes, AccessEnds: yes, Activity: yes, ChangeLoginEmail: yes, PasswordReset: yes,
		EmptyPermissions: yes, ContactLanguage: yes,
	}
	return h
}

// Snapshot is the account: an owner, two users, an invitation that expires in two days, and contacts.
func Snapshot() access.Snapshot {
	yes, no := true, false
	end := time.Date(2027, time.April, 30, 23, 59, 59, 0, time.Local)
	prefs := func(cs ...access.MailCategory) access.Preferences {
		p := access.Preferences{}
		for _, c := range cs {
			p[c] = true
		}
		return p
	}
	return access.Snapshot{
		Ref: Ref, Revision: "1",
		Account: access.Account{
			ID: Ref.Account, ETag: "a1", Name: "Boulangerie Chez Marcel", Company: "Boulangerie Chez Marcel", Email: "info@chezmarcel.example",
			Language: "fr", Preferences: prefs(access.MailGeneral), Domains: []string{"chezmarcel.example"},
		},
		Me: access.Membership{UserID: "u1", Role: access.Owner},
		Users: []access.User{
			{ID: "u1", ETag: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Role: access.Owner, LastSignIn: Now, TwoFactor: &yes},
			{ID: "u2", ETag: "u2", FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Role: access.Member,
				Permissions: []access.Permission{access.Invoices, access.Quotes, access.Emails}, EndsAt: end, Reason: "impôts 2026",
				LastSignIn: Now.AddDate(0, 0, -1), TwoFactor: &yes},
			{ID: "u3", ETag: "u3", FirstName: "Léa", LastName: "Dubois", Email: "lea@studio.example", Role: access.Member,
				Permissions: access.PresetDeveloper.Of(Host().Permissions), LastSignIn: Now.AddDate(0, 0, -12), TwoFactor: &no},
		},
		Invitations: []access.Invitation{
			{ID: "i1", ETag: "i1", Email: "noe@studio.example", Language: "fr", Permissions: []access.Permission{access.Products, access.Domains, access.Emails},
				InvitedBy: "Marie Tremblay", SentAt: Now.AddDate(0, 0, -5), ExpiresAt: Now.AddDate(0, 0, 2), AcceptURL: "https://espace.exemple.example/invitations/abc"},
		},
		Contacts: []access.Contact{
			{ID: "c1", ETag: "c1", FirstName: "Marie", LastName: "Tremblay", Email: "Marie@ChezMarcel.example", Language: "fr", Preferences: prefs(access.MailInvoice, access.MailDomain)},
			{ID: "c2", ETag: "c2", FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Language: "fr", Preferences: prefs(access.MailInvoice)},
			{ID: "c3", ETag: "c3", FirstName: "Comptes", LastName: "à payer", Email: "factures@chezmarcel.example", Language: "fr", Preferences: prefs(access.MailInvoice)},
			{ID: "c4", ETag: "c4", FirstName: "Soutien", LastName: "TI", Email: "ti@chezmarcel.example", Language: "en", Preferences: prefs(access.MailSupport, access.MailProduct, access.MailGeneral)},
		},
	}
}

// Script answers each Change that is sent with the next outcome, then with success, and keeps what it was sent.
type Script struct {
	mu       sync.Mutex
	outcomes []change.Outcome
	answers  []change.Outcome
	sent     []change.Change
	typed    []map[string]string
}

// Then adds what the host answers to the next Change sent.
func (s *Script) Then(o ...change.Outcome) *Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcomes = append(s.outcomes, o...)
	return s
}

// ThenProof adds what the host says to the next proof typed.
func (s *Script) ThenProof(o ...change.Outcome) *Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, o...)
	return s
}

// Sent lists the Changes that arrived at the host.
func (s *Script) Sent() []change.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]change.Change(nil), s.sent...)
}

// Typed lists the proofs that arrived at the host.
func (s *Script) Typed() []map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]string(nil), s.typed...)
}

// Send implements change.Sender.
func (s *Script) Send(_ context.Context, c change.Change, _ string) change.Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, c)
	return pop(&s.outcomes)
}

// Answer implements change.Sender.
func (s *Script) Answer(_ context.Context, _ change.Change, values map[string]string) change.Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.typed = append(s.typed, values)
	return pop(&s.answers)
}

func pop(list *[]change.Outcome) change.Outcome {
	if len(*list) == 0 {
		return change.Outcome{}
	}
	o := (*list)[0]
	*list = (*list)[1:]
	return o
}

// Keep is a desk over a journal that has entries from before, which the desk takes on.
func (w *World) Keep(t testing.TB, entries ...journal.Entry) {
	t.Helper()
	j := &journal.Memory{}
	for _, e := range entries {
		if err := j.Write(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	w.Desk = change.NewDesk(change.Config{Sender: w.Script, Refresh: func(context.Context, access.Ref) error { return nil }, UndoDelay: time.Hour, Journal: j})
	_ = w.Desk.Resume(context.Background(), Ref.Identity) // what cannot be read is on the desk
}

// World is a store with the account in it, a desk over a scripted host, and a window.
type World struct {
	Store  *cache.Store
	Desk   *change.Desk
	Script *Script
	Window fyne.Window
	Env    page.Env
}

// Config of a World.
type Config struct {
	Lang  string // "fr" when empty
	Look  kit.Variant
	Scale float32   // of text; 1 when 0
	Size  fyne.Size // of the window; 1056x744, the room of a screen, when zero
}

// New makes a world. It needs an app: test.NewTempApp. Work that leaves the UI goroutine is done at once; time stands still.
func New(cfg Config) *World {
	if cfg.Lang == "" {
		cfg.Lang = "fr"
	}
	if cfg.Look == kit.System {
		cfg.Look = kit.Light
	}
	if cfg.Size.IsZero() {
		cfg.Size = fyne.NewSize(1056, 744)
	}
	w := &World{Store: cache.New(), Script: &Script{}}
	w.Desk = change.NewDesk(change.Config{Sender: w.Script, Refresh: func(context.Context, access.Ref) error { return nil }, UndoDelay: time.Hour})
	w.Store.PutIdentity(cache.Identity{ID: Ref.Identity, Host: Host(), Me: access.Me{
		ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Language: cfg.Lang,
	}})
	w.Store.PutSnapshot(Snapshot(), Now)
	kit.Speak(locales.For(cfg.Lang))
	w.Window = shot.Window(kit.Layers(), cfg.Size, kit.NewTheme(cfg.Look, max(cfg.Scale, 1)))
	w.Env = page.Env{
		Window: w.Window, Words: locales.For(cfg.Lang), Now: func() time.Time { return Now }, Go: func(work func()) { work() },
		After:   func(time.Duration, func()) func() { return func() {} },
		Account: w.named,
	}
	return w
}

// named is what an account is called; see page.Env.
func (w *World) named(ref access.Ref) (name string, others bool) {
	s, _, _ := w.Store.Snapshot(ref)
	return s.Account.Name, len(w.Store.Accounts("")) > 1
}

// Open brings a screen up to date and puts it into the window, under what it says of itself, as the shell does.
func (w *World) Open(p page.Page) {
	p.Update(context.Background())
	size := w.Window.Canvas().Size()
	above := kit.Column(8)
	if n, is := p.(page.Noticer); is {
		show := func() {
			above.RemoveAll()
			for _, one := range n.Notices() {
				above.Add(kit.Pad(12, 24, 0, 24, one.Banner().Container))
			}
		}
		n.OnNotices(show)
		show()
	}
	w.Window.SetContent(kit.WithTips(kit.Layers(kit.NewFill(kit.Background, kit.None, 0), kit.Column(0, above, kit.Grow(p.Object()))), w.Window))
	w.Window.Resize(size)
	shot.Settle(w.Window)
	p.Focus()
}
