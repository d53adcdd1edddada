package contracttest

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
)

// uses are how each feature is used, by its name in the contract. What is answered must be that it is done exactly when the
// feature is available, and that it is not available here exactly when it is not.
var uses = map[string]func(s scene) hosttest.Answer{
	"ListInvitations": func(s scene) hosttest.Answer { return s.owner.get(s.account + "/invitations") },
	"EditInvitation": func(s scene) hosttest.Answer {
		return s.owner.call("PUT", s.invitation, api.PermissionSet{Permissions: []string{"emails"}})
	},
	"InvitationLanguage": func(s scene) hosttest.Answer {
		return s.owner.proven("POST", s.account+"/invitations", api.NewInvitation{Email: "in-english@chezmarcel.example", Language: "en", Permissions: []string{"emails"}}, marie)
	},
	"ResendInvitation": func(s scene) hosttest.Answer { return s.owner.post(s.invitation+"/resend", nil) },
	"CancelInvitation": func(s scene) hosttest.Answer { return s.owner.call("DELETE", s.invitation, nil) },
	"AccessEnds": func(s scene) hosttest.Answer {
		end := s.owner.clock.Now().Add(time.Hour)
		return s.owner.call("PUT", s.user+"/permissions", api.PermissionSet{Permissions: []string{"emails"}, EndsAt: &end})
	},
	"Activity": func(s scene) hosttest.Answer { return s.owner.get(s.account + "/activity") },
	"ChangeLoginEmail": func(s scene) hosttest.Answer {
		return s.owner.proven("POST", "/v1/me/email", api.NewEmail{Email: "n@chezmarcel.example"}, "n@chezmarcel.example")
	},
	"PasswordReset": func(s scene) hosttest.Answer { return s.owner.post("/v1/me/password-reset", nil) },
	"EmptyPermissions": func(s scene) hosttest.Answer {
		return s.owner.call("PUT", s.user+"/permissions", api.PermissionSet{Permissions: []string{}})
	},
	"ContactLanguage": func(s scene) hosttest.Answer {
		return s.owner.call("PATCH", s.contact, api.ContactPatch{Language: ptr("en")})
	},
}

// elsewhere are the features that are used on pages outside the contract.
var elsewhere = map[string]bool{"InvitedOnly": true}

// shown are the features that are seen in what is read, and whether they are.
var shown = map[string]func(u api.User) bool{
	"LastSignIn": func(u api.User) bool { return u.LastSignIn != nil },
	"TwoFactor":  func(u api.User) bool { return u.TwoFactor != nil },
}

func TestWhatAHostSaysItCanDoIsExactlyWhatItDoes(t *testing.T) {
	hosts := append([]kind{
		{"gateway without mail", func(t testing.TB) *world { return newGateway(t) }},
		{"gateway whose role lacks actions", func(t testing.TB) *world {
			return newGateway(t, withMail, without("UpdateUser", "ResetPassword", "DeleteUserClient"))
		}},
	}, kinds...)
	for _, k := range hosts {
		t.Run(k.name, func(t *testing.T) {
			w := k.start(t)
			s, f := set(w), reflect.ValueOf(w.features())
			users := hosttest.Into[api.UserList](s.owner.get(s.account+"/users"), 200).Users
			order := []string{"ListInvitations", "InvitationLanguage", "InvitedOnly", "EditInvitation", "ResendInvitation", "CancelInvitation", "AccessEnds", "Activity", "EmptyPermissions",
				"ContactLanguage", "PasswordReset", "ChangeLoginEmail", "LastSignIn", "TwoFactor"}
			if len(order) != f.NumField() {
				t.Errorf("the contract has %d features, the suite %d", f.NumField(), len(order))
			}
			for _, name := range order {
				feature, is := f.FieldByName(name).Interface().(api.Feature)
				if !is {
					t.Fatalf("%s is no feature", name)
				}
				if seen := shown[name]; seen != nil {
					for _, u := range users {
						if seen(u) && !feature.Available {
							t.Errorf("%s is not available, and shown of %+v", name, u)
						}
					}
					if feature.Available && !seen(users[1]) {
						t.Errorf("%s is available, and not shown of %+v", name, users[1])
					}
				} else if elsewhere[name] {
					// only the reason can be looked at
				} else if a := uses[name](s); feature.Available != a.Done() {
					t.Errorf("%s: available is %v, and %s", name, feature.Available, a)
				} else if !feature.Available {
					a.Is(http.StatusConflict).Refused(api.ProblemUnavailableFeature)
				}
				if !feature.Available && (feature.Reason["fr"] == "" || feature.Reason["en"] == "" || feature.Reason["fr"] == feature.Reason["en"]) {
					t.Errorf("%s: the reason is %v", name, feature.Reason)
				}
			}
		})
	}
}
