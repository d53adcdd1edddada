package whmcstest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const (
	msgClientNotFound = "Client ID Not Found"
	msgDuplicateEmail = "Duplicate Email Address"
)

// countries are a name and a calling code for those that made-up data uses; of others the code stands for the name.
var countries = map[string][2]string{
	"CA": {"Canada", "1"}, "US": {"United States", "1"}, "FR": {"France", "33"}, "GB": {"United Kingdom", "44"},
	"BE": {"Belgium", "32"}, "CH": {"Switzerland", "41"},
}

func (w *WHMCS) getClients(in *form) (object, string) {
	var found []*Client
	for _, c := range w.state.clients {
		status := in.text("status")
		if begins(in.text("search"), c.Email, c.FirstName, c.LastName, c.Company) && (status == "" || strings.EqualFold(status, c.Status)) {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b *Client) int {
		switch strings.ToLower(in.text("orderby")) {
		case "firstname":
			return cmp.Compare(a.FirstName, b.FirstName)
		case "lastname":
			return cmp.Compare(a.LastName, b.LastName)
		case "email":
			return cmp.Compare(a.Email, b.Email)
		}
		return cmp.Compare(a.ID, b.ID)
	})
	some, start := page(in, sorted(in, found))
	clients := list{one: "client"}
	for _, c := range some {
		clients.items = append(clients.items, object{{"id", number(c.ID)}, {"firstname", c.FirstName}, {"lastname", c.LastName},
			{"companyname", c.Company}, {"email", c.Email}, {"datecreated", c.Created.In(w.cfg.Location).Format("2006-01-02")},
			{"groupid", number(0)}, {"status", c.Status}})
	}
	return append(paged(len(found), start, len(some)), field{"clients", clients}), ""
}

// asked finds the client that is named by id or by e-mail.
func (w *WHMCS) asked(in *form, id, email string) *Client {
	if in.number(id) != 0 || in.text(email) == "" {
		return w.state.client(in.number(id))
	}
	for _, c := range w.state.clients {
		if strings.EqualFold(c.Email, in.text(email)) {
			return c
		}
	}
	return nil
}

func (w *WHMCS) getClientsDetails(in *form) (object, string) {
	if in.text("clientid") == "" && in.text("email") == "" {
		return nil, "Either clientid Or email Is Required"
	}
	c := w.asked(in, "clientid", "email")
	if c == nil {
		return nil, "Client Not Found"
	}
	o := object{{"client", w.clientObject(c)}}
	if in.truth("stats") {
		o = append(o, field{"stats", w.stats(c)})
	}
	return o, ""
}

