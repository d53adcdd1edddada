package schedule_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/host/schedule"
	"concierge/host/store"
	"concierge/host/store/pgtest"
	"concierge/host/store/postgres"
)

// A gateway that is killed is a process of its own: this program again, told by a variable which database it is on and how
// far its clock is ahead.
const gatewayVariable = "CONCIERGE_SCHEDULE_TEST_GATEWAY"

func openAt(ctx context.Context, address string) (*store.DB, error) {
	if strings.HasPrefix(address, "postgres:") {
		return postgres.Open(ctx, address)
	}
	return store.Open(ctx, address)
}

// deeds writes what is done into a table of the same database, and says it.
func deeds(db *store.DB, ahead time.Duration) schedule.Config {
	did := func(ctx context.Context, what, user string) error {
		_, err := db.Querier(ctx).ExecContext(ctx, "INSERT INTO deeds (what, user_id) VALUES (?, ?)", what, user)
		return err
	}
	return schedule.Config{
		End: func(ctx context.Context, e schedule.End) error {
			err := did(ctx, "end", e.User)
			fmt.Println("end", e.User)
			time.Sleep(10 * time.Millisecond) // as long as a hosting system takes: time to be killed in
			return err
		},
		Ended: func(ctx context.Context, e schedule.End) error { return did(ctx, "ended", e.User) },
		Now:   func() time.Time { return time.Now().Add(ahead) }, Log: slog.New(slog.DiscardHandler),
	}
}

// gateway looks once at what is due.
func gateway(args string) error {
	after, address, _ := strings.Cut(args, "\n")
	ahead, err := time.ParseDuration(after)
	if err != nil {
		return err
	}
	ctx := context.Background()
	db, err := openAt(ctx, address)
	if err != nil {
		return err
	}
	s, err := schedule.New(ctx, db, deeds(db, ahead))
	if err == nil {
		err = s.Tick(ctx)
	}
	return errors.Join(err, db.Close())
}

// start starts a gateway and kills it once it has begun to end so many accesses; it tells whether it came to its end.
func start(t *testing.T, address string, ahead time.Duration, kill int) (whole bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Error(err)
		return true
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), gatewayVariable+"="+ahead.String()+"\n"+address)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return true
	}
	killed := false
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		if n == kill {
			killed = true
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil && !killed {
		t.Errorf("%v: %s", err, said.String())
	}
	return !killed
}

func TestGatewaysKilledAgainAndAgainRecordEachEndOnce(t *testing.T) {
	address := filepath.Join(t.TempDir(), "host.db")
	if database.Name == "PostgreSQL" {
		address = pgtest.URL(t)
	}
	db, err := openAt(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Querier(t.Context()).ExecContext(t.Context(), "CREATE TABLE deeds (what TEXT NOT NULL, user_id TEXT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	s, err := schedule.New(t.Context(), db, deeds(db, 0))
	if err != nil {
		t.Fatal(err)
	}
	const users = 60
	at := time.Now().Add(-time.Second)
	for i := range users {
		if err := s.Set(t.Context(), schedule.End{Account: "a1", User: fmt.Sprintf("u%02d", i), At: at}); err != nil {
			t.Fatal(err)
		}
	}
	// Two at a time, the first of which is killed ever later; each pair starts when the leases of the one before are over.
	ahead, kills := time.Duration(0), 0
	for kill := 1; ; kill += 2 {
		var pair sync.WaitGroup
		pair.Go(func() {
			if !start(t, address, ahead, kill) {
				kills++
			}
		})
		other := true
		pair.Go(func() { other = start(t, address, ahead, 7) })
		pair.Wait()
		if !other {
			kills++
		}
		left, err := s.Due(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 || t.Failed() {
			break
		}
		ahead += 3 * time.Minute
	}
	if kills < 4 {
		t.Errorf("only %d gateways were killed", kills)
	}
	count := func(query string) (n int) {
		t.Helper()
		if err := db.Querier(t.Context()).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if all, once := count("SELECT count(*) FROM deeds WHERE what = 'ended'"), count("SELECT count(DISTINCT user_id) FROM deeds WHERE what = 'ended'"); all != users || once != users {
		t.Errorf("%d ends of %d users are recorded, want one of each of %d", all, once, users)
	}
	t.Logf("%d kills; %d accesses were begun to end %d times", kills, users, count("SELECT count(*) FROM deeds WHERE what = 'end'"))
}
