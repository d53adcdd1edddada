// Package place decides where this program keeps its files, and lists them. What is named on the command line goes before
// what the environment names, that before a folder beside the program, and that before the system's own places.
//
// It reads no file of ours and knows no text for people: what each file is for is a code.
package place

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Way is how a place was chosen.
type Way string

// The ways, the strongest first.
const (
	Flag     Way = "flag"     // --data
	Home     Way = "home"     // CONCIERGE_HOME
	Portable Way = "portable" // a folder beside the program
	System   Way = "system"
)

// Variable is the environment's name for the data folder.
const Variable = "CONCIERGE_HOME"

// Beside is the folder that makes a program portable by standing next to it.
const Beside = "concierge-data"

// ours is what the system's folders have of this program.
const ours = "Concierge"

// Place is where things are.
type Place struct {
	Way    Way
	Folder string // settings, identities and what is kept of accounts
	Logs   string // log and crashes. Below Folder, but where the system chooses, and there has a place of its own for logs
}

// Computer is what is asked; Here is this one.
type Computer struct {
	Getenv     func(string) string
	Executable func() (string, error)
	Config     func() (string, error) // the system's folder for settings
	State      func() (string, error) // the system's folder for logs
}

// Here is the computer this runs on.
func Here() Computer {
	return Computer{Getenv: os.Getenv, Executable: os.Executable, Config: os.UserConfigDir, State: stateDir}
}

// Find chooses; flag is what the command line says, or "". It makes no folder.
func Find(flag string, on Computer) (Place, error) {
	switch {
	case flag != "":
		return at(Flag, flag)
	case on.Getenv(Variable) != "":
		return at(Home, on.Getenv(Variable))
	}
	if dir, ok := beside(on); ok {
		return at(Portable, dir)
	}
	dir, err := on.Config()
	if err != nil {
		return Place{}, err
	}
	p := Place{Way: System, Folder: filepath.Join(dir, ours), Logs: filepath.Join(dir, ours, logs)}
	if state, err := on.State(); err == nil { // without one the logs stand with the rest
		p.Logs = state
	}
	return p, nil
}

const logs = "logs"

func at(way Way, dir string) (Place, error) {
	dir, err := filepath.Abs(dir) // the folder the program was started in is not the one it is started in again
	if err != nil {
		return Place{}, err
	}
	return Place{Way: way, Folder: dir, Logs: filepath.Join(dir, logs)}, nil
}

// beside finds the folder next to the program itself, wherever a link to it may stand. On macOS the program is inside of
// the application's folder, and next to it means next to that one.
func beside(on Computer) (string, bool) {
	program, err := on.Executable()
	if err != nil {
		return "", false
	}
	if itself, err := filepath.EvalSymlinks(program); err == nil {
		program = itself
	}
	next := filepath.Dir(program)
	if bundle, _, inside := strings.Cut(filepath.ToSlash(next), ".app/Contents/"); inside {
		next = filepath.Dir(filepath.FromSlash(bundle))
	}
	dir := filepath.Join(next, Beside)
	info, err := os.Stat(dir)
	return dir, err == nil && info.IsDir()
}

// Make makes the data folder, readable by this person only.
func (p Place) Make() error {
	if err := os.MkdirAll(p.Folder, 0o700); err != nil {
		return fmt.Errorf("the data folder (%s): %w", p.Way, err)
	}
	return nil
}

// Settings is the file of what a person chose.
func (p Place) Settings() string { return filepath.Join(p.Folder, "settings.json") }

// Identities is the file of who is signed in where; no secret is in it.
func (p Place) Identities() string { return filepath.Join(p.Folder, "identities.json") }

// Elsewhere is the file of what changed elsewhere and has not been seen.
func (p Place) Elsewhere() string { return filepath.Join(p.Folder, "elsewhere.json") }

// Updates is the file of when it was last asked for a new version.
func (p Place) Updates() string { return filepath.Join(p.Folder, "updates.json") }

// Sample is the folder of the sample host.
func (p Place) Sample() string { return filepath.Join(p.Folder, "sample-host") }

// Item is a file or folder with a code of what it is for.
type Item struct {
	What string
	Path string
}

// Items lists all that this program reads or writes. What is not there yet is listed too.
func (p Place) Items() []Item {
	in := func(name string) string { return filepath.Join(p.Folder, name) }
	return []Item{
		{"data", p.Folder},
		{"settings", p.Settings()},
		{"identities", p.Identities()},
		{"cache", in("cache.db")},
		{"journal", in("journal.db")},
		{"key", in("storage.json")},
		{"elsewhere", p.Elsewhere()},
		{"updates", p.Updates()},
		{"instance", in("instance.json")},
		{"sample", p.Sample()},
		{"logs", p.Logs},
	}
}

// Toolkit is the folder that the window toolkit makes for a program of an id, wherever the data folder is: it has hardly
// anything in it, and nothing of anybody's accounts. "" when it is not known.
func Toolkit(id string) string {
	dir, err := os.UserConfigDir()
	if err == nil && runtime.GOOS == "darwin" {
		dir, err = os.UserHomeDir()
		dir = filepath.Join(dir, "Library", "Preferences")
	}
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "fyne", id)
}

// errNoHome is that there is nothing to begin from.
var errNoHome = errors.New("no folder for logs is known")
