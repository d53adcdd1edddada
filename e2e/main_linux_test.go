package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Where what all journeys share is.
var (
	root        string // of the repository
	application string // the built program
	hostProgram string
)

func TestMain(m *testing.M) {
	code, err := setUpAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// tools are the programs a journey needs, all installed by tools/setup.
var tools = []string{"Xvfb", "xdotool", "import", "setxkbmap", "chromium", "dbus-daemon", "gnome-keyring-daemon", "secret-tool"}

func setUpAndRun(m *testing.M) (int, error) {
	var missing []string
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			missing = append(missing, tool)
		}
	}
	if len(missing) > 0 {
		return 0, fmt.Errorf("not installed: %s. Run: tools/setup test", strings.Join(missing, ", "))
	}
	var err error
	if root, err = filepath.Abs(".."); err != nil {
		return 0, err
	}
	if err := os.RemoveAll(filepath.Join(root, "build", "e2e")); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	application, hostProgram = filepath.Join(dir, "concierge"), filepath.Join(dir, "concierge-host")
	if err := errors.Join(build(application, ".", "CGO_ENABLED=1"), build(hostProgram, "./cmd/concierge-host", "CGO_ENABLED=0")); err != nil {
		return 0, err
	}
	stop, err := startChromium(dir)
	if err != nil {
		return 0, err
	}
	defer stop()
	return m.Run(), nil
}

func build(program, of, cgo string) error {
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", program, of)
	cmd.Dir, cmd.Env = root, append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", of, err, out)
	}
	return nil
}
