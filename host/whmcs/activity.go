package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/whmcs/remote"
)

// record writes an entry of now, by who is acting.
func (p *Provider) record(ctx context.Context, account int64, a api.Activity) error {
	who := host.ActorOf(ctx)
	ctx = context.WithoutCancel(ctx) // it is done
	_, err := p.q(ctx).ExecContext(ctx, `
		INSERT INTO whmcs_activity (account_id, at, actor, actor_email, action, target, permissions, fields, ip)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, account, p.nowMS(), nameOr(who.Name, who.Email), who.Email, a.Action, a.Target,
		words(a.Permissions), words(a.Fields), who.From)
	return err
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
		if err := rows.Scan(&id, &at, &a.Actor, &a.ActorEmail, &a.Action, &a.Target, &permissions, &fields, &a.From); err != nil {
			return err
		}
		a.ID, a.At, a.place = "g"+text(id), time.UnixMilli(at).UTC(), [2]int64{at, id}
		a.Permissions, a.Fields = wordList(permissions), wordList(fields)
		list = append(list, a)
		return nil
	}, `SELECT id, at, actor, actor_email, action, target, permissions, fields, ip FROM whmcs_activity
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
