//go:build unix && !darwin

package place

import (
	"os"
	"path/filepath"
)

// stateDir follows the XDG Base Directory Specification, which keeps logs apart from settings.
func stateDir() (string, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) { // one that is not is to be ignored, it says
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errNoHome
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, ours, logs), nil
}
