package contracttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
)

// written are texts that would mean something to a form, to PHP, to a page, a database or a log, if anything let them out of
// the value they are.
var written = []string{
	"x&status=Closed", "x&credit=9999&paymentmethod=none", "a]=b", "a[0]=1", "[", "]", "[]", "&", "=", "&&==", "email_preferences[domain]=1", "x&email_preferences[]=1",
	"%26status%3DClosed", "%5B%5D", "%00", "%0d%0aX: y", "a+b c", ";", "a;b=c", "\\", "\\'", "'", "\"", "' OR '1'='1", "1); DROP TABLE tblclients;--", "<script>alert(1)</script>",
	"\"><img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}", "#{7*7}", "{php}echo 1;{/php}", "{$smarty.version}", "<?php echo 1 ?>", "../../etc/passwd", "|id", "`id`", "$(id)",
	"Array", "null", "undefined", "true", "false", "0", "-1", "1e9", "NaN", "on", "=1+1", "@SUM(A1)", "R&D, not A&B", "a\u00a0b", "e\u0301", "ﬁ", "Ǆ", "ÿ", "漢字", "עברית", "\ufeffx",
	"level=ERROR msg=forged", `","result":"done","x":"`, `\n\u000a`, "a=1 request=x person=2",
}

// unwritable are texts that no line can hold.
var unwritable = []string{"a\x00b", "a\r\nBcc: evil@evil.example", "a\nb", "a\tb", "a\x1b[2Jb", "a\u0085b", "a\u2028b", "a\u2029b", "a\u202eb", "a\u2066b", "\x7f"}

