//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

var (
	firstFrame = regexp.MustCompile(`msg=painted name=window`)
	welcomed   = regexp.MustCompile(`msg=painted name=welcome`)
	listed     = regexp.MustCompile(`msg=painted name=palette`)
	shown      = regexp.MustCompile(`msg=painted name=overview`)
	usable     = regexp.MustCompile(`msg=painted name=usable`) // of the bare window
	called     = regexp.MustCompile(`msg="host call" `)
	fetched    = regexp.MustCompile(`msg="host call" .*/snapshot" .*status=200 `)
)

// oneStart is what one start gave: milliseconds, and MB of memory.
type oneStart struct{ first, usable, cpu, memory, files float64 }

// once starts a program, waits until it can be worked with, and ends it.
func once(pc *computer, ready *regexp.Regexp, program string, args ...string) (s oneStart, err error) {
	return onceThen(pc, ready, func() {}, program, args...)
}

// onceThen is once with something to do as soon as the program can be worked with.
func onceThen(pc *computer, ready *regexp.Regexp, then func(), program string, args ...string) (s oneStart, err error) {
	o, err := pc.open(program, args...)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	for _, step := range []struct {
		line *regexp.Regexp
		into *float64
	}{{firstFrame, &s.first}, {ready, &s.usable}} {
		d, err := o.until(step.line)
		if err != nil {
			return s, err
		}
		*step.into = ms(d)
	}
	if s.cpu, err = o.worked(); err != nil {
		return s, err
	}
	then()
	time.Sleep(settle)
	if s.memory, err = o.resident(); err != nil {
		return s, err
	}
	s.files, err = o.mapped()
	return s, err
}

