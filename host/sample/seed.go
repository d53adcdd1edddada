package sample

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
)

// SamplePassword is the password of everybody in made-up data. Nothing there is real.
const SamplePassword = "concierge-exemple"

// SampleTOTPSecret is the secret (base32, RFC 6238 defaults) of Ève Nadeau's second factor, for an authenticator.
const SampleTOTPSecret = "JBSWY3DPEHPK3PXPCONCIERGE2FA3456"

// Addresses of the sample's people whom the sign-in page offers.
const (
	OwnerEmail      = "marie@chezmarcel.example" // owner of one account
	AccountantEmail = "sam@cabinet.example"      // reaches 40 accounts
	DeveloperEmail  = "lea@studio.example"       // user of several accounts
	TwoFactorEmail  = "eve@clinique.example"     // owner with a second factor
)

// ErrNotEmpty: made-up data is only put where there is none of its kind.
var ErrNotEmpty = errors.New("the data directory already has this data")

// Presets of permissions that people in this field give.
var (
	presetAccountant = []string{"invoices", "quotes", "emails"}
	presetDeveloper  = []string{"products", "manageproducts", "productsso", "domains", "managedomains", "tickets"}
	presetSupport    = []string{"products", "domains", "tickets", "emails"}
	presetReadOnly   = []string{"products", "domains", "emails"}
)

// Empty tells whether the host has nobody yet.
func (p *Provider) Empty(ctx context.Context) (bool, error) {
	var n int
	err := p.q(ctx).QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM people LIMIT 1)").Scan(&n)
	return n == 0, err
}

// Seed makes up the sample's people and accounts: the same for the same seed and time. It answers ErrNotEmpty when
// they are there already.
func (p *Provider) Seed(ctx context.Context, seed uint64) error {
	hash, err := p.hashPassword(ctx, SamplePassword)
	if err != nil {
		return err
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		if _, err := p.PersonByEmail(ctx, OwnerEmail); err == nil {
			return ErrNotEmpty
		} else if !errors.Is(err, host.ErrNotFound) {
			return err
		}
		d, err := p.newDraftHere(ctx, seed, hash)
		if err != nil {
			return err
		}
		d.story()
		if err := d.write(ctx); err != nil {
			return err
		}
		return d.mailInvitations(ctx)
	})
}

func (p *Provider) newDraftHere(ctx context.Context, seed uint64, hash string) (*draft, error) {
	var seq int64
	err := p.q(ctx).QueryRowContext(ctx, "SELECT seq FROM sample_clock").Scan(&seq)
	return newDraft(p, seed, hash, seq), err
}

// mailInvitations puts the e-mails of the invitations that are made up into the mailbox, at the time they were sent.
func (d *draft) mailInvitations(ctx context.Context) error {
	slices.SortStableFunc(d.sent, func(a, b draftInvitation) int { return a.at.Compare(b.at) })
	for _, i := range d.sent {
		if err := d.p.mailInvitation(ctx, i.id, i.at); err != nil {
			return err
		}
	}
	return nil
}

// story is everything with a name of its own, and then what chance adds.
func (d *draft) story() {
	marie := d.person("Marie", "Tremblay", OwnerEmail, "fr")
	sam := d.person("Sam", "Gagnon", AccountantEmail, "fr")
	lea := d.person("Léa", "Dubois", DeveloperEmail, "fr")
	eve := d.person("Ève", "Nadeau", TwoFactorEmail, "fr")
	eve.totp = SampleTOTPSecret

	marcel := d.marcel(marie, sam, lea)
	clients := []*draftAccount{marcel}
	clients = append(clients, d.firm(sam)...)
	clients = append(clients, d.studio(sam, lea, eve)...)
	for _, name := range clientNames {
		if len(clients) == 40 {
			break
		}
		clients = append(clients, d.client(name, sam))
	}
	own := d.leaveAlone(lea, eve)
	tomorrow := time.Date(d.now.Year(), d.now.Month(), d.now.Day()+1, 23, 59, 0, 0, d.now.Location())
	d.user(own, d.person("William", "Fortier", "william@studio.example", "fr"), presetSupport, &tomorrow, "fin de stage", 0)

	offer := func(who *draftPerson, place int, key string, data ...any) {
		who.choice = place
		who.choiceText = api.Text{"fr": locales.For("fr").T(key, data...), "en": locales.For("en").T(key, data...)}
	}
	offer(marie, 1, "sample.choice_owner", "Account", marcel.name)
	offer(sam, 2, "sample.choice_accountant", "Count", len(clients))
	offer(lea, 3, "sample.choice_developer")
	offer(eve, 4, "sample.choice_two_factor", "Account", "Clinique Harmonie")
}

// taxSeason is the end of the accountant's access: the 30th of April that is at least two months away.
func taxSeason(now time.Time) time.Time {
	end := time.Date(now.Year(), time.April, 30, 23, 59, 0, 0, now.Location())
	if end.Before(now.AddDate(0, 2, 0)) {
		end = time.Date(now.Year()+1, time.April, 30, 23, 59, 0, 0, now.Location())
	}
	return end
}

