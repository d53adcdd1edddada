package remote

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Version says which WHMCS it is (WhmcsDetails).
func (c *Client) Version(ctx context.Context) (string, error) {
	k, err := params("WhmcsDetails").read()
	if err != nil {
		return "", err
	}
	return ask(ctx, c, k, versionOf)
}

func versionOf(o object) (string, error) {
	inner := o.object("whmcs")
	if inner == nil {
		inner = o
	}
	v := line(inner.text("version", "canonicalversion"), 40)
	if v == "" {
		return "", &shapeError{"version", "missing"}
	}
	return v, nil
}

// Permissions returns the keys of all permissions there are, in WHMCS's order (GetPermissionsList).
func (c *Client) Permissions(ctx context.Context) ([]string, error) {
	k, err := params("GetPermissionsList").read()
	if err != nil {
		return nil, err
	}
	return ask(ctx, c, k, permissionsOf)
}

// Activity lists the activity log, newest first (GetActivityLog); clientID 0 is all clients.
func (c *Client) Activity(ctx context.Context, clientID int64, start, limit int) ([]Entry, error) {
	f := params("GetActivityLog").page(start, limit)
	if clientID != 0 {
		f.id("clientid", clientID)
	}
	k, err := f.read()
	if err != nil {
		return nil, err
	}
	return ask(ctx, c, k, func(o object) ([]Entry, error) { return entriesOf(o, clientID, c.cfg.Location) })
}

// entriesOf reads the log. Its "userid" is left alone: it has meant the client as well as the user.
func entriesOf(o object, clientID int64, at *time.Location) ([]Entry, error) {
	list, err := o.list("activity", "entry")
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, o := range list {
		e := Entry{
			ID: o.id("id"), ClientID: o.owned(clientID, "clientId", "clientid", "client_id"), UserID: o.id("userId", "user_id"),
			AdminID: o.id("adminId", "adminid", "admin_id"), At: o.when(at, "date"),
			Username: o.text("username", "user"), IP: o.text("ipaddress", "ipaddr"), Description: o.text("description"),
		}
		// As with contacts: what is not this client's is another customer's.
		if clientID == 0 || e.ClientID == clientID {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(b.ID, a.ID) })
	return entries, nil
}
