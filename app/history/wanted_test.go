package history_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/history"

	"github.com/google/go-cmp/cmp"
)

// What a Change is said to make is what is seen once it is made, as far as both know.
func TestAChangeIsSaidToMakeWhatIsSeenAfterIt(t *testing.T) {
	contact := change.OfContact(account().Contacts[0])
	after := change.OfContact(access.Contact{FirstName: "Soutien", LastName: "TI", Email: "x@x.example", Phone: "2", Address: access.Address{City: "Laval"},
		Preferences: access.Preferences{access.MailSupport: false, access.MailDomain: true, access.MailInvoice: true}})
	info := change.OfAccount(account().Account)
	infoAfter := change.OfAccount(access.Account{Email: "n@n.example", Company: "M inc.", Language: "fr", Preferences: access.Preferences{access.MailGeneral: true}})
	for _, c := range []struct {
		name string
		c    change.Change
		now  func(s *access.Snapshot)
	}{
		{"permissions and an end", change.Change{Kind: change.SetPermissions, Target: "u2", TargetName: "Sam Gagnon", Before: rights("invoices"), After: change.OfRights([]access.Permission{"quotes"}, at(5000), "impôts")},
			func(s *access.Snapshot) {
				s.Users[1].Permissions, s.Users[1].EndsAt, s.Users[1].Reason = []access.Permission{"quotes"}, at(5000), "impôts"
			}},
		{"a revocation", change.Change{Kind: change.Revoke, Target: "u2", TargetName: "Sam Gagnon", Before: rights("invoices")}, func(s *access.Snapshot) { s.Users = s.Users[:1] }},
		{"an invitation edited", change.Change{Kind: change.EditInvitation, Target: "i1", TargetName: "noe@studio.example", Before: rights("domains"), After: rights("domains", "quotes")},
			func(s *access.Snapshot) { s.Invitations[0].Permissions = []access.Permission{"domains", "quotes"} }},
		{"a cancellation", change.Change{Kind: change.CancelInvitation, Target: "i1", TargetName: "noe@studio.example", Before: rights("domains")}, func(s *access.Snapshot) { s.Invitations = nil }},
		{"a contact", change.Change{Kind: change.EditContact, Target: "c1", TargetName: "Soutien TI", Before: contact, After: after}, func(s *access.Snapshot) {
			k := &s.Contacts[0]
			k.Email, k.Phone, k.Address, k.Preferences = "x@x.example", "2", access.Address{City: "Laval"}, access.Preferences{access.MailDomain: true, access.MailInvoice: true}
		}},
		{"a deletion", change.Change{Kind: change.DeleteContact, Target: "c1", TargetName: "Soutien TI", Before: contact}, func(s *access.Snapshot) { s.Contacts = nil }},
		{"account information", change.Change{Kind: change.EditAccount, Before: info, After: infoAfter}, func(s *access.Snapshot) {
			s.Account.Email, s.Account.Company, s.Account.Preferences = "n@n.example", "M inc.", access.Preferences{access.MailGeneral: true}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen []diff.Difference
			for _, d := range diff.Compare(account(), edited(c.now)) {
				if d.What != diff.DomainRecipient && d.What != diff.NobodyReceives {
					seen = append(seen, d)
				}
			}
			if d := cmp.Diff(seen, history.Wanted(c.c), cmp.FilterPath(func(p cmp.Path) bool {
				f := p.Last().String()
				return f == ".Key" || f == ".Email" || f == ".Over" || f == ".Name" && c.c.Kind == change.EditAccount
			}, cmp.Ignore())); d != "" {
				t.Error(d)
			}
		})
	}
}