// marcel is the bakery: three who sign in, one invitation that runs out, and nobody who reads about its domains.
func (d *draft) marcel(marie, sam, lea *draftPerson) *draftAccount {
	a := d.account("Boulangerie Chez Marcel", marie, "info@chezmarcel.example", "fr", []string{"general"},
		"chezmarcel.example", "boulangeriechezmarcel.example", "traiteurmarcel.example")
	end := taxSeason(d.now)
	d.user(a, sam, presetAccountant, &end, fmt.Sprintf("impôts %d", end.Year()-1), 1)
	d.user(a, lea, presetDeveloper, nil, "", 12)
	d.invite(a, "noe@studio.example", "fr", presetDeveloper, d.now.AddDate(0, 0, -5))
	d.contact(a, "Marie", "Tremblay", "", "marie@chezmarcel.example", "fr", "invoice")
	d.contact(a, "Sam", "Gagnon", "Cabinet Gagnon CPA", "sam@cabinet.example", "fr", "invoice")
	d.contact(a, "Comptes à payer", "", "", "factures@chezmarcel.example", "fr", "invoice")
	d.contact(a, "Soutien TI", "", "", "ti@chezmarcel.example", "fr", "general", "support", "product")
	d.did(a, d.ago(6), marie, api.Activity{Action: api.ActUserPermissions, Target: sam.name(), Permissions: inOrder(presetAccountant)})
	d.did(a, d.ago(40), marie, api.Activity{Action: api.ActContactAdded, Target: "Soutien TI"})
	d.did(a, d.ago(210), lea, api.Activity{Action: api.ActInvitationAccepted, Target: lea.email, Permissions: inOrder(presetDeveloper)})
	d.did(a, d.ago(211), marie, api.Activity{Action: api.ActUserInvited, Target: lea.email, Permissions: inOrder(presetDeveloper)})
	d.did(a, d.ago(300), marie, api.Activity{Action: api.ActAccountChanged, Fields: []string{"phone", "address"}})
	return a
}

// firm is what the accountant owns: the firm itself and two accounts opened for clients who do not sign in.
func (d *draft) firm(sam *draftPerson) []*draftAccount {
	everything := []string{"general", "invoice", "support", "product", "domain"}
	own := d.account("Cabinet Gagnon CPA inc.", sam, "info@cabinet.example", "fr", everything, "cabinet.example", "cabinetgagnon.example")
	d.user(own, d.person("Thérèse", "Gagnon-Lévesque", "therese@cabinet.example", "fr"), presetAccountant, nil, "", 3)
	d.user(own, d.person("Hugo", "Paré", "hugo@cabinet.example", "fr"), permissionKeys, nil, "", 400) // left, still has everything
	d.contact(own, "Réception", "", "Cabinet Gagnon CPA inc.", "accueil@cabinet.example", "fr", "general", "support")
	numbered := d.account("9123-4567 Québec inc.", sam, "9123-4567@cabinet.example", "fr", []string{"invoice"}, "entrepot91.example")
	d.contact(numbered, "Sam", "Gagnon", "", "SAM@Cabinet.example", "fr", "invoice", "domain")
	family := d.account("Gestion Gagnon-Roy", sam, "gestion@cabinet.example", "fr", []string{"general", "invoice", "domain"}, "gagnonroy.example")
	d.contact(family, "Marcel", "Roy", "", "marcel.roy@courrier.example", "fr", "general", "invoice")
	return []*draftAccount{own, numbered, family}
}

