package whmcstest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// SamplePassword is the password of everybody in made-up data, the sample host's too. Nothing there is real.
const SamplePassword = "concierge-exemple"

// SampleCode is Ève Nadeau's second factor.
const SampleCode = "314159"

// Addresses of made-up people; the first four are the sample host's.
const (
	OwnerEmail      = "marie@chezmarcel.example" // owner of one account
	AccountantEmail = "sam@cabinet.example"      // reaches 40 accounts
	DeveloperEmail  = "lea@studio.example"       // user of several accounts
	TwoFactorEmail  = "eve@clinique.example"     // owner with a second factor
	NamelessEmail   = "sans.nom@courrier.example"
	SmallCaseEmail  = "alex.roy@courrier.example" // two users whose addresses differ by case
	LargeCaseEmail  = "Alex.Roy@Courrier.example"
)

// What is odd in made-up data.
const (
	Bakery         = "Boulangerie Chez Marcel"
	Ownerless      = "Succession Hébert"         // a client without owner
	NewPermission  = "aiassistant"               // a permission that nothing of ours knows
	LongAddress    = "Archives Sans-Fin"         // the contact whose address has 10,000 characters
	MixedCaseHouse = "Garage Lavoie"             // has both users whose addresses differ by case
	NamelessHouse  = "Marcel Fortin Photographe" // has the user without name
)

var (
	accountant = []string{"invoices", "quotes", "emails"}
	developer  = []string{"products", "manageproducts", "productsso", "domains", "managedomains", "tickets"}
	support    = []string{"products", "domains", "tickets", "emails"}
	readOnly   = []string{"products", "domains", "emails"}
	all5       = []string{"general", "invoice", "support", "product", "domain"}
)

// Sample fills a double with made-up people and accounts, the same each time but for times and secrets. The accounts that
// have a story in the sample host have it here too.
func Sample(w *WHMCS) {
	s := sampler{w, rand.New(rand.NewPCG(1, 0x636f6e63))}
	w.AddPermission(NewPermission)
	s.story()
}

type sampler struct {
	*WHMCS
	r *rand.Rand
}

func (s sampler) person(first, last, email, language string) User {
	if u, known := s.UserByEmail(email); known {
		return u
	}
	return s.AddUser(User{FirstName: first, LastName: last, Email: email, Language: language, Password: SamplePassword,
		Created: s.ago(900)})
}

// ago is some time of the last so many days.
func (s sampler) ago(days int) time.Time {
	return s.cfg.Now().Add(-time.Duration(1+s.r.IntN(days*24*60)) * time.Minute).Truncate(time.Second)
}

func likes(categories ...string) map[string]bool {
	m := map[string]bool{}
	for _, c := range categories {
		m[c] = true
	}
	return m
}

func (s sampler) phone() string {
	return fmt.Sprintf("+1.%s555%04d", oneOf(s.r, "418", "450", "514", "819", "581", "438"), 100+s.r.IntN(100))
}

// account makes a client with its owner; without a company it has the owner's name.
func (s sampler) account(company string, owner User, email, language string, prefs []string, domains ...string) Client {
	place := oneOf(s.r, [2]string{"Québec", "G1R"}, [2]string{"Montréal", "H2T"}, [2]string{"Rimouski", "G5L"}, [2]string{"L'Ancienne-Lorette", "G2E"})
	c := s.AddClient(Client{OwnerID: owner.ID, FirstName: owner.FirstName, LastName: owner.LastName, Company: company, Email: email,
		Phone: s.phone(), Language: language, Preferences: likes(prefs...), Created: s.ago(900),
		Address: Address{Line1: fmt.Sprintf("%d, %s", 1+s.r.IntN(4000), oneOf(s.r, "rue Principale", "rue Saint-Jean", "boulevard Laurier", "rue de l'Église")),
			City: place[0], State: "QC", Postcode: fmt.Sprintf("%s %d%c%d", place[1], s.r.IntN(10), "ABCEGHJKLMNPRSTVWXYZ"[s.r.IntN(20)], s.r.IntN(10)), Country: "CA"}})
	s.AddDomains(c.ID, domains...)
	return c
}

func (s sampler) contact(c Client, first, last, company, email string, prefs ...string) {
	at := s.ago(400)
	s.AddContact(Contact{ClientID: c.ID, FirstName: first, LastName: last, Company: company, Email: email,
		Preferences: likes(prefs...), Created: at, Updated: at})
}

