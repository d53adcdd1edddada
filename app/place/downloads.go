package place

import (
	"os"
	"path/filepath"
	"regexp"
)

// download is the line of a freedesktop.org user-dirs.dirs file that says where downloads are, whatever their name in the
// person's language: XDG_DOWNLOAD_DIR="$HOME/Téléchargements".
var download = regexp.MustCompile(`(?m)^XDG_DOWNLOAD_DIR="(\$HOME/)?([^"]*)"`)

// Downloads is where people look for a file that they have saved, or another folder where that is not known.
func Downloads(otherwise string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return otherwise
	}
	dir := filepath.Join(home, "Downloads")
	if config, err := os.UserConfigDir(); err == nil {
		if said, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")); err == nil {
			if m := download.FindSubmatch(said); m != nil {
				dir = string(m[2])
				if len(m[1]) > 0 {
					dir = filepath.Join(home, dir)
				}
			}
		}
	}
	if info, err := os.Stat(dir); err == nil && info.IsDir() && filepath.IsAbs(dir) {
		return dir
	}
	return home
}
