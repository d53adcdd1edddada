//go:build unix

package pgtest

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestWhoHasNoPostgreSQLIsToldHowToGetIt(t *testing.T) {
	usual := debians
	t.Cleanup(func() { debians = usual })
	debians = filepath.Join(t.TempDir(), "*", "initdb")
	t.Setenv("PATH", "")
	if _, err := start(); err == nil || !strings.Contains(err.Error(), "make setup-test") {
		t.Errorf("got %v", err)
	}
}

func TestEachTestHasADatabaseThatIsGoneAfterIt(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		t.Run("one of them", func(t *testing.T) {
			address := URL(t)
			if seen[address] {
				t.Errorf("%s was another test's", address)
			}
			seen[address] = true
			db := Open(t, address)
			if _, err := db.Querier(t.Context()).ExecContext(t.Context(), "CREATE TABLE things (name TEXT)"); err != nil {
				t.Error(err)
			}
			// It is still open when the test ends: that does not keep the database.
		})
	}
	var left int
	if err := server(t).admin.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_database WHERE datname LIKE 'test%'").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d are left, %v", left, err)
	}
}
