package whmcstest

import (
	"strings"
)

const msgContactNotFound = "Contact ID Not Found"

// contactTexts are a contact's texts by the names of the API's parameters, in the order of its replies.
func contactTexts(c *Contact) []struct {
	name string
	at   *string
} {
	return []struct {
		name string
		at   *string
	}{
		{"firstname", &c.FirstName}, {"lastname", &c.LastName}, {"companyname", &c.Company}, {"email", &c.Email},
		{"address1", &c.Address.Line1}, {"address2", &c.Address.Line2}, {"city", &c.Address.City},
		{"state", &c.Address.State}, {"postcode", &c.Address.Postcode}, {"country", &c.Address.Country},
		{"phonenumber", &c.Phone},
	}
}

func (w *WHMCS) getContacts(in *form) (object, string) {
	var found []*Contact
	for _, c := range w.state.contacts {
		fits := !in.has("userid") || c.ClientID == in.number("userid")
		for _, t := range contactTexts(c) {
			fits = fits && (in.text(t.name) == "" || strings.EqualFold(*t.at, in.text(t.name)))
		}
		if fits {
			found = append(found, c)
		}
	}
	some, start := page(in, found)
	contacts := list{one: "contact"}
	for _, c := range some {
		contacts.items = append(contacts.items, w.contactObject(c))
	}
	return append(paged(len(found), start, len(some)), field{"contacts", contacts}), ""
}

// contactObject is a contact in a reply. The documented sample has no companyname, though GetContacts finds by it and
// AddContact takes it; replies have it unless the shape says otherwise.
func (w *WHMCS) contactObject(c *Contact) object {
	o := object{{"id", number(c.ID)}, {"userid", number(c.ClientID)}}
	for _, t := range contactTexts(c) {
		if t.name != "companyname" || !w.shape.NoCompany {
			o = append(o, field{t.name, *t.at})
		}
	}
	for _, category := range []string{"domain", "general", "invoice", "product", "support", "affiliate"} {
		o = append(o, field{category + "emails", yes(c.Preferences[category])})
	}
	return append(o, field{"created_at", c.Created.In(w.cfg.Location).Format(dateTime)},
		field{"updated_at", c.Updated.In(w.cfg.Location).Format(dateTime)})
}

// contactTaken tells whether another contact of the client has an address. Which contacts must differ is not
// documented; that people are contacts of several clients is what this product is about.
func (w *WHMCS) contactTaken(clientID int64, email string, besides int64) bool {
	for _, c := range w.state.contactsOf(clientID) {
		if c.ID != besides && email != "" && strings.EqualFold(c.Email, email) {
			return true
		}
	}
	return false
}

// fill takes what was given into a contact.
func (c *Contact) fill(in *form) {
	for _, t := range contactTexts(c) {
		take(in, t.name, t.at)
	}
	takePreferences(in, c.Preferences)
}

func takePreferences(in *form, to map[string]bool) {
	given := in.below("email_preferences")
	for _, category := range categories {
		if given.has(category) {
			to[category] = given.truth(category)
		}
	}
}

// apiAddContact is the API's AddContact; the method AddContact is an administrator's hand.
func (w *WHMCS) apiAddContact(in *form) (object, string) {
	client := w.state.client(in.number("clientid"))
	if client == nil {
		return nil, msgClientNotFound
	}
	if w.contactTaken(client.ID, in.text("email"), 0) {
		return nil, msgDuplicateEmail
	}
	c := Contact{ClientID: client.ID, Preferences: preferences(nil)}
	c.fill(in)
	take(in, "tax_id", &c.TaxID)
	added := w.addContact(c)
	w.byAPI(client.ID, "Created Contact - Client ID: %d - Contact ID: %d", client.ID, added.ID)
	return object{{"contactid", digits(added.ID)}}, ""
}

func (w *WHMCS) updateContact(in *form) (object, string) {
	c := w.state.contact(in.number("contactid"))
	if c == nil {
		return nil, msgContactNotFound
	}
	if w.contactTaken(c.ClientID, in.text("email"), c.ID) {
		return nil, msgDuplicateEmail
	}
	changed := c.copy()
	changed.fill(in)
	client := w.state.client(c.ClientID)
	if c.Preferences["domain"] && !changed.Preferences["domain"] && !w.state.readsDomains(client, c.ID) {
		return nil, "You must have at least one email address enabled to receive domain related notifications as required by " +
			"ICANN. To disable domain notifications, please enable domain notifications for the primary account holder or another contact"
	}
	*c = changed
	c.Updated = w.cfg.Now()
	w.byAPI(c.ClientID, "Contact Modified - Client ID: %d - Contact ID: %d", c.ClientID, c.ID)
	return object{{"contactid", digits(c.ID)}}, ""
}

// apiDeleteContact does not mind the last reader of Domain mail: no such error is documented.
func (w *WHMCS) apiDeleteContact(in *form) (object, string) {
	c := w.state.contact(in.number("contactid"))
	if c == nil {
		return nil, msgContactNotFound
	}
	w.deleteContact(c.ID)
	w.byAPI(c.ClientID, "Deleted Contact - Client ID: %d - Contact ID: %d", c.ClientID, c.ID)
	return object{{"contactid", digits(c.ID)}}, ""
}