// tooWide are letters that need four bytes, which some databases cannot hold: such a value is taken whole or refused, and
// never cut.
var tooWide = []string{"Boulangerie 🥖 Marcel", "𠮷野家", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"}

// params are those that a write may send to WHMCS.
var params = map[string][]string{
	"UpdateClient": {"clientid", "firstname", "lastname", "companyname", "email", "address1", "address2", "city", "state", "postcode", "country", "phonenumber", "language",
		"email_preferences[domain]", "email_preferences[general]", "email_preferences[invoice]", "email_preferences[product]", "email_preferences[support]", "email_preferences[affiliate]"},
	"UpdateUser":            {"user_id", "firstname", "lastname", "email", "language"},
	"UpdateUserPermissions": {"user_id", "client_id", "permissions"},
	"CreateClientInvite":    {"client_id", "email", "permissions"},
	"DeleteUserClient":      {"user_id", "client_id"},
	"DeleteContact":         {"contactid"},
	"ResetPassword":         {"id"},
}

func init() {
	of := slices.DeleteFunc(slices.Clone(params["UpdateClient"]), func(p string) bool { return p == "clientid" || p == "language" })
	params["UpdateContact"] = append(slices.Clone(of), "contactid")
	params["AddContact"] = append(slices.Clone(of), "clientid")
}

// onlyItsOwn fails when anything but the parameters that the gateway means to send has reached WHMCS.
func (w *world) onlyItsOwn() {
	w.Helper()
	for _, sent := range w.sent() {
		action, name, _ := strings.Cut(sent, " ")
		if !slices.Contains(params[action], name) {
			w.Errorf("%s was sent the parameter %q", action, name)
		}
	}
}

// texts are the fields that take a text, with how to write them and how they are read.
var texts = []struct {
	name  string
	body  func(text string) any
	where func(s scene) string
	read  func(a hosttest.Answer) string
}{
	{"a contact's first name", func(t string) any { return api.ContactPatch{FirstName: &t} }, func(s scene) string { return s.contact },
		func(a hosttest.Answer) string { return hosttest.Into[api.Contact](a, 200).FirstName }},
	{"a contact's last name", func(t string) any { return api.ContactPatch{LastName: &t} }, func(s scene) string { return s.contact },
		func(a hosttest.Answer) string { return hosttest.Into[api.Contact](a, 200).LastName }},
	{"a contact's company", func(t string) any { return api.ContactPatch{Company: &t} }, func(s scene) string { return s.contact },
		func(a hosttest.Answer) string { return hosttest.Into[api.Contact](a, 200).Company }},
	{"a contact's street", func(t string) any { return api.ContactPatch{Address: &api.Address{Line1: t, Line2: "2", City: "Q"}} }, func(s scene) string { return s.contact },
		func(a hosttest.Answer) string { return hosttest.Into[api.Contact](a, 200).Address.Line1 }},
	{"a contact's state", func(t string) any { return api.ContactPatch{Address: &api.Address{State: t}} }, func(s scene) string { return s.contact },
		func(a hosttest.Answer) string { return hosttest.Into[api.Contact](a, 200).Address.State }},
	{"an account's company", func(t string) any { return api.AccountPatch{Company: &t} }, func(s scene) string { return s.account },
		func(a hosttest.Answer) string { return hosttest.Into[api.Account](a, 200).Company }},
	{"an account's city", func(t string) any { return api.AccountPatch{Address: &api.Address{City: t, Country: "CA"}} }, func(s scene) string { return s.account },
		func(a hosttest.Answer) string { return hosttest.Into[api.Account](a, 200).Address.City }},
	{"a person's first name", func(t string) any { return api.MePatch{FirstName: &t} }, func(scene) string { return "/v1/me" },
		func(a hosttest.Answer) string { return hosttest.Into[api.Me](a, 200).FirstName }},
	{"a person's last name", func(t string) any { return api.MePatch{LastName: &t} }, func(scene) string { return "/v1/me" },
		func(a hosttest.Answer) string { return hosttest.Into[api.Me](a, 200).LastName }},
	{"a reason", func(t string) any { return api.PermissionSet{Permissions: []string{"emails"}, EndsAt: &far, Reason: t} }, func(s scene) string { return s.sam },
		func(a hosttest.Answer) string { return hosttest.Into[api.User](a, 200).Reason }},
}

var far = time.Now().UTC().Truncate(time.Second).AddDate(1, 0, 0)

// write writes a text into a field.
func (s scene) write(i int, text string) hosttest.Answer {
	path, method := texts[i].where(s), "PATCH"
	if texts[i].name == "a reason" {
		path, method = path+"/permissions", "PUT"
	}
	return s.owner.call(method, path, texts[i].body(text))
}

func TestATextIsWhatItIsWhateverIsInIt(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		theirs := w.as(eve).snapshot(w.as(eve).account(garden)).Revision
		spare, user := s.owner.get(s.spare).ETag(), s.owner.get(s.user).ETag()
		// Every text once, each in another field, and each field with a few.
		for n, text := range written {
			for i := n % len(texts); i < len(texts); i += 5 {
				f := texts[i]
				want := strings.TrimSpace(text)
				if got := f.read(s.write(i, text)); got != want {
					w.Errorf("%s: %q was taken for %q", f.name, text, got)
				}
				w.later() // and it stays so when it is read of where it was written
				if w.clock.Now().Sub(far.AddDate(-1, 0, 0)).Minutes() > 8 {
					s.owner.token = w.as(marie).token
				}
				if got := f.read(s.owner.get(f.where(s))); got != want {
					w.Errorf("%s: %q is kept as %q", f.name, text, got)
				}
			}
		}
		for _, text := range unwritable {
			for i, f := range texts {
				a := s.write(i, text)
				if p := a.Refused(api.ProblemInvalid); len(p.Errors) != 1 || p.Errors[0].Code != api.FieldInvalid || p.Errors[0].Pointer == "" {
					w.Errorf("%s: %q: %s", f.name, text, a)
				}
			}
		}
		if s.owner.get(s.spare).ETag() != spare || s.owner.get(s.user).ETag() != user {
			w.Error("something else was changed")
		}
		if e := w.as(eve); e.snapshot(e.account(garden)).Revision != theirs {
			w.Error("another account was changed")
		}
		w.onlyItsOwn()
	})
}

// TestALetterOfFourBytesIsTakenWholeOrRefused also where the database behind WHMCS cannot hold it, and cuts there.
func TestALetterOfFourBytesIsTakenWholeOrRefused(t *testing.T) {
	narrow := kind{"gateway before a narrow database", func(t testing.TB) *world {
		w := newGateway(t, withMail)
		w.host.(*gatewayHost).whmcs.SetNarrow(true)
		return w
	}}
	for _, k := range append([]kind{narrow}, kinds...) {
		t.Run(k.name, func(t *testing.T) {
			w := k.start(t)
			s := set(w)
			for _, text := range tooWide {
				for i, f := range texts {
					before := s.owner.get(f.where(s)).ETag()
					a := s.write(i, text)
					if a.Status == 422 {
						if p := a.Refused(api.ProblemInvalid); len(p.Errors) != 1 || p.Errors[0].Code != api.FieldInvalid || p.Errors[0].Pointer == "" {
							w.Errorf("%s: %s", f.name, a)
						}
						w.later()
						if s.owner.get(f.where(s)).ETag() != before {
							w.Errorf("%s: refused, and changed", f.name)
						}
					} else if got := f.read(a); got != text {
						w.Errorf("%s: %q was taken for %q", f.name, text, got)
					}
				}
				s.owner.token = w.as(marie).token
				// Nor does it make one address of two.
				a := s.owner.post(s.account+"/contacts", api.NewContact{FirstName: text, Email: "large" + fmt.Sprint(len(text)) + "@chezmarcel.example"})
				if a.Status == 201 {
					if got := hosttest.Into[api.Contact](a, 201); got.FirstName != text {
						w.Errorf("added as %q", got.FirstName)
					}
				} else {
					a.Wrong("/firstName invalid")
				}
			}
			s.owner.post(s.account+"/invitations", api.NewInvitation{Email: "a🥖@b.example", Permissions: []string{"emails"}}).Wrong("/email invalid")
			if a := s.owner.post("/v1/me/email", api.NewEmail{Email: "marie@🥖.example"}); a.Done() {
				w.Error(a)
			}
		})
	}
}

