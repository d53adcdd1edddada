package page

import (
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/signal"
)

// Signals are what tells screens that something they show has changed: those of the store and of the desk.
type Signals struct {
	Accounts *signal.Signal[access.Ref]
	Lists    *signal.Signal[string]
	Changes  *signal.Signal[change.Change]
}

// Watch calls trigger for whatever concerns one account: its content, its identity's list, profile and host, and its
// Changes. trigger must not block; Updater.Trigger does not. It stops when the returned function is called.
func (s Signals) Watch(ref access.Ref, trigger func()) (stop func()) {
	var stops []func()
	if s.Accounts != nil {
		stops = append(stops, s.Accounts.Listen(func(r access.Ref) {
			if r == ref {
				trigger()
			}
		}))
	}
	if s.Lists != nil {
		stops = append(stops, s.Lists.Listen(func(identity string) {
			if identity == ref.Identity {
				trigger()
			}
		}))
	}
	if s.Changes != nil {
		stops = append(stops, s.Changes.Listen(func(c change.Change) {
			if c.Account == ref {
				trigger()
			}
		}))
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}
