package say

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"concierge/app/trouble"
	"concierge/assets/locales"
)

func TestEachKindOfTroubleHasItsOwnWords(t *testing.T) {
	for _, w := range []*locales.Words{fr, en} {
		seen := map[string]string{}
		for _, k := range constants(t, "../../app/trouble/trouble.go", "Kind") {
			for _, tr := range []*trouble.Trouble{{Kind: trouble.Kind(k)}, {Kind: trouble.Kind(k), Host: "exemple.ca", Permission: "contacts", RetryAfter: time.Minute, Path: "/tmp/x"}} {
				got := Trouble(w, tr)
				whole(t, got.Title, got.Detail, got.Do)
				if tr.Host != "" {
					continue
				}
				for _, s := range []string{got.Title, got.Detail} {
					if other, twice := seen[s]; twice {
						t.Errorf("%s: %s and %s say the same: %q", w.Lang(), k, other, s)
					}
					seen[s] = k
				}
			}
		}
	}
}

func TestTrouble(t *testing.T) {
	for _, c := range []struct {
		name string
		w    *locales.Words
		err  error
		want string
	}{
		{"no trouble, no words", fr, nil, ""},
		{"a nil trouble in an error is no trouble either", fr, (*trouble.Trouble)(nil), ""},
		{"rate limited says when", fr, &trouble.Trouble{Kind: trouble.RateLimited, RetryAfter: 29500 * time.Millisecond},
			"Trop de demandes en peu de temps. L'hébergeur demande d'attendre un peu. Réessayez dans 30 secondes."},
		{"rate limited for minutes", en, &trouble.Trouble{Kind: trouble.RateLimited, RetryAfter: 2 * time.Minute},
			"Too many requests in a short time. The host asks to wait a little. Try again in 2 minutes."},
		{"rate limited for nobody knows how long", fr, &trouble.Trouble{Kind: trouble.RateLimited},
			"Trop de demandes en peu de temps. L'hébergeur demande d'attendre un peu. Réessayez dans quelques minutes."},
		{"a failure can be quoted to support, wrapped as it is", fr, fmt.Errorf("sync: %w", &trouble.Trouble{Kind: trouble.HostError, Host: "Hébergement Exemple", RequestID: "r-12"}),
			"Une panne chez Hébergement Exemple. Le serveur n'a pas pu traiter la demande. Ce n'est pas votre faute. Réessayez plus tard. Si cela continue, écrivez à votre hébergeur. Numéro à donner au soutien de l'hébergeur~: r-12."},
		{"the missing permission is named", fr, &trouble.Trouble{Kind: trouble.Forbidden, Permission: "contacts"},
			"Vous n'avez pas l'autorisation nécessaire. Il faut l'autorisation «~Consulter et gérer les contacts~». Demandez-la au propriétaire du compte."},
		{"a sentence that starts with the host starts with a capital", en, &trouble.Trouble{Kind: trouble.Unreachable},
			"Your hosting provider cannot be reached. The server refuses the connection, or the network is down. Check your Internet connection, then try again."},
		{"cancelled", en, context.Canceled, "The operation is cancelled. It stopped before the end, as you asked. Start again when you like."},
		{"out of time", en, fmt.Errorf("x: %w", context.DeadlineExceeded), "No answer from your hosting provider. The server took too long to answer. Try again in a few minutes."},
		{"an error nobody classified never shows its text", en, errors.New("sql: secret"),
			"Something did not work. Concierge cannot tell more; the details are in the log. Try again. If this goes on, attach the log to a message to support."},
		{"a kind of a newer version", en, &trouble.Trouble{Kind: "brand-new"},
			"Something did not work. Concierge cannot tell more; the details are in the log. Try again. If this goes on, attach the log to a message to support."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Trouble(c.w, c.err).Text(); got != nb(c.want) {
				t.Errorf("got  %s\nwant %s", got, nb(c.want))
			}
		})
	}
}

func TestField(t *testing.T) {
	for _, c := range []struct {
		name string
		f    trouble.Field
		want string
	}{
		{"a required field", trouble.Field{Name: "city", Code: "required"}, "Ce champ est obligatoire."},
		{"a required e-mail", trouble.Field{Name: "email", Code: "required"}, "Entrez une adresse de courriel."},
		{"a required name", trouble.Field{Name: "firstName", Code: "required"}, "Entrez un prénom."},
		{"a wrong e-mail", trouble.Field{Name: "email", Code: "invalid"}, "Cette adresse de courriel n'est pas valide. Exemple~: nom@domaine.ca"},
		{"too long says how long", trouble.Field{Name: "company", Code: "tooLong", Limit: 150}, "Au plus 150 caractères."},
		{"too long without a limit", trouble.Field{Name: "company", Code: "tooLong"}, "C'est trop long."},
		{"a choice that is gone", trouble.Field{Name: "permissions", Code: "unknownKey"}, "L'hébergeur n'offre plus ce choix. Actualisez, puis choisissez de nouveau."},
		{"a past date", trouble.Field{Name: "endsAt", Code: "past"}, "Cette date est passée. Choisissez une date à venir."},
		{"a code of a newer host", trouble.Field{Name: "city", Code: "haunted"}, "Cette valeur n'est pas valide."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Field(fr, c.f); got != nb(c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}
