package policy

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// Path is where an administrator puts the file. The folder is asked of the system: the environment is the person's own.
func Path() string {
	dir, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, windows.KF_FLAG_DEFAULT)
	if err != nil {
		dir = `C:\ProgramData`
	}
	return filepath.Join(dir, "Concierge", "policy.json")
}
