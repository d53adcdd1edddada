package instance

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/app/files"
)

// impatient is how long tests wait for one that does not answer.
const impatient = 200 * time.Millisecond

func first(t *testing.T, dir string) *Instance {
	t.Helper()
	i, err := claim(t.Context(), dir, slog.Default(), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.end)
	return i
}

func where(t *testing.T, dir string) (a address) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func put(t *testing.T, dir string, a address) {
	t.Helper()
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if err := files.Write(filepath.Join(dir, fileName), data); err != nil {
		t.Fatal(err)
	}
}

// stranger is another program that has a port, and does this with who calls.
func stranger(t *testing.T, do func(net.Conn)) (port int, called *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called = &atomic.Int32{}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			called.Add(1)
			do(c)
			defer c.Close()
		}
	})
	t.Cleanup(func() { l.Close(); work.Wait() })
	return l.Addr().(*net.TCPAddr).Port, called
}

func TestASecondStartRaisesTheFirstWindow(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	if _, err := claim(t.Context(), dir, slog.Default(), patience); !errors.Is(err, ErrRaised) {
		t.Errorf("before there is a window: %v; it is about to come", err)
	}
	raised := 0
	i.OnRaise(func(done func()) { raised++; done() })
	for range 3 {
		if _, err := claim(t.Context(), dir, slog.Default(), patience); !errors.Is(err, ErrRaised) {
			t.Fatal(err)
		}
	}
	if raised != 3 {
		t.Errorf("raised %d times, want 3", raised)
	}
	i.Close()
	next := first(t, dir)
	next.Close()
}

func TestOfManyThatStartAtOnceExactlyOneIsFirst(t *testing.T) {
	dir := t.TempDir()
	var firsts, others atomic.Int32
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			switch _, err := claim(t.Context(), dir, slog.Default(), 20*time.Second); {
			case err == nil:
				firsts.Add(1)
			case errors.Is(err, ErrRaised):
				others.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if firsts.Load() != 1 || others.Load() != 29 {
		t.Errorf("%d are first, %d have raised its window", firsts.Load(), others.Load())
	}
}

func TestWhatACrashLeftKeepsNobodyFromStarting(t *testing.T) {
	port, called := stranger(t, func(net.Conn) {})
	for name, left := range map[string]string{
		"its port has another program now": fmt.Sprintf(`{"port":%d,"pid":1,"token":"x"}`, port),
		"half a file":                      `{"port":`,
		"an empty file":                    ``,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range map[string]string{fileName: left, lockName: ""} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			i := first(t, dir)
			if got := where(t, dir); got.Token != i.token || got.PID != os.Getpid() {
				t.Errorf("the file says %+v", got)
			}
			i.Close()
		})
	}
	if called.Load() != 0 {
		t.Errorf("the other program was called %d times", called.Load())
	}
}

func TestOneThatDoesNotAnswerIsToldOf(t *testing.T) {
	dumb, _ := stranger(t, func(net.Conn) {})
	rude, _ := stranger(t, func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) })
	for name, set := range map[string]func(*testing.T, string, *Instance){
		"its window hangs":               func(_ *testing.T, _ string, i *Instance) { i.OnRaise(func(func()) {}) },
		"it has not said where it is":    func(t *testing.T, dir string, _ *Instance) { _ = os.Remove(filepath.Join(dir, fileName)) },
		"nobody is where it said":        func(t *testing.T, dir string, i *Instance) { i.listener.Close() },
		"another program does not speak": func(t *testing.T, dir string, _ *Instance) { put(t, dir, address{Port: dumb, PID: 7}) },
		"another program says something": func(t *testing.T, dir string, _ *Instance) { put(t, dir, address{Port: rude, PID: 7}) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			i := first(t, dir)
			set(t, dir, i)
			_, err := claim(t.Context(), dir, slog.Default(), impatient)
			var silent *Silent
			if !errors.As(err, &silent) || silent.Err == nil {
				t.Errorf("got %v", err)
			}
			i.Close()
		})
	}
}

func TestWhoStartsWhileTheFirstEndsIsFirst(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	i.OnRaise(func(func()) { go i.Close() })
	next, err := claim(t.Context(), dir, slog.Default(), 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	next.Close()
}

func TestAStrangerRaisesNothingAndHoldsNobodyUp(t *testing.T) {
	dir := t.TempDir()
	i := first(t, dir)
	raised := 0
	i.OnRaise(func(done func()) { raised++; done() })
	at := where(t, dir)
	for _, said := range []string{"\n", "concierge raise \n", please + strings.Repeat("A", len(at.Token)) + "\n", strings.Repeat("x", 10*longest), "concierge quit " + at.Token + "\n"} {
		c, err := net.Dial("tcp4", fmt.Sprint("127.0.0.1:", at.Port))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte(said))
		if line, err := bufio.NewReader(c).ReadString('\n'); err == nil {
			t.Errorf("%.20q is answered with %q", said, line)
		}
		c.Close()
	}
	if raised != 0 {
		t.Errorf("raised %d times by strangers", raised)
	}
	for range most - 1 { // who says nothing holds a line for a moment, and not the last
		c, err := net.Dial("tcp4", fmt.Sprint("127.0.0.1:", at.Port))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	if _, err := claim(t.Context(), dir, slog.Default(), patience); !errors.Is(err, ErrRaised) || raised != 1 {
		t.Errorf("%v, raised %d times", err, raised)
	}
	i.Close()
}

func TestOnlyThisPersonCanReadWhereItListens(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("Windows has the folder's own rules")
	}
	dir := t.TempDir()
	i := first(t, dir)
	defer i.Close()
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestAFolderThatCannotBeLockedIsSaidToBeSo(t *testing.T) {
	_, err := claim(t.Context(), filepath.Join(t.TempDir(), "none"), slog.Default(), impatient)
	if err == nil || errors.Is(err, ErrRaised) || errors.As(err, new(*Silent)) {
		t.Errorf("got %v", err)
	}
	var none *Instance
	none.OnRaise(nil)
	none.Close()
}
