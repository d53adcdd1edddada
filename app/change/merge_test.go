package change

import (
	"testing"

	"concierge/app/access"

	"github.com/google/go-cmp/cmp"
)

func fields(kv ...string) Values {
	v := Values{Fields: map[string]string{}}
	for i := 0; i < len(kv); i += 2 {
		v.Fields[kv[i]] = kv[i+1]
	}
	return v
}

func TestMergeOfFields(t *testing.T) {
	base := fields("firstName", "Sam", "phone", "1", "city", "Laval", "line1", "1 rue A")
	tests := []struct {
		name         string
		mine, theirs Values
		want         Values
		collide      []string
	}{
		{"only mine changed: mine is kept", fields("firstName", "Samuel"), base,
			fields("firstName", "Samuel", "phone", "1", "city", "Laval", "line1", "1 rue A"), nil},
		{"only theirs changed: theirs is kept", fields("firstName", "Sam"), fields("firstName", "Sam", "phone", "2"),
			fields("firstName", "Sam", "phone", "2"), nil},
		{"different fields: both are kept", fields("firstName", "Samuel"), fields("firstName", "Sam", "phone", "2"),
			fields("firstName", "Samuel", "phone", "2"), nil},
		{"both alike: nothing to decide", fields("phone", "3"), fields("phone", "3"), fields("phone", "3"), nil},
		{"both differently: the person decides", fields("phone", "3"), fields("phone", "2"), fields("phone", "2"), []string{"phone"}},
		{"both alike, in the host's writing: nothing to decide", fields("phone", "418 555-0142"), fields("phone", "+14185550142"), fields("phone", "+14185550142"), nil},
		{"nearly the same number: the person decides", fields("phone", "418 555-0142"), fields("phone", "+14185550143"), fields("phone", "+14185550143"), []string{"phone"}},
		{"the host writes a code in capitals: nothing to decide", fields("city", "Québec", "line1", "1 rue A", "postalCode", "g1r 2b5"), fields("city", "Québec", "line1", "1 rue A", "postalCode", "G1R 2B5"),
			fields("city", "Québec", "line1", "1 rue A", "postalCode", "G1R 2B5"), nil},
		{"an address is one thing: another street there and another city here collide",
			fields("city", "Québec", "line1", "1 rue A"), fields("city", "Laval", "line1", "2 rue B"),
			fields("city", "Laval", "line1", "2 rue B"), []string{"city", "line1"}},
		{"emptied by me, untouched by them", fields("phone", ""), base,
			fields("firstName", "Sam", "phone", "", "city", "Laval", "line1", "1 rue A"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, collisions := Merge(base, tt.mine, tt.theirs)
			if diff := cmp.Diff(tt.want.Fields, got.Fields); diff != "" {
				t.Errorf("merged (-want +got):\n%s", diff)
			}
			var names []string
			for _, c := range collisions {
				names = append(names, c.Name)
			}
			if diff := cmp.Diff(tt.collide, names); diff != "" {
				t.Errorf("collisions (-want +got):\n%s", diff)
			}
			if len(collisions) > 0 {
				over := Overrule(base, tt.mine, tt.theirs)
				for f, mine := range tt.mine.Fields {
					if over.Fields[f] != mine {
						t.Errorf("overruled %s is %q, want mine %q", f, over.Fields[f], mine)
					}
				}
			}
		})
	}
}

func TestMergeOfPermissionsAndMailKeepsEachSidesSwitches(t *testing.T) {
	set := func(ps ...access.Permission) Values { return Values{Permissions: ps} }
	got, collisions := Merge(set("invoices", "tickets"), set("invoices", "quotes"), set("invoices", "tickets", "domains"))
	if added, removed := access.Diff(set("invoices", "domains", "quotes").Permissions, got.Permissions); len(added)+len(removed) > 0 || len(collisions) > 0 {
		t.Errorf("got %v (collisions %v), want invoices, domains, quotes", got.Permissions, collisions)
	}
	got, _ = Merge(set("invoices"), Values{Permissions: []access.Permission{}}, set("invoices"))
	if got.Permissions == nil || len(got.Permissions) != 0 {
		t.Errorf("taking the last permission away gives %#v, want an empty set that is not nil", got.Permissions)
	}
	mail := func(on ...access.MailCategory) Values {
		v := Values{Mail: map[access.MailCategory]bool{"invoice": false, "domain": false, "support": false}}
		for _, c := range on {
			v.Mail[c] = true
		}
		return v
	}
	got, collisions = Merge(mail("support"), mail("support", "invoice"), mail("domain"))
	if diff := cmp.Diff(mail("invoice", "domain").Mail, got.Mail); diff != "" || len(collisions) > 0 {
		t.Errorf("mail (-want +got), collisions %v:\n%s", collisions, diff)
	}
}

func TestDifferencesNameEveryKindOfThing(t *testing.T) {
	a := Values{Fields: map[string]string{"phone": "1"}, Permissions: []access.Permission{"tickets"}, Mail: map[access.MailCategory]bool{"domain": true}}
	b := Values{Fields: map[string]string{"phone": "1", "city": "Laval"}, Permissions: []access.Permission{"quotes"}, Mail: map[access.MailCategory]bool{"domain": false}}
	want := []Collision{
		{Name: "city", Mine: "Laval"},
		{Name: "permission:quotes", Base: "false", Mine: "true"},
		{Name: "permission:tickets", Base: "true", Mine: "false"},
		{Name: "mail:domain", Base: "true", Mine: "false"},
	}
	if diff := cmp.Diff(want, Differences(a, b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !Equal(a, a) || Equal(a, b) {
		t.Error("Equal does not agree with Differences")
	}
}
