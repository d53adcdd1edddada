//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	firstFrame = regexp.MustCompile(`msg=painted name=window`)
	welcomed   = regexp.MustCompile(`msg=painted name=welcome`)
	listed     = regexp.MustCompile(`msg=painted name=palette`)
	shown      = regexp.MustCompile(`msg=painted name=overview`)
	usable     = regexp.MustCompile(`msg=painted name=usable`) // of the bare window
	fetched    = regexp.MustCompile(`msg="host call" .*/snapshot" .*status=200 `)
)

// oneStart is what one start gave: milliseconds, and MB of memory.
type oneStart struct{ first, usable, cpu, memory float64 }

// once starts a program, waits until it can be worked with, and ends it.
func once(pc *computer, ready *regexp.Regexp, program string, args ...string) (s oneStart, err error) {
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
	time.Sleep(settle)
	s.memory, err = o.resident()
	return s, err
}

// customer is a computer on which somebody who reaches every account has signed in at a host, which is a program of its own.
type customer struct {
	*computer
	args     []string // for the application
	settings string   // the file
	end      func() error
}

func newCustomer(c config) (u customer, err error) {
	dir := filepath.Join(c.dir, "provider")
	if err := seedInto(c, dir, "-owned"); err != nil {
		return u, err
	}
	people, err := output(c.host, "token", "-data", dir, "-list")
	if err != nil {
		return u, err
	}
	lines := strings.SplitN(people, "\n", 3)
	if len(lines) < 3 {
		return u, errors.New("nobody is listed")
	}
	who := strings.Fields(lines[1])[0] // who reaches most accounts
	provider, err := serveFrom(c, dir)
	if err != nil {
		return u, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, provider.stop())
		}
	}()
	pc, err := newComputer(c.dir)
	if err != nil {
		return u, err
	}
	data := filepath.Join(c.dir, "data")
	u = customer{computer: pc, args: []string{"-data", data, "-language", "fr"}, settings: filepath.Join(data, "settings.json"), end: func() error {
		pc.close()
		return provider.stop()
	}}
	return u, signIn(pc, c.app, u.args, provider.url, who)
}

// start measures the application against a bare window: both are started in turns.
func start(c config) (err error) {
	u, err := newCustomer(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	pc := u.computer
	bareStart := func() (oneStart, error) { return once(pc, usable, c.bare) }
	// Somebody who was there comes back to an account; somebody who has not been anywhere yet chooses among a thousand.
	back := func() (oneStart, error) { return once(pc, shown, c.app, u.args...) }
	list := func() (oneStart, error) {
		settings, err := os.ReadFile(u.settings)
		if err != nil {
			return oneStart{}, err
		}
		if err := os.Remove(u.settings); err != nil {
			return oneStart{}, err
		}
		s, err := once(pc, listed, c.app, u.args...)
		return s, errors.Join(err, os.WriteFile(u.settings, settings, 0o600))
	}
	// The first ones fill the system's caches.
	if _, err := bareStart(); err != nil {
		return err
	}
	if _, err := back(); err != nil {
		return err
	}
	var bare, listing, coming []oneStart
	for range c.runs {
		for _, turn := range []struct {
			start func() (oneStart, error)
			into  *[]oneStart
		}{{bareStart, &bare}, {list, &listing}, {back, &coming}} {
			s, err := turn.start()
			if err != nil {
				return err
			}
			*turn.into = append(*turn.into, s)
		}
	}
	first := func(s oneStart) float64 { return s.first }
	ready := func(s oneStart) float64 { return s.usable }
	cpu := func(s oneStart) float64 { return s.cpu }
	memory := func(s oneStart) float64 { return s.memory }
	versus := func(name string, app []oneStart, of func(oneStart) float64, unit string, target float64, says string) {
		a, b := median(app, of), median(bare, of)
		report(name, a/b, "ratio", target, map[string]float64{"app_" + unit: a, "bare_" + unit: b, "runs": float64(len(app))}, says)
	}
	versus("start.list", listing, ready, "ms", 1.5, fmt.Sprintf("from the start of the process to the list of %d accounts on the screen; a bare window's first frame is 1", accounts))
	versus("start.account", coming, ready, "ms", 1.5, "the same for who comes back: to the overview of the account that was open last")
	versus("start.account_cpu", coming, cpu, "ms", 0, "the processor time of that: it says more than time on a computer that does other things too")
	versus("start.first_frame", coming, first, "ms", 0, "from the start of the process to the first frame of any kind")
	versus("memory.start", slices.Concat(listing, coming), memory, "MB", 1.3, "resident a second after that, accounts still arriving; a bare window is 1")
	return sampled(c, pc, median(bare, memory))
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
	u, err := newCustomer(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	bare, err := once(u.computer, usable, c.bare)
	if err != nil {
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
		fmt.Sprintf("resident once all %d accounts with %d people each are in memory; seconds: how long that took, at the host's limit per person", accounts, people))
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
