package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/whmcs/remote"
)

// record writes an entry of now, by who is acting, of what is done.
func (p *Provider) record(ctx context.Context, account int64, a api.Activity) error {
	_, err := p.write(context.WithoutCancel(ctx), account, deed{Activity: a}, 0)
	return err
}

// deed is what an entry tells of.
type deed struct {
	api.Activity
	subject string                          // id of the user or contact it is done to; "" where reading the account does not tell whether it was
	first   func(ctx context.Context) error // what is to be known before it is done, kept together with the begun entry; may be nil
	undo    func(ctx context.Context) error // takes that back, together with the entry, once it is certain that it was not done; may be nil
}

func (p *Provider) write(ctx context.Context, account int64, d deed, unconfirmed int) (id int64, err error) {
	who := host.ActorOf(ctx)
	err = p.q(ctx).QueryRowContext(ctx, `
		INSERT INTO whmcs_activity (account_id, at, actor, actor_email, action, target, permissions, fields, ip, unconfirmed, subject, call_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, account, p.nowMS(), nameOr(who.Name, who.Email), who.Email, d.Action, d.Target,
		words(d.Permissions), words(d.Fields), who.From, unconfirmed, d.subject, host.TryOf(ctx).Key).Scan(&id)
	return id, err
}

// does runs one call that writes to WHMCS, with an entry in the record that is written before it: what is killed in between, or
// gets no answer, stays in the record as unconfirmed, and whoever tries the same again ends that entry. What follows from the
// deed is kept together with the word that it is done.
func (p *Provider) does(ctx context.Context, account int64, d deed, write func() error, follows ...func(ctx context.Context) error) error {
	var entry int64
	var again bool
	err := p.db.Atomically(ctx, func(ctx context.Context) (err error) {
		if d.first != nil {
			if err := d.first(ctx); err != nil {
				return err
			}
		}
		entry, again, err = p.begin(ctx, account, d)
		return err
	})
	if err != nil {
		return err
	}
	err = p.acted(ctx, account, write)
	ctx = context.WithoutCancel(ctx)
	switch {
	case err == nil:
		return p.db.Atomically(ctx, func(ctx context.Context) error {
			for _, f := range follows {
				if err := f(ctx); err != nil {
					return err
				}
			}
			_, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_activity SET unconfirmed = 0 WHERE id = ?", entry)
			return err
		})
	case unknown(err):
		return err
	}
	return errors.Join(err, p.db.Atomically(ctx, func(ctx context.Context) error {
		if d.undo != nil {
			if err := d.undo(ctx); err != nil {
				return err
			}
		}
		if again { // an earlier try may have done it
			return nil
		}
		_, err := p.q(ctx).ExecContext(ctx, "DELETE FROM whmcs_activity WHERE id = ?", entry)
		return err
	}))
}

// begin writes an unconfirmed entry of now, or takes the one on that an earlier try of the same has left.
func (p *Provider) begin(ctx context.Context, account int64, d deed) (entry int64, again bool, err error) {
	who := host.ActorOf(ctx)
	err = p.q(ctx).QueryRowContext(ctx, `
		UPDATE whmcs_activity SET at = ?, ip = ? WHERE id = (SELECT max(id) FROM whmcs_activity
			WHERE account_id = ? AND unconfirmed = 1 AND actor_email = ? AND action = ? AND target = ? AND permissions = ? AND fields = ? AND call_key = ?)
		RETURNING id`, p.nowMS(), who.From, account, who.Email, d.Action, d.Target, words(d.Permissions), words(d.Fields),
		host.TryOf(ctx).Key).Scan(&entry)
	if !errors.Is(err, sql.ErrNoRows) {
		return entry, err == nil, err
	}
	entry, err = p.write(ctx, account, d, 1)
	return entry, false, err
}

// wasDone confirms what an earlier try of this call has left unconfirmed: it turns out to be done. Whoever has read the record is
// to read it anew.
func (p *Provider) wasDone(ctx context.Context, account int64) error {
	return p.db.Atomically(context.WithoutCancel(ctx), func(ctx context.Context) error {
		r, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_activity SET unconfirmed = 0 WHERE account_id = ? AND unconfirmed = 1 AND call_key = ? AND call_key <> ''",
			account, host.TryOf(ctx).Key)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return p.move(ctx, account)
	})
}

// shownDone lists the unconfirmed entries of an account of which what was read of it shows that they are done: the users have the
// permissions, or are gone, as contacts are.
func (p *Provider) shownDone(ctx context.Context, account int64, snap api.Snapshot, want parts) (list []int64, err error) {
	err = p.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var action, subject, permissions string
		if err := rows.Scan(&id, &action, &subject, &permissions); err != nil {
			return err
		}
		user := slices.IndexFunc(snap.Users, func(u api.User) bool { return u.ID == subject })
		done := false
		switch action {
		case api.ActUserPermissions:
			done = want.users && user >= 0 && sameKeys(snap.Users[user].Permissions, wordList(permissions))
		case api.ActUserRemoved:
			done = want.users && user < 0
		case api.ActContactDeleted:
			done = want.contacts && !slices.ContainsFunc(snap.Contacts, func(c api.Contact) bool { return c.ID == subject })
		}
		if done {
			list = append(list, id)
		}
		return nil
	}, "SELECT id, action, subject, permissions FROM whmcs_activity WHERE account_id = ? AND unconfirmed = 1 AND subject <> ''", account)
	return list, err
}

// known is the name or the address of a user, as far as it is known here.
func (p *Provider) known(ctx context.Context, user int64) (string, error) {
	var first, last, email string
	err := p.q(ctx).QueryRowContext(ctx, "SELECT first_name, last_name, email FROM whmcs_people WHERE id = ?", user).Scan(&first, &last, &email)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return nameOr(shown(fullName(first, last), maxText), shown(email, maxEmail)), err
}

// Activity lists what happened in an account, newest first: what was done through a gateway, as it was recorded here, and
// what users did in WHMCS's own pages, in WHMCS's words.
//
// What WHMCS's log has by its staff, its cron jobs and its API is left out. The first two are the provider's internal
// record. The last is what was done through the gateway, in the credential's name, and is told by this record already.
func (p *Provider) Activity(ctx context.Context, accountID, cursor string, limit int) ([]api.Activity, string, error) {
	account, err := number(accountID)
	if err != nil {
		return nil, "", err
	}
	at, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	own, err := p.recorded(ctx, account, at.own, limit+1)
	if err != nil {
		return nil, "", err
	}
	theirs, err := p.logged(ctx, account, &at, limit+1)
	if err != nil {
		return nil, "", err
	}
	items := []api.Activity{}
	for len(items) < limit && (len(own) > 0 || len(theirs.entries) > 0) {
		if len(theirs.entries) == 0 || len(own) > 0 && !own[0].At.Before(theirs.entries[0].At) {
			items, at.own = append(items, own[0].Activity), own[0].place
			own = own[1:]
			continue
		}
		e := theirs.entries[0]
		a, err := p.note(ctx, e.Entry)
		if err != nil {
			return nil, "", err
		}
		items, at.log, at.before = append(items, a), e.offset, e.ID
		theirs.entries = theirs.entries[1:]
	}
	if len(own) == 0 && len(theirs.entries) == 0 && theirs.end {
		return items, "", nil
	}
	if len(theirs.entries) == 0 && !theirs.end && theirs.looked.before != 0 { // what was looked through held nothing to show
		at.log, at.before = theirs.looked.log, theirs.looked.before
	}
	return items, at.String(), nil
}

// place is where a page of the activity ended: in the own record by time and number, in WHMCS's log by how many entries were
// passed over and the last of them, since new ones push the others on.
type place struct {
	own    [2]int64 // time and id of the last entry; zero: none yet
	log    int
	before int64
}

func (c place) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", c.own[0], c.own[1], c.log, c.before)
}

func parseCursor(s string) (place, error) {
	var c place
	if s == "" {
		return c, nil
	}
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return c, host.ErrNotFound
	}
	var n [4]int64
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || v < 0 {
			return c, host.ErrNotFound
		}
		n[i] = v
	}
	if n[2] > 1<<30 {
		return c, host.ErrNotFound
	}
	return place{own: [2]int64{n[0], n[1]}, log: int(n[2]), before: n[3]}, nil
}

type recordedActivity struct {
	api.Activity
	place [2]int64
}

// recorded are entries of the own record, from after a place.
func (p *Provider) recorded(ctx context.Context, account int64, after [2]int64, limit int) (list []recordedActivity, err error) {
	if after[0] == 0 {
		after = [2]int64{1 << 62, 1 << 62}
	}
	err = p.each(ctx, func(rows *sql.Rows) error {
		var a recordedActivity
		var id, at int64
		var permissions, fields string
		if err := rows.Scan(&id, &at, &a.Actor, &a.ActorEmail, &a.Action, &a.Target, &permissions, &fields, &a.From, &a.Unconfirmed); err != nil {
			return err
		}
		a.ID, a.At, a.place = "g"+text(id), time.UnixMilli(at).UTC(), [2]int64{at, id}
		a.Permissions, a.Fields = wordList(permissions), wordList(fields)
		list = append(list, a)
		return nil
	}, `SELECT id, at, actor, actor_email, action, target, permissions, fields, ip, unconfirmed FROM whmcs_activity
		WHERE account_id = ? AND (at < ? OR at = ? AND id < ?) ORDER BY at DESC, id DESC LIMIT ?`,
		account, after[0], after[0], after[1], limit)
	return list, err
}

const (
	logPage  = 100 // entries of WHMCS's log asked for at once
	logPages = 3   // and how often for one page of ours
)

type loggedEntry struct {
	remote.Entry
	offset int // how many entries are passed over with it
}

type loggedEntries struct {
	entries []loggedEntry
	looked  place // how far it was looked
	end     bool  // there are no more
}

// logged are entries of WHMCS's log that users made, from a place on. A log that the gateway may not read holds none.
func (p *Provider) logged(ctx context.Context, account int64, from *place, limit int) (loggedEntries, error) {
	out := loggedEntries{looked: *from}
	offset, before := from.log, from.before
	for page := 0; page < logPages && len(out.entries) < limit; page++ {
		entries, err := p.api.Activity(ctx, account, offset, logPage)
		if refused(err) {
			return loggedEntries{end: true}, nil
		}
		if err != nil {
			return out, p.trouble(ctx, err)
		}
		for i, e := range entries {
			if before != 0 && e.ID >= before { // was on the page before
				continue
			}
			out.looked = place{log: offset + i + 1, before: e.ID}
			if e.UserID != 0 && e.AdminID == 0 && (e.ClientID == 0 || e.ClientID == account) {
				out.entries = append(out.entries, loggedEntry{e, offset + i + 1})
			}
		}
		offset += len(entries)
		if len(entries) < logPage {
			out.end = true
			break
		}
	}
	return out, nil
}

// note is an entry of WHMCS's log. Its words are WHMCS's: neither in the reader's language nor to be trusted.
func (p *Provider) note(ctx context.Context, e remote.Entry) (api.Activity, error) {
	a := api.Activity{ID: "w" + text(e.ID), At: e.At.UTC(), Action: api.ActNote, Text: plain(e.Description), From: shown(e.IP, maxPhone)}
	var err error
	if a.Actor, err = p.known(ctx, e.UserID); err == nil && a.Actor == "" {
		a.Actor = shown(e.Username, maxName)
	}
	return a, err
}

var tags = regexp.MustCompile(`<[^<>]*>`)

// plain is foreign text as one line: without markup, control characters, and beyond a length that nobody reads.
func plain(s string) string {
	s = tags.ReplaceAllString(s, " ")
	s = tags.ReplaceAllString(html.UnescapeString(s), " ")
	return strings.Join(strings.Fields(shown(s, maxText)), " ")
}
