//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long anything may take. It only ends measuring that leads nowhere.
const patience = 3 * time.Minute

// settle is how long a window is left alone before its memory is read.
const settle = time.Second

// computer is a screen without hardware, and a home that nothing else uses.
type computer struct {
	home, display string
	screen        *exec.Cmd
}

func newComputer(dir string) (*computer, error) {
	home := filepath.Join(dir, "home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	screen := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "+extension", "GLX", "-nolisten", "tcp", "-noreset")
	screen.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := screen.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := screen.Start(); err != nil {
		return nil, err
	}
	number, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(err, screen.Process.Kill(), screen.Wait())
	}
	return &computer{home: home, display: ":" + strings.TrimSpace(number), screen: screen}, nil
}

func (c *computer) close() {
	_ = c.screen.Process.Kill() // its end is what is wanted
	_ = c.screen.Wait()
}

// env has no session bus: no keyring, so that no prompt is waited for.
func (c *computer) env() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.home, "XDG_RUNTIME_DIR=" + c.home, "XDG_CONFIG_HOME=" + filepath.Join(c.home, "config"),
		"DISPLAY=" + c.display, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(c.home, "no-bus"), "LANG=fr_CA.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "CONCIERGE_DEBUG=1"}
}

// opened is a program with a window.
type opened struct {
	cmd   *exec.Cmd
	begin time.Time
	lines chan string // of its log; closed when it has ended
}

func (c *computer) open(program string, args ...string) (*opened, error) {
	o := &opened{cmd: exec.Command(program, args...), lines: make(chan string, 100_000)}
	o.cmd.Env = c.env()
	o.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := o.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	o.begin = time.Now()
	if err := o.cmd.Start(); err != nil {
		return nil, err
	}
	go o.follow(log)
	return o, nil
}

func (o *opened) follow(log io.Reader) {
	s := bufio.NewScanner(log)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		o.lines <- s.Text()
	}
	close(o.lines)
}

// until waits for a line and returns how long after the start it was written.
func (o *opened) until(line *regexp.Regexp) (time.Duration, error) { return o.untilTimes(line, 1) }

// untilTimes waits for so many lines of a kind. The line's own time is taken where it has one, since a busy computer
// reads late.
func (o *opened) untilTimes(line *regexp.Regexp, times int) (time.Duration, error) {
	last := ""
	end := time.After(patience)
	for {
		select {
		case text, ok := <-o.lines:
			if !ok {
				return 0, fmt.Errorf("%s ended: %s", o.cmd.Path, last)
			}
			last = text
			if !line.MatchString(text) {
				continue
			}
			if times--; times > 0 {
				continue
			}
			if at, _, ok := strings.Cut(strings.TrimPrefix(text, "time="), " "); ok {
				if t, err := time.Parse(time.RFC3339Nano, at); err == nil {
					return t.Sub(o.begin), nil
				}
			}
			return time.Since(o.begin), nil
		case <-end:
			return 0, fmt.Errorf("%s never wrote %s", o.cmd.Path, line)
		}
	}
}

// resident is the memory of the process that is in RAM, in MB (VmRSS).
func (o *opened) resident() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", o.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}

// worked is how long processors worked for the process so far, in milliseconds.
func (o *opened) worked() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", o.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, err := strconv.ParseFloat(f[11], 64) // utime and stime of proc(5), in hundredths of a second
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(f[12], 64)
	return (user + system) * 10, err
}

func (o *opened) close() error {
	if err := o.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.AfterFunc(20*time.Second, func() { _ = o.cmd.Process.Kill() }) // then Wait tells
	defer late.Stop()
	for range o.lines { // what it still writes is of no interest
	}
	return o.cmd.Wait()
}

var (
	firstFrame = regexp.MustCompile(`msg=painted name=window`)
	usable     = regexp.MustCompile(`msg=painted name=(palette|overview|welcome|usable)`)
	listed     = regexp.MustCompile(`msg=painted name=palette`)
	shown      = regexp.MustCompile(`msg=painted name=overview`)
	fetched    = regexp.MustCompile(`msg="host call" .*/snapshot" .*status=200 `)
)

// oneStart is what one start gave: milliseconds, and MB of memory.
type oneStart struct{ first, usable, cpu, memory float64 }

