package sample_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/oidc"
	"concierge/host/sample"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lastActivity(t testing.TB, p *sample.Provider, accountID string) api.Activity {
	t.Helper()
	items, _, err := p.Activity(context.Background(), accountID, "", 1)
	must(t, err)
	return items[0]
}

func TestEveryWriteMovesTheRevisionAndIsRecordedWithItsActor(t *testing.T) {
	p := seeded(t, noon())
	marcel, sam := bakery(t, p), idOf(t, p, sample.AccountantEmail)
	s := snapshot(t, p, marcel)
	ti := s.Contacts[slices.IndexFunc(s.Contacts, func(c api.Contact) bool { return c.FirstName == "Soutien TI" })]
	invitation := s.Invitations[0].ID
	phone, email := "+14185550199", "soutien@chezmarcel.example"
	writes := []struct {
		action, target string
		fields         []string
		permissions    []string
		do             func(ctx context.Context) error
	}{
		{api.ActAccountChanged, "", []string{"phone", "emailPreferences"}, nil, func(ctx context.Context) error {
			return p.UpdateAccount(ctx, marcel, api.AccountPatch{Phone: &phone, EmailPreferences: api.MailPreferences{"domain": true}})
		}},
		{api.ActUserPermissions, "Sam Gagnon", nil, []string{"invoices", "emails"}, func(ctx context.Context) error {
			return p.SetPermissions(ctx, marcel, sam, api.PermissionSet{Permissions: []string{"emails", "invoices"}})
		}},
		{api.ActUserRemoved, "Sam Gagnon", nil, nil, func(ctx context.Context) error { return p.RemoveUser(ctx, marcel, sam) }},
		{api.ActUserInvited, "Zoé@Ailleurs.example", nil, []string{"domains"}, func(ctx context.Context) error {
			_, err := p.Invite(ctx, marcel, api.NewInvitation{Email: "Zoé@Ailleurs.example", Permissions: []string{"domains"}})
			return err
		}},
		{api.ActInvitationChanged, "noe@studio.example", nil, []string{"tickets"}, func(ctx context.Context) error {
			return p.SetInvitationPermissions(ctx, marcel, invitation, api.PermissionSet{Permissions: []string{"tickets"}})
		}},
		{api.ActInvitationResent, "noe@studio.example", nil, nil, func(ctx context.Context) error { return p.ResendInvitation(ctx, marcel, invitation) }},
		{api.ActInvitationCancelled, "noe@studio.example", nil, nil, func(ctx context.Context) error { return p.CancelInvitation(ctx, marcel, invitation) }},
		{api.ActContactAdded, "nouveau@chezmarcel.example", nil, nil, func(ctx context.Context) error {
			_, err := p.AddContact(ctx, marcel, api.NewContact{Email: "nouveau@chezmarcel.example"})
			return err
		}},
		{api.ActContactChanged, "Soutien TI", []string{"email"}, nil, func(ctx context.Context) error {
			return p.UpdateContact(ctx, marcel, ti.ID, api.ContactPatch{Email: &email, FirstName: &ti.FirstName})
		}},
		{api.ActContactDeleted, "Soutien TI", nil, nil, func(ctx context.Context) error { return p.DeleteContact(ctx, marcel, ti.ID) }},
	}
	ctx := as(t, p, sample.OwnerEmail)
	for _, w := range writes {
		before := snapshot(t, p, marcel)
		must(t, w.do(ctx))
		after := snapshot(t, p, marcel)
		if after.Revision == before.Revision {
			t.Errorf("%s left the revision", w.action)
		}
		a := lastActivity(t, p, marcel)
		want := api.Activity{ID: a.ID, At: noon().now, Actor: "Marie Tremblay", ActorEmail: sample.OwnerEmail, Action: w.action,
			Target: w.target, Permissions: append([]string{}, w.permissions...), Fields: append([]string{}, w.fields...), From: "127.0.0.1"}
		if diff := cmp.Diff(want, a); diff != "" {
			t.Errorf("%s: %s", w.action, diff)
		}
	}
	s = snapshot(t, p, marcel)
	if s.Account.Phone != phone || !s.Account.EmailPreferences["domain"] || !s.Account.EmailPreferences["general"] {
		t.Errorf("account after: %+v", s.Account)
	}
	if len(s.Users) != 2 || len(s.Invitations) != 1 || s.Invitations[0].Language != "fr" || s.Invitations[0].InvitedBy != "Marie Tremblay" {
		t.Errorf("users %+v, invitations %+v", s.Users, s.Invitations)
	}
}

