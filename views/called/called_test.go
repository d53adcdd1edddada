package called_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/views/called"
)

func TestAnAccountIsToldFromAnotherOfTheSameName(t *testing.T) {
	bakery, other, garage := access.Ref{Identity: "i", Account: "1"}, access.Ref{Identity: "j", Account: "2"}, access.Ref{Identity: "j", Account: "3"}
	host := func(url, name, email string) cache.Identity {
		return cache.Identity{Host: access.Host{URL: url, Name: name}, Me: access.Me{Email: email}}
	}
	i, j := host("https://h.example", "Hébergement", "a@a.example"), host("https://n.example", "Nuage", "b@b.example")
	for _, tt := range []struct {
		about   string
		j       cache.Identity
		name    string // of the other account
		aliases map[access.Ref]string
		ref     access.Ref
		want    string
	}{
		{"by its host", j, "Boulangerie", nil, bakery, "Boulangerie (Hébergement)"},
		{"the other way round", j, "boulangerie", nil, other, "boulangerie (Nuage)"},
		{"by its address where the hosts have one name", host("https://n.example:8443", "Hébergement", "b@b.example"), "Boulangerie", nil, bakery, "Boulangerie (Hébergement (h.example))"},
		{"by who signed in where it is one host", host("https://h.example", "Hébergement", "b@b.example"), "Boulangerie", nil, other, "Boulangerie (Hébergement (b@b.example))"},
		{"not where it is called otherwise", j, "Garage", nil, bakery, "Boulangerie"},
		{"not where the person calls it otherwise", j, "Boulangerie", map[access.Ref]string{other: "Le pain"}, bakery, "Boulangerie"},
		{"where the person calls it the same", j, "Fournil", map[access.Ref]string{other: "Boulangerie"}, other, "Boulangerie (Nuage)"},
		{"of one host there is nothing to tell", j, "Boulangerie", nil, garage, "Garage Nadeau"},
		{"nor of one that is not reached", j, "Boulangerie", nil, access.Ref{Identity: "i", Account: "9"}, ""},
	} {
		t.Run(tt.about, func(t *testing.T) {
			s := cache.New()
			i.ID, tt.j.ID = "i", "j"
			s.PutIdentity(i)
			s.PutIdentity(tt.j)
			s.PutAccounts("i", []access.Summary{{Ref: bakery, Name: "Boulangerie"}})
			s.PutAccounts("j", []access.Summary{{Ref: other, Name: tt.name}, {Ref: garage, Name: "Garage Nadeau"}})
			if got := called.Account(s, func(ref access.Ref) string { return tt.aliases[ref] }, tt.ref); got != tt.want {
				t.Errorf("called %q, want %q", got, tt.want)
			}
		})
	}
}
