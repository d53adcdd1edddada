package whmcstest

import (
	"slices"
	"strings"
)

// getActivityLog answers newest first. "userid" is the old name of the client's id, which WHMCS keeps beside "userId",
// who did it.
func (w *WHMCS) getActivityLog(in *form) (object, string) {
	var found []Entry
	for _, e := range slices.Backward(w.state.log) {
		fits := in.number("clientid") == 0 || e.ClientID == in.number("clientid")
		fits = fits && (in.text("date") == "" || e.At.In(w.cfg.Location).Format("2006-01-02") == in.text("date"))
		fits = fits && (in.text("user") == "" || strings.EqualFold(e.Username, in.text("user")))
		fits = fits && (in.text("ipaddress") == "" || e.IP == in.text("ipaddress"))
		if fits && strings.Contains(strings.ToLower(e.Description), strings.ToLower(in.text("description"))) {
			found = append(found, e)
		}
	}
	some, start := page(in, found)
	entries := list{one: "entry"}
	for _, e := range some {
		entries.items = append(entries.items, object{{"id", number(e.ID)}, {"clientId", number(e.ClientID)}, {"userId", number(e.UserID)},
			{"adminId", number(e.AdminID)}, {"date", e.At.In(w.cfg.Location).Format(dateTime)}, {"description", e.Description},
			{"username", e.Username}, {"ipaddress", e.IP}, {"userid", number(e.ClientID)}})
	}
	return object{{"totalresults", number(len(found))}, {"startnumber", number(start)}, {"activity", entries}}, ""
}

func (w *WHMCS) whmcsDetails(*form) (object, string) {
	return object{{"whmcs", object{{"version", w.cfg.Version}, {"canonicalversion", w.cfg.Version + "-release.1"}}}}, ""
}
