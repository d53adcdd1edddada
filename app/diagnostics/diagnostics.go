// Package diagnostics keeps what helps to find out why the program did not do what it should: a log, and what the program
// said as it crashed. Both are opened before anything else, so that whatever happens later is in them.
//
// No secret, no name and no e-mail is to be in them. Who logs sees to that, with ids and kinds; what slips in with the
// text of an error is taken out on the way to the file. A crash is written by the runtime itself, as it is; the next start
// takes the same out of it.
//
// It knows no text for people, and sends nothing anywhere.
package diagnostics

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"concierge/app/files"
)

// The files in the folder of logs.
const (
	logName   = "concierge.log"
	crashName = "crash.txt"       // what the runtime writes into
	crashKept = "crash-*.txt"     // what earlier ones said, readable by anybody it is given to
	crashTime = "20060102-150405" // in UTC, in the place of the star
)

// How much is kept.
const (
	logMost    = 1 << 20 // bytes of a file of the log
	logKeep    = 3       // files before the present one
	crashMost  = 256 << 10
	crashKeep  = 3
	crashLimit = 4 << 20 // bytes after which crash.txt, which nobody has taken in, begins anew
)

// Config of a Diary. Zero values are the usual ones.
type Config struct {
	Dir    string     // made when it is not there
	Home   string     // the person's own folder, see Scrub
	Stderr io.Writer  // where the log goes too; nil: nowhere
	Level  slog.Level // of what goes to Stderr. The file has slog.LevelInfo and above: what is finer may name people
	Most   int64      // bytes of a file of the log
	Keep   int        // files of the log before the present one
	Now    func() time.Time
}

// Diary is log and crash file. Make it with Open.
type Diary struct {
	cfg   Config
	file  *rotating // nil when there could be none
	crash *os.File  // as above
}

// Open opens both, and makes the runtime write crashes of any goroutine, and fatal signals, into the one. The error says
// that a file could not be opened; the Diary works nonetheless, as far as it can.
func Open(cfg Config) (*Diary, error) {
	if cfg.Most == 0 {
		cfg.Most, cfg.Keep = logMost, logKeep
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Diary{cfg: cfg}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return d, err
	}
	crash, size, err := appendTo(filepath.Join(cfg.Dir, crashName))
	if err == nil {
		if size > crashLimit {
			err = os.Truncate(crash.Name(), 0) // by its name: what is opened for appending cannot be cut on Windows
		}
		d.crash = crash
		err = errors.Join(err, debug.SetCrashOutput(crash, debug.CrashOptions{}))
	}
	file, failed := openRotating(filepath.Join(cfg.Dir, logName), cfg.Most, cfg.Keep)
	if failed == nil {
		d.file = file
	}
	return d, errors.Join(err, failed)
}

// Logger writes to both places, from a level on and where the Diary's own is no higher.
func (d *Diary) Logger(from slog.Level) *slog.Logger {
	var to []slog.Handler
	if d.cfg.Stderr != nil {
		to = append(to, slog.NewTextHandler(d.cfg.Stderr, &slog.HandlerOptions{Level: max(from, d.cfg.Level)}))
	}
	if d.file != nil {
		to = append(to, slog.NewTextHandler(d.file, &slog.HandlerOptions{Level: max(from, slog.LevelInfo), ReplaceAttr: d.clean}))
	}
	return slog.New(slog.NewMultiHandler(to...))
}

// clean takes out what is not to be in the file.
func (d *Diary) clean(_ []string, a slog.Attr) slog.Attr {
	if secretly.MatchString(a.Key) {
		return slog.String(a.Key, aSecret)
	}
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Scrub(v.String(), d.cfg.Home))
	case slog.KindAny:
		text := ""
		switch is := v.Any().(type) {
		case nil:
			return a
		case *slog.Source:
			return a
		case error:
			text = discreet(is)
		default:
			text = fmt.Sprint(is)
		}
		a.Value = slog.StringValue(Scrub(text, d.cfg.Home))
	}
	return a
}

// Own says that this process is the only one here, but for such as are about to end: it turns the log over from now on,
// and takes in what an earlier one said as it crashed. crashed tells whether there was such.
func (d *Diary) Own() (crashed bool, err error) {
	if d.file != nil {
		d.file.own()
	}
	if d.crash == nil {
		return false, nil
	}
	path := filepath.Join(d.cfg.Dir, crashName)
	said, err := head(path, crashMost)
	if err != nil || len(bytes.TrimSpace(said)) == 0 {
		return false, err
	}
	// It is emptied, not renamed: who has it open goes on writing into it.
	kept := filepath.Join(d.cfg.Dir, strings.Replace(crashKept, "*", d.cfg.Now().UTC().Format(crashTime), 1))
	err = files.Write(kept, []byte(Scrub(string(said), d.cfg.Home)))
	if err == nil {
		err = os.Truncate(path, 0) // by its name, as above
	}
	all := d.crashes()
	for _, old := range all[:max(0, len(all)-crashKeep)] {
		err = errors.Join(err, os.Remove(old))
	}
	return true, err
}

// crashes are the files of those before, the oldest first.
func (d *Diary) crashes() []string {
	all, err := filepath.Glob(filepath.Join(d.cfg.Dir, crashKept))
	if err != nil { // of the pattern alone
		return nil
	}
	slices.Sort(all)
	return all
}

// LastCrash is what was said by the last that was taken in, and when that was; "" when there was none.
func (d *Diary) LastCrash() (text string, at time.Time, err error) {
	all := d.crashes()
	if len(all) == 0 {
		return "", time.Time{}, nil
	}
	last := all[len(all)-1]
	said, err := head(last, crashMost)
	if err != nil {
		return "", time.Time{}, err
	}
	at, err = time.Parse(strings.Replace(crashKept, "*", crashTime, 1), filepath.Base(last))
	return string(said), at, err
}

// Tail is the last lines of the log, the oldest first.
func (d *Diary) Tail(lines int) ([]string, error) {
	var all []string
	for _, path := range []string{filepath.Join(d.cfg.Dir, "concierge.1.log"), filepath.Join(d.cfg.Dir, logName)} {
		data, err := files.Read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, slices.Collect(strings.Lines(string(data)))...)
	}
	all = all[max(0, len(all)-lines):]
	for i, line := range all {
		all[i] = strings.TrimRight(line, "\r\n")
	}
	return all, nil
}

// head is the beginning of a file, where a crash says what happened.
func head(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading: nothing to lose
	return io.ReadAll(io.LimitReader(f, most))
}

// Close ends the log. Crashes are still written, to the end of the process: the runtime has a file of its own.
func (d *Diary) Close() error {
	var err error
	if d.crash != nil {
		err = d.crash.Close()
	}
	if d.file != nil {
		err = errors.Join(err, d.file.close())
	}
	return err
}
