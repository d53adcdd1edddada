//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// serving is the provider's program at work.
type serving struct {
	url  string
	stop func() error
}

// seedInto makes so many accounts up in a folder, with the provider's program.
func seedInto(c config, dir string, accounts int, more ...string) error {
	args := append([]string{"seed", "-data", dir, "-accounts", strconv.Itoa(accounts), "-people", strconv.Itoa(people), "-seed", "1"}, more...)
	_, err := output(c.host, args...)
	return err
}

func output(program string, args ...string) (string, error) {
	cmd := exec.Command(program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, &stderr)
	}
	return string(out), nil
}

func seed(c config) error {
	begin := time.Now()
	if err := seedInto(c, filepath.Join(c.dir, "seed"), accounts); err != nil {
		return err
	}
	report("host.seed", time.Since(begin).Seconds(), "s", 0, nil, fmt.Sprintf("make up %d accounts with %d people each, the whole process", accounts, people))
	return nil
}

// serveFrom lets the provider's program serve what is in a folder.
func serveFrom(c config, dir string, more ...string) (serving, error) {
	cmd := exec.Command(c.host, append([]string{"serve", "-data", dir, "-sample"}, more...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return serving{}, err
	}
	if err := cmd.Start(); err != nil {
		return serving{}, err
	}
	stop := func() error { return errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()) }
	base, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return serving{}, errors.Join(err, stop())
	}
	return serving{strings.TrimSpace(base), stop}, nil
}

// readers is how many applications read at once; each owns one account.
const readers = 50

// host measures the provider's program as a process, over real HTTP on loopback, with tokens.
func host(c config) (err error) {
	dir := filepath.Join(c.dir, "host")
	if err := seedInto(c, dir, accounts); err != nil {
		return err
	}
	owners, err := listOwners(c, dir)
	if err != nil {
		return err
	}
	provider, err := serveFrom(c, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, provider.stop()) }()
	base := provider.url
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: readers}}
	var all []reader
	for _, email := range owners {
		token, err := output(c.host, "token", "-data", dir, "-user", email)
		if err != nil {
			return err
		}
		r := reader{client: client, token: strings.TrimSpace(token)}
		body, err := r.get(base + "/v1/accounts?limit=1")
		if err != nil {
			return err
		}
		var page struct{ Accounts []struct{ ID string } }
		if err := json.Unmarshal(body, &page); err != nil || len(page.Accounts) != 1 {
			return fmt.Errorf("%s has no account: %s %w", email, body, err)
		}
		r.url = base + "/v1/accounts/" + page.Accounts[0].ID + "/snapshot"
		if body, err = r.get(r.url); err != nil { // the connection is warm afterwards
			return err
		}
		var snap struct{ Users, Contacts []json.RawMessage }
		if err := json.Unmarshal(body, &snap); err != nil || len(snap.Users)+len(snap.Contacts) != people {
			return fmt.Errorf("%d people instead of %d: %w", len(snap.Users)+len(snap.Contacts), people, err)
		}
		all = append(all, r)
	}
	// Readers that ask now and then, as fifty people who work do, and one reader after another without a pause.
	paced, err := read(all, 30, 250*time.Millisecond)
	if err != nil {
		return err
	}
	report("host.snapshot", percentile(paced, 95), "ms", 20, map[string]float64{"p50": percentile(paced, 50), "p99": percentile(paced, 99), "reads": float64(len(paced))},
		fmt.Sprintf("p95 of the snapshot of a %d-person account, %d readers at once that each read 4 times a second; readers share the processors", people, readers))
	begin := time.Now()
	flat, err := read(all, 100, 0)
	if err != nil {
		return err
	}
	report("host.snapshot_flat_out", percentile(flat, 95), "ms", 0, map[string]float64{"p50": percentile(flat, 50), "per_second": float64(len(flat)) / time.Since(begin).Seconds()},
		fmt.Sprintf("the same with %d readers that never pause: what waits is mostly for a processor", readers))
	return nil
}

// listOwners finds people who own one account and reach no other.
func listOwners(c config, dir string) ([]string, error) {
	out, err := output(c.host, "token", "-data", dir, "-list", "-most", "2000")
	if err != nil {
		return nil, err
	}
	var found []string
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.Contains(f[0], "@") || len(found) == readers {
			continue
		}
		if n := len(f); f[n-1] == "1" && f[n-2] == "1" {
			found = append(found, f[0])
		}
	}
	if len(found) < readers {
		return nil, fmt.Errorf("only %d owners are listed", len(found))
	}
	return found, nil
}

type reader struct {
	client     *http.Client
	token, url string
}

func (r reader) get(url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", res.Status, body)
	}
	return body, nil
}

// read lets every reader read its account, with pauses between, and returns what each reading took.
func read(all []reader, times int, pause time.Duration) ([]time.Duration, error) {
	took := make([][]time.Duration, len(all))
	fails := make([]error, len(all))
	var done sync.WaitGroup
	for i, r := range all {
		done.Go(func() {
			time.Sleep(pause * time.Duration(i) / time.Duration(len(all))) // not all in the same instant
			for range times {
				begin := time.Now()
				if _, err := r.get(r.url); err != nil {
					fails[i] = err
					return
				}
				took[i] = append(took[i], time.Since(begin))
				time.Sleep(pause)
			}
		})
	}
	done.Wait()
	var every []time.Duration
	for _, t := range took {
		every = append(every, t...)
	}
	return every, errors.Join(fails...)
}
