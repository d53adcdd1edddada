package place

import (
	"os"
	"path/filepath"
)

// stateDir is the folder that stays on this computer: settings may roam to others, logs are of no use there.
func stateDir() (string, error) {
	dir, err := os.UserCacheDir() // %LocalAppData%
	if err != nil {
		return "", errNoHome
	}
	return filepath.Join(dir, ours, logs), nil
}