// studio is where the accountant and the developer both work, and a few accounts with something odd about them.
func (d *draft) studio(sam, lea, eve *draftPerson) []*draftAccount {
	owner := func(first, last, email string) *draftPerson { return d.person(first, last, email, "fr") }

	photo := d.account("Marcel Fortin Photographe", owner("Marcel", "Fortin", "marcel@fortinphoto.example"), "studio@fortinphoto.example",
		"fr", []string{"general", "domain"}, "fortinphoto.example")
	d.user(photo, lea, append([]string{"contacts"}, presetDeveloper...), nil, "", 30)
	d.contact(photo, "Léa", "Dubois", "Studio Dubois", "Lea@Studio.Example", "fr", "support", "product", "domain")

	coop := d.crowd(owner("Mohamed", "Benali", "mohamed@coopduplateau.example"))
	d.user(coop, lea, presetDeveloper, nil, "", 9)

	garage := d.account("Garage Lavoie", owner("Réjean", "Lavoie", "rejean@garagelavoie.example"), "garage@garagelavoie.example", "fr",
		[]string{"general", "invoice", "domain"}, "garagelavoie.example")
	d.contact(garage, "Léa", "Dubois", "", "lea@studio.example", "fr", "support")
	d.contact(garage, "Marcel", "Roy", "", "marcel.roy@courrier.example", "fr", "invoice")

	nord := d.account("Studio Nord", owner("Kateri", "Vollant", "kateri@studionord.example"), "allo@studionord.example", "fr",
		[]string{"general", "invoice"}, "studionord.example", "nordestival.example")
	d.user(nord, lea, presetDeveloper, nil, "", 75)
	d.contact(nord, "Léa", "Dubois", "", "lea@studio.example", "fr", "domain") // the only one who reads about domains

	clinic := d.account("Clinique Harmonie", eve, "clinique@harmonie.example", "fr", []string{"general", "domain"},
		"harmonie.example", "cliniqueharmonie.example")
	holiday := d.now.AddDate(0, 0, 3)
	d.user(clinic, lea, presetDeveloper, nil, "", 2)
	d.user(clinic, d.person("Joanie", "Thibault", "joanie@harmonie.example", "fr"), presetSupport, &holiday, "remplacement de vacances", 0)
	d.contact(clinic, "Joanie", "Thibault", "", "Joanie@Harmonie.Example", "fr", "support", "general")
	d.contact(clinic, "Comptabilité", "", "Clinique Harmonie", "compta@harmonie.example", "fr", "invoice")
	d.invite(clinic, "dr.gauthier@harmonie.example", "fr", presetReadOnly, d.now.AddDate(0, 0, -10)) // expired three days ago
	d.did(clinic, d.ago(15), nil, api.Activity{Action: api.ActUserAccessEnded, Target: "Félix Dubé"})

	cafe := d.account("Café L'Étincelle", owner("Maëlle", "Plourde", "maelle@etincelle.example"), "bonjour@etincelle.example", "fr",
		[]string{"general", "invoice", "product", "domain"}, "etincelle.example")
	d.user(cafe, lea, permissionKeys, nil, "", 130)
	d.invite(cafe, "barista@etincelle.example", "fr", nil, d.now.Add(-2*time.Hour))

	// No company: the account has its owner's name. The language is English.
	solo := d.account("", d.person("Jean-Sébastien", "O'Neill-Côté", "js@oneill.example", "en"), "js@oneill.example", "en",
		[]string{"general", "invoice", "support", "product", "domain"}, "oneill.example")
	long := d.account(longName, owner("Marie-Philomène-Élisabeth", "de la Bruère-Saint-Amour", "presidence@artisanat.example"),
		"secretariat-administratif-et-financier@artisanat.example", "fr", []string{"general", "invoice", "domain"},
		"regroupementdesartisanesetartisans.example", "artisanat.example")
	d.contact(long, "Trésorerie et comptabilité générale du Regroupement", "", longName,
		"tresorerie-et-comptabilite-generale@artisanat.example", "fr", "invoice")

	all := []*draftAccount{photo, coop, garage, nord, clinic, cafe, solo, long}
	for _, a := range all {
		d.user(a, sam, presetAccountant, nil, "", d.r.IntN(30))
	}
	return all
}

// crowd is an account with more than forty people.
func (d *draft) crowd(owner *draftPerson) *draftAccount {
	a := d.account("Coop du Plateau", owner, "info@coopduplateau.example", "fr", []string{"general", "domain"},
		"coopduplateau.example", "marche-du-plateau.example", "plateau-en-vrac.example", "coopplateau.example")
	for range 22 {
		who := d.somebody("coopduplateau.example")
		if d.chance(30) {
			who.totp = SampleTOTPSecret
		}
		d.user(a, who, d.somePermissions(), nil, "", d.r.IntN(420)-20)
		if d.chance(30) {
			d.contact(a, who.first, who.last, "", strings.ToUpper(who.email[:1])+who.email[1:], "fr", d.someCategories()...)
		}
	}
	for mix := range 1 << len(categoryKeys) { // every mix of mail there is
		first, last := pick(d.r, firstNames...), pick(d.r, lastNames...)
		d.contact(a, first, last, "Coop du Plateau", d.freshEmail(login(first, last), "coopduplateau.example"), "fr", categories(mix)...)
	}
	d.contact(a, "Marcel", "Roy", "", "marcel.roy@courrier.example", "fr", "general")
	for i, days := range []int{0, 2, 5, 6, 9, 21} { // pending, about to expire, expired
		d.invite(a, fmt.Sprintf("benevole%d@coopduplateau.example", i+1), "fr", d.somePermissions(), d.now.AddDate(0, 0, -days))
	}
	return a
}

// leaveAlone adds the accounts the accountant does not reach, and returns the developer's own.
func (d *draft) leaveAlone(lea, eve *draftPerson) *draftAccount {
	own := d.account("Studio Dubois", lea, "bonjour@studio.example", "fr", []string{"general", "invoice", "support", "product", "domain"}, "studio.example")
	d.contact(own, "Léa", "Dubois", "", "lea@studio.example", "fr", "general", "invoice", "support", "product", "domain")
	theatre := d.account("Théâtre de la Lune rousse", d.person("Pénélope", "Robitaille", "penelope@lunerousse.example", "fr"),
		"billetterie@lunerousse.example", "fr", []string{"general", "domain"}, "lunerousse.example")
	d.user(theatre, lea, presetDeveloper, nil, "", 21)
	// The owner and nobody else, no contact, no domain.
	d.account("Les Jardins d'Ève", eve, "eve@clinique.example", "fr", []string{"general", "invoice", "support", "product", "domain"})
	return own
}