// start measures the application against a bare window: they are started in turns.
func start(c config) (err error) {
	u, err := newCustomer(c, "start", accounts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	bareStart := func() (oneStart, error) { return once(u.computer, usable, c.bare) }
	// Somebody who has not been anywhere yet chooses among a thousand accounts, which the host tells of.
	list := func() (oneStart, error) {
		settings, err := os.ReadFile(u.settings)
		if err != nil {
			return oneStart{}, err
		}
		if err := errors.Join(u.forgetCache(), os.Remove(u.settings)); err != nil {
			return oneStart{}, err
		}
		s, err := once(u.computer, listed, c.app, u.args...)
		return s, errors.Join(err, os.WriteFile(u.settings, settings, 0o600))
	}
	// Somebody comes back to an account, and what was kept of it is lost.
	fetching := func() (oneStart, error) {
		if err := u.forgetCache(); err != nil {
			return oneStart{}, err
		}
		return once(u.computer, shown, c.app, u.args...)
	}
	// The first ones fill the system's caches.
	if _, err := bareStart(); err != nil {
		return err
	}
	if _, err := fetching(); err != nil {
		return err
	}
	var bare, listing, coming, cached []oneStart
	turns := func(all ...turn) error { return inTurns(c.runs, all...) }
	if err := turns(turn{bareStart, &bare}, turn{list, &listing}, turn{fetching, &coming}); err != nil {
		return err
	}
	versus := func(name string, app, bare []oneStart, of func(oneStart) float64, unit string, target float64, says string) {
		a, b := median(app, of), median(bare, of)
		report(name, a/b, "ratio", target, map[string]float64{"app_" + unit: a, "bare_" + unit: b, "runs": float64(len(app))}, says)
	}
	versus("start.list", listing, bare, ready, "ms", 1.5, fmt.Sprintf("from the start of the process to the list of %d accounts on the screen, fetched from the host; a bare window's first frame is 1", accounts))
	versus("start.account", coming, bare, ready, "ms", 1.5, "the same to the overview of the account that was open last, nothing of it kept: fetched from the host")
	bare = nil
	if _, err := u.fetchAll(c); err != nil {
		return err
	}
	if _, err := u.cachedStart(c); err != nil {
		return err
	}
	if err := turns(turn{bareStart, &bare}, turn{func() (oneStart, error) { return u.cachedStart(c) }, &cached}); err != nil {
		return err
	}
	versus("start.cached", cached, bare, ready, "ms", 1.3, fmt.Sprintf("the same with all %d accounts kept on this computer and a host that does not answer before that frame", accounts))
	versus("start.cached_cpu", cached, bare, processor, "ms", 0, "the processor time of that: it says more than time on a computer that does other things too")
	versus("start.first_frame", cached, bare, first, "ms", 0, "from the start of the process to the first frame of any kind")
	versus("memory.start", cached, bare, memory, "MB", 1.3, fmt.Sprintf("resident a second after that, with all %d accounts in memory and the host asked; a bare window is 1", accounts))
	versus("memory.start_files", cached, bare, files, "MB", 0, "the part of that which is files, the program itself and the libraries that draw: the system takes it back when it has to")
	return sampled(c, u.computer, median(bare, memory))
}

func first(s oneStart) float64     { return s.first }
func ready(s oneStart) float64     { return s.usable }
func processor(s oneStart) float64 { return s.cpu }
func memory(s oneStart) float64    { return s.memory }
func files(s oneStart) float64     { return s.files }

// turn is one way to start, and where what it gave is collected.
type turn struct {
	start func() (oneStart, error)
	into  *[]oneStart
}

// inTurns starts each in turn, so many times: what else the computer does meanwhile falls on all of them.
func inTurns(times int, all ...turn) error {
	for range times {
		for _, t := range all {
			s, err := t.start()
			if err != nil {
				return err
			}
			*t.into = append(*t.into, s)
		}
	}
	return nil
}

// sampled measures what the embedded sample host costs: nobody pays that but who tries the application out.
func sampled(c config, pc *computer, bare float64) error {
	for _, of := range []struct {
		figure string
		ready  *regexp.Regexp
		args   []string
		says   string
	}{
		{"memory.sign_in", welcomed, nil, "resident at the sign-in screen, for who has never signed in"},
		{"memory.sample_host", shown, []string{"-sample-as", "marie@chezmarcel.example"}, "resident with the sample host at work in the same process"},
	} {
		s, err := once(pc, of.ready, c.app, append([]string{"-data", filepath.Join(c.dir, of.figure), "-language", "fr"}, of.args...)...)
		if err != nil {
			return err
		}
		report(of.figure, s.memory/bare, "ratio", 0, map[string]float64{"app_MB": s.memory, "bare_MB": bare}, of.says)
	}
	return nil
}

// loaded measures once every account with everybody in it is in memory, and switching among them.
func loaded(c config) (err error) {
	u, err := newCustomer(c, "window", accounts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	bare, err := once(u.computer, usable, c.bare)
	if err != nil {
		return err
	}
	if err := u.forgetCache(); err != nil {
		return err
	}
	o, err := u.open(c.app, u.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	took, err := o.untilTimes(fetched, accounts)
	if err != nil {
		return err
	}
	time.Sleep(settle)
	m, err := o.resident()
	if err != nil {
		return err
	}
	report("memory.everything", m/bare.memory, "ratio", 0, map[string]float64{"app_MB": m, "bare_MB": bare.memory, "seconds": took.Seconds()},
		fmt.Sprintf("resident once all %d accounts with %d people each are in memory; seconds: how long that took from the start", accounts, people))
	return switchWindow(u.computer, o)
}

// switchWindow switches accounts in the real window by keyboard: the palette, the number in an account's name, Enter.
func switchWindow(pc *computer, o *opened) error {
	var took []time.Duration
	for i := range 25 {
		for len(o.lines) > 0 {
			<-o.lines
		}
		if err := pc.keys("ctrl+k"); err != nil {
			return err
		}
		if _, err := o.until(listed); err != nil {
			return err
		}
		if err := pc.types(fmt.Sprint(100 + 37*i)); err != nil {
			return err
		}
		time.Sleep(settle / 2) // what was typed is found and drawn
		begin := time.Since(o.begin)
		if err := pc.keys("Return"); err != nil {
			return err
		}
		at, err := o.until(shown)
		if err != nil {
			return err
		}
		took = append(took, at-begin)
	}
	report("switch.window", percentile(took, 95), "ms", 100, map[string]float64{"p50": percentile(took, 50), "worst": percentile(took, 100), "times": float64(len(took))},
		"p95 from Enter in the palette to the overview of a known account on the screen, in the real window, drawn by software; with the program that presses the key")
	return nil
}

func median(all []oneStart, of func(oneStart) float64) float64 {
	var values []float64
	for _, s := range all {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
