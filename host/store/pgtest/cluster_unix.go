//go:build unix

package pgtest

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

var errMissing = errors.New("PostgreSQL's initdb and pg_ctl are not here, which these tests need: make setup-test installs " +
	"them on Debian; elsewhere install PostgreSQL 14 or newer and put its programs in PATH")

// cluster is a running server. It listens on a socket in its own directory and nowhere else.
type cluster struct {
	dir, bin string
	as       *syscall.SysProcAttr // whom its programs run as, each in a process group of its own
	alive    *os.File             // the keeper sees its end when this process ends
	admin    *sql.DB
}

// keeper waits for the end of whoever holds the other end of its input, then removes the server and all it left. It is
// a process of its own so that not even a killed test binary leaves anything behind. It tries again, since one that was
// killed early leaves an initdb that is still writing.
const keeper = `read -r line
for try in 1 2 3 4 5 6 7 8 9 10; do
	"$1/pg_ctl" -D "$2/data" -m immediate -w -t 30 stop
	rm -rf "$2"
	sleep 0.5
	[ -e "$2" ] || exit
done >/dev/null 2>&1`

func start() (*cluster, error) {
	c := &cluster{as: &syscall.SysProcAttr{Setpgid: true}}
	var err error
	if c.bin, err = programs(); err != nil {
		return nil, err
	}
	if c.dir, err = os.MkdirTemp("", "pgtest-"); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 { // as whom the server refuses to run
		if err := c.lower(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(c.dir))
		}
	}
	if err := c.keep(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	secret := filepath.Join(c.dir, "password")
	if err := c.secret(secret); err != nil {
		return nil, err
	}
	if err := c.program("initdb", "-D", c.data(), "-U", User, "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8",
		"--no-locale", "--no-sync", "--no-instructions"); err != nil {
		return nil, err
	}
	if err := c.up(); err != nil {
		return nil, err
	}
	return c, c.connect()
}

// debians is where Debian puts the programs of each version.
var debians = "/usr/lib/postgresql/*/bin/initdb"

// programs finds the folder with the server's programs: the one in PATH, or Debian's newest.
func programs() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			return filepath.Dir(initdb), nil
		}
	}
	found, err := filepath.Glob(debians)
	if err != nil || len(found) == 0 {
		return "", errors.Join(errMissing, err)
	}
	version := func(path string) int {
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		if err != nil {
			return 0 // not one of Debian's
		}
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// lower makes the programs, and the directory, those of a user who may do little.
func (c *cluster) lower() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	c.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.dir, int(uid), int(gid))
}

func (c *cluster) keep() error {
	end, alive, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "keeper", c.bin, c.dir)
	cmd.Dir, cmd.Stdin, cmd.SysProcAttr = "/", end, c.as
	if err := errors.Join(cmd.Start(), end.Close()); err != nil {
		return errors.Join(err, alive.Close())
	}
	c.alive = alive // held by this process alone: files are not inherited unless asked
	return cmd.Process.Release()
}

func (c *cluster) secret(path string) error {
	if err := os.WriteFile(path, []byte(Password+"\n"), 0o600); err != nil {
		return err
	}
	if c.as.Credential == nil {
		return nil
	}
	return os.Chown(path, int(c.as.Credential.Uid), int(c.as.Credential.Gid))
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// up starts the server without what makes data survive a power cut; they survive a crash.
func (c *cluster) up() error {
	return c.ctl("start", "-l", filepath.Join(c.dir, "log"), "-o", "-k "+c.dir+" -c listen_addresses= -c fsync=off"+
		" -c full_page_writes=off -c max_connections=100 -c shared_buffers=16MB -c autovacuum=off")
}

func (c *cluster) ctl(args ...string) error {
	return c.program("pg_ctl", append([]string{"-D", c.data(), "-w", "-t", "30"}, args...)...)
}

// program runs one of the server's programs. What it says goes to a file, since the server inherits it and a pipe would
// be waited for as long as that lives.
func (c *cluster) program(name string, args ...string) error {
	said, err := os.CreateTemp(c.dir, "said-")
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = c.dir, said, said, c.as
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if failed := cmd.Run(); failed != nil {
		var all []byte
		for _, path := range []string{said.Name(), filepath.Join(c.dir, "log")} {
			if text, err := os.ReadFile(path); err == nil { // the server may have no log yet
				all = append(all, text...)
			}
		}
		err = fmt.Errorf("%s: %w\n%s", name, failed, bytes.TrimSpace(all))
	}
	return errors.Join(err, said.Close(), os.Remove(said.Name()))
}
