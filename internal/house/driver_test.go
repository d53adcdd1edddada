package house

import (
	"go/parser"
	"slices"
	"strings"
	"testing"
)

// opensPostgreSQL is the one package that knows the driver of PostgreSQL.
const opensPostgreSQL = "host/store/postgres"

func TestOnlyOnePackageKnowsPostgreSQLsDriver(t *testing.T) {
	for _, s := range sources(t, parser.ImportsOnly) {
		for _, p := range imports(t, s) {
			if below(p, "github.com/jackc/pgx") && s.dir != opensPostgreSQL {
				t.Errorf("%s imports %s; only %s does", s.name, p, opensPostgreSQL)
			}
		}
	}
}

func TestTheApplicationDoesNotCarryPostgreSQLsDriver(t *testing.T) {
	edges := map[string][]string{} // between packages of ours, without their tests
	for _, s := range sources(t, parser.ImportsOnly) {
		for _, p := range imports(t, s) {
			if folder, our := ours(p); our && !s.test {
				edges[s.dir] = append(edges[s.dir], folder)
			}
		}
	}
	seen := map[string]bool{}
	var reach func(dir string, way []string)
	reach = func(dir string, way []string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		way = append(slices.Clone(way), dir)
		if dir == opensPostgreSQL {
			t.Errorf("the application carries it: %s", strings.Join(way, " -> "))
		}
		for _, next := range edges[dir] {
			reach(next, way)
		}
	}
	reach(".", nil)
	if !seen["host/store"] {
		t.Error("the application's own host was not reached: this test looks at the wrong imports")
	}
}
