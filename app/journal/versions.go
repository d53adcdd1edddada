package journal

import (
	"context"
	"time"

	"concierge/app/access"
)

// Version names one state of an account that the host told of.
type Version struct {
	ID       int64     // grows with each version of any account
	At       time.Time // when the host told of it, by this computer's clock
	Revision string    // the host's own name for it
}

// Versions are the states an account was seen in, so that it can be said what changed and when. Calls may touch the disk.
type Versions interface {
	// List returns the versions of an account, the newest (which is the present one) first. None is no error.
	List(ctx context.Context, ref access.Ref) ([]Version, error)
	// Read returns the account as it was in a version; false when that version is no longer kept.
	Read(ctx context.Context, ref access.Ref, id int64) (access.Snapshot, bool, error)
}