func TestAnAddressIsOneAddress(t *testing.T) {
	bad := []string{"a@b.example&status=Closed", "a@b.example\r\nBcc: evil@evil.example", "a@b.example\nX", "a@b.example, c@d.example", "a@b.example;c@d.example", "<a@b.example>",
		"Marie <a@b.example>", `"a b"@c.example`, `"a@b"@c.example`, "a@[127.0.0.1]", "a@127.0.0.1", "a@b", "a@b.example\x00", "a\x00@b.example", "é@b.example", "a b@c.example",
		"a@b@c.example", "@b.example", "a@", "a@-b.example", "a@b..example", ".a@b.example", "a..b@c.example", "a@b.example[0]", "a@b.example]=1", "a]@b.example", "a[@b.example",
		"a(x)@b.example", "a@b.example%00", "a,b@c.example", `a\@b.example`, "a@b.exa\u202emple", strings.Repeat("a", 65) + "@b.example", "a@" + strings.Repeat("b", 64) + ".example",
		"a@b_c.example", "a@b.example/", "a:b@c.example", "mailto:a@b.example", "a@b.example?subject=x"}
	beforeTheStore(t, func(w *world) {
		s := set(w)
		mine, writes := s.owner.untouched(s.account), w.wrote()
		for _, email := range bad {
			code := "invalid"
			if len([]rune(email)) > 254 {
				code = "tooLong"
			}
			for _, a := range []hosttest.Answer{
				s.owner.post(s.account+"/contacts", api.NewContact{FirstName: "X", Email: email}),
				s.owner.call("PATCH", s.contact, api.ContactPatch{Email: &email}),
				s.owner.call("PATCH", s.account, api.AccountPatch{Email: &email}),
				s.owner.post(s.account+"/invitations", api.NewInvitation{Email: email, Permissions: []string{"emails"}}),
				s.owner.post("/v1/me/email", api.NewEmail{Email: email}),
			} {
				if p := a.Problem(); p.Type == api.ProblemUnavailableFeature {
					continue // where the login address cannot be changed at all
				}
				a.Wrong("/email " + code)
			}
		}
		mine("an address that is none")
		if w.wrote() != writes {
			w.Errorf("%d writes reached WHMCS", w.wrote()-writes)
		}
		// What is odd and an address all the same arrives as it is.
		for i, email := range []string{"a&b=c@x.example", "a+b%26@x.example", "o'brien@x.example", "a=1{2}|3~4`5^6@x.example", "#!$*/?-_@x.example"} {
			if got := hosttest.Into[api.Contact](s.owner.post(s.account+"/contacts", api.NewContact{FirstName: "Odd", Email: email}), 201); got.Email != email {
				w.Errorf("%q was taken for %q", email, got.Email)
			}
			if i == 0 {
				if got := hosttest.Into[api.Invitation](s.owner.invite(s.account, email, "emails"), 201); got.Email != email || w.Invitations(email) != 1 {
					w.Errorf("invited is %+v", got)
				}
			}
		}
		w.onlyItsOwn()
	})
}

