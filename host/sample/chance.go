package sample

import (
	"fmt"
	"strings"

	"concierge/client/api"
	"concierge/host"
)

// client is one of the many accounts the accountant works in, with a life made up by chance.
func (d *draft) client(name string, sam *draftPerson) *draftAccount {
	domain := slug(name) + ".example"
	owner := d.somebody(domain)
	domains := []string{domain}
	for i := range d.r.IntN(3) {
		domains = append(domains, fmt.Sprintf("%s-%s.example", strings.TrimSuffix(domain, ".example"), []string{"boutique", "blogue"}[i]))
	}
	mine := []string{"general"}
	if d.chance(70) {
		mine = append(mine, "domain")
	}
	if d.chance(50) {
		mine = append(mine, "invoice")
	}
	a := d.account(name, owner, "info@"+domain, owner.language, mine, domains...)
	d.user(a, sam, presetAccountant, nil, "", d.r.IntN(60))
	for range d.r.IntN(4) {
		who := d.somebody(domain)
		d.user(a, who, d.somePermissions(), nil, "", d.r.IntN(500)-40)
		d.did(a, d.ago(20+d.r.IntN(300)), owner, api.Activity{Action: api.ActUserInvited, Target: who.email})
		if d.chance(40) {
			d.contact(a, who.first, who.last, "", strings.ToUpper(who.email[:1])+who.email[1:], who.language, d.someCategories()...)
		}
	}
	for range 1 + d.r.IntN(5) {
		first, last := pick(d.r, firstNames...), pick(d.r, lastNames...)
		d.contact(a, first, last, "", d.freshEmail(login(first, last), domain), owner.language, d.someCategories()...)
		d.did(a, d.ago(d.r.IntN(400)), owner, api.Activity{Action: api.ActContactAdded, Target: fullName(first, last)})
	}
	switch name {
	case "Librairie du Quartier":
		d.contact(a, "Marcel", "Roy", "", "marcel.roy@courrier.example", "fr", "general", "support")
	case "Marché des artisans":
		d.contact(a, "Marie", "Tremblay", "Boulangerie Chez Marcel", OwnerEmail, "fr", "general")
	}
	if d.chance(30) {
		d.invite(a, d.freshEmail("invite", domain), owner.language, d.somePermissions(), d.ago(d.r.IntN(14)))
	}
	return a
}

// somebody makes a person up who signs in with an address of a domain.
func (d *draft) somebody(domain string) *draftPerson {
	first, last := pick(d.r, firstNames...), pick(d.r, lastNames...)
	language := "fr"
	if d.chance(12) {
		language = "en"
	}
	return d.person(first, last, d.freshEmail(login(first, last), domain), language)
}

// freshEmail is an address that nobody signs in with yet.
func (d *draft) freshEmail(local, domain string) string {
	email := local + "@" + domain
	for n := 2; d.people[host.EmailKey(email)] != nil; n++ {
		email = fmt.Sprintf("%s%d@%s", local, n, domain)
	}
	return email
}

// somePermissions is what people really give each other: mostly a preset, sometimes all, sometimes odd bits.
func (d *draft) somePermissions() []string {
	switch d.r.IntN(8) {
	case 0:
		return permissionKeys
	case 1:
		return nil
	case 2, 3:
		var list []string
		for _, k := range permissionKeys {
			if d.chance(35) {
				list = append(list, k)
			}
		}
		return list
	}
	return pick(d.r, presetAccountant, presetDeveloper, presetSupport, presetReadOnly)
}

// someCategories is any mix of mail, nothing included.
func (d *draft) someCategories() []string { return categories(d.r.IntN(1 << len(categoryKeys))) }

// categories are those whose bit is set.
func categories(mix int) []string {
	var list []string
	for i, k := range categoryKeys {
		if mix&(1<<i) != 0 {
			list = append(list, k)
		}
	}
	return list
}
