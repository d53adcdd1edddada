package whole

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/files"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/host/sample"
	"concierge/host/serve"
)

// These variables make the test's program something else, that can be killed: an application without a window on the folder
// the variable names, or a host that serves what is in the folder.
const (
	childDir = "CONCIERGE_TEST_APPLICATION"
	hostDir  = "CONCIERGE_TEST_HOST"
	hostAt   = "CONCIERGE_TEST_LISTEN"
)

func TestMain(m *testing.M) {
	be := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if dir := os.Getenv(childDir); dir != "" {
		be(child(dir, os.Stdin, os.Stdout))
	}
	if dir := os.Getenv(hostDir); dir != "" {
		be(hostUntilKilled(dir, os.Getenv(hostAt)))
	}
	if ahead := os.Getenv(gatewayAhead); ahead != "" {
		be(gatewayUntilKilled(ahead))
	}
	os.Exit(m.Run())
}

func hostUntilKilled(dir, listen string) error {
	ctx := context.Background()
	_, err := serve.Sample(ctx, serve.Config{Dir: dir, Listen: listen, Seed: true, SeedNumber: 1, Log: slog.New(slog.DiscardHandler), Limits: unlimited})
	if err != nil {
		return err
	}
	fmt.Println("serving")
	_, err = io.Copy(io.Discard, os.Stdin) // until who started it ends
	return err
}

// fileVault stands in for the system's keyring, which outlives the application: secrets in a file. For this test only.
type fileVault struct {
	mu   sync.Mutex
	path string
	gone bool
}

func (v *fileVault) do(fn func(map[string]string) bool) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.gone {
		return &trouble.Trouble{Kind: trouble.KeyringMissing}
	}
	data, err := files.Read(v.path)
	if err != nil {
		return err
	}
	all := map[string]string{}
	if data != nil {
		if err := json.Unmarshal(data, &all); err != nil {
			return err
		}
	}
	if !fn(all) {
		return nil
	}
	if data, err = json.Marshal(all); err != nil {
		return err
	}
	return files.Write(v.path, data)
}

func (v *fileVault) Get(_ context.Context, id string) (secret string, err error) {
	err = v.do(func(all map[string]string) bool {
		secret = all[id]
		return false
	})
	if err == nil && secret == "" {
		err = vault.ErrNotFound
	}
	return secret, err
}

func (v *fileVault) Set(_ context.Context, id, secret string) error {
	return v.do(func(all map[string]string) bool {
		all[id] = secret
		return true
	})
}

func (v *fileVault) Delete(_ context.Context, id string) error {
	return v.do(func(all map[string]string) bool {
		delete(all, id)
		return true
	})
}