func TestAKeyIsOneOfTheCatalogue(t *testing.T) {
	beforeTheStore(t, func(w *world) {
		s := set(w)
		mine, writes := s.owner.untouched(s.account), w.wrote()
		for _, key := range []string{"invoices,profile", "profile&status=Closed", "profile]", "permissions[]", "*", "all", "", " ", "profile ", "Profile", "PROFILE", "profile\x00", "pro\nfile", "admin",
			"0", "1", "profile,", ",", "'", "profile;orders", "%70rofile", strings.Repeat("p", 10_000)} {
			for _, a := range []hosttest.Answer{
				s.owner.call("PUT", s.user+"/permissions", api.PermissionSet{Permissions: []string{"emails", key}}),
				s.owner.post(s.account+"/invitations", api.NewInvitation{Email: "x@comptoir.example", Permissions: []string{"emails", key}}),
			} {
				a.Wrong("/permissions/1 unknownKey")
			}
		}
		s.owner.call("PUT", s.user+"/permissions", api.PermissionSet{Permissions: make([]string, 101)}).Wrong("/permissions tooLong")
		for _, key := range []string{"domain][x", "domain]=1&status", "domain[", "*", "", "Domain", "domain\x00", "domain&x=1", "marketing", "../domain", "status"} {
			a := s.owner.call("PATCH", s.account, api.AccountPatch{EmailPreferences: api.MailPreferences{key: true}})
			b := s.owner.post(s.account+"/contacts", api.NewContact{FirstName: "X", Email: "x@comptoir.example", EmailPreferences: api.MailPreferences{key: true}})
			pointer := "/emailPreferences/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key) + " unknownKey"
			a.Wrong(pointer)
			b.Wrong(pointer)
		}
		for _, lang := range []string{"french&status=Closed", "french", "../../x", "fr\x00", "fr'", "", "x-klingon"} {
			if a := s.owner.call("PATCH", s.account, api.AccountPatch{Language: &lang}); a.Done() {
				w.Errorf("a language %q: %s", lang, a)
			}
		}
		mine("a key that is none")
		if w.wrote() != writes {
			w.Errorf("%d writes reached WHMCS", w.wrote()-writes)
		}
		for _, phone := range []string{"+1 418 555 0123&status=Closed", "+1.4185550123]", "4185550123\n", "'1", "+14185550123;ext=9;evil", "tel:+14185550123"} {
			a := s.owner.call("PATCH", s.account, api.AccountPatch{Phone: &phone})
			if a.Done() && strings.ContainsAny(hosttest.Into[api.Account](a, 200).Phone, "&=];:\n'") {
				w.Errorf("a telephone number: %s", a)
			}
		}
		w.onlyItsOwn()
	})
}

// TestJSONIsReadInOneWayOrRefused: what two readers could understand differently is understood by none.
func TestJSONIsReadInOneWayOrRefused(t *testing.T) {
	beforeTheStore(t, func(w *world) {
		s := set(w)
		mine := s.owner.untouched(s.account)
		deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
		for _, body := range []string{
			``, ` `, `{`, `}`, `null`, `{"company":"x"`, `{"company":"x"} {}`, `{"company":"x"},`, `{"company":"x",}`, `{company:"x"}`, `{'company':'x'}`, `{"company":"x"}x`,
			"\ufeff" + `{"company":"x"}`, `{"company":"x"/**/}`, "{\"company\":\"\x80\"}", "{\"company\":\"a\nb\"}", `{"company":"\ud800"}`, `{"company":"\udc00\ud800"}`, `{"company":"\x41"}`,
			`{"company":"x","company":"y"}`, `{"company":"x","\u0063ompany":"y"}`, `{"emailPreferences":{"domain":true,"domain":false}}`,
			`{"address":{"line1":"","line2":"","city":"a","city":"b","state":"","postalCode":"","country":"CA"}}`,
			deep, strings.Repeat("[", 100_000), `{"company":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, `{"company":1e999999}`, `{"company":NaN}`, `company=x`, `<company>x</company>`,
		} {
			a := s.owner.call("PATCH", s.account, body)
			if p := a.Problem(); a.Status != 400 && a.Status != 422 || len(a.Body) > 64<<10 {
				w.Errorf("%.60q: %s (%s)", body, a, p.Type)
			}
		}
		mine("a body that is not JSON of one meaning")
		// A pair of surrogates is one letter, and what is escaped is a letter like others.
		if a := s.owner.call("PATCH", s.account, `{"\u0063ompany":"\u0043hez \\ud800 M"}`); hosttest.Into[api.Account](a, 200).Company != `Chez \ud800 M` {
			w.Error(a)
		}
	})
}

func TestABodyIsJSONAndSaysSo(t *testing.T) {
	beforeTheStore(t, func(w *world) {
		s := set(w)
		mine := s.owner.untouched(s.account)
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "text/html", "application/json-patch+json",
			"application/json; charset=utf-16", "application/json;charset=iso-8859-1", "application/cbor", "application/jsonx", "x", "application/json, text/plain"} {
			a := s.owner.call("PATCH", s.account, `{"company":"x"}`, "Content-Type", kind)
			if p := a.Problem(); p.Type != api.ProblemMalformed {
				w.Errorf("as %s: %s", kind, a)
			}
		}
		mine("a body of another kind")
		b, err := json.Marshal(api.AccountPatch{Company: ptr("Chez Marcel")})
		must(w, err)
		s.owner.call("PATCH", s.account, string(b), "Content-Type", "application/json; charset=UTF-8").Is(200)
	})
}
