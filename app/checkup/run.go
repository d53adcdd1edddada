package checkup

import (
	"slices"
	"time"

	"concierge/app/access"
)

// How near is soon, and how long is forgotten.
const (
	InvitationSoon = 2 * 24 * time.Hour
	AccessSoon     = 31 * 24 * time.Hour
	DormantMonths  = 12
)

// look is what the checks see.
type look struct {
	s    access.Snapshot
	h    access.Host
	now  time.Time
	said time.Time // when the host said so last
}

// check is one check: whether it can be made with what is known here, and what it finds. A check that finds nothing is
// reported as in order; ok adds facts to that, and may be nil.
type check struct {
	name Check
	can  func(look) bool
	find func(look) []Finding
	ok   func(look) Finding
	see  Action // what an OK finding opens
}

// checks are in the order to list findings of one level.
var checks = []check{
	{DomainMail, seesMail(access.MailDomain), nobodyReceives(access.MailDomain), okMail(access.MailDomain), SeeWhoGetsWhat},
	{BillingMail, seesMail(access.MailInvoice), nobodyReceives(access.MailInvoice), okMail(access.MailInvoice), SeeWhoGetsWhat},
	{OwnerMailbox, look.seesOwnerAndDomains, ownerMailbox, okOwner, SeeProfile},
	{Recovery, look.seesOwnerAndAddress, recovery, nil, SeeAccount},
	{SecondFactor, look.seesSecondFactors, secondFactor, nil, SeePeople},
	{FullAccess, look.seesUsers, fullAccess, nil, SeePeople},
	{InvitationExpires, look.seesInvitations, invitationExpires, nil, SeePeople},
	{AccessEnds, look.seesEnds, accessEnds, nil, SeePeople},
	{Dormant, look.seesSignIns, dormant, nil, SeePeople},
	{SilentContact, look.seesContacts, silentContact, nil, SeePeople},
	{AccountAddress, look.seesEverybody, accountAddress, okAccount, SeeAccount},
}

// Run makes every check that what the signed-in person may see of an account, and what its host tells, allow. said is
// when the host last said that the account is so.
func Run(s access.Snapshot, h access.Host, now, said time.Time) Report {
	l := look{s, h, now, said}
	var r Report
	for _, c := range checks {
		if !c.can(l) {
			continue
		}
		r.Ran++
		found := c.find(l)
		if len(found) == 0 {
			ok := Finding{}
			if c.ok != nil {
				ok = c.ok(l)
			}
			ok.Level, ok.Action = OK, c.see
			found = []Finding{ok}
		}
		for _, f := range found {
			f.Check = c.name
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return int(a.Level) - int(b.Level) })
	return r
}

// What the signed-in person sees: users and invitations are the owner's, contacts need the permission contacts, the
// account's own information profile, its domains domains.
func (l look) seesUsers() bool    { return l.s.Me.Owner() }
func (l look) seesContacts() bool { return l.s.Me.May(access.Contacts) && len(l.s.Contacts) > 0 }
func (l look) seesEverybody() bool {
	return l.seesUsers() && l.s.Account.Email != ""
}
func (l look) seesInvitations() bool   { return l.seesUsers() && l.h.Features.ListInvitations.Available }
func (l look) seesEnds() bool          { return l.seesUsers() && l.h.Features.AccessEnds.Available }
func (l look) seesSignIns() bool       { return l.seesUsers() && l.h.Features.LastSignIn.Available }
func (l look) seesSecondFactors() bool { return l.seesUsers() && l.h.Features.TwoFactor.Available }
func (l look) seesOwnerAndDomains() bool {
	return l.seesUsers() && l.owner().Email != "" && len(l.s.Account.Domains) > 0
}
func (l look) seesOwnerAndAddress() bool {
	return l.seesUsers() && l.owner().Email != ""
}

// seesMail wants every address that can receive a category, which this host has.
func seesMail(m access.MailCategory) func(look) bool {
	return func(l look) bool {
		exists := slices.ContainsFunc(l.h.MailCategories, func(e access.CatalogueEntry) bool { return e.Key == string(m) })
		return exists && l.s.Me.May(access.Contacts) && l.s.Me.May(access.Profile)
	}
}

// owner is the account's owner, or nobody where users cannot be seen.
func (l look) owner() access.User {
	if i := slices.IndexFunc(l.s.Users, func(u access.User) bool { return u.Role == access.Owner }); i >= 0 {
		return l.s.Users[i]
	}
	return access.User{}
}
