package gateway

import (
	"context"

	"concierge/host/whmcs"
)

// inWHMCS is the provider whose customers' data are in WHMCS.
func inWHMCS(ctx context.Context, p Parts) (Provider, error) {
	c := whmcs.Config{
		WHMCS: p.WHMCS, Store: p.Store, Name: p.Config.Name, Language: p.Config.WHMCS.Language, Ended: p.Ended, Now: p.Now, Log: p.Log,
	}
	if p.Mailer != nil { // a nil *mail.Sender in the interface would not be nil
		c.Mailer = p.Mailer
	}
	return whmcs.New(ctx, c)
}