func (s sampler) story() {
	marie := s.person("Marie", "Tremblay", OwnerEmail, "french")
	sam := s.person("Sam", "Gagnon", AccountantEmail, "french")
	lea := s.person("Léa", "Dubois", DeveloperEmail, "french")
	eve := s.person("Ève", "Nadeau", TwoFactorEmail, "french")
	s.EditUser(eve.ID, func(u *User) { u.SecondFactor = SampleCode })

	s.bakery(marie, sam, lea)
	s.firm(sam)
	s.studio(sam, lea, eve)
	for _, name := range sampleNames {
		if len(s.ClientsOf(sam.ID)) == 40 {
			break
		}
		s.client(name, sam)
	}
	own := s.account("Studio Dubois", lea, "bonjour@studio.example", "french", all5, "studio.example")
	s.contact(own, "Léa", "Dubois", "", DeveloperEmail, all5...)
	theatre := s.account("Théâtre de la Lune rousse", s.person("Pénélope", "Robitaille", "penelope@lunerousse.example", "french"),
		"billetterie@lunerousse.example", "french", []string{"general", "domain"}, "lunerousse.example")
	s.Link(lea.ID, theatre.ID, developer...)
	s.account("Les Jardins d'Ève", eve, TwoFactorEmail, "french", all5)
	s.odd(lea)
}

// bakery has three who sign in, one invitation, and nobody who reads about its domains.
func (s sampler) bakery(marie, sam, lea User) {
	c := s.account(Bakery, marie, "info@chezmarcel.example", "french", []string{"general"},
		"chezmarcel.example", "boulangeriechezmarcel.example", "traiteurmarcel.example")
	s.Link(sam.ID, c.ID, accountant...)
	s.Link(lea.ID, c.ID, developer...)
	s.invited(c, "noe@studio.example", 5, developer...)
	s.contact(c, "Marie", "Tremblay", "", OwnerEmail, "invoice")
	s.contact(c, "Sam", "Gagnon", "Cabinet Gagnon CPA", AccountantEmail, "invoice")
	s.contact(c, "Comptes à payer", "", "", "factures@chezmarcel.example", "invoice")
	s.contact(c, "Soutien TI", "", "", "ti@chezmarcel.example", "general", "support", "product")
}

// invited leaves an invitation that was sent some days ago from WHMCS's pages.
func (s sampler) invited(c Client, email string, daysAgo int, permissions ...string) {
	i := s.Invite(c.ID, email, permissions...)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kept := range s.state.invites {
		if kept.ID == i.ID {
			kept.Sent = kept.Sent.AddDate(0, 0, -daysAgo)
		}
	}
}

// firm is what the accountant owns.
func (s sampler) firm(sam User) {
	own := s.account("Cabinet Gagnon CPA inc.", sam, "info@cabinet.example", "french", all5, "cabinet.example", "cabinetgagnon.example")
	s.Link(s.person("Thérèse", "Gagnon-Lévesque", "therese@cabinet.example", "french").ID, own.ID, accountant...)
	s.Link(s.person("Hugo", "Paré", "hugo@cabinet.example", "french").ID, own.ID, StandardPermissions...)
	s.contact(own, "Réception", "", "Cabinet Gagnon CPA inc.", "accueil@cabinet.example", "general", "support")
	numbered := s.account("9123-4567 Québec inc.", sam, "9123-4567@cabinet.example", "french", []string{"invoice"}, "entrepot91.example")
	s.contact(numbered, "Sam", "Gagnon", "", "SAM@Cabinet.example", "invoice", "domain")
	family := s.account("Gestion Gagnon-Roy", sam, "gestion@cabinet.example", "french", []string{"general", "invoice", "domain"}, "gagnonroy.example")
	s.contact(family, "Marcel", "Roy", "", "marcel.roy@courrier.example", "general", "invoice")
}

