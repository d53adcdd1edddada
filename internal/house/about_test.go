package house

import (
	"regexp"
	"strings"
	"testing"
)

// What the product is called, by which ID and in which version stands in FyneApp.toml; whatever else says it would be
// forgotten at the next release.
func TestTheVersionAndTheIDStandInOnePlace(t *testing.T) {
	toml := read(t, "FyneApp.toml")
	for _, key := range []string{"Version", "ID"} {
		m := regexp.MustCompile(`(?m)^` + key + ` = ("[^"]+")$`).FindStringSubmatch(toml)
		if m == nil {
			t.Fatalf("FyneApp.toml has no %s", key)
		}
		for _, s := range sources(t, 0) {
			if strings.Contains(read(t, s.name), m[1]) {
				t.Errorf("%s says %s itself: FyneApp.toml does, as package about reads it", s.name, m[1])
			}
		}
		alone := regexp.MustCompile(`(^|[^0-9.])` + regexp.QuoteMeta(strings.Trim(m[1], `"`)) + `([^0-9.]|$)`)
		walk(t, func(name string) {
			if (below(name, "packaging") || below(name, "tools")) && alone.MatchString(read(t, name)) {
				t.Errorf("%s says %s itself: it is to be filled in", name, m[1])
			}
		})
	}
}
