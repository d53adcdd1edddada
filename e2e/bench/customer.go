//go:build linux

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// customer is a computer on which somebody who owns every account has signed in at a host, which is a program of its own,
// reached through a relay, and does not limit how often it is called.
type customer struct {
	*computer
	*relay
	provider serving
	who      string   // e-mail
	dir      string   // of the host
	data     string   // folder of the application
	args     []string // for it
	settings string   // the file
	accounts int
}

func newCustomer(c config, name string, accounts int) (u *customer, err error) {
	dir := filepath.Join(c.dir, name)
	u = &customer{dir: filepath.Join(dir, "provider"), data: filepath.Join(dir, "data"), accounts: accounts}
	u.args, u.settings = []string{"-data", u.data, "-language", "fr"}, filepath.Join(u.data, "settings.json")
	defer func() {
		if err != nil {
			err = errors.Join(err, u.end())
		}
	}()
	if err := seedInto(c, u.dir, accounts, "-owned"); err != nil {
		return u, err
	}
	people, err := output(c.host, "token", "-data", u.dir, "-list")
	if err != nil {
		return u, err
	}
	lines := strings.SplitN(people, "\n", 3)
	if len(lines) < 3 {
		return u, errors.New("nobody is listed")
	}
	u.who = strings.Fields(lines[1])[0] // who reaches most accounts
	if u.provider, err = serveFrom(c, u.dir, "-unlimited"); err != nil {
		return u, err
	}
	if u.relay, err = relayTo(u.provider.url); err != nil {
		return u, err
	}
	if u.computer, err = newComputer(dir); err != nil {
		return u, err
	}
	return u, signIn(u.computer, c.app, u.args, u.url, u.who)
}

// end ends what there is of it.
func (u *customer) end() (err error) {
	if u.computer != nil {
		u.computer.close()
	}
	if u.relay != nil {
		err = u.relay.close()
	}
	if u.provider.stop != nil {
		err = errors.Join(err, u.provider.stop())
	}
	return err
}

// forgetCache deletes what the application has kept of accounts; the sign-in stays, and so does the journal.
func (u *customer) forgetCache() error {
	var all error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(filepath.Join(u.data, "cache.db"+suffix)); !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// fetchAll opens the application, with nothing kept, until every account has been fetched, and ends it, which keeps them. It
// returns how long fetching took: from the first answer of the host to the last account.
func (u *customer) fetchAll(c config) (took time.Duration, err error) {
	if err := u.forgetCache(); err != nil {
		return 0, err
	}
	o, err := u.open(c.app, u.args...)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	begin, err := o.until(called)
	if err != nil {
		return 0, err
	}
	end, err := o.untilTimes(fetched, u.accounts)
	return end - begin, err
}

// cachedStart starts the application with everything kept. Until its first screen stands the host does not answer.
func (u *customer) cachedStart(c config) (oneStart, error) {
	speak := u.hush()
	defer speak()
	return onceThen(u.computer, shown, speak, c.app, u.args...)
}
