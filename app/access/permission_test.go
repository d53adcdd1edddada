package access

import (
	"slices"
	"testing"
)

// thirteen is a catalogue with every permission this version knows.
func thirteen() []CatalogueEntry {
	var out []CatalogueEntry
	for _, k := range []Permission{Profile, Contacts, Products, ManageProducts, ProductSSO, Domains, ManageDomains, Invoices, Quotes, Tickets, Affiliates, Emails, Orders} {
		out = append(out, CatalogueEntry{Key: string(k)})
	}
	return out
}

func TestPresets(t *testing.T) {
	all := PresetAll.Of(thirteen())
	for _, c := range []struct {
		name      string
		preset    Preset
		catalogue []CatalogueEntry
		want      []Permission
	}{
		{"an accountant sees money and mail", PresetAccountant, thirteen(), []Permission{Invoices, Quotes, Emails}},
		{"a developer sees products and domains", PresetDeveloper, thirteen(), []Permission{Products, ManageProducts, ProductSSO, Domains, ManageDomains, Tickets}},
		{"support", PresetSupport, thirteen(), []Permission{Products, Domains, Tickets, Emails}},
		{"read only", PresetReadOnly, thirteen(), []Permission{Products, Domains, Emails}},
		{"what the host does not have is left out", PresetAccountant, []CatalogueEntry{{Key: "emails"}, {Key: "invoices"}}, []Permission{Emails, Invoices}},
		{"all is all the host has, also what we do not know", PresetAll, append(thirteen(), CatalogueEntry{Key: "backups"}), append(slices.Clone(all), "backups")},
		{"a preset that does not exist is nothing", Preset("x"), thirteen(), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.preset.Of(c.catalogue); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestPresetFor(t *testing.T) {
	for _, c := range []struct {
		name string
		set  []Permission
		want Preset
	}{
		{"order and repetition do not matter", []Permission{Emails, Invoices, Quotes, Emails}, PresetAccountant},
		{"one more is no preset", []Permission{Emails, Invoices, Quotes, Tickets}, ""},
		{"one less is no preset", []Permission{Emails, Invoices}, ""},
		{"nothing is no preset", nil, ""},
		{"everything", PresetAll.Of(thirteen()), PresetAll},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := PresetFor(c.set, thirteen()); got != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v", got, ok)
			}
		})
	}
	if got, ok := PresetFor(nil, nil); ok {
		t.Errorf("a host without permissions makes an empty set %q", got)
	}
}

func TestDiff(t *testing.T) {
	added, removed := Diff([]Permission{Tickets, Quotes, Emails}, []Permission{Quotes, Invoices, Invoices, "backups"})
	if !slices.Equal(added, []Permission{"backups", Invoices}) || !slices.Equal(removed, []Permission{Emails, Tickets}) {
		t.Errorf("added %v, removed %v", added, removed)
	}
	if !SameSet([]Permission{Quotes, Emails, Quotes}, []Permission{Emails, Quotes}) || SameSet([]Permission{Quotes}, nil) {
		t.Error("SameSet")
	}
}

func TestArrangeKeepsEveryPermission(t *testing.T) {
	catalogue := append(thirteen(), CatalogueEntry{Key: "zz"}, CatalogueEntry{Key: "backups"})
	got := Arrange(catalogue)
	n := 0
	for _, g := range Groups() {
		n += len(got[g])
	}
	if n != len(catalogue) {
		t.Errorf("%d of %d permissions are in a group of the editor", n, len(catalogue))
	}
	for _, c := range []struct {
		name string
		g    Group
		want []Permission
	}{
		{"account in the editor's order, not the catalogue's", GroupAccount, []Permission{Profile, Contacts, Emails, Tickets}},
		{"billing", GroupBilling, []Permission{Invoices, Quotes, Orders, Affiliates}},
		{"products", GroupProducts, []Permission{Products, ManageProducts, ProductSSO}},
		{"domains", GroupDomains, []Permission{Domains, ManageDomains}},
		{"unknown ones in the host's order", GroupOther, []Permission{"zz", "backups"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var keys []Permission
			for _, e := range got[c.g] {
				keys = append(keys, Permission(e.Key))
			}
			if !slices.Equal(keys, c.want) {
				t.Errorf("got %v, want %v", keys, c.want)
			}
		})
	}
}

