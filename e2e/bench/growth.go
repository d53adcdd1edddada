//go:build linux

package main

import (
	"errors"
	"fmt"
	"time"
)

// growth tells what more accounts cost who starts with all of them kept.
func growth(c config) error {
	for _, n := range []int{100, 1000, 10_000} {
		if err := grown(c, n); err != nil {
			return fmt.Errorf("%d accounts: %w", n, err)
		}
	}
	return nil
}

func grown(c config, n int) (err error) {
	u, err := newCustomer(c, fmt.Sprint("growth-", n), n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	took, err := u.fetchAll(c)
	if err != nil {
		return err
	}
	if _, err := u.cachedStart(c); err != nil {
		return err
	}
	var bare, cached []oneStart
	if err := inTurns(min(c.runs, 3),
		turn{func() (oneStart, error) { return once(u.computer, usable, c.bare) }, &bare},
		turn{func() (oneStart, error) { return u.cachedStart(c) }, &cached}); err != nil {
		return err
	}
	later, err := u.rested(c)
	if err != nil {
		return err
	}
	report(fmt.Sprint("growth.", n), median(cached, ready)/median(bare, ready), "ratio", 0, map[string]float64{
		"app_ms": median(cached, ready), "bare_ms": median(bare, ready), "app_MB": median(cached, memory), "bare_MB": median(bare, memory), "later_MB": later,
		"fetched_s": took.Seconds(),
	}, fmt.Sprintf("start with %d accounts of %d people kept; MB: a second after it, and ten (later)", n, people))
	return nil
}

// rested is what is resident ten seconds after the first screen, when everything has been read.
func (u *customer) rested(c config) (mb float64, err error) {
	o, err := u.open(c.app, u.args...)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if _, err := o.until(shown); err != nil {
		return 0, err
	}
	time.Sleep(10 * settle)
	return o.resident()
}
