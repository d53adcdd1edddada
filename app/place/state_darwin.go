package place

import (
	"os"
	"path/filepath"
)

// stateDir is where the Console application looks.
func stateDir() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errNoHome
	}
	return filepath.Join(home, "Library", "Logs", ours), nil
}