func TestAWriteThatChangesNothingLeavesNoTrace(t *testing.T) {
	p := seeded(t, noon())
	marcel := bakery(t, p)
	before := snapshot(t, p, marcel)
	must(t, p.UpdateAccount(context.Background(), marcel, api.AccountPatch{Phone: &before.Account.Phone, EmailPreferences: api.MailPreferences{"general": true}}))
	c := before.Contacts[0]
	must(t, p.UpdateContact(context.Background(), marcel, c.ID, api.ContactPatch{LastName: &c.LastName, Address: &c.Address}))
	if diff := cmp.Diff(before, snapshot(t, p, marcel)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsUndoneWasNeverThere(t *testing.T) {
	p := seeded(t, noon())
	ctx := context.Background()
	marcel := bakery(t, p)
	before := snapshot(t, p, marcel)
	undone := errors.New("undone")
	city := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			return p.UpdateAccount(ctx, marcel, api.AccountPatch{Address: &api.Address{City: name}})
		}
	}
	err := p.Locked(ctx, marcel, func(ctx context.Context) error {
		must(t, city("Nulle part")(ctx))
		s, err := p.Snapshot(ctx, marcel)
		if err != nil || s.Account.Address.City != "Nulle part" {
			t.Errorf("inside: %+v, %v", s.Account, err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, snapshot(t, p, marcel)); diff != "" {
		t.Errorf("afterwards: %s", diff)
	}
	must(t, p.Locked(ctx, marcel, city("Lévis"))) // the same revision as the one that was undone
	if s := snapshot(t, p, marcel); s.Account.Address.City != "Lévis" {
		t.Errorf("after another write: %+v", s.Account)
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	p := seeded(t, noon())
	ctx := context.Background()
	marie, sam := idOf(t, p, sample.OwnerEmail), idOf(t, p, sample.AccountantEmail)
	marcel := bakery(t, p)
	accounts := allAccounts(t, p, sam)
	other := accounts[slices.IndexFunc(accounts, func(a api.AccountSummary) bool { return a.ID != marcel })].ID
	contact := snapshot(t, p, marcel).Contacts[0].ID
	calls := map[string]func() error{
		"a person":   func() error { _, err := p.Person(ctx, "usr_none"); return err },
		"an address": func() error { _, err := p.PersonByEmail(ctx, "nobody@nowhere.example"); return err },
		"an account": func() error { _, err := p.Snapshot(ctx, "acc_none"); return err },
		"an account to add a contact to": func() error {
			_, err := p.AddContact(ctx, "acc_none", api.NewContact{Email: "a@b.example"})
			return err
		},
		"membership of a stranger":          func() error { _, err := p.Membership(ctx, marie, other); return err },
		"another account's contact":         func() error { return p.DeleteContact(ctx, other, contact) },
		"the owner among those to restrict": func() error { return p.SetPermissions(ctx, marcel, marie, api.PermissionSet{}) },
		"the owner among those to remove":   func() error { return p.RemoveUser(ctx, marcel, marie) },
		"an invitation":                     func() error { return p.ResendInvitation(ctx, marcel, "inv_none") },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, host.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAccessEndsAtItsTimeForReadersAndIsSweptOnce(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	ctx := as(t, p, sample.OwnerEmail)
	marcel, lea := bakery(t, p), idOf(t, p, sample.DeveloperEmail)
	ends := c.now.Add(time.Hour)
	must(t, p.SetPermissions(ctx, marcel, lea, api.PermissionSet{Permissions: []string{"domains"}, EndsAt: &ends, Reason: "essai"}))
	token := changes(t, p, lea, "").Token
	c.move(time.Hour - time.Millisecond)
	if m, err := p.Membership(ctx, lea, marcel); err != nil || !slices.Equal(m.Permissions, []string{"domains"}) {
		t.Fatalf("before the end: %+v, %v", m, err)
	}
	c.move(time.Millisecond)
	if _, err := p.Membership(ctx, lea, marcel); !errors.Is(err, host.ErrNotFound) {
		t.Fatalf("at the end: %v", err)
	}
	if slices.ContainsFunc(snapshot(t, p, marcel).Users, func(u api.User) bool { return u.ID == lea }) {
		t.Error("still among the users")
	}
	if slices.ContainsFunc(allAccounts(t, p, lea), func(a api.AccountSummary) bool { return a.ID == marcel }) {
		t.Error("still among her accounts")
	}
	got := changes(t, p, lea, token)
	if len(got.Accounts) != 1 || got.Accounts[0].ID != marcel || !got.Accounts[0].Gone {
		t.Errorf("changes: %+v", got)
	}
	a := lastActivity(t, p, marcel)
	if a.Action != api.ActUserAccessEnded || a.Target != "Léa Dubois" || a.Actor != "" {
		t.Errorf("activity: %+v", a)
	}
	must(t, p.Sweep(ctx))
	if again := lastActivity(t, p, marcel); again.ID != a.ID {
		t.Errorf("swept twice: %+v", again)
	}
	mails, err := p.Mails(ctx, sample.DeveloperEmail)
	if err != nil || !strings.Contains(mails[0].Subject, "a pris fin") {
		t.Errorf("mails %+v, %v", mails, err)
	}
}

func TestAnExpiredInvitationIsListedForThirtyDaysAndThenForgotten(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	marcel := bakery(t, p)
	c.move(29 * 24 * time.Hour) // 27 days expired
	if n := len(snapshot(t, p, marcel).Invitations); n != 1 {
		t.Fatalf("%d invitations while it can be sent again", n)
	}
	before := snapshot(t, p, marcel).Revision
	c.move(3*24*time.Hour + time.Minute)
	must(t, p.Sweep(context.Background()))
	after := snapshot(t, p, marcel)
	if len(after.Invitations) != 0 || after.Revision == before {
		t.Errorf("%d invitations at revision %s, before %s", len(after.Invitations), after.Revision, before)
	}
}

func changes(t testing.TB, p *sample.Provider, personID, since string) api.Changes {
	t.Helper()
	c, err := p.Changes(context.Background(), personID, since, 100)
	must(t, err)
	return c
}

func TestLinksAndAttemptsThatAreOverAreForgotten(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	ctx := context.Background()
	must(t, p.SendPasswordReset(ctx, idOf(t, p, sample.OwnerEmail)))
	visiting(t, p).post("/reset", "email", "nobody@nowhere.example")
	count := func() (n int) {
		must(t, p.DB().Querier(ctx).QueryRowContext(ctx, "SELECT (SELECT count(*) FROM resets) + (SELECT count(*) FROM attempts)").Scan(&n))
		return n
	}
	if n := count(); n != 3 {
		t.Fatalf("%d rows to forget", n)
	}
	c.move(25 * time.Hour)
	must(t, p.Sweep(ctx))
	if n := count(); n != 0 {
		t.Errorf("%d rows are kept for ever", n)
	}
}

func TestChangesNameWhatMovedAndWhatIsGoneAndNothingElse(t *testing.T) {
	p := seeded(t, noon())
	ctx := as(t, p, sample.OwnerEmail)
	sam, lea, marcel := idOf(t, p, sample.AccountantEmail), idOf(t, p, sample.DeveloperEmail), bakery(t, p)
	first := changes(t, p, sam, "")
	if len(first.Accounts) != 0 || first.Reset || first.More {
		t.Fatalf("the first call gives a token and nothing else: %+v", first)
	}
	if again := changes(t, p, sam, first.Token); len(again.Accounts) != 0 || again.Token != first.Token {
		t.Errorf("nothing happened: %+v", again)
	}
	_, err := p.AddContact(ctx, marcel, api.NewContact{Email: "a@chezmarcel.example"})
	must(t, err)
	moved := changes(t, p, sam, first.Token)
	if want := []api.AccountChange{{ID: marcel, Revision: snapshot(t, p, marcel).Revision}}; !cmp.Equal(want, moved.Accounts) {
		t.Errorf("moved: %+v", moved)
	}
	must(t, p.RemoveUser(ctx, marcel, sam))
	if gone := changes(t, p, sam, moved.Token); !cmp.Equal([]api.AccountChange{{ID: marcel, Gone: true}}, gone.Accounts) {
		t.Errorf("gone: %+v", gone)
	}
	if others := changes(t, p, lea, first.Token); len(others.Accounts) != 1 || others.Accounts[0].Gone {
		t.Errorf("for somebody who stays: %+v", others)
	}
	for _, token := range []string{"other.5", "garbage", first.Token + "000000"} {
		if c := changes(t, p, sam, token); !c.Reset || c.Token == "" {
			t.Errorf("token %q: %+v", token, c)
		}
	}
}

func TestManyChangesComeInPagesWithoutLosingOne(t *testing.T) {
	p := seeded(t, noon())
	sam := idOf(t, p, sample.AccountantEmail)
	since := changes(t, p, sam, "").Token
	must(t, p.SignedIn(context.Background(), sam, "192.0.2.1")) // moves all forty
	seen := map[string]bool{}
	for {
		page, err := p.Changes(context.Background(), sam, since, 7)
		must(t, err)
		for _, a := range page.Accounts {
			if seen[a.ID] {
				t.Errorf("%s twice", a.ID)
			}
			seen[a.ID] = true
		}
		since = page.Token
		if !page.More {
			break
		}
	}
	if len(seen) != 40 {
		t.Errorf("%d accounts", len(seen))
	}
}

func TestWhoSignsInIsSeenInTheirAccounts(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	marcel := bakery(t, p)
	c.move(time.Hour)
	must(t, p.SignedIn(context.Background(), idOf(t, p, sample.OwnerEmail), "192.0.2.7"))
	if at := snapshot(t, p, marcel).Users[0].LastSignIn; at == nil || !at.Equal(c.now) {
		t.Errorf("last sign-in %v", at)
	}
	if a := lastActivity(t, p, marcel); a.Action != api.ActSignedIn || a.Actor != "Marie Tremblay" || a.From != "192.0.2.7" {
		t.Errorf("activity %+v", a)
	}
}

func TestActivityComesNewestFirstInPages(t *testing.T) {
	p := seeded(t, noon())
	marcel := bakery(t, p)
	var all []api.Activity
	cursor := ""
	for {
		page, next, err := p.Activity(context.Background(), marcel, cursor, 3)
		must(t, err)
		all = append(all, page...)
		if cursor = next; next == "" {
			break
		}
	}
	if len(all) < 5 || !slices.IsSortedFunc(all, func(a, b api.Activity) int { return b.At.Compare(a.At) }) {
		t.Errorf("%d entries: %+v", len(all), all)
	}
}

func TestPasswordsAndCodes(t *testing.T) {
	c := noon()
	p := seeded(t, c)
	ctx := context.Background()
	eve := idOf(t, p, sample.TwoFactorEmail)
	for _, try := range []struct{ email, password string }{
		{sample.OwnerEmail, "wrong"}, {sample.OwnerEmail, ""}, {"nobody@nowhere.example", sample.SamplePassword}, {sample.OwnerEmail, strings.Repeat("x", 10_000)},
	} {
		if _, _, err := p.Authenticate(ctx, try.email, try.password); !errors.Is(err, oidc.ErrWrongCredentials) {
			t.Errorf("%s: %v", try.email, err)
		}
	}
	if id, totp, err := p.Authenticate(ctx, " MARIE@ChezMarcel.example ", sample.SamplePassword); err != nil || totp || id != idOf(t, p, sample.OwnerEmail) {
		t.Errorf("Marie: %s %v %v", id, totp, err)
	}
	if id, totp, err := p.Authenticate(ctx, sample.TwoFactorEmail, sample.SamplePassword); err != nil || !totp || id != eve {
		t.Errorf("Ève: %s %v %v", id, totp, err)
	}
	code := func(at time.Time) string {
		s, err := p.TOTPCode(ctx, eve, at)
		must(t, err)
		return s
	}
	late := code(c.now.Add(-30 * time.Second))
	must(t, p.CheckTOTP(ctx, eve, late))
	must(t, p.CheckTOTP(ctx, eve, code(c.now)[:3]+" "+code(c.now)[3:]))
	for name, try := range map[string]string{"again": code(c.now), "an older one": late, "nonsense": "000", "too old": code(c.now.Add(-time.Minute))} {
		if err := p.CheckTOTP(ctx, eve, try); !errors.Is(err, oidc.ErrWrongCredentials) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.move(30 * time.Second)
	must(t, p.CheckTOTP(ctx, eve, code(c.now)))
	if err := p.CheckTOTP(ctx, idOf(t, p, sample.OwnerEmail), "123456"); !errors.Is(err, oidc.ErrWrongCredentials) {
		t.Errorf("somebody without a second factor: %v", err)
	}
}

func TestAProfileChangeIsSeenInEveryAccountAndALoginChangeIsTold(t *testing.T) {
	p := seeded(t, noon())
	ctx := context.Background()
	lea, marcel := idOf(t, p, sample.DeveloperEmail), bakery(t, p)
	since := changes(t, p, lea, "").Token
	name := "Léanne"
	must(t, p.UpdatePerson(ctx, lea, api.MePatch{FirstName: &name}))
	if got, want := len(changes(t, p, lea, since).Accounts), len(allAccounts(t, p, lea)); got != want {
		t.Errorf("%d of %d accounts moved", got, want)
	}
	if u := snapshot(t, p, marcel).Users[1]; u.FirstName != name {
		t.Errorf("user %+v", u)
	}
	must(t, p.SetLoginEmail(ctx, lea, "leanne@studio.example"))
	if idOf(t, p, "Leanne@studio.example") != lea {
		t.Error("the new address does not sign in")
	}
	if mails, err := p.Mails(ctx, sample.DeveloperEmail); err != nil || mails[0].Subject != "Votre courriel de connexion a changé" {
		t.Errorf("mails %+v, %v", mails, err)
	}
	if email := snapshot(t, p, marcel).Account.Email; email != "info@chezmarcel.example" {
		t.Errorf("the account's e-mail became %s", email)
	}
}

func TestTheAddressAnAccountsMailNoLongerGoesToIsTold(t *testing.T) {
	p := seeded(t, noon())
	ctx := host.WithActor(context.Background(), host.Actor{Name: "Marie Tremblay"})
	const was, is = "info@chezmarcel.example", "compta@chezmarcel.example"
	phone, email := "418 555-0188", is
	must(t, p.UpdateAccount(ctx, bakery(t, p), api.AccountPatch{Phone: &phone}))
	before, err := p.Mails(ctx, was)
	must(t, err)
	must(t, p.UpdateAccount(ctx, bakery(t, p), api.AccountPatch{Email: &email}))
	mails, err := p.Mails(ctx, was)
	must(t, err)
	if len(mails) != len(before)+1 || mails[0].Subject != "Le courriel de Boulangerie Chez Marcel a changé" ||
		!strings.Contains(mails[0].Body, is) || !strings.Contains(mails[0].Body, "Marie Tremblay") {
		t.Errorf("%d mails before, now %+v", len(before), mails)
	}
}

func TestACatalogueHasBothLanguages(t *testing.T) {
	d, err := open(t, noon()).Describe(context.Background())
	must(t, err)
	if len(d.Permissions) != 13 || len(d.MailCategories) != 5 || d.Name != "Hébergement Exemple" {
		t.Fatalf("%+v", d)
	}
	for _, e := range slices.Concat(d.Permissions, d.MailCategories) {
		for _, text := range []api.Text{e.Title, e.Description} {
			if text["fr"] == "" || text["en"] == "" || strings.Contains(text["fr"]+text["en"], "⟦") {
				t.Errorf("%s: %v", e.Key, text)
			}
		}
	}
}
