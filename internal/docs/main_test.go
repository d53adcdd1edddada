package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// built is where the programs are that the pages call.
var built string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "concierge-docs-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		built = dir
		return m.Run()
	}())
}

var makeHost = sync.OnceValues(func() (string, error) { return build("concierge-host") })

var makeManifest = sync.OnceValues(func() (string, error) { return build("concierge-manifest") })

func build(name string) (string, error) {
	program := filepath.Join(built, name)
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", program, "./cmd/"+name)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	return program, cmd.Run()
}

// host is the provider's program.
func host(t *testing.T) string {
	t.Helper()
	program, err := makeHost()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// manifest is what signs manifests.
func manifest(t *testing.T) string {
	t.Helper()
	program, err := makeManifest()
	if err != nil {
		t.Fatal(err)
	}
	return program
}
