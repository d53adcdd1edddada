package sample_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/sample"
)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) move(d time.Duration) { c.now = c.now.Add(d) }

func noon() *clock { return &clock{time.Date(2026, time.November, 18, 14, 2, 0, 0, time.UTC)} }

func chance() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func open(t testing.TB, c *clock) *sample.Provider {
	t.Helper()
	p, err := sample.Open(context.Background(), sample.Config{Dir: t.TempDir(), BaseURL: "http://127.0.0.1:1", Now: c.Now, Rand: chance()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func seeded(t testing.TB, c *clock) *sample.Provider {
	t.Helper()
	p := open(t, c)
	if err := p.Seed(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	return p
}

func idOf(t testing.TB, p *sample.Provider, email string) string {
	t.Helper()
	me, err := p.PersonByEmail(context.Background(), email)
	if err != nil {
		t.Fatalf("%s: %v", email, err)
	}
	return me.ID
}

func allAccounts(t testing.TB, p *sample.Provider, personID string) []api.AccountSummary {
	t.Helper()
	var all []api.AccountSummary
	after := ""
	for {
		list, err := p.Accounts(context.Background(), personID, after, 7)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
		if len(list) < 7 {
			return all
		}
		after = list[6].ID
	}
}

func bakery(t testing.TB, p *sample.Provider) string {
	t.Helper()
	return allAccounts(t, p, idOf(t, p, sample.OwnerEmail))[0].ID
}

func snapshot(t testing.TB, p *sample.Provider, accountID string) api.Snapshot {
	t.Helper()
	s, err := p.Snapshot(context.Background(), accountID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// as is a context in which the owner of the bakery acts.
func as(t testing.TB, p *sample.Provider, email string) context.Context {
	t.Helper()
	me, err := p.PersonByEmail(context.Background(), email)
	if err != nil {
		t.Fatal(err)
	}
	return host.WithActor(context.Background(), host.Actor{PersonID: me.ID, Name: me.FirstName + " " + me.LastName, Email: me.Email, From: "127.0.0.1"})
}

func TestTheBakeryIsAsDesigned(t *testing.T) {
	p := seeded(t, noon())
	s := snapshot(t, p, bakery(t, p))
	if s.Account.Name != "Boulangerie Chez Marcel" || s.Account.Email != "info@chezmarcel.example" || len(s.Account.Domains) != 3 {
		t.Errorf("account: %+v", s.Account)
	}
	var users []string
	for _, u := range s.Users {
		users = append(users, u.FirstName+" "+string(u.Role)+" "+strings.Join(u.Permissions, ","))
	}
	want := []string{
		"Marie owner profile,contacts,products,manageproducts,productsso,domains,managedomains,invoices,quotes,tickets,affiliates,emails,orders",
		"Léa user products,manageproducts,productsso,domains,managedomains,tickets",
		"Sam user invoices,quotes,emails",
	}
	if diff := cmp.Diff(want, users); diff != "" {
		t.Error(diff)
	}
	sam := s.Users[2]
	if sam.EndsAt == nil || sam.EndsAt.Format("2006-01-02") != "2027-04-30" || sam.Reason != "impôts 2026" {
		t.Errorf("Sam's access ends %v for %q", sam.EndsAt, sam.Reason)
	}
	if len(s.Invitations) != 1 || s.Invitations[0].Email != "noe@studio.example" || !s.Invitations[0].ExpiresAt.Equal(noon().now.Add(48*time.Hour)) {
		t.Errorf("invitations: %+v", s.Invitations)
	}
	recipients := map[string]int{}
	count := func(m api.MailPreferences) {
		for k, on := range m {
			if on {
				recipients[k]++
			}
		}
	}
	count(s.Account.EmailPreferences)
	for _, c := range s.Contacts {
		count(c.EmailPreferences)
	}
	if diff := cmp.Diff(map[string]int{"general": 2, "invoice": 3, "support": 1, "product": 1}, recipients); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameSeedGivesTheSameData(t *testing.T) {
	a, b := seeded(t, noon()), seeded(t, noon())
	accountsA, accountsB := allAccounts(t, a, idOf(t, a, sample.AccountantEmail)), allAccounts(t, b, idOf(t, b, sample.AccountantEmail))
	if diff := cmp.Diff(accountsA, accountsB); diff != "" {
		t.Fatal(diff)
	}
	for _, account := range accountsA {
		if diff := cmp.Diff(snapshot(t, a, account.ID), snapshot(t, b, account.ID)); diff != "" {
			t.Fatal(diff)
		}
	}
	if err := a.Seed(context.Background(), 1); !errors.Is(err, sample.ErrNotEmpty) {
		t.Errorf("seeding twice answers %v", err)
	}
}

func TestSampleDataLooksLikeLife(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	ctx := context.Background()
	accounts := allAccounts(t, p, idOf(t, p, sample.AccountantEmail))
	owned := 0
	for _, a := range accounts {
		if a.Role == api.RoleOwner {
			owned++
		}
	}
	if len(accounts) != 40 || owned != 3 {
		t.Errorf("the accountant reaches %d accounts and owns %d", len(accounts), owned)
	}
	lea := allAccounts(t, p, idOf(t, p, sample.DeveloperEmail))
	for _, a := range lea {
		if !slices.ContainsFunc(accounts, func(b api.AccountSummary) bool { return b.ID == a.ID }) {
			accounts = append(accounts, a)
		}
	}
	if len(lea) < 5 {
		t.Errorf("the developer reaches %d accounts", len(lea))
	}
	accounts = append(accounts, allAccounts(t, p, idOf(t, p, sample.TwoFactorEmail))...)

	seen := map[string]bool{}
	mixes := map[string]bool{}
	for _, a := range accounts {
		s := snapshot(t, p, a.ID)
		seen["a very long name"] = seen["a very long name"] || len(a.Name) > 100
		seen["a number as name"] = seen["a number as name"] || a.Name == "9123-4567 Québec inc."
		seen["a person's name"] = seen["a person's name"] || s.Account.Company == ""
		seen["forty people"] = seen["forty people"] || len(s.Users)+len(s.Contacts) >= 40
		seen["the owner alone"] = seen["the owner alone"] || len(s.Users)+len(s.Contacts)+len(s.Invitations) == 1
		for _, i := range s.Invitations {
			left := i.ExpiresAt.Sub(c.now)
			seen["an expired invitation"] = seen["an expired invitation"] || left <= 0
			seen["an invitation about to expire"] = seen["an invitation about to expire"] || left > 0 && left <= 48*time.Hour
			seen["a fresh invitation"] = seen["a fresh invitation"] || left > 5*24*time.Hour
			if !strings.HasSuffix(i.Email, ".example") {
				t.Errorf("%s is not an example", i.Email)
			}
		}
		for _, u := range s.Users {
			seen["access that ends soon"] = seen["access that ends soon"] || u.EndsAt != nil && u.EndsAt.Sub(c.now) < 7*24*time.Hour
			seen["a user who never signed in"] = seen["a user who never signed in"] || u.LastSignIn == nil
			seen["a user with everything"] = seen["a user with everything"] || u.Role == api.RoleUser && len(u.Permissions) == 13
			seen["a user with nothing"] = seen["a user with nothing"] || len(u.Permissions) == 0
			if u.LastSignIn != nil && u.LastSignIn.After(c.now) {
				t.Errorf("%s signed in in the future", u.Email)
			}
			for _, contact := range s.Contacts {
				seen["user and contact with other capitals"] = seen["user and contact with other capitals"] ||
					contact.Email != u.Email && strings.EqualFold(contact.Email, u.Email)
			}
		}
		for _, contact := range s.Contacts {
			var mix []string
			for _, k := range []string{"general", "invoice", "support", "product", "domain"} {
				mix = append(mix, strconv.FormatBool(contact.EmailPreferences[k]))
			}
			mixes[strings.Join(mix, " ")] = true
		}
	}
	for _, what := range []string{"a very long name", "a number as name", "a person's name", "forty people", "the owner alone",
		"an expired invitation", "an invitation about to expire", "a fresh invitation", "access that ends soon",
		"a user who never signed in", "a user with everything", "a user with nothing", "user and contact with other capitals"} {
		if !seen[what] {
			t.Errorf("nowhere: %s", what)
		}
	}
	if len(mixes) != 32 {
		t.Errorf("contacts show %d of 32 mixes of preferences", len(mixes))
	}
	choices, err := p.Choices(ctx)
	if err != nil || len(choices) != 4 || choices[0].Name != "Marie Tremblay" || choices[0].Detail["fr"] != "Propriétaire de Boulangerie Chez Marcel" {
		t.Errorf("choices %+v, %v", choices, err)
	}
}

func TestManyAccountsAreMadeUpForOneAccountant(t *testing.T) {
	p := open(t, noon())
	if err := p.Fill(context.Background(), sample.Bulk{Accounts: 50, People: 30, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	accounts := allAccounts(t, p, idOf(t, p, sample.BulkAccountant(7)))
	if len(accounts) != 50 {
		t.Fatalf("the accountant reaches %d accounts", len(accounts))
	}
	s := snapshot(t, p, accounts[49].ID)
	if len(s.Users)+len(s.Contacts) != 30 {
		t.Errorf("%d users and %d contacts", len(s.Users), len(s.Contacts))
	}
	if err := p.Fill(context.Background(), sample.Bulk{Accounts: 5, People: 5, Seed: 7}); !errors.Is(err, sample.ErrNotEmpty) {
		t.Errorf("filling twice with a seed answers %v", err)
	}
}
