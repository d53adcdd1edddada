package policy

import (
	"os"
	"strings"
	"testing"
	"time"

	"concierge/app/update"
)

// blocks are the JSON documents of the documentation for firms.
func blocks(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../../docs/firms.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, part := range strings.Split(string(b), "```json\n")[1:] {
		content, _, _ := strings.Cut(part, "```")
		out = append(out, content)
	}
	if len(out) != 2 {
		t.Fatalf("%d examples", len(out))
	}
	return out
}

func TestTheExampleInTheDocumentationIsUnderstood(t *testing.T) {
	p := read(t, blocks(t)[0])
	if p.Trouble != nil || !p.HostLocked || p.LockWithin != 15*time.Minute || !p.NoUpdateCheck || !p.NoExport || !p.NoDiagnostics {
		t.Errorf("%+v", p)
	}
}

func TestTheManifestInTheDocumentationCanBeSigned(t *testing.T) {
	if _, err := update.Sign([]byte(blocks(t)[1]), make([]byte, 64)); err != nil {
		t.Error(err)
	}
}

func TestTheDocumentationNamesTheFileOfThisSystem(t *testing.T) {
	b, err := os.ReadFile("../../docs/firms.md")
	if err != nil {
		t.Fatal(err)
	}
	if path := Path(); os.PathSeparator == '/' && !strings.Contains(string(b), "`"+path+"`") {
		t.Errorf("%s is not there", path)
	}
}
