package disk

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
)

// form is the number of the form in which snapshots and identities are written. It grows when what is written could be
// misunderstood by who knows only the form before; a field more is no such change. What has another form is dropped and
// fetched again.
const form = 1

// errOtherForm: it was written by another version, in a form that this one does not read.
var errOtherForm = errors.New("written in another form")

// The forms are types of their own, so that a change of the vocabulary does not silently become one of the files.
// Permissions and categories are kept as the host gave them, known or not.

type snapshotForm struct {
	Form        int              `json:"form"`
	Revision    string           `json:"revision,omitempty"`
	Account     accountForm      `json:"account"`
	Me          meForm           `json:"me"`
	Users       []userForm       `json:"users,omitempty"`
	Invitations []invitationForm `json:"invitations,omitempty"`
	Contacts    []contactForm    `json:"contacts,omitempty"`
}

type meForm struct {
	UserID      string   `json:"userId,omitempty"`
	Role        string   `json:"role,omitempty"`
	Permissions []string `json:"permissions,omitempty"`
}

type addressForm struct {
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	State      string `json:"state,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country,omitempty"`
}

type accountForm struct {
	ID          string          `json:"id"`
	ETag        string          `json:"etag,omitempty"`
	Name        string          `json:"name,omitempty"`
	FirstName   string          `json:"firstName,omitempty"`
	LastName    string          `json:"lastName,omitempty"`
	Company     string          `json:"company,omitempty"`
	Email       string          `json:"email,omitempty"`
	Phone       string          `json:"phone,omitempty"`
	Address     addressForm     `json:"address,omitzero"`
	Language    string          `json:"language,omitempty"`
	Preferences map[string]bool `json:"preferences,omitempty"`
	Domains     []string        `json:"domains,omitempty"`
}

type userForm struct {
	ID          string    `json:"id"`
	ETag        string    `json:"etag,omitempty"`
	FirstName   string    `json:"firstName,omitempty"`
	LastName    string    `json:"lastName,omitempty"`
	Email       string    `json:"email,omitempty"`
	Role        string    `json:"role,omitempty"`
	Permissions []string  `json:"permissions,omitempty"`
	EndsAt      time.Time `json:"endsAt,omitzero"`
	Reason      string    `json:"reason,omitempty"`
	LastSignIn  time.Time `json:"lastSignIn,omitzero"`
	TwoFactor   *bool     `json:"twoFactor,omitempty"`
}

type invitationForm struct {
	ID          string    `json:"id"`
	ETag        string    `json:"etag,omitempty"`
	Email       string    `json:"email,omitempty"`
	Language    string    `json:"language,omitempty"`
	Permissions []string  `json:"permissions,omitempty"`
	EndsAt      time.Time `json:"endsAt,omitzero"`
	Reason      string    `json:"reason,omitempty"`
	InvitedBy   string    `json:"invitedBy,omitempty"`
	SentAt      time.Time `json:"sentAt,omitzero"`
	ExpiresAt   time.Time `json:"expiresAt,omitzero"`
	AcceptURL   string    `json:"acceptUrl,omitempty"`
	Unconfirmed bool      `json:"unconfirmed,omitempty"`
}

type contactForm struct {
	ID          string          `json:"id"`
	ETag        string          `json:"etag,omitempty"`
	FirstName   string          `json:"firstName,omitempty"`
	LastName    string          `json:"lastName,omitempty"`
	Company     string          `json:"company,omitempty"`
	Email       string          `json:"email,omitempty"`
	Phone       string          `json:"phone,omitempty"`
	Address     addressForm     `json:"address,omitzero"`
	Language    string          `json:"language,omitempty"`
	Preferences map[string]bool `json:"preferences,omitempty"`
}

