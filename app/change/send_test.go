package change

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/client"
	"concierge/client/api"
)

// doubting is a host that takes invitations on without knowing whether they left.
type doubting struct {
	API // what is not asked for here is not there
}

func (doubting) Invite(context.Context, string, api.NewInvitation, client.Write) (api.Invitation, error) {
	return api.Invitation{ID: "inv_1", Unconfirmed: true}, nil
}

func (doubting) ResendInvitation(context.Context, string, string, client.Write) (api.Invitation, error) {
	return api.Invitation{ID: "inv_1", Unconfirmed: true}, nil
}

func (doubting) AddContact(context.Context, string, api.NewContact, client.Write) (api.Contact, error) {
	return api.Contact{ID: "7"}, nil
}

func TestWhatTheHostTookOnAndDoesNotKnowToBeDoneEndsAsThat(t *testing.T) {
	for kind, unconfirmed := range map[Kind]bool{Invite: true, ResendInvitation: true, AddContact: false} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kept := &journal.Memory{}
				d := NewDesk(Config{Sender: Wire{For: func(string) (API, error) { return doubting{}, nil }}, Refresh: func(context.Context, access.Ref) error { return nil }, Journal: kept})
				got, err := d.Do(t.Context(), Change{Account: ref, Kind: kind, Target: "inv_1", After: fields(FieldEmail, "noe@studio.example")})
				if err != nil || got.State != Confirmed || got.Unconfirmed != unconfirmed {
					t.Errorf("%s, unconfirmed: %t, %v", got.State, got.Unconfirmed, err)
				}
				if got.Waits() {
					t.Error("it waits to be sent, and sending it again tells nobody more")
				}
				d.Close(t.Context())
				ended, err := kept.Ended(t.Context(), ref)
				if err != nil || len(ended) != 1 {
					t.Fatalf("the journal has %d, %v", len(ended), err)
				}
				if c, err := Decode(ended[0]); err != nil || c.State != Confirmed || c.Unconfirmed != unconfirmed || c.EndedAt.After(time.Now()) {
					t.Errorf("from the journal: %+v, %v", c, err)
				}
			})
		})
	}
}