func (w *WHMCS) clientObject(c *Client) object {
	name, calling := c.Address.Country, ""
	if known, ok := countries[name]; ok {
		name, calling = known[0], known[1]
	}
	formatted := c.Phone
	if digits := strings.TrimLeft(onlyDigits(c.Phone), "0"); digits != "" && calling != "" {
		if strings.HasPrefix(c.Phone, "+") {
			digits = strings.TrimPrefix(digits, calling)
		}
		formatted = "+" + calling + "." + digits
	}
	var mail object
	for _, category := range categories {
		mail = append(mail, field{category, yes1(c.Preferences[category])})
	}
	users := list{one: "user"}
	for _, u := range w.state.usersOf(c) {
		users.items = append(users.items, object{{"id", number(u.ID)}, {"name", u.Name()}, {"email", u.Email}, {"is_owner", yes(u.ID == c.OwnerID)}})
	}
	custom := list{one: "customfield", plain: true}
	var customOnes object
	for i, v := range c.CustomFields {
		custom.items = append(custom.items, object{{"id", number(i + 1)}, {"value", v}})
		customOnes = append(customOnes, field{fmt.Sprint("customfields", i+1), v})
	}
	a := c.Address
	o := object{{"client_id", number(c.ID)}, {"owner_user_id", number(c.OwnerID)}, {"userid", number(c.ID)}, {"id", number(c.ID)},
		{"uuid", c.UUID}, {"firstname", c.FirstName}, {"lastname", c.LastName},
		{"fullname", strings.TrimSpace(c.FirstName + " " + c.LastName)}, {"companyname", c.Company}, {"email", c.Email},
		{"address1", a.Line1}, {"address2", a.Line2}, {"city", a.City}, {"fullstate", a.State}, {"state", a.State},
		{"postcode", a.Postcode}, {"countrycode", a.Country}, {"country", a.Country}, {"phonenumber", c.Phone}, {"tax_id", ""},
		{"email_preferences", mail}, {"statecode", a.State}, {"countryname", name}, {"phonecc", calling},
		{"phonenumberformatted", formatted}, {"telephoneNumber", formatted}, {"billingcid", number(0)}, {"notes", ""},
		{"currency", number(1)}, {"defaultgateway", ""}, {"groupid", number(0)}, {"status", c.Status}, {"credit", "0.00"},
		{"taxexempt", yes(false)}, {"latefeeoveride", yes(false)}, {"overideduenotices", yes(false)},
		{"separateinvoices", yes(false)}, {"disableautocc", yes(false)}, {"emailoptout", yes(false)},
		{"marketing_emails_opt_in", yes(true)}, {"overrideautoclose", yes(false)}, {"allowSingleSignOn", yesNum(true)},
		{"email_verified", yes(true)}, {"language", c.Language}, {"isOptedInToMarketingEmails", yes(true)},
		{"lastlogin", "No Login Logged"}, {"currency_code", "CAD"}, {"customfields", custom}}
	return append(append(o, customOnes...), field{"users", users})
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// stats has the documented keys; only what the double knows of is counted.
func (w *WHMCS) stats(c *Client) object {
	domains := number(len(w.state.domainsOf(c.ID)))
	const nothing = "$0.00 CAD"
	return object{{"numdueinvoices", number(0)}, {"dueinvoicesbalance", nothing}, {"incredit", yes(false)}, {"creditbalance", nothing},
		{"grossRevenue", nothing}, {"expenses", nothing}, {"income", nothing}, {"numoverdueinvoices", number(0)},
		{"overdueinvoicesbalance", nothing}, {"numDraftInvoices", number(0)}, {"draftInvoicesBalance", nothing},
		{"numunpaidinvoices", number(0)}, {"unpaidinvoicesamount", nothing}, {"numpaidinvoices", number(0)},
		{"paidinvoicesamount", nothing}, {"numcancelledinvoices", number(0)}, {"cancelledinvoicesamount", nothing},
		{"numrefundedinvoices", number(0)}, {"refundedinvoicesamount", nothing}, {"numcollectionsinvoices", number(0)},
		{"collectionsinvoicesamount", nothing}, {"numpaymentpendinginvoices", number(0)},
		{"paymentpendinginvoicesamount", nothing}, {"productsnumactivehosting", number(0)}, {"productsnumhosting", number(0)},
		{"productsnumactivereseller", number(0)}, {"productsnumreseller", number(0)}, {"productsnumactiveservers", number(0)},
		{"productsnumservers", number(0)}, {"productsnumactiveother", number(0)}, {"productsnumother", number(0)},
		{"productsnumactive", number(0)}, {"productsnumtotal", number(0)}, {"numactivedomains", domains}, {"numdomains", domains},
		{"numacceptedquotes", number(0)}, {"numquotes", number(0)}, {"numtickets", number(0)}, {"numactivetickets", number(0)},
		{"numaffiliatesignups", number(0)}, {"isAffiliate", yes(false)}}
}

func (w *WHMCS) updateClient(in *form) (object, string) {
	c := w.asked(in, "clientid", "clientemail")
	if c == nil {
		return nil, msgClientNotFound
	}
	if in.has("email") && !in.truth("skipvalidation") && !isEmail(in.text("email")) {
		return nil, msgEmailInvalid
	}
	for _, other := range w.state.clients {
		if in.has("email") && other.ID != c.ID && strings.EqualFold(other.Email, in.text("email")) {
			return nil, msgDuplicateEmail
		}
	}
	changed := c.copy()
	takePreferences(in, changed.Preferences)
	if c.Preferences["domain"] && !changed.Preferences["domain"] && !w.state.readsDomains(c, 0) {
		return nil, "You must have at least one email address enabled to receive domain related notifications as required by " +
			"ICANN. To disable domain notifications, please create an alternative contact that is set to receive them"
	}
	for name, to := range map[string]*string{"firstname": &changed.FirstName, "lastname": &changed.LastName,
		"companyname": &changed.Company, "email": &changed.Email, "address1": &changed.Address.Line1,
		"address2": &changed.Address.Line2, "city": &changed.Address.City, "state": &changed.Address.State,
		"postcode": &changed.Address.Postcode, "country": &changed.Address.Country, "phonenumber": &changed.Phone,
		"language": &changed.Language, "status": &changed.Status} {
		take(in, name, to)
	}
	*c = changed
	w.byAPI(c.ID, "Client Profile Modified - Client ID: %d", c.ID)
	return object{{"clientid", digits(c.ID)}}, ""
}

// getClientsDomains answers its list as an object of lists, as all others do. The documentation prints it with the names
// of a PHP form, which Shape.FlatDomains does too.
func (w *WHMCS) getClientsDomains(in *form) (object, string) {
	var found []*Domain
	for _, d := range w.state.domains {
		fits := in.number("clientid") == 0 || d.ClientID == in.number("clientid")
		fits = fits && (in.number("domainid") == 0 || d.ID == in.number("domainid"))
		if fits && (in.text("domain") == "" || strings.EqualFold(d.Name, in.text("domain"))) {
			found = append(found, d)
		}
	}
	some, start := page(in, found)
	domains := list{one: "domain"}
	for _, d := range some {
		from := d.Registered.In(w.cfg.Location)
		day, next := from.Format("2006-01-02"), from.AddDate(1, 0, 0).Format("2006-01-02")
		domains.items = append(domains.items, object{{"id", digits(d.ID)}, {"userid", digits(d.ClientID)}, {"orderid", digits(d.ID)},
			{"regtype", "Register"}, {"domainname", d.Name}, {"registrar", "enom"}, {"regperiod", digits(1)},
			{"firstpaymentamount", "12.95"}, {"recurringamount", "12.95"}, {"paymentmethod", "mailin"},
			{"paymentmethodname", "Bank transfer"}, {"regdate", day}, {"expirydate", next}, {"nextduedate", next},
			{"status", d.Status}, {"subscriptionid", ""}, {"promoid", digits(0)}, {"dnsmanagement", yes1(false)},
			{"emailforwarding", yes1(false)}, {"idprotection", yes1(false)}, {"donotrenew", yes1(false)}, {"notes", ""}})
	}
	o := object{{"clientid", in.text("clientid")}, {"domainid", in.text("domainid")}, {"totalresults", digits(len(found))},
		{"startnumber", digits(start)}, {"numreturned", digits(len(some))}}
	if w.shape.FlatDomains {
		return append(o, flattened("domains", domains)...), ""
	}
	return append(o, field{"domains", domains}), ""
}