func TestPreferencesList(t *testing.T) {
	p := Preferences{MailDomain: true, MailGeneral: false, MailInvoice: true, "zeta": true, "beta": true}
	got := p.List([]CatalogueEntry{{Key: "general"}, {Key: "invoice"}, {Key: "domain"}})
	if !slices.Equal(got, []MailCategory{MailInvoice, MailDomain, "beta", "zeta"}) {
		t.Errorf("got %v: the host's order, then unknown ones by name", got)
	}
}

func TestTextIn(t *testing.T) {
	for _, c := range []struct {
		name string
		text Text
		want string
	}{
		{"the language asked for", Text{"fr": "Factures", "en": "Invoices"}, "Factures"},
		{"else English", Text{"en": "Invoices", "de": "Rechnungen"}, "Invoices"},
		{"else any", Text{"de": "Rechnungen"}, "Rechnungen"},
		{"an empty text is none", Text{"fr": "", "en": "Invoices"}, "Invoices"},
		{"nothing at all", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.text.In("fr"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMean(t *testing.T) {
	backups := append(thirteen(), CatalogueEntry{Key: "backups"})
	for _, c := range []struct {
		name      string
		set       []Permission
		catalogue []CatalogueEntry
		want      Meaning
	}{
		{"an accountant", []Permission{Emails, Quotes, Invoices}, thirteen(), Meaning{Can: []Permission{Invoices, Quotes, Emails}, Cannot: []Notable{NotablePasswords, NotableDomains}}},
		{"managing says seeing", PresetDeveloper.Of(thirteen()), thirteen(), Meaning{Can: []Permission{ManageProducts, ProductSSO, ManageDomains, Tickets}, Cannot: []Notable{NotableInvoices}}},
		{"nothing", nil, thirteen(), Meaning{Cannot: []Notable{NotablePasswords, NotableDomains, NotableInvoices}}},
		{"what the host does not have is not missed", []Permission{Emails}, []CatalogueEntry{{Key: "emails"}, {Key: "domains"}}, Meaning{Can: []Permission{Emails}, Cannot: []Notable{NotableDomains}}},
		{"unknown ones are kept, in the host's order and then as they come", []Permission{"gone", "backups", Invoices}, backups, Meaning{Can: []Permission{Invoices}, Also: []Permission{"backups", "gone"}, Cannot: []Notable{NotablePasswords, NotableDomains}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Mean(c.set, c.catalogue)
			if got.All != c.want.All || !slices.Equal(got.Can, c.want.Can) || !slices.Equal(got.Also, c.want.Also) || !slices.Equal(got.Cannot, c.want.Cannot) {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
	if !Mean(PresetAll.Of(backups), backups).All || Mean(PresetAll.Of(thirteen()), backups).All || Mean(nil, nil).All {
		t.Error("All means every permission of a catalogue that has some")
	}
}

func TestMeanChangeDoesNotSayTwiceWhatIsLost(t *testing.T) {
	got := MeanChange([]Permission{Tickets, Domains, ManageDomains, "backups"}, []Permission{Invoices}, thirteen())
	if !slices.Equal(got.Lost, []Permission{ManageDomains, Tickets}) || !slices.Equal(got.LostAlso, []Permission{"backups"}) {
		t.Errorf("lost %v, %v", got.Lost, got.LostAlso)
	}
	if !slices.Equal(got.After.Cannot, []Notable{NotablePasswords}) {
		t.Errorf("still out of reach: %v", got.After.Cannot)
	}
}
