package place

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestDownloadsAreWhereTheDesktopSaysInItsLanguage(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the file is of freedesktop.org")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	if got := Downloads("x"); got != home {
		t.Errorf("without any: %s", got)
	}
	made := func(name string) string {
		dir := filepath.Join(home, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if want := made("Downloads"); Downloads("x") != want {
		t.Errorf("not %s", want)
	}
	want := made("Téléchargements")
	says := func(line string) {
		if err := os.WriteFile(filepath.Join(made("config"), "user-dirs.dirs"), []byte("# made by xdg-user-dirs\nXDG_DESKTOP_DIR=\"$HOME/Bureau\"\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	says(`XDG_DOWNLOAD_DIR="$HOME/Téléchargements"`)
	if got := Downloads("x"); got != want {
		t.Errorf("%s", got)
	}
	says(`XDG_DOWNLOAD_DIR="` + want + `"`)
	if got := Downloads("x"); got != want {
		t.Errorf("%s", got)
	}
	says(`XDG_DOWNLOAD_DIR="$HOME/gone"`)
	if got := Downloads("x"); got != home {
		t.Errorf("%s", got)
	}
}
