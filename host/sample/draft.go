package sample

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// draft is a host's data while it is made up: rows per table, in memory, and one source of chance, so that the same
// seed gives the same people and accounts. Secrets (links of invitations) come from Config.Rand instead.
type draft struct {
	p      *Provider
	r      *rand.Rand
	now    time.Time
	hash   string // of SamplePassword, for everybody
	seq    int64
	people map[string]*draftPerson // by email key
	rows   map[string][][]any      // by table
	feed   []draftActivity
	sent   []draftInvitation
}

type draftInvitation struct {
	id string
	at time.Time
}

type draftPerson struct {
	id, first, last, email, language string
	totp                             string
	choice                           int
	choiceText                       api.Text
}

func (d *draftPerson) name() string { return fullName(d.first, d.last) }

type draftAccount struct {
	id, name string
	owner    *draftPerson
	domain   string
	members  map[string]bool
}

type draftActivity struct {
	account *draftAccount
	at      time.Time
	by      *draftPerson
	api.Activity
}

func newDraft(p *Provider, seed uint64, hash string, seq int64) *draft {
	return &draft{p: p, r: rand.New(rand.NewPCG(seed, 0x636f6e63)), now: p.cfg.Now(), hash: hash, seq: seq,
		people: map[string]*draftPerson{}, rows: map[string][][]any{}}
}

// id makes an id out of the seed.
func (d *draft) id(prefix string) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], d.r.Uint64())
	binary.BigEndian.PutUint64(b[8:], d.r.Uint64())
	return prefix + "_" + crockford.EncodeToString(b[:10])
}

func (d *draft) chance(percent int) bool { return d.r.IntN(100) < percent }

// ago is a time before now, by days and a bit of a working day.
func (d *draft) ago(days int) time.Time {
	return d.now.AddDate(0, 0, -days).Add(-time.Duration(d.r.IntN(8*60)) * time.Minute)
}

func ms(t time.Time) int64 { return t.UnixMilli() }

// person returns who signs in with an address, making them up the first time.
func (d *draft) person(first, last, email, language string) *draftPerson {
	key := host.EmailKey(email)
	if known := d.people[key]; known != nil {
		return known
	}
	who := &draftPerson{id: d.id("usr"), first: first, last: last, email: email, language: language}
	d.people[key] = who
	return who
}

type draftAddress struct{ line1, city, state, postal string }

// account makes an account up. Without a company it has the owner's name.
func (d *draft) account(company string, owner *draftPerson, email, language string, prefs []string, domains ...string) *draftAccount {
	d.seq++
	a := &draftAccount{id: d.id("acc"), name: accountName(company, owner.first, owner.last), owner: owner,
		members: map[string]bool{owner.id: true}}
	if len(domains) > 0 {
		a.domain = domains[0]
	}
	at := d.address()
	d.add("accounts", a.id, d.seq, company, owner.first, owner.last, email, d.phone(), at.line1, "", at.city, at.state,
		at.postal, "CA", language, words(prefs), words(domains))
	d.member(a, owner, api.RoleOwner, nil, nil, "", d.r.IntN(20))
	return a
}

// user gives somebody access. signedIn is how many days ago they last signed in, -1 for never.
func (d *draft) user(a *draftAccount, who *draftPerson, permissions []string, ends *time.Time, reason string, signedIn int) {
	if !a.members[who.id] {
		a.members[who.id] = true
		d.member(a, who, api.RoleUser, permissions, ends, reason, signedIn)
	}
}

func (d *draft) member(a *draftAccount, who *draftPerson, role api.Role, permissions []string, ends *time.Time, reason string, signedIn int) {
	var last *int64
	if signedIn >= 0 {
		at := d.ago(signedIn)
		last = toMS(&at)
		d.did(a, at, who, api.Activity{Action: api.ActSignedIn})
	}
	d.add("memberships", a.id, who.id, string(role), words(inOrder(permissions)), toMS(ends), reason, last, d.p.firstReminder(ends))
}

func (d *draft) contact(a *draftAccount, first, last, company, email, language string, prefs ...string) {
	m := api.MailPreferences{}
	for _, k := range prefs {
		m[k] = true
	}
	phone := ""
	if d.chance(60) {
		phone = d.phone()
	}
	d.add("contacts", d.id("con"), a.id, first, last, company, email, phone, "", "", "", "", "", "", language, preferenceWords(m))
}