// studio is where the accountant and the developer both work.
func (s sampler) studio(sam, lea, eve User) {
	owner := func(first, last, email string) User { return s.person(first, last, email, "french") }

	photo := s.account(NamelessHouse, owner("Marcel", "Fortin", "marcel@fortinphoto.example"), "studio@fortinphoto.example", "french",
		[]string{"general", "domain"}, "fortinphoto.example")
	s.Link(lea.ID, photo.ID, append([]string{"contacts"}, developer...)...)
	s.Link(s.person("", "", NamelessEmail, "").ID, photo.ID, readOnly...)
	s.contact(photo, "Léa", "Dubois", "Studio Dubois", "Lea@Studio.Example", "support", "product", "domain")

	coop := s.account("Coop du Plateau", owner("Mohamed", "Benali", "mohamed@coopduplateau.example"), "info@coopduplateau.example", "french",
		[]string{"general", "domain"}, "coopduplateau.example", "marche-du-plateau.example", "plateau-en-vrac.example", "coopplateau.example")
	s.Link(lea.ID, coop.ID, developer...)
	for i := range 30 { // more than a page of 25
		u := s.person(oneOf(s.r, firstNames...), oneOf(s.r, lastNames...), fmt.Sprintf("membre%d@coopduplateau.example", i+1), "french")
		s.Link(u.ID, coop.ID, s.some()...)
		s.contact(coop, u.FirstName, u.LastName, "Coop du Plateau", fmt.Sprintf("courrier%d@coopduplateau.example", i+1), s.someCategories()...)
	}

	garage := s.account(MixedCaseHouse, owner("Réjean", "Lavoie", "rejean@garagelavoie.example"), "garage@garagelavoie.example", "french",
		[]string{"general", "invoice", "domain"}, "garagelavoie.example")
	for i, email := range []string{SmallCaseEmail, LargeCaseEmail} { // an import from another system had no such rule
		u := s.AddUser(User{FirstName: "Alex", LastName: []string{"Roy", "Roy (ancien)"}[i], Email: email, Language: "french", Password: SamplePassword})
		s.Link(u.ID, garage.ID, [][]string{accountant, readOnly}[i]...)
	}
	s.contact(garage, "Léa", "Dubois", "", DeveloperEmail, "support")
	s.contact(garage, "Marcel", "Roy", "", "marcel.roy@courrier.example", "invoice")

	nord := s.account("Studio Nord", owner("Kateri", "Vollant", "kateri@studionord.example"), "allo@studionord.example", "french",
		[]string{"general", "invoice"}, "studionord.example", "nordestival.example")
	s.Link(lea.ID, nord.ID, developer...)
	s.contact(nord, "Léa", "Dubois", "", DeveloperEmail, "domain") // the only one who reads about domains

	clinic := s.account("Clinique Harmonie", eve, "clinique@harmonie.example", "french", []string{"general", "domain"}, "harmonie.example", "cliniqueharmonie.example")
	s.Link(lea.ID, clinic.ID, developer...)
	s.Link(s.person("Joanie", "Thibault", "joanie@harmonie.example", "french").ID, clinic.ID, support...)
	s.contact(clinic, "Joanie", "Thibault", "", "Joanie@Harmonie.Example", "support", "general")
	s.contact(clinic, "Comptabilité", "", "Clinique Harmonie", "compta@harmonie.example", "invoice")
	s.invited(clinic, "dr.gauthier@harmonie.example", 10, readOnly...) // expired three days ago

	cafe := s.account("Café L'Étincelle", owner("Maëlle", "Plourde", "maelle@etincelle.example"), "bonjour@etincelle.example", "french",
		[]string{"general", "invoice", "product", "domain"}, "etincelle.example")
	s.Link(lea.ID, cafe.ID, append([]string{NewPermission}, StandardPermissions...)...)

	// No company: the account has its owner's name. The language is English.
	solo := s.account("", s.person("Jean-Sébastien", "O'Neill-Côté", "js@oneill.example", "english"), "js@oneill.example", "english", all5, "oneill.example")
	const longName = "Regroupement des artisanes et artisans du bois, du métal, du verre et de la pierre de la Côte-Nord et du Bas-Saint-Laurent inc."
	long := s.account(longName, owner("Marie-Philomène-Élisabeth", "de la Bruère-Saint-Amour", "presidence@artisanat.example"),
		"secretariat-administratif-et-financier@artisanat.example", "french", []string{"general", "invoice", "domain"}, "artisanat.example")
	s.contact(long, "Trésorerie et comptabilité générale du Regroupement", "", longName, "tresorerie-et-comptabilite-generale@artisanat.example", "invoice")

	for _, c := range []Client{photo, coop, garage, nord, clinic, cafe, solo, long} {
		s.Link(sam.ID, c.ID, accountant...)
	}
}

// client is one of the many accounts that the accountant works in.
func (s sampler) client(name string, sam User) {
	domain := host(name)
	owner := s.person(oneOf(s.r, firstNames...), oneOf(s.r, lastNames...), "direction@"+domain, "french")
	c := s.account(name, owner, "info@"+domain, "french", []string{"general", "domain"}, domain)
	s.Link(sam.ID, c.ID, accountant...)
	for i := range s.r.IntN(4) {
		s.Link(s.person(oneOf(s.r, firstNames...), oneOf(s.r, lastNames...), fmt.Sprintf("equipe%d@%s", i+1, domain), "french").ID, c.ID, s.some()...)
	}
	for i := range 1 + s.r.IntN(5) {
		s.contact(c, oneOf(s.r, firstNames...), oneOf(s.r, lastNames...), "", fmt.Sprintf("courrier%d@%s", i+1, domain), s.someCategories()...)
	}
}

