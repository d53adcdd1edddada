//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"concierge/client/api"
)

const (
	// away is how much longer an answer takes from a host that is not on this computer.
	away = 40 * time.Millisecond
	// sampledAccounts is how many are asked for one after the other where all would take minutes.
	sampledAccounts = 50
	// pollEvery is how often the application asks a host what changed, see app.Config.
	pollEvery = time.Minute
)

// syncing measures how accounts come to this computer, and what is asked for when there is nothing to fetch.
func syncing(c config) (err error) {
	u, err := newCustomer(c, "sync", accounts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	token, err := output(c.host, "token", "-data", u.dir, "-user", u.who)
	if err != nil {
		return err
	}
	asks := asker{reader{client: &http.Client{Timeout: time.Minute}, token: strings.TrimSpace(token)}, u.url}
	var all, each []time.Duration
	for range min(c.runs, 3) {
		took, err := u.fetchAll(c)
		if err != nil {
			return err
		}
		all = append(all, took)
		if took, err = asks.oneByOne(accounts); err != nil {
			return err
		}
		each = append(each, took)
	}
	ours, theirs := percentile(all, 50), percentile(each, 50)
	reportAtLeast("sync.first_near", theirs/ours, "times as fast", 0, map[string]float64{"app_s": ours / 1000, "one_by_one_s": theirs / 1000, "runs": float64(len(all))},
		fmt.Sprintf("fetching all %d accounts into an application that has none, from its first call to the last account, against asking for account, users, contacts and invitations of one account after the other; the host is on this computer, where what counts is the processors, which the two share", accounts))
	u.isAway(away)
	far, err := u.fetchAll(c)
	if err != nil {
		return err
	}
	some, err := asks.oneByOne(sampledAccounts)
	if err != nil {
		return err
	}
	u.isAway(0)
	farOne := some.Seconds() * accounts / sampledAccounts
	reportAtLeast("sync.first", farOne/far.Seconds(), "times as fast", 10, map[string]float64{"app_s": far.Seconds(), "one_by_one_s": farOne, "away_ms": ms(away)},
		fmt.Sprintf("the same at a host whose answers are %d ms away, as they are on the internet; one account after the other from %d of them", away.Milliseconds(), sampledAccounts))
	return nothingChanged(c, u)
}

// nothingChanged counts what is asked of the host by an application that has everything.
func nothingChanged(c config, u *customer) (err error) {
	u.count()
	o, err := u.open(c.app, u.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if _, err := o.until(shown); err != nil {
		return err
	}
	time.Sleep(5 * settle)
	atStart := u.count()
	time.Sleep(pollEvery)
	atPoll := u.count()
	says := "calls at the host for one identity with %d accounts of which none changed, %s; a token refresh goes by the sign-in and is not counted"
	report("sync.no_change", float64(len(atPoll)), "calls", 1, kinds(atPoll), fmt.Sprintf(says, accounts, "in the minute between two polls"))
	report("sync.no_change_start", float64(len(atStart)), "calls", 1, kinds(atStart), fmt.Sprintf(says, accounts, "at the start with everything kept"))
	return nil
}

// kinds counts calls by the last word of their path.
func kinds(asked []string) map[string]float64 {
	of := map[string]float64{}
	for _, a := range asked {
		of[a[strings.LastIndexByte(a, '/')+1:]]++
	}
	return of
}

// asker asks as a program does that has no snapshots: one question after the other.
type asker struct {
	reader
	base string
}

func (a asker) oneByOne(accounts int) (time.Duration, error) {
	begin := time.Now()
	var ids []string
	for cursor := ""; ; {
		var page api.AccountPage
		if err := a.read("/v1/accounts?cursor="+url.QueryEscape(cursor), &page); err != nil {
			return 0, err
		}
		for _, one := range page.Accounts {
			ids = append(ids, one.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(ids) < accounts {
		return 0, fmt.Errorf("only %d accounts", len(ids))
	}
	for id := range slices.Values(ids[:accounts]) {
		at := "/v1/accounts/" + id
		var users api.UserList
		var contacts api.ContactList
		if err := errors.Join(a.read(at, new(api.Account)), a.read(at+"/users", &users), a.read(at+"/contacts", &contacts),
			a.read(at+"/invitations", new(api.InvitationList))); err != nil {
			return 0, err
		}
		if n := len(users.Users) + len(contacts.Contacts); n != people {
			return 0, fmt.Errorf("%d people instead of %d", n, people)
		}
	}
	return time.Since(begin), nil
}

func (a asker) read(path string, into any) error {
	body, err := a.get(a.base + path)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}
