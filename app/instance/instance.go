// Package instance keeps one process at a time on a data folder: a second start raises the first one's window and ends.
//
// Who is first is decided by a lock on a file, which the system lets go of when the process ends, however it ends: a
// file that a crash or a power cut left never keeps anybody from starting, and of two that start in the same moment
// exactly one is first. The call goes over a loopback socket, alike on every system; where it listens stands in a file
// beside the lock.
//
// All that can be asked for is the window. The token in that file, readable by this person only and another one at each
// start, keeps even that from everybody else on the computer; it opens nothing else, and is worth nothing to a program
// that has got the port of a process that has ended.
//
// It knows no window: whoever has one says how to raise it.
package instance

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"concierge/app/files"
)

// The files in the data folder.
const (
	lockName = "instance.lock" // empty; who is first holds it
	fileName = "instance.json" // where the first listens
)

// patience is how long the first may take to raise its window before it counts as hung.
const patience = 2 * time.Second

// again is how long to wait before asking anew a first that is not ready yet.
const again = 50 * time.Millisecond

// ErrRaised is that another process is first, and has raised its window.
var ErrRaised = errors.New("already open; its window has been raised")

// Silent is that another process is first and does not answer: it hangs, or is another computer's on a shared folder.
type Silent struct {
	PID int   // of that process, as it said itself; 0 when it has not
	Err error // what became of the last call
}

// Error implements error.
func (s *Silent) Error() string {
	return fmt.Sprintf("already open (process %d) and not answering: %v", s.PID, s.Err)
}

// Unwrap gives what became of the last call.
func (s *Silent) Unwrap() error { return s.Err }

// Instance is the first process on its folder, until Close or its end.
type Instance struct {
	unlock   func()
	file     string
	token    string
	listener net.Listener // nil when there could be none
	ctx      context.Context
	end      context.CancelFunc
	work     sync.WaitGroup

	mu    sync.Mutex
	raise func(done func())
}

// Claim makes this process the first on a folder. When another is, it is asked to raise its window: ErrRaised, or Silent
// after two seconds. Any other error is that the folder knows no locks; whoever gets it goes on alone as well as it can.
func Claim(ctx context.Context, dir string, log *slog.Logger) (*Instance, error) {
	return claim(ctx, dir, log, patience)
}

func claim(ctx context.Context, dir string, log *slog.Logger, patience time.Duration) (*Instance, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		unlock, err := files.TryLock(filepath.Join(dir, lockName))
		if err == nil {
			return begin(dir, unlock, log), nil
		}
		if !errors.Is(err, files.ErrHeld) {
			return nil, err
		}
		pid, err := call(ctx, filepath.Join(dir, fileName))
		if err == nil {
			return nil, ErrRaised
		}
		// It may have begun only now, or be about to end.
		select {
		case <-ctx.Done():
			return nil, &Silent{PID: pid, Err: err}
		case <-time.After(again):
		}
	}
}

// address is the file that says where the first listens.
type address struct {
	Port  int    `json:"port"`
	PID   int    `json:"pid"`
	Token string `json:"token"`
}

// begin listens. Who cannot is first nonetheless; a second start will find it silent.
func begin(dir string, unlock func(), log *slog.Logger) *Instance {
	i := &Instance{unlock: unlock, file: filepath.Join(dir, fileName), token: rand.Text()}
	i.ctx, i.end = context.WithCancel(context.Background())
	_ = os.Remove(i.file) // of a process that has ended; what cannot be removed is told below
	listener, err := (&net.ListenConfig{}).Listen(i.ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		log.Warn("a second start will not find this one", "err", err)
		return i
	}
	i.listener = listener
	data, err := json.Marshal(address{Port: listener.Addr().(*net.TCPAddr).Port, PID: os.Getpid(), Token: i.token})
	if err == nil {
		err = write(i.file, data)
	}
	if err != nil {
		log.Warn("a second start will not find this one", "err", err)
	}
	i.work.Go(i.serve)
	return i
}

// write makes the file anew. It need not outlive a power cut, so nobody who waits for the window waits for the disk; who
// reads half of it reads again.
func write(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// OnRaise says how to raise the window: raise must not block, and calls done when the window has been raised. Until
// then a second start is told that it was: the window is about to come by itself.
func (i *Instance) OnRaise(raise func(done func())) {
	if i == nil {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.raise = raise
}

// Close lets another process be the first. It may be called on nil.
func (i *Instance) Close() {
	if i == nil {
		return
	}
	i.end()
	if i.listener != nil {
		_ = i.listener.Close() // nothing is written by it
		_ = os.Remove(i.file)  // what stays is removed by the next
	}
	i.work.Wait()
	i.unlock()
}

// most is how many calls are heard at once. More are only made to be in the way; they wait.
const most = 8

func (i *Instance) serve() {
	slots := make(chan struct{}, most)
	for {
		conn, err := i.listener.Accept()
		if err != nil {
			if i.ctx.Err() != nil {
				return
			}
			select { // of files, perhaps; that passes
			case <-time.After(again):
				continue
			case <-i.ctx.Done():
				return
			}
		}
		slots <- struct{}{}
		i.work.Go(func() {
			defer func() { <-slots }()
			defer hangUp(conn)
			i.answer(conn)
		})
	}
}

// What is said on the line.
const (
	please  = "concierge raise "
	obliged = "raised"
	longest = 128 // bytes of a line
)

// answer hears one call. Who does not know the token gets no answer, and nobody may hold the line for long.
func (i *Instance) answer(conn net.Conn) {
	ctx, cancel := context.WithTimeout(i.ctx, patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { hangUp(conn) })
	defer stop()
	line, err := bufio.NewReader(io.LimitReader(conn, longest)).ReadString('\n')
	if err != nil || subtle.ConstantTimeCompare([]byte(strings.TrimSuffix(line, "\n")), []byte(please+i.token)) != 1 {
		return
	}
	i.mu.Lock()
	raise := i.raise
	i.mu.Unlock()
	if raise != nil {
		raised := make(chan struct{})
		raise(sync.OnceFunc(func() { close(raised) }))
		select {
		case <-raised:
		case <-ctx.Done():
			return
		}
	}
	_, _ = io.WriteString(conn, obliged+"\n") // who has hung up is not waiting
}

// call asks the first to raise its window.
func call(ctx context.Context, file string) (pid int, err error) {
	data, err := files.Read(file)
	if err != nil {
		return 0, err
	}
	var at address
	if err := json.Unmarshal(data, &at); err != nil {
		return 0, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", at.Port))
	if err != nil {
		return at.PID, err
	}
	defer hangUp(conn)
	stop := context.AfterFunc(ctx, func() { hangUp(conn) })
	defer stop()
	mayRaise(at.PID)
	if _, err := io.WriteString(conn, please+at.Token+"\n"); err != nil {
		return at.PID, err
	}
	line, err := bufio.NewReader(io.LimitReader(conn, longest)).ReadString('\n')
	if err != nil {
		return at.PID, err
	}
	if line != obliged+"\n" {
		return at.PID, errors.New("another program answers")
	}
	return at.PID, nil
}

// hangUp ends a call. What was said has arrived or is not waited for.
func hangUp(conn net.Conn) { _ = conn.Close() }