// childsApp is what a child's application is made of.
func childsApp(dir string, v vault.Vault, browser func(string) error) *app.Core {
	return app.New(app.Config{
		IdentitiesFile: filepath.Join(dir, "identities.json"), Folder: dir, Vault: v,
		Language: func() string { return "fr" }, Version: "test", Browser: browser, PollEvery: 200 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
}

// child is an application without a window. Each line it reads is an order, each it writes is news:
//
//	sign-in URL  signs in there; says "browse LINK", then "ready ACCOUNT", as it does by itself once it was signed in
//	edit N       makes the Nth edit; says "kept N" when it is written down
//	keyring gone, disk full, disk free  makes it so, from now on
//	settle       does what a person does until nothing waits; says "settled N", with how many are in the journal as confirmed
func child(dir string, orders io.Reader, out io.Writer) error {
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, format+"\n", args...)
	}
	keyring := &fileVault{path: filepath.Join(dir, "vault")}
	core := childsApp(dir, keyring, func(link string) error { say("browse %s", link); return nil })
	moved := make(chan struct{}, 1)
	wake := func() {
		select {
		case moved <- struct{}{}:
		default:
		}
	}
	core.Store.ListChanged.Listen(func(string) { wake() })
	core.Store.AccountChanged.Listen(func(access.Ref) { wake() })
	core.Desk.Changed.Listen(func(change.Change) { wake() })
	ctx := context.Background()
	if err := core.Start(ctx); err != nil {
		return err
	}
	until := func(is func() bool) error {
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for late := time.After(4 * patience); !is(); {
			select {
			case <-moved:
			case <-look.C:
			case <-late:
				return errors.New("it takes too long")
			}
		}
		return nil
	}
	var list []access.Summary
	there := func() bool {
		list = core.Store.Accounts("")
		if len(list) == 0 {
			return false
		}
		_, _, has := core.Store.Snapshot(list[0].Ref)
		return has && core.Storage.IsOpen() // from then on what is made is kept; the window says so until then
	}
	if len(core.SignIn.Identities()) > 0 {
		if err := until(there); err != nil {
			return err
		}
		say("ready %s", list[0].Ref.Account)
	}
	for lines := bufio.NewScanner(orders); lines.Scan(); {
		order, about, _ := strings.Cut(lines.Text(), " ")
		switch order {
		case "sign-in":
			try, err := core.SignIn.Begin(ctx, about, sample.OwnerEmail)
			if err != nil {
				return err
			}
			if err := try.Open(); err != nil {
				return err
			}
			if _, err := try.Wait(ctx); err != nil {
				return err
			}
			if err := until(there); err != nil {
				return err
			}
			say("ready %s", list[0].Ref.Account)
		case "edit":
			n, err := strconv.Atoi(about)
			if err != nil {
				return err
			}
			ref := list[0].Ref
			snap, _, _ := core.Store.Snapshot(ref)
			c := core.Desk.Submit(nthEdit(n, ref, snap))
			go func() {
				_ = until(func() bool { return inJournal(core.Journal, ref, c.ID) })
				say("kept %d", n)
			}()
		case "keyring":
			keyring.mu.Lock()
			keyring.gone = true
			keyring.mu.Unlock()
		case "disk":
			if err := fillDisk(about == "full"); err != nil {
				return err
			}
		case "settle":
			done := func() bool { // on the desk, and in the journal, which may have more
				waits := tend(core.Desk, newerPhone)
				pending, err := core.Journal.Pending(ctx)
				return waits == 0 && err == nil && len(pending) == 0
			}
			if err := until(done); err != nil {
				for _, c := range core.Desk.List() {
					err = fmt.Errorf("%w; %s %s", err, c.Kind, c.State)
				}
				return err
			}
			ended, err := core.Journal.Ended(ctx, list[0].Ref)
			if err != nil {
				return err
			}
			say("settled %d", len(ended))
		}
	}
	core.Close(ctx)
	return nil
}

// nthEdit is the same edit whoever makes it: one of ten changes the telephone number of a contact, the others add one.
func nthEdit(n int, ref access.Ref, snap access.Snapshot) change.Change {
	if !ofPhone(n) {
		return newContact(ref, fmt.Sprint("Nouveau ", n), fmt.Sprintf("nouveau%d@client.example", n))
	}
	return editContact(ref, snap.Contacts[0], func(v change.Values) { v.Fields[change.FieldPhone] = fmt.Sprintf("+1418555%04d", n) })
}

func ofPhone(n int) bool { return n%10 == 1 }

// newerPhone tells whether the host has the telephone number of a later edit: then the person wants that one.
func newerPhone(c change.Change) bool {
	const ours = "+1418555"
	theirs := c.Conflict.Theirs.Fields[change.FieldPhone]
	return strings.HasPrefix(theirs, ours) && theirs > c.After.Fields[change.FieldPhone]
}

func inJournal(j journal.Journal, ref access.Ref, id string) bool {
	pending, err := j.Pending(context.Background())
	ended, err2 := j.Ended(context.Background(), ref)
	if err != nil || err2 != nil {
		return false
	}
	for _, e := range append(pending, ended...) {
		if e.ID == id {
			return true
		}
	}
	return false
}

// process is the test's program as something else.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
}

func (p *place) process(env ...string) *process {
	p.Helper()
	self, err := os.Executable()
	p.must(err)
	a := &process{cmd: exec.Command(self), lines: make(chan string, 1000)}
	a.cmd.Env = append(os.Environ(), env...)
	a.cmd.Stderr = os.Stderr
	a.in, err = a.cmd.StdinPipe()
	p.must(err)
	out, err := a.cmd.StdoutPipe()
	p.must(err)
	p.must(a.cmd.Start())
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			a.lines <- s.Text()
		}
		close(a.lines)
	}()
	p.Cleanup(func() { a.kill() })
	return a
}

func (a *process) order(format string, args ...any) {
	fmt.Fprintf(a.in, format+"\n", args...) // one that has been killed does not hear it
}

// kill ends it as a power cut does, and returns what it still said.
func (a *process) kill() (said []string) {
	_ = a.cmd.Process.Kill() // it may be gone already
	for line := range a.lines {
		said = append(said, line)
	}
	_ = a.cmd.Wait() // killed, as wanted
	return said
}

