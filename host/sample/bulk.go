package sample

import (
	"context"
	"errors"
	"fmt"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
)

// Bulk says how much data to make up for measuring.
type Bulk struct {
	Accounts int    // how many accounts
	People   int    // people per account, the owner and the accountant included: a third users, the rest contacts
	Seed     uint64 // the same seed gives the same data
	Owned    bool   // who reaches every account owns it too, and so sees everybody; else its own owner does
}

// BulkAccountant is the address of who reaches every account that Fill makes with a seed.
func BulkAccountant(seed uint64) string {
	return fmt.Sprintf("alex.bouchard.%d@grandcabinet.example", seed)
}

// Fill makes up many accounts at once, beside what is there. It answers ErrNotEmpty when this seed was used before.
func (p *Provider) Fill(ctx context.Context, b Bulk) error {
	if b.Accounts < 1 || b.People < 2 {
		return errors.New("at least one account with two people")
	}
	hash, err := p.hashPassword(ctx, SamplePassword)
	if err != nil {
		return err
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		if _, err := p.PersonByEmail(ctx, BulkAccountant(b.Seed)); err == nil {
			return ErrNotEmpty
		} else if !errors.Is(err, host.ErrNotFound) {
			return err
		}
		d, err := p.newDraftHere(ctx, b.Seed, hash)
		if err != nil {
			return err
		}
		d.many(b)
		return d.write(ctx)
	})
}

func (d *draft) many(b Bulk) {
	alex := d.person("Alex", "Bouchard", BulkAccountant(b.Seed), "fr")
	alex.choice = 100
	alex.choiceText = api.Text{}
	for _, lang := range []string{"fr", "en"} {
		alex.choiceText[lang] = locales.For(lang).T("sample.choice_bulk", "Count", b.Accounts)
	}
	for n := range b.Accounts {
		domain := fmt.Sprintf("client%d-%d.example", n+1, b.Seed)
		client := d.somebody(domain)
		owner, other := client, alex
		if b.Owned {
			owner, other = alex, client
		}
		name := fmt.Sprintf("%s %s %d", pick(d.r, "Atelier", "Café", "Clinique", "Ferme", "Garage", "Maison", "Studio", "Groupe"),
			client.last, n+1)
		a := d.account(name, owner, "info@"+domain, owner.language, []string{"general", "domain"}, domain)
		users := 2 + (b.People-2)/3
		for i := 1; i < users; i++ {
			who := other
			permissions := presetAccountant
			if i > 1 {
				who, permissions = d.somebody(domain), d.somePermissions()
			}
			d.user(a, who, permissions, nil, "", d.r.IntN(300)-30)
		}
		for range b.People - users {
			first, last := pick(d.r, firstNames...), pick(d.r, lastNames...)
			d.contact(a, first, last, "", d.freshEmail(login(first, last), domain), "fr", d.someCategories()...)
		}
	}
}