func formOf(s access.Snapshot) snapshotForm {
	return snapshotForm{
		Form: form, Revision: s.Revision,
		Account: accountForm{
			ID: s.Account.ID, ETag: s.Account.ETag, Name: s.Account.Name, FirstName: s.Account.FirstName, LastName: s.Account.LastName,
			Company: s.Account.Company, Email: s.Account.Email, Phone: s.Account.Phone, Address: addressForm(s.Account.Address),
			Language: s.Account.Language, Preferences: mails(s.Account.Preferences), Domains: s.Account.Domains,
		},
		Me: meForm{UserID: s.Me.UserID, Role: string(s.Me.Role), Permissions: as[string](s.Me.Permissions)},
		Users: each(s.Users, func(u access.User) userForm {
			return userForm{ID: u.ID, ETag: u.ETag, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: string(u.Role),
				Permissions: as[string](u.Permissions), EndsAt: u.EndsAt, Reason: u.Reason, LastSignIn: u.LastSignIn, TwoFactor: u.TwoFactor}
		}),
		Invitations: each(s.Invitations, func(i access.Invitation) invitationForm {
			return invitationForm{ID: i.ID, ETag: i.ETag, Email: i.Email, Language: i.Language, Permissions: as[string](i.Permissions), EndsAt: i.EndsAt,
				Reason: i.Reason, InvitedBy: i.InvitedBy, SentAt: i.SentAt, ExpiresAt: i.ExpiresAt, AcceptURL: i.AcceptURL, Unconfirmed: i.Unconfirmed}
		}),
		Contacts: each(s.Contacts, func(c access.Contact) contactForm {
			return contactForm{ID: c.ID, ETag: c.ETag, FirstName: c.FirstName, LastName: c.LastName, Company: c.Company, Email: c.Email, Phone: c.Phone,
				Address: addressForm(c.Address), Language: c.Language, Preferences: mails(c.Preferences)}
		}),
	}
}

func (f snapshotForm) snapshot(ref access.Ref) access.Snapshot {
	return f.with(ref, as[access.Permission, string], preferences)
}

// with is snapshot with ways to make sets of permissions and of mail.
func (f snapshotForm) with(ref access.Ref, permissions func([]string) []access.Permission, preferences func(map[string]bool) access.Preferences) access.Snapshot {
	return access.Snapshot{
		Ref: ref, Revision: f.Revision,
		Account: access.Account{
			ID: f.Account.ID, ETag: f.Account.ETag, Name: f.Account.Name, FirstName: f.Account.FirstName, LastName: f.Account.LastName,
			Company: f.Account.Company, Email: f.Account.Email, Phone: f.Account.Phone, Address: access.Address(f.Account.Address),
			Language: f.Account.Language, Preferences: preferences(f.Account.Preferences), Domains: f.Account.Domains,
		},
		Me: access.Membership{UserID: f.Me.UserID, Role: access.Role(f.Me.Role), Permissions: permissions(f.Me.Permissions)},
		Users: each(f.Users, func(u userForm) access.User {
			return access.User{ID: u.ID, ETag: u.ETag, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: access.Role(u.Role),
				Permissions: permissions(u.Permissions), EndsAt: u.EndsAt, Reason: u.Reason, LastSignIn: u.LastSignIn, TwoFactor: u.TwoFactor}
		}),
		Invitations: each(f.Invitations, func(i invitationForm) access.Invitation {
			return access.Invitation{ID: i.ID, ETag: i.ETag, Email: i.Email, Language: i.Language, Permissions: permissions(i.Permissions), EndsAt: i.EndsAt,
				Reason: i.Reason, InvitedBy: i.InvitedBy, SentAt: i.SentAt, ExpiresAt: i.ExpiresAt, AcceptURL: i.AcceptURL, Unconfirmed: i.Unconfirmed}
		}),
		Contacts: each(f.Contacts, func(c contactForm) access.Contact {
			return access.Contact{ID: c.ID, ETag: c.ETag, FirstName: c.FirstName, LastName: c.LastName, Company: c.Company, Email: c.Email, Phone: c.Phone,
				Address: access.Address(c.Address), Language: c.Language, Preferences: preferences(c.Preferences)}
		}),
	}
}

