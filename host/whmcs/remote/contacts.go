package remote

import "context"

// Contacts returns all contacts of a client (GetContacts).
func (c *Client) Contacts(ctx context.Context, clientID int64) ([]Contact, error) {
	all, err := whole(ctx, c, "GetContacts", func(k Contact) int64 { return k.ID }, func(start int) (part[Contact], error) {
		k, err := params("GetContacts").id("userid", clientID).page(start, pageSize).read() // userid is the client's id
		if err != nil {
			return part[Contact]{}, err
		}
		return ask(ctx, c, k, func(o object) (part[Contact], error) { return contactsOf(o, clientID) })
	})
	if err != nil {
		return nil, err
	}
	// Another client's contact would be another customer's: if the filter is not heeded, it is here.
	var own []Contact
	for _, k := range all {
		if k.ClientID == clientID {
			own = append(own, k)
		}
	}
	return own, nil
}

func contactsOf(o object, asked int64) (part[Contact], error) {
	list, err := o.list("contacts", "contact")
	if err != nil {
		return part[Contact]{}, err
	}
	p := part[Contact]{total: o.total()}
	for _, o := range list {
		k := Contact{
			ID: o.id("id", "contactid"), ClientID: o.owned(asked, "userid", "clientid", "client_id"),
			FirstName: o.text("firstname"), LastName: o.text("lastname"), Company: o.text("companyname"), Email: o.text("email"),
			Phone: phoneOf(o), Address: o.address(), Preferences: o.preferences(),
		}
		if err := need("a contact", k.ID); err != nil {
			return part[Contact]{}, err
		}
		p.items = append(p.items, k)
	}
	return p, nil
}

// AddContact adds a contact to a client and returns its id.
func (c *Client) AddContact(ctx context.Context, clientID int64, f Fields, preferences map[string]bool) (int64, error) {
	k, err := params("AddContact").id("clientid", clientID).fields(f, newFields).preferences(preferences).write()
	if err != nil {
		return 0, err
	}
	return ask(ctx, c, k, func(o object) (int64, error) {
		id := o.id("contactid", "id")
		return id, need("a new contact", id) // and Unknown: it was added
	})
}

// UpdateContact changes the given fields and preferences of a contact.
func (c *Client) UpdateContact(ctx context.Context, contactID int64, f Fields, preferences map[string]bool) error {
	k, err := params("UpdateContact").id("contactid", contactID).fields(f, contactFields).preferences(preferences).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

// DeleteContact removes a contact.
func (c *Client) DeleteContact(ctx context.Context, contactID int64) error {
	k, err := params("DeleteContact").id("contactid", contactID).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}
