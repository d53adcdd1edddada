package e2e

import (
	"testing"

	"concierge/client/api"
)

// A contact is added, edited and deleted, with the accents of a keyboard of Quebec.
func TestAContactFromFirstToLast(t *testing.T) {
	const email = "zoe@chezmarcel.example"
	w, h := atWork(t, "Marie Tremblay")
	his := func() (api.Contact, bool) { return contact(h.as(marie).snapshot(bakery), email) }

	w.palette("Ajouter un contact")
	w.at(0, "Prénom")
	w.typed("Zoé")
	w.tab("Nom")
	w.typed("Hébert")
	w.tab("Courriel")
	w.typed(email)
	w.tab("Soutien, non coché")
	w.press("space")
	w.tab("Enregistrer le contact")
	w.finishes("Ajouter un contact", "Le contact Zoé Hébert est ajouté.", "Return")
	c, there := his()
	if !there || c.FirstName != "Zoé" || c.LastName != "Hébert" || !c.EmailPreferences["support"] || c.EmailPreferences["invoice"] {
		t.Fatalf("at the host: %+v", c)
	}

	w.does("screen", "people", "ctrl+2")
	w.person("Zoé Hébert, " + email)
	w.tab("Modifier")
	w.does("focus", "Prénom", "Return")
	w.tab("Téléphone")
	w.typed("418 555-0199")
	w.tab("Facturation, non coché")
	w.press("space")
	w.finishes("Contact\u00a0: Zoé Hébert", "Le contact Zoé Hébert est enregistré.", "Return") // Enter confirms wherever it means nothing else
	if c, _ = his(); c.Phone != "+14185550199" || !c.EmailPreferences["invoice"] || !c.EmailPreferences["support"] || c.FirstName != "Zoé" {
		t.Errorf("at the host: %+v", c)
	}

	w.tab("Modifier")
	w.does("focus", "Prénom", "Return")
	w.retype("Personne")
	w.does("focus", "Rester ici", "Escape") // what was typed is not lost without asking
	w.tab("Quitter sans enregistrer")
	w.does("dialog closed", "Contact\u00a0: Zoé Hébert", "Return")
	if c, _ = his(); c.FirstName != "Zoé" {
		t.Error("what was given up is at the host")
	}

	w.tab("Modifier")
	w.does("focus", "Prénom", "Return")
	w.tab("Supprimer le contact")
	w.does("focus", "Garder le contact", "Return")
	w.tab("Supprimer le contact")
	mark := w.mark()
	w.press("Return")
	w.awaits(mark, "message", "suppression du contact Zoé Hébert")
	if _, there = his(); !there {
		t.Error("deleted before the person could undo it")
	}
	w.awaits(mark, "message", "Le contact Zoé Hébert est supprimé.")
	if _, there = his(); there {
		t.Error("the host still has it")
	}
}