// invite leaves an invitation that was sent at a time, and says so in the activity.
func (d *draft) invite(a *draftAccount, email, language string, permissions []string, sent time.Time) {
	id := d.id("inv")
	d.sent = append(d.sent, draftInvitation{id, sent})
	d.add("invitations", id, a.id, "pending", email, host.EmailKey(email), language, words(inOrder(permissions)), nil, "",
		a.owner.name(), ms(sent), ms(sent.Add(InvitationValidity)), d.p.secret(15), d.p.secret(15))
	d.did(a, sent, a.owner, api.Activity{Action: api.ActUserInvited, Target: email, Permissions: inOrder(permissions)})
}

func (d *draft) did(a *draftAccount, at time.Time, by *draftPerson, what api.Activity) {
	if by == nil {
		by = &draftPerson{}
	} else {
		what.From = fmt.Sprintf("203.0.113.%d", 1+d.r.IntN(250)) // an address for documentation (RFC 5737)
	}
	d.feed = append(d.feed, draftActivity{a, at, by, what})
}

func (d *draft) add(table string, values ...any) { d.rows[table] = append(d.rows[table], values) }

func (d *draft) phone() string {
	return fmt.Sprintf("+1%s555%04d", pick(d.r, "418", "450", "514", "819", "581", "438"), 100+d.r.IntN(100))
}

func (d *draft) address() draftAddress {
	place := pick(d.r, places...)
	return draftAddress{fmt.Sprintf("%d, %s", 1+d.r.IntN(4000), pick(d.r, streets...)), place[0], "QC",
		fmt.Sprintf("%s %d%c%d", place[1], d.r.IntN(10), "ABCEGHJKLMNPRSTVWXYZ"[d.r.IntN(20)], d.r.IntN(10))}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

var columns = map[string]string{
	"people":      "id, email, email_key, first_name, last_name, language, password_hash, totp_secret, choice, choice_fr, choice_en",
	"accounts":    "id, revision, company, first_name, last_name, email, phone, line1, line2, city, state, postal_code, country, language, preferences, domains",
	"memberships": "account_id, person_id, role, permissions, ends_at, reason, last_sign_in, remind_at",
	"contacts":    "id, account_id, first_name, last_name, company, email, phone, line1, line2, city, state, postal_code, country, language, preferences",
	"invitations": "id, account_id, state, email, email_key, language, permissions, ends_at, reason, invited_by, sent_at, expires_at, token, proof",
	"activity":    "account_id, at, actor, actor_email, action, target, permissions, fields, ip",
}

// write puts everything into the tables. It runs in the caller's transaction.
func (d *draft) write(ctx context.Context) error {
	everybody := make([]*draftPerson, 0, len(d.people))
	for _, who := range d.people {
		everybody = append(everybody, who)
	}
	slices.SortFunc(everybody, func(a, b *draftPerson) int { return strings.Compare(a.id, b.id) })
	for _, who := range everybody {
		d.add("people", who.id, who.email, host.EmailKey(who.email), who.first, who.last, who.language, d.hash, who.totp,
			who.choice, who.choiceText["fr"], who.choiceText["en"])
	}
	slices.SortStableFunc(d.feed, func(a, b draftActivity) int { return a.at.Compare(b.at) })
	for _, f := range d.feed {
		d.add("activity", f.account.id, ms(f.at), f.by.name(), f.by.email, f.Action, f.Target, words(f.Permissions),
			words(f.Fields), f.From)
	}
	for _, table := range []string{"people", "accounts", "memberships", "contacts", "invitations", "activity"} {
		if err := d.insert(ctx, table); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	if _, err := d.p.q(ctx).ExecContext(ctx, "UPDATE sample_clock SET seq = ?", d.seq); err != nil {
		return err
	}
	d.p.forgetNextEnd()
	return nil
}

// insert writes a table's rows, many per statement.
func (d *draft) insert(ctx context.Context, table string) error {
	for chunk := range slices.Chunk(d.rows[table], 200) {
		one := "(" + strings.Repeat("?, ", len(chunk[0])-1) + "?)"
		args := make([]any, 0, len(chunk)*len(chunk[0]))
		for _, row := range chunk {
			args = append(args, row...)
		}
		_, err := d.p.q(ctx).ExecContext(ctx, "INSERT INTO "+table+" ("+columns[table]+") VALUES "+
			strings.Repeat(one+", ", len(chunk)-1)+one, args...)
		if err != nil {
			return err
		}
	}
	return nil
}
