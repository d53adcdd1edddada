package app

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/vault"
)

// silent is a keyring that asks for its password, and nobody types it.
type silent struct{ vault.Vault }

func (silent) Get(ctx context.Context, _ string) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

// signedIn is a file of identities that has one.
func signedIn(t *testing.T) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "identities.json")
	doc, err := json.Marshal(map[string]any{"version": 1, "identities": []map[string]string{{
		"id": here.Identity, "hostUrl": "https://h.example", "issuer": "https://h.example", "clientId": "c", "personId": "p"}}})
	if err == nil {
		err = os.WriteFile(file, doc, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnEditThatWaitsForTheKeyringDoesNotKeepTheApplicationOpen(t *testing.T) {
	file := signedIn(t)
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{IdentitiesFile: file, Vault: silent{}, Log: quiet()})
		starting, giveUp := context.WithCancel(t.Context())
		started := make(chan error, 1)
		go func() { started <- c.Start(starting) }()
		synctest.Wait()
		c.Desk.Submit(change.Change{Account: here, Kind: change.EditContact, Target: "c"})
		synctest.Wait()
		begin, closed := time.Now(), make(chan []change.Change, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		go func() { closed <- c.Close(ctx) }()
		select {
		case left := <-closed:
			if len(left) != 1 || time.Since(begin) != 15*time.Second {
				t.Errorf("after %v %v is left, want the one edit after 15s", time.Since(begin), left)
			}
		case <-time.After(time.Hour):
			t.Error("it stays open")
		}
		giveUp()
		<-started
	})
}

func TestWhatDoesNotEndIsLeftBehindAndNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		c := New(Config{Vault: vault.Session(), Log: slog.New(slog.NewTextHandler(&log, nil))})
		hangs := make(chan struct{})
		c.do(func(context.Context) { <-hangs })
		begin := time.Now()
		c.Close(t.Context())
		if took := time.Since(begin); took != EndTime || !strings.Contains(log.String(), "part=work") {
			t.Errorf("after %v the log says %q", took, log.String())
		}
		close(hangs)
	})
}

// What cannot be kept any more as the files are closed is told, which needs the Core itself.
func TestACacheThatCannotBeWrittenAtTheEndDoesNotKeepTheApplicationOpen(t *testing.T) {
	var log bytes.Buffer
	file := signedIn(t)
	dir := filepath.Dir(file)
	c := New(Config{IdentitiesFile: file, Folder: dir, Vault: vault.Session(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	c.Load(t.Context())
	if !c.Storage.IsOpen() {
		t.Fatal(c.Storage.Trouble())
	}
	files, err := filepath.Glob(filepath.Join(dir, "cache*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cache: %v", err)
	}
	c.Store.PutIdentity(cache.Identity{ID: here.Identity, Host: access.Host{URL: "https://h.example"}})
	for _, f := range files {
		info, err := os.Stat(f)
		if err == nil {
			err = os.WriteFile(f, bytes.Repeat([]byte("gone "), int(info.Size())/5+1), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Close(t.Context())
	if !strings.Contains(log.String(), "cache") || strings.Contains(log.String(), "left behind") {
		t.Errorf("the log says %q", log.String())
	}
}
