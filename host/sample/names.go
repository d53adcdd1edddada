package sample

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// What made-up people, places and businesses are called.

var firstNames = []string{
	"Amélie", "Antoine", "Aïcha", "Benoît", "Camille", "Carlos", "Chloé", "Danielle", "David", "Élise", "Émile", "Fatou",
	"Félix", "François", "Gabrielle", "Geneviève", "Grégoire", "Hélène", "Hugo", "Inès", "Jacinthe", "Jean-François",
	"Jérôme", "Joanie", "Kateri", "Laurence", "Linh", "Loïc", "Maëlle", "Marc-André", "Marie-Ève", "Mathieu", "Mélanie",
	"Mohamed", "Nadia", "Naïma", "Nicolas", "Océane", "Olivier", "Pénélope", "Philippe", "Raphaël", "Renée", "Rosalie",
	"Samuel", "Simone", "Stéphane", "Thérèse", "Thomas", "Véronique", "William", "Xavier", "Yasmine", "Zoé",
}

var lastNames = []string{
	"Arsenault", "Beauchemin", "Bélanger", "Benali", "Bergeron", "Bouchard", "Boulianne", "Caron", "Charbonneau", "Côté",
	"Desrosiers", "Diallo", "Dubé", "Duchesne", "Fortin", "Gagné", "Gauthier", "Girard", "Hébert", "Labbé", "Lachance",
	"Laflèche", "Lapointe", "Lavoie", "Leblanc", "Lévesque", "MacDonald", "Martel", "Ménard", "Morin", "Nguyen", "O'Neill",
	"Ouellet", "Paré", "Pelletier", "Picard", "Plourde", "Poirier", "Rioux", "Robitaille", "Rodríguez", "Saint-Amour",
	"Simard", "St-Pierre", "Thériault", "Thibault", "Turcotte", "Vézina", "Vollant", "Zhang",
}

var streets = []string{
	"rue Principale", "rue Saint-Jean", "boulevard Laurier", "avenue du Mont-Royal Est", "chemin du Fleuve", "rang 4 Ouest",
	"rue de l'Église", "rue Notre-Dame", "avenue Cartier", "montée des Érables",
}

// places are a town and the first half of its postal code.
var places = [][2]string{
	{"Québec", "G1R"}, {"Lévis", "G6V"}, {"Montréal", "H2T"}, {"Trois-Rivières", "G9A"}, {"Saguenay", "G7H"},
	{"Sherbrooke", "J1H"}, {"Rimouski", "G5L"}, {"Gatineau", "J8X"}, {"Sept-Îles", "G4R"}, {"Saint-Jean-sur-Richelieu", "J3B"},
	{"L'Ancienne-Lorette", "G2E"}, {"Rouyn-Noranda", "J9X"},
}

// clientNames are the accounts an accountant looks after, besides those that have a story of their own.
var clientNames = []string{
	"Librairie du Quartier", "Fleuriste Les Trois Roses", "Marché des artisans", "Brasserie du Vieux-Port",
	"Dentisterie Sourire d'Or", "Pharmacie Nguyen et filles", "École de danse Pas chassé", "Transport Bélanger & Fils ltée",
	"Ébénisterie L'Établi", "Auberge de la Rivière-aux-Outardes", "Traiteur Épices et Cie", "Yoga sur le fleuve",
	"Plomberie Côté", "Cidrerie du Bout-de-l'Île", "Vétérinaire des Érables", "Garderie Les Petits Pas",
	"Imprimerie Saint-Roch", "Vélo Cartier", "Ferme Aux Quatre Vents", "Notaires Thériault Labbé", "Chocolaterie Cœur de cacao",
	"Productions Œil-de-bœuf", "Physio Active Limoilou", "Quincaillerie J.-A. Morin", "Salon Ô Naturel",
	"Microbrasserie L'Anse-aux-Coques", "Musée régional de la Mauricie", "Maçonnerie Générale RDL", "North Shore Kayak Tours",
}

// longName is a real-looking name that fits in no column.
const longName = "Regroupement des artisanes et artisans du bois, du métal, du verre et de la pierre de la Côte-Nord et du Bas-Saint-Laurent inc."

// slug is a text as a label of a domain name or a local part: "Chez Marcel, l'été" is "chezmarcelete".
func slug(s string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), strings.ToLower(s))
	if err != nil {
		plain = s // cannot happen: removing marks from valid text; what follows drops the rest
	}
	plain = strings.NewReplacer("œ", "oe", "æ", "ae").Replace(plain)
	var b strings.Builder
	for _, r := range plain {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			b.WriteRune(r)
		}
		if b.Len() == 40 {
			break
		}
	}
	return b.String()
}

// login is the first part of somebody's address: "marie-eve.st-pierre".
func login(first, last string) string {
	part := func(s string) string {
		parts := strings.Split(s, "-")
		for i := range parts {
			parts[i] = slug(parts[i])
		}
		return strings.Join(parts, "-")
	}
	return part(first) + "." + part(last)
}
