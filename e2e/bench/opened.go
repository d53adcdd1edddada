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
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long anything may take. It only ends measuring that leads nowhere.
const patience = 3 * time.Minute

// settle is how long a window is left alone before its memory is read.
const settle = time.Second

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
func (o *opened) resident() (float64, error) { return o.status("VmRSS:") }

// mapped is that part of it that is files, the program itself among them (RssFile): the system takes it back when it has to.
func (o *opened) mapped() (float64, error) { return o.status("RssFile:") }

// status is one of the kilobytes of proc_pid_status(5), in MB.
func (o *opened) status(name string) (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", o.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no " + name)
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
