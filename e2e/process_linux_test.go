package e2e

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take. Nothing takes nearly as long on a computer that does nothing else.
const patience = 45 * time.Second

// process is a program that a journey started. It ends with the journey, or when the tests are killed.
type process struct {
	cmd    *exec.Cmd
	log    *os.File // what it writes to stderr
	output chan string
	ended  chan struct{}
	err    error // of Wait; once ended is closed
}

// start starts a program that belongs to a computer; its log goes to a file of that name among what is kept when the
// journey fails. Lines of stdout arrive at output. line, if any, is called with each line of the log.
func (c *computer) start(name string, stdin io.Reader, line func(string), env []string, program string, args ...string) *process {
	c.t.Helper()
	log, err := os.Create(filepath.Join(c.kept, name+".log"))
	if err != nil {
		c.t.Fatal(err)
	}
	p := &process{log: log, output: make(chan string, 16), ended: make(chan struct{})}
	p.cmd = exec.Command(program, args...)
	p.cmd.Env, p.cmd.Stdin = env, stdin
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() {
		for s := bufio.NewScanner(stdout); s.Scan(); {
			select {
			case p.output <- s.Text():
			default: // nobody reads further
			}
		}
	})
	reading.Go(func() {
		s := bufio.NewScanner(stderr)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			_, _ = log.WriteString(s.Text() + "\n") // the log is only kept for people
			if line != nil {
				line(s.Text())
			}
		}
	})
	go func() {
		reading.Wait()
		p.err = p.cmd.Wait()
		_ = log.Close() // as above
		close(p.ended)
	}()
	c.t.Cleanup(p.kill)
	return p
}

// kill ends the process at once, if it has not ended.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.ended
}

// firstLine waits for the first line of stdout.
func (p *process) firstLine(t *testing.T) string {
	t.Helper()
	select {
	case line := <-p.output:
		return strings.TrimSpace(line)
	case <-p.ended:
		t.Fatalf("%s ended: %v", p.cmd.Path, p.err)
	case <-time.After(patience):
		t.Fatalf("%s says nothing", p.cmd.Path)
	}
	return ""
}

// until waits for something that can only be seen by looking at it.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	look := time.NewTicker(30 * time.Millisecond)
	defer look.Stop()
	for !is() {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
		<-look.C
	}
}
