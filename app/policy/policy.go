// Package policy reads what an organisation has set for every person of a computer, in a file that only an administrator
// may write. It may only take away or choose beforehand; it holds no secret.
//
// What cannot be understood is taken on its strict side, and told: a mistake in the file must not open what it was to
// close. A name that is not known is left alone: it may be of a later version.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"concierge/app/trouble"
	"concierge/client"
)

// Strictest is after how long without use the window locks where it is not understood what was set.
const Strictest = 5 * time.Minute

// most is how many bytes a file has at most.
const most = 64 << 10

// Policy is what is set. The zero value sets nothing.
type Policy struct {
	Path    string           // of the file; "" when there is none
	Trouble *trouble.Trouble // why it, or a part of it, is not understood; nil when all is

	Host          string        // the address that people sign in at, filled in for them; "" leaves it open
	HostLocked    bool          // nowhere else. With no Host: nowhere new at all
	NoUpdateCheck bool          // nobody is asked for new versions
	LockWithin    time.Duration // the window locks after so long without use at the latest; 0 leaves it open
	NoExport      bool          // nothing of accounts is written to files
	NoDiagnostics bool          // nothing is written to a diagnostics file
}

// Read reads the file, which need not exist.
func Read(path string, log *slog.Logger) Policy {
	data, err := bounded(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Policy{}
	}
	var fields map[string]json.RawMessage
	if err == nil {
		data = bytes.TrimPrefix(data, []byte("\ufeff")) // as Windows' own editor writes
		err = json.Unmarshal(data, &fields)
		if err == nil && fields == nil {
			err = errors.New("not an object")
		}
	}
	if err != nil {
		log.Error("the organisation's settings cannot be read: the strict side holds", "path", path, "err", err)
		return Policy{Path: path, HostLocked: true, NoUpdateCheck: true, LockWithin: Strictest, NoExport: true, NoDiagnostics: true,
			Trouble: &trouble.Trouble{Kind: trouble.PolicyUnread, Path: path, Err: err}}
	}
	p := Policy{Path: path}
	var odd []string
	take(fields, "host", &odd, func(v host) error {
		if v.Address == "" && v.Locked {
			return errors.New("locked to nothing")
		}
		if v.Address != "" {
			if _, err := client.NormalizeHost(v.Address); err != nil {
				return err
			}
		}
		p.Host, p.HostLocked = v.Address, v.Locked
		return nil
	}, func() { p.HostLocked = true })
	take(fields, "lockMinutes", &odd, func(n float64) error {
		if n < 0 || n > 24*60 {
			return errors.New("out of range")
		}
		p.LockWithin = time.Duration(n * float64(time.Minute)).Round(time.Second)
		return nil
	}, func() { p.LockWithin = Strictest })
	forbids := func(name string, into *bool) {
		take(fields, name, &odd, func(on bool) error { *into = !on; return nil }, func() { *into = true })
	}
	forbids("updateCheck", &p.NoUpdateCheck)
	forbids("export", &p.NoExport)
	forbids("diagnostics", &p.NoDiagnostics)
	if len(fields) > 0 {
		log.Warn("the organisation's settings have names that this version does not know", "path", path, "names", slices.Sorted(maps.Keys(fields)))
	}
	if len(odd) > 0 {
		err := fmt.Errorf("not understood: %s", strings.Join(odd, ", "))
		log.Error("the organisation's settings are not all understood: the strict side holds", "path", path, "err", err)
		p.Trouble = &trouble.Trouble{Kind: trouble.PolicyUnread, Path: path, Err: err}
	}
	return p
}

type host struct {
	Address string `json:"address"`
	Locked  bool   `json:"locked"`
}

// take moves a value out of fields. What is there and is not understood, null too, is strict, and named in odd.
func take[T any](fields map[string]json.RawMessage, name string, odd *[]string, set func(T) error, strict func()) {
	raw, has := fields[name]
	if !has {
		return
	}
	delete(fields, name)
	var v T
	err := errors.New("null")
	if string(bytes.TrimSpace(raw)) != "null" {
		err = json.Unmarshal(raw, &v)
	}
	if err == nil {
		err = set(v)
	}
	if err != nil {
		strict()
		*odd = append(*odd, name)
	}
}

func bounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading: nothing to lose
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(data) > most {
		err = fmt.Errorf("longer than %d bytes", most)
	}
	return data, err
}

// Allows tells whether people may sign in at an address, as they type it. Of a host that is set all paths are.
func (p Policy) Allows(address string) bool {
	if !p.HostLocked {
		return true
	}
	set, asked := authority(p.Host), authority(address)
	return set != "" && set == asked
}

// MaySignIn is the trouble of whoever wants to sign in at an address that is not allowed; nil when it is.
func (p Policy) MaySignIn(address string) error {
	if p.Allows(address) {
		return nil
	}
	return &trouble.Trouble{Kind: trouble.HostNotAllowed, Host: p.Host}
}

func authority(address string) string {
	base, err := client.NormalizeHost(address)
	if err != nil {
		return ""
	}
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// LockAfter is after how long without use the window locks for somebody who chose a time; 0 is never.
func (p Policy) LockAfter(chosen time.Duration) time.Duration {
	if p.LockWithin > 0 && (chosen == 0 || chosen > p.LockWithin) {
		return p.LockWithin
	}
	return chosen
}

// LockChoices leaves of times those that may be chosen, the latest one among them.
func (p Policy) LockChoices(all []time.Duration) []time.Duration {
	if p.LockWithin == 0 {
		return all
	}
	var may []time.Duration
	for _, d := range all {
		if d > 0 && d < p.LockWithin {
			may = append(may, d)
		}
	}
	return append(may, p.LockWithin)
}

// Sets lists by name what is set, for whoever looks for a mistake. No value is in it.
func (p Policy) Sets() []string {
	var out []string
	for _, one := range []struct {
		name string
		is   bool
	}{{"host", p.Host != ""}, {"hostLocked", p.HostLocked}, {"lockMinutes", p.LockWithin > 0}, {"noUpdateCheck", p.NoUpdateCheck},
		{"noExport", p.NoExport}, {"noDiagnostics", p.NoDiagnostics}, {"unread", p.Trouble != nil}} {
		if one.is {
			out = append(out, one.name)
		}
	}
	return out
}
