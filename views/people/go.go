package people

import (
	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/views/permissions"
)

// Store is what the screen reads; *cache.Store has it.
type Store interface {
	permissions.Store
	Snapshots() []access.Snapshot
}

// Desk is where edits go; *change.Desk has it.
type Desk interface {
	permissions.Desk
	Submit(change.Change) change.Change
	List() []change.Change
}

// Go are the ways from here to other screens, which the shell fills in.
type Go struct {
	AddContact  func(prefill access.Contact) // opens the form of a new contact
	EditContact func(contactID string)
	AccountInfo func()           // account information, where the main address is
	Refresh     func()           // asks the host again
	Export      func()           // saves the list as a file
	Directory   func(key string) // shows in which accounts a person is; nil: not from here
	LeaveAll    func(key string) // takes a person out of all accounts; nil: not from here
	NoExport    bool             // the organisation allows no such file
}

// asOf is a snapshot with how fresh it is.
type asOf struct {
	snapshot access.Snapshot
	status   cache.Status
	has      bool
}