// encode writes a snapshot, and what it has in common with every other of the same state: a host may call one state by
// several names, list its people in any order, and note who signed in when; none of that makes it another.
func encode(s access.Snapshot) (body, state []byte, err error) {
	f := formOf(s)
	if body, err = json.Marshal(f); err != nil {
		return nil, nil, err
	}
	f.Revision, f.Account.ETag = "", ""
	f.Users, f.Invitations, f.Contacts = slices.Clone(f.Users), slices.Clone(f.Invitations), slices.Clone(f.Contacts)
	f.Me.Permissions = slices.Sorted(slices.Values(f.Me.Permissions))
	for i := range f.Users {
		u := &f.Users[i]
		u.ETag, u.LastSignIn, u.Permissions = "", time.Time{}, slices.Sorted(slices.Values(u.Permissions))
	}
	for i := range f.Invitations {
		f.Invitations[i].ETag, f.Invitations[i].Permissions = "", slices.Sorted(slices.Values(f.Invitations[i].Permissions))
	}
	for i := range f.Contacts {
		f.Contacts[i].ETag = ""
	}
	slices.SortStableFunc(f.Users, func(a, b userForm) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(f.Invitations, func(a, b invitationForm) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(f.Contacts, func(a, b contactForm) int { return cmp.Compare(a.ID, b.ID) })
	same, err := json.Marshal(f)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(same)
	return body, sum[:16], nil
}

// decode reads a snapshot. The error is errOtherForm, or says that it is damaged.
func decode(ref access.Ref, body []byte) (access.Snapshot, error) {
	var f snapshotForm
	if err := readForm(body, &f, &f.Form); err != nil {
		return access.Snapshot{}, err
	}
	return f.snapshot(ref), nil
}

// readForm reads something that says of which form it is. One of a later form may have fields of other kinds, so the form
// is looked at first when it cannot be read.
func readForm(body []byte, into any, of *int) error {
	err := json.Unmarshal(body, into)
	if err != nil {
		var only struct {
			Form int `json:"form"`
		}
		if json.Unmarshal(body, &only) == nil && only.Form != 0 && only.Form != form {
			return errOtherForm
		}
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	if *of != form {
		return errOtherForm
	}
	return nil
}

type identityForm struct {
	Form int          `json:"form"`
	Host hostForm     `json:"host"`
	Me   identityMe   `json:"me"`
	Can  featuresForm `json:"can"`
}

type hostForm struct {
	URL            string      `json:"url"`
	Name           string      `json:"name,omitempty"`
	Sample         bool        `json:"sample,omitempty"`
	Languages      []string    `json:"languages,omitempty"`
	Permissions    []entryForm `json:"permissions,omitempty"`
	MailCategories []entryForm `json:"mailCategories,omitempty"`
	MailboxURL     string      `json:"mailboxUrl,omitempty"`
}

type entryForm struct {
	Key         string            `json:"key"`
	Title       map[string]string `json:"title,omitempty"`
	Description map[string]string `json:"description,omitempty"`
	Sensitive   bool              `json:"sensitive,omitempty"`
}

type featureForm struct {
	Available bool              `json:"available,omitempty"`
	Reason    map[string]string `json:"reason,omitempty"`
}

type featuresForm struct {
	ListInvitations    featureForm `json:"listInvitations,omitzero"`
	EditInvitation     featureForm `json:"editInvitation,omitzero"`
	ResendInvitation   featureForm `json:"resendInvitation,omitzero"`
	CancelInvitation   featureForm `json:"cancelInvitation,omitzero"`
	InvitationLanguage featureForm `json:"invitationLanguage,omitzero"`
	InvitedOnly        featureForm `json:"invitedOnly,omitzero"`
	LastSignIn         featureForm `json:"lastSignIn,omitzero"`
	TwoFactor          featureForm `json:"twoFactor,omitzero"`
	AccessEnds         featureForm `json:"accessEnds,omitzero"`
	Activity           featureForm `json:"activity,omitzero"`
	ChangeLoginEmail   featureForm `json:"changeLoginEmail,omitzero"`
	PasswordReset      featureForm `json:"passwordReset,omitzero"`
	EmptyPermissions   featureForm `json:"emptyPermissions,omitzero"`
	ContactLanguage    featureForm `json:"contactLanguage,omitzero"`
}

// each of the features, in both.
func (f *featuresForm) pairs(a *access.Features) map[*featureForm]*access.Feature {
	return map[*featureForm]*access.Feature{
		&f.ListInvitations: &a.ListInvitations, &f.EditInvitation: &a.EditInvitation, &f.ResendInvitation: &a.ResendInvitation,
		&f.InvitationLanguage: &a.InvitationLanguage, &f.InvitedOnly: &a.InvitedOnly,
		&f.CancelInvitation: &a.CancelInvitation, &f.LastSignIn: &a.LastSignIn, &f.TwoFactor: &a.TwoFactor, &f.AccessEnds: &a.AccessEnds,
		&f.Activity: &a.Activity, &f.ChangeLoginEmail: &a.ChangeLoginEmail, &f.PasswordReset: &a.PasswordReset,
		&f.EmptyPermissions: &a.EmptyPermissions, &f.ContactLanguage: &a.ContactLanguage,
	}
}

type identityMe struct {
	ID        string `json:"id,omitempty"`
	ETag      string `json:"etag,omitempty"`
	FirstName string `json:"firstName,omitempty"`
	LastName  string `json:"lastName,omitempty"`
	Email     string `json:"email,omitempty"`
	Language  string `json:"language,omitempty"`
	TwoFactor *bool  `json:"twoFactor,omitempty"`
}

func encodeIdentity(i cache.Identity) ([]byte, error) {
	h := i.Host
	entries := func(list []access.CatalogueEntry) []entryForm {
		return each(list, func(e access.CatalogueEntry) entryForm {
			return entryForm{Key: e.Key, Title: e.Title, Description: e.Description, Sensitive: e.Sensitive}
		})
	}
	f := identityForm{Form: form, Me: identityMe(i.Me), Host: hostForm{URL: h.URL, Name: h.Name, Sample: h.Sample, Languages: h.Languages, MailboxURL: h.MailboxURL,
		Permissions: entries(h.Permissions), MailCategories: entries(h.MailCategories)}}
	for to, from := range f.Can.pairs(&h.Features) {
		*to = featureForm{Available: from.Available, Reason: from.Reason}
	}
	return json.Marshal(f)
}

func decodeIdentity(id string, body []byte) (cache.Identity, error) {
	var f identityForm
	if err := readForm(body, &f, &f.Form); err != nil {
		return cache.Identity{}, err
	}
	entries := func(list []entryForm) []access.CatalogueEntry {
		return each(list, func(e entryForm) access.CatalogueEntry {
			return access.CatalogueEntry{Key: e.Key, Title: e.Title, Description: e.Description, Sensitive: e.Sensitive}
		})
	}
	h := f.Host
	i := cache.Identity{ID: id, Me: access.Me(f.Me), Host: access.Host{URL: h.URL, Name: h.Name, Sample: h.Sample, Languages: h.Languages, MailboxURL: h.MailboxURL,
		Permissions: entries(h.Permissions), MailCategories: entries(h.MailCategories)}}
	for from, to := range f.Can.pairs(&i.Host.Features) {
		*to = access.Feature{Available: from.Available, Reason: from.Reason}
	}
	return i, nil
}

type activityForm struct {
	ID          string    `json:"id,omitempty"`
	At          time.Time `json:"at,omitzero"`
	Actor       string    `json:"actor,omitempty"`
	ActorEmail  string    `json:"actorEmail,omitempty"`
	Action      string    `json:"action,omitempty"`
	Target      string    `json:"target,omitempty"`
	Permissions []string  `json:"permissions,omitempty"`
	Fields      []string  `json:"fields,omitempty"`
	From        string    `json:"from,omitempty"`
	Text        string    `json:"text,omitempty"`
	Unconfirmed bool      `json:"unconfirmed,omitempty"`
}

type recordForm struct {
	Form int            `json:"form"`
	List []activityForm `json:"list,omitempty"`
}

func encodeActivity(list []access.Activity) ([]byte, error) {
	return json.Marshal(recordForm{Form: form, List: each(list, func(a access.Activity) activityForm {
		return activityForm{ID: a.ID, At: a.At, Actor: a.Actor, ActorEmail: a.ActorEmail, Action: a.Action, Target: a.Target,
			Permissions: as[string](a.Permissions), Fields: a.Fields, From: a.From, Text: a.Text, Unconfirmed: a.Unconfirmed}
	})})
}

func decodeActivity(body []byte) ([]access.Activity, error) {
	var f recordForm
	if err := readForm(body, &f, &f.Form); err != nil {
		return nil, err
	}
	return each(f.List, func(a activityForm) access.Activity {
		return access.Activity{ID: a.ID, At: a.At, Actor: a.Actor, ActorEmail: a.ActorEmail, Action: a.Action, Target: a.Target,
			Permissions: as[access.Permission](a.Permissions), Fields: a.Fields, From: a.From, Text: a.Text, Unconfirmed: a.Unconfirmed}
	}), nil
}

func mails(p access.Preferences) map[string]bool {
	if p == nil {
		return nil
	}
	out := make(map[string]bool, len(p))
	for c, on := range p {
		out[string(c)] = on
	}
	return out
}

func preferences(m map[string]bool) access.Preferences {
	if m == nil {
		return nil
	}
	out := make(access.Preferences, len(m))
	for c, on := range m {
		out[access.MailCategory(c)] = on
	}
	return out
}

func as[B, A ~string](list []A) []B {
	return each(list, func(a A) B { return B(a) })
}

func each[A, B any](list []A, fn func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = fn(a)
	}
	return out
}

// stamp is a time as the files have it; 0 is none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func stamped(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}