// odd are accounts that only bad data has.
func (s sampler) odd(lea User) {
	estate := s.account(Ownerless, User{FirstName: "Succession", LastName: "Hébert"}, "succession@hebert.example", "french", []string{"general"}, "hebert.example")
	s.Link(lea.ID, estate.ID, readOnly...)
	archives := s.account(LongAddress, lea, "archives@studio.example", "", all5, "archives.example")
	at := s.ago(30)
	s.AddContact(Contact{ClientID: archives.ID, FirstName: "Ève & \"Fils\"", LastName: "<O'Neill>", Email: "longue@archives.example",
		Address:     Address{Line1: strings.Repeat("rue qui ne finit pas, ", 455)[:10_000], City: "Saint-Louis-du-Ha! Ha!", State: "QC", Country: "CA"},
		Preferences: likes("general"), Created: at, Updated: at})
}

// some is what people really give each other.
func (s sampler) some() []string {
	return slices.Clone(oneOf(s.r, accountant, developer, support, readOnly, StandardPermissions, []string{"invoices"}))
}

func (s sampler) someCategories() []string {
	return oneOf(s.r, []string{"general"}, []string{"invoice"}, []string{"support", "product"}, all5, nil)
}

// host is a name as a domain name.
func host(name string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ç", "c", "ô", "o", "œ", "oe", "î", "i").Replace(strings.ToLower(name))
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, plain) + ".example"
}

// Bulk makes accounts for measuring: one person reaches all of them as a user, and each has an owner of its own with
// SamplePassword, contacts and users. It returns the address of the first and those of the owners.
func Bulk(w *WHMCS, accounts, people int) (everywhere string, owners []string) {
	s := sampler{w, rand.New(rand.NewPCG(2, 0x636f6e63))}
	everywhere = "alex.bouchard@grandcabinet.example"
	alex := s.person("Alex", "Bouchard", everywhere, "french")
	for n := range accounts {
		domain := fmt.Sprintf("client%d.example", n+1)
		owner := s.person(oneOf(s.r, firstNames...), oneOf(s.r, lastNames...), "direction@"+domain, "french")
		owners = append(owners, owner.Email)
		c := s.account(fmt.Sprintf("Atelier %s %d", owner.LastName, n+1), owner, "info@"+domain, "french", []string{"general", "domain"}, domain)
		s.Link(alex.ID, c.ID, accountant...)
		for i := 2; i < people; i++ {
			first, last := oneOf(s.r, firstNames...), oneOf(s.r, lastNames...)
			if i%3 == 0 {
				s.Link(s.person(first, last, fmt.Sprintf("equipe%d@%s", i, domain), "french").ID, c.ID, s.some()...)
			} else {
				s.contact(c, first, last, "", fmt.Sprintf("courrier%d@%s", i, domain), s.someCategories()...)
			}
		}
	}
	return everywhere, owners
}

var firstNames = []string{"Amélie", "Antoine", "Aïcha", "Benoît", "Camille", "Élise", "Fatou", "Félix", "Hélène", "Jean-François",
	"Kateri", "Linh", "Marie-Ève", "Mohamed", "Océane", "Raphaël", "Stéphane", "Véronique", "Yasmine", "Zoé"}

var lastNames = []string{"Arsenault", "Bélanger", "Benali", "Caron", "Côté", "Diallo", "Dubé", "Gagné", "Hébert", "Lavoie",
	"MacDonald", "Nguyen", "O'Neill", "Pelletier", "Rodríguez", "Saint-Amour", "St-Pierre", "Thériault", "Vollant", "Zhang"}

var sampleNames = []string{
	"Librairie du Quartier", "Fleuriste Les Trois Roses", "Marché des artisans", "Brasserie du Vieux-Port",
	"Dentisterie Sourire d'Or", "Pharmacie Nguyen et filles", "École de danse Pas chassé", "Transport Bélanger & Fils ltée",
	"Ébénisterie L'Établi", "Auberge de la Rivière-aux-Outardes", "Traiteur Épices et Cie", "Yoga sur le fleuve",
	"Plomberie Côté", "Cidrerie du Bout-de-l'Île", "Vétérinaire des Érables", "Garderie Les Petits Pas",
	"Imprimerie Saint-Roch", "Vélo Cartier", "Ferme Aux Quatre Vents", "Notaires Thériault Labbé", "Chocolaterie Cœur de cacao",
	"Productions Œil-de-bœuf", "Physio Active Limoilou", "Quincaillerie J.-A. Morin", "Salon Ô Naturel",
	"Microbrasserie L'Anse-aux-Coques", "Musée régional de la Mauricie", "Maçonnerie Générale RDL", "North Shore Kayak Tours",
}
