package trouble

import (
	"context"
	"errors"
	"testing"

	"concierge/client"
)

func TestAWriteThatMayHaveBeenDoneStaysThatWhateverEndedIt(t *testing.T) {
	for name, cause := range map[string]error{
		"given up":                      context.Canceled,
		"signed out meanwhile":          &client.SignInNeeded{},
		"keyring locked meanwhile":      &client.SignInNeeded{Err: &Trouble{Kind: KeyringLocked}},
		"connection lost":               &client.Offline{Kind: client.Interrupted, Err: errors.New("EOF")},
		"the answer was of other shape": &client.WrongShape{Field: "id"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := From(&client.OutcomeUnknown{Err: cause}); got.Kind != OutcomeUnknown {
				t.Errorf("got %v", got.Kind)
			}
		})
	}
}