// start measures the application against a bare window: both are started in turns.
func start(c config) (err error) {
	pc, err := newComputer(c.dir)
	if err != nil {
		return err
	}
	defer pc.close()
	data := filepath.Join(c.dir, "data")
	if err := seedInto(c, filepath.Join(data, "sample-host"), "-owned"); err != nil {
		return err
	}
	people, err := output(c.host, "token", "-data", filepath.Join(data, "sample-host"), "-list")
	if err != nil {
		return err
	}
	lines := strings.SplitN(people, "\n", 3)
	if len(lines) < 3 {
		return errors.New("nobody is listed")
	}
	as := strings.Fields(lines[1])[0] // who reaches most accounts
	args := []string{"-data", data, "-language", "fr", "-sample-as", as}

	once := func(program string, args ...string) (s oneStart, err error) {
		o, err := pc.open(program, args...)
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, o.close()) }()
		for _, step := range []struct {
			line *regexp.Regexp
			into *float64
		}{{firstFrame, &s.first}, {usable, &s.usable}} {
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
	bareStart := func() (oneStart, error) { return once(c.bare) }
	appStart := func() (oneStart, error) { return once(c.app, args...) }

	// The first start of all makes keys; it and the first bare window also fill the system's caches.
	if _, err := bareStart(); err != nil {
		return err
	}
	if _, err := appStart(); err != nil {
		return err
	}
	// Somebody who opens it for the first time chooses among a thousand accounts; somebody who was there comes back to one.
	settings, err := os.ReadFile(filepath.Join(data, "settings.json"))
	if err != nil {
		return err
	}
	again := func() error { return os.WriteFile(filepath.Join(data, "settings.json"), settings, 0o600) }
	var bare, list, back []oneStart
	for range c.runs {
		for _, turn := range []struct {
			before func() error
			start  func() (oneStart, error)
			into   *[]oneStart
		}{
			{nil, bareStart, &bare},
			{func() error { return os.Remove(filepath.Join(data, "settings.json")) }, appStart, &list},
			{again, appStart, &back},
		} {
			if turn.before != nil {
				if err := turn.before(); err != nil {
					return err
				}
			}
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
	versus("start.list", list, ready, "ms", 1.5, fmt.Sprintf("from the start of the process to the list of %d accounts on the screen, fetched from the host; a bare window's first frame is 1", accounts))
	versus("start.account", back, ready, "ms", 1.5, "the same for who comes back: to the overview of the account that was open last, fetched from the host")
	versus("start.list_cpu", list, cpu, "ms", 0, "the processor time of that: it says more than time on a computer that does other things too")
	versus("start.first_frame", append(slices.Clone(list), back...), first, "ms", 0, "from the start of the process to the first frame of any kind")
	versus("memory.start", append(slices.Clone(list), back...), memory, "MB", 1.3, "resident a second after that, with the sample host in the same process and accounts still arriving; a bare window is 1")
	empty, err := once(c.app, "-data", filepath.Join(c.dir, "empty"), "-language", "fr")
	if err != nil {
		return err
	}
	without, window := empty.memory, median(bare, memory)
	report("memory.sign_in", without/window, "ratio", 1.3, map[string]float64{"app_MB": without, "bare_MB": window}, "resident at the sign-in screen, without the sample host at work in the process")
	return loaded(c, args, window)
}

// loaded measures once every account with everybody in it is in memory.
func loaded(c config, args []string, bare float64) (err error) {
	pc, err := newComputer(c.dir) // a screen whose keyboard no window had before
	if err != nil {
		return err
	}
	defer pc.close()
	o, err := pc.open(c.app, args...)
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
	if err := switchWindow(pc, o); err != nil {
		return err
	}
	report("memory.everything", m/bare, "ratio", 0, map[string]float64{"app_MB": m, "bare_MB": bare, "seconds": took.Seconds()},
		fmt.Sprintf("resident once all %d accounts with %d people each are in memory, with the sample host in the same process; seconds: how long that took, at the host's limit per person", accounts, people))
	return nil
}

// switchWindow switches accounts in the real window by keyboard: the palette, three down, Enter.
func switchWindow(pc *computer, o *opened) error {
	keys := func(keys ...string) error {
		cmd := exec.Command("xdotool", append([]string{"mousemove", "400", "300", "key", "--delay", "4"}, keys...)...)
		cmd.Env = pc.env()
		return cmd.Run()
	}
	var took []time.Duration
	for range 25 {
		for len(o.lines) > 0 {
			<-o.lines
		}
		if err := keys("ctrl+k"); err != nil {
			return err
		}
		if _, err := o.until(listed); err != nil {
			return err
		}
		if err := keys("Down", "Down", "Down"); err != nil {
			return err
		}
		time.Sleep(settle / 4) // what was typed before is drawn
		begin := time.Since(o.begin)
		if err := keys("Return"); err != nil {
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
