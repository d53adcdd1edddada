package scene_test

import (
	"slices"
	"testing"

	"concierge/views/gallery/scene"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestAtAGatewayNothingIsPromisedThatTheProvidersSystemCannotDo(t *testing.T) {
	const never, twoFactor = "Annuler l'invitation", "double authentification"
	for name, words := range map[string]struct{ says, not []string }{
		"gateway-overview":       {[]string{"sinon, il n'y a rien à faire"}, []string{"annulez-la", twoFactor}},
		"gateway-people":         {[]string{"Envoi non confirmé", "Invitation demandée"}, []string{"Invitation envoyée", "2FA", "jamais connecté"}},
		"gateway-invitations":    {[]string{"Seules les invitations envoyées avec Concierge"}, nil},
		"gateway-no-invitations": {[]string{"Aucune invitation envoyée avec Concierge n'attend de réponse"}, []string{"Aucune invitation en attente"}},
		"gateway-invitation":     {[]string{"Renvoyer l'invitation", "ne permet pas d'annuler", "ne permet pas de modifier"}, []string{never}},
		"gateway-invite":         {[]string{"laisse accepter une invitation avec une autre adresse"}, []string{"Seule cette adresse", "Langue de l'invitation"}},
		"gateway-contact":        {[]string{"écrit aux contacts dans la langue du compte"}, []string{"English", "Anglais"}},
		"gateway-refused":        {[]string{"Refusé par le système de l'hébergeur"}, nil},
		"gateway-account":        {[]string{"peut être demandé"}, nil},
		"gateway-profile":        {[]string{"n'a pas encore activé l'envoi des codes", "ne dit pas qui utilise la " + twoFactor}, []string{"Changer le courriel de connexion"}},
		"gateway-help":           {[]string{"pas possible chez Hébergement Essai", "ne dit pas quand un utilisateur s'est connecté"}, []string{"Seule l'adresse invitée", "annulez l'invitation"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.NewTempApp(t)
			all := scene.All()
			i := slices.IndexFunc(all, func(s scene.Scene) bool { return s.Name == name })
			s := scene.Play(t, all[i], scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
			defer s.Close()
			for _, text := range words.says {
				if !says(s, text) {
					t.Errorf("it does not say %q", text)
				}
			}
			for _, text := range words.not {
				if says(s, text) {
					t.Errorf("it says %q", text)
				}
			}
		})
	}
}