// hears waits for news that begins so, and hands every line on.
func (p *place) hears(a *process, begin string, each func(string)) string {
	p.Helper()
	late := time.After(5 * patience)
	for {
		select {
		case line, on := <-a.lines:
			if !on {
				p.Fatalf("the process ended before it said %s", begin)
			}
			if each != nil {
				each(line)
			}
			if rest, ok := strings.CutPrefix(line, begin); ok {
				return strings.TrimSpace(rest)
			}
		case <-late:
			p.Fatalf("the process never said %s", begin)
		}
	}
}

// apart serves the place from a process of its own, where it was.
func (p *place) apart() *process {
	p.Helper()
	h := p.process(hostDir+"="+p.cfg.Dir, hostAt+"="+p.cfg.Listen)
	p.hears(h, "serving", nil)
	return h
}

// flip changes a few bytes of a file.
func flip(t *testing.T, path string, chance *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) == 0 {
		t.Fatalf("%s: %d bytes, %v", path, len(b), err)
	}
	for range 5 {
		b[chance.IntN(len(b))] ^= 1 << chance.IntN(8)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCrashes kills the application, or its host, at random points of many edits, or takes away what it keeps things in. An edit counts as made when it is written
// down: what a person was told is kept must be done, once.
func TestCrashes(t *testing.T) {
	for _, c := range []struct {
		name      string
		app, host int    // killed so many times of a hundred edits
		damage    bool   // of the cache's file, whenever the application is killed
		from, to  string // orders after a third of the edits, and after two thirds
	}{
		{name: "application killed", app: 15},
		{name: "host killed", host: 15},
		{name: "both killed", app: 10, host: 10},
		{name: "cache damaged", app: 10, damage: true},
		{name: "keyring gone", from: "keyring gone"},
		{name: "disk full", from: "disk full", to: "disk free"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.to != "" && fillDisk(false) != nil {
				t.Skip("no quota can be set on this system")
			}
			p := start(t, unlimited)
			p.close()
			host := p.apart()
			dir := t.TempDir()
			application := func() *process { return p.process(childDir + "=" + dir) }
			a := application()
			a.order("sign-in %s", p.URL)
			p.browse(p.hears(a, "browse", nil))
			account := p.hears(a, "ready", nil)

			kept := map[int]bool{}
			note := func(line string) {
				if n, ok := strings.CutPrefix(line, "kept "); ok {
					i, err := strconv.Atoi(n)
					p.must(err)
					kept[i] = true
				}
			}
			chance := rand.New(rand.NewPCG(seed, 3))
			killed := 0
			edits := times(200)
			for n := range edits {
				refusing := n >= edits/3 && n < 2*edits/3 && c.to != ""
				switch {
				case n == edits/3 && c.from != "":
					a.order("%s", c.from)
				case n == 2*edits/3 && c.to != "":
					a.order("%s", c.to)
				}
				a.order("edit %d", n)
				if chance.IntN(2) == 0 && !refusing { // it is written down, and perhaps on its way
					p.hears(a, fmt.Sprint("kept ", n), note)
				}
				later := time.Duration(chance.IntN(8000)) * time.Microsecond // somewhere between the wish and its end
				switch dice := chance.IntN(100); {
				case dice < c.app:
					<-time.After(later)
					for _, line := range a.kill() {
						note(line)
					}
					if c.damage {
						flip(t, filepath.Join(dir, "cache.db"), chance)
					}
					a = application()
					p.hears(a, "ready", note)
					killed++
				case dice < c.app+c.host:
					<-time.After(later)
					host.kill()
					host = p.apart()
					killed++
				}
			}
			a.order("settle")
			confirmed := p.hears(a, "settled", note)
			host.kill()
			p.open() // what is on its disk
			r := tally{edits: len(kept), note: fmt.Sprintf("killed %d times, %d of %d wishes kept, %s confirmed", killed, len(kept), edits, confirmed)}
			last := -1
			for n := range edits {
				if ofPhone(n) {
					if kept[n] {
						last = n
					}
					continue
				}
				switch times := p.count(account, fmt.Sprintf("nouveau%d@client.example", n)); {
				case times == 0 && kept[n]:
					t.Logf("edit %d was kept and is not done", n)
					r.lost++
				case times > 1:
					r.twice += times - 1
				}
			}
			if have := p.truth(account).Contacts[0].Phone; last >= 0 && have < fmt.Sprintf("+1418555%04d", last) {
				r.lost++
				t.Logf("the telephone number is %s, the last one kept was of edit %d", have, last)
			}
			r.judge(t)
		})
	}
}
