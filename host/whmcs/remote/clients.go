package remote

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Client returns a client of WHMCS with its users (GetClientsDetails).
func (c *Client) Client(ctx context.Context, clientID int64) (Customer, error) {
	k, err := params("GetClientsDetails").id("clientid", clientID).read()
	if err != nil {
		return Customer{}, err
	}
	return ask(ctx, c, k, func(o object) (Customer, error) { return customerOf(o, clientID) })
}

// customerOf reads GetClientsDetails, whose fields stand in "client", beside it, or both.
func customerOf(o object, asked int64) (Customer, error) {
	inner := o.object("client")
	if len(inner) == 0 {
		inner = o
	}
	where := func(name string) object {
		if inner[name] == nil {
			return o
		}
		return inner
	}
	got := Customer{
		ID:          inner.id("id", "client_id", "userid", "clientid"),
		OwnerUserID: where("owner_user_id").id("owner_user_id"),
		FirstName:   inner.text("firstname"),
		LastName:    inner.text("lastname"),
		Company:     inner.text("companyname"),
		Email:       inner.text("email"),
		Phone:       phoneOf(inner),
		Address:     inner.address(),
		Language:    inner.text("language"),
		Status:      inner.text("status"),
		Preferences: where("email_preferences").preferences(),
	}
	switch got.ID {
	case asked:
	case 0:
		got.ID = asked
		if inner["email"] == nil && inner["firstname"] == nil {
			return Customer{}, &shapeError{"client", "empty"}
		}
	default:
		return Customer{}, fmt.Errorf("client %d was asked for and %d answered", asked, got.ID)
	}
	users, err := where("users").list("users", "user")
	if err != nil {
		return Customer{}, err
	}
	var flagged int64
	for _, o := range users {
		u := ClientUser{ID: o.id("id", "user_id", "userid"), Name: o.text("name", "fullname"), Email: o.text("email")}
		if u.Name == "" {
			u.Name = strings.TrimSpace(o.text("firstname") + " " + o.text("lastname"))
		}
		if err := need("a client's user", u.ID); err != nil {
			return Customer{}, err
		}
		if flagged == 0 && o.yes("is_owner", "isOwner", "owner") {
			flagged = u.ID
		}
		got.Users = append(got.Users, u)
	}
	// One source says who the owner is, so that nobody is one by a contradiction.
	if got.OwnerUserID == 0 {
		got.OwnerUserID = flagged
	}
	for i := range got.Users {
		got.Users[i].Owner = got.Users[i].ID == got.OwnerUserID
	}
	return got, nil
}

// phoneOf prefers the number with its country's code. WHMCS formats an empty number too, as "+1.".
func phoneOf(o object) string {
	plain := o.text("phonenumber")
	if strings.Trim(plain, "+. ") == "" {
		return ""
	}
	if full := o.text("phonenumberformatted", "telephoneNumber"); full != "" {
		return full
	}
	return plain
}

// Clients lists clients (GetClients). The number is how many there are in all.
func (c *Client) Clients(ctx context.Context, start, limit int) ([]Customer, int, error) {
	k, err := params("GetClients").page(start, limit).read()
	if err != nil {
		return nil, 0, err
	}
	p, err := ask(ctx, c, k, clientsOf)
	if err != nil {
		return nil, 0, err
	}
	return p.items, max(p.total, max(0, start)+len(p.items)), nil
}

func clientsOf(o object) (part[Customer], error) {
	list, err := o.list("clients", "client")
	if err != nil {
		return part[Customer]{}, err
	}
	p := part[Customer]{total: o.total()}
	for _, o := range list {
		one := Customer{
			ID: o.id("id", "client_id", "userid"), FirstName: o.text("firstname"), LastName: o.text("lastname"),
			Company: o.text("companyname"), Email: o.text("email"), Status: o.text("status"),
		}
		if err := need("a client", one.ID); err != nil {
			return part[Customer]{}, err
		}
		p.items = append(p.items, one)
	}
	return p, nil
}

// UpdateClient changes the given fields and preferences of a client.
func (c *Client) UpdateClient(ctx context.Context, clientID int64, f Fields, preferences map[string]bool) error {
	k, err := params("UpdateClient").id("clientid", clientID).fields(f, clientFields).preferences(preferences).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

// domain is a domain of a client.
type domain struct {
	id, clientID int64
	name         string
}

// Domains returns the names of all domains of a client, whatever their status (GetClientsDomains).
func (c *Client) Domains(ctx context.Context, clientID int64) ([]string, error) {
	all, err := whole(ctx, c, "GetClientsDomains", func(d domain) domain { return d }, func(start int) (part[domain], error) {
		k, err := params("GetClientsDomains").id("clientid", clientID).page(start, pageSize).read()
		if err != nil {
			return part[domain]{}, err
		}
		return ask(ctx, c, k, func(o object) (part[domain], error) { return domainsOf(o, clientID) })
	})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range all {
		if d.clientID == clientID && d.name != "" && !slices.Contains(names, d.name) {
			names = append(names, d.name)
		}
	}
	return names, nil
}

func domainsOf(o object, asked int64) (part[domain], error) {
	list, err := o.list("domains", "domain")
	if err != nil {
		return part[domain]{}, err
	}
	p := part[domain]{total: o.total()}
	for _, o := range list {
		p.items = append(p.items, domain{o.id("id", "domainid"), o.owned(asked, "userid", "clientid"), o.text("domainname", "domain")})
	}
	return p, nil
}
