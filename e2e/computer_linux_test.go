package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// computer is what one person has before them: a screen, a session with a keyring, a home folder, and a browser that
// opens links. Each journey gets a new one.
type computer struct {
	t       *testing.T
	home    string
	run     string // XDG_RUNTIME_DIR
	kept    string // what is kept when the journey fails
	display string
	bus     string
	keyring *process
	windows int    // how many were opened
	links   string // file that receives the links the application opens, one per line
}

// bareBus is a session bus that can start no services: only what a journey starts is there.
const bareBus = `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// keyringPassword unlocks the keyring of every computer.
const keyringPassword = "test"

// newComputer makes a computer with an unlocked keyring.
func newComputer(t *testing.T) *computer {
	t.Helper()
	c := newComputerWithoutKeyring(t)
	c.startKeyring()
	return c
}

func newComputerWithoutKeyring(t *testing.T) *computer {
	t.Helper()
	run, err := os.MkdirTemp("", "run") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	c := &computer{t: t, home: t.TempDir(), run: run, kept: filepath.Join(root, "build", "e2e", t.Name())}
	c.links = filepath.Join(c.home, "links")
	bin, config := filepath.Join(c.home, "bin"), filepath.Join(c.home, "bus.conf")
	for _, dir := range []string{bin, c.kept, filepath.Join(c.home, ".cache")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		_ = os.RemoveAll(run) // the system's folder for temporary files
		if !t.Failed() {
			_ = os.RemoveAll(c.kept) // nothing to see
		}
	})
	// The toolkit opens links by this program.
	for file, content := range map[string]string{filepath.Join(bin, "xdg-open"): "#!/bin/sh\nprintf '%s\\n' \"$1\" >>" + c.links + "\n", config: bareBus, c.links: ""} {
		if err := os.WriteFile(file, []byte(content), 0o700); err != nil { //nolint:gosec // one of them is a program
			t.Fatal(err)
		}
	}
	c.display = c.newScreen("screen")
	c.bus = c.start("bus", nil, nil, c.env(), "dbus-daemon", "--nofork", "--print-address=1", "--config-file="+config).firstLine(t)
	return c
}

// newScreen starts a screen and returns its name. The keyboard is the one of Quebec, and does not repeat: on a busy computer
// a key that is pressed once may be let go of late.
func (c *computer) newScreen(name string) string {
	c.t.Helper()
	number := c.start(name, nil, nil, os.Environ(), "Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "+extension", "GLX",
		"-nolisten", "tcp", "-noreset", "-r").firstLine(c.t)
	display := ":" + number
	c.tool(nil, append(os.Environ(), "DISPLAY="+display), "setxkbmap", "ca")
	return display
}

// picture keeps what a screen shows.
func (c *computer) picture(display, name string) {
	file := filepath.Join(c.kept, name+".png")
	if out, err := exec.CommandContext(context.Background(), "import", "-display", display, "-window", "root", file).CombinedOutput(); err != nil {
		c.t.Logf("no picture: %v %s", err, out)
		return
	}
	c.t.Logf("%s shows what the screen showed at the end", file)
}

// env is what programs on this computer are given.
func (c *computer) env() []string {
	return []string{
		"PATH=" + filepath.Join(c.home, "bin") + ":" + os.Getenv("PATH"), "HOME=" + c.home, "XDG_RUNTIME_DIR=" + c.run,
		"XDG_CONFIG_HOME=" + filepath.Join(c.home, "config"), "XDG_DATA_HOME=" + filepath.Join(c.home, "share"),
		"DISPLAY=" + c.display, "DBUS_SESSION_BUS_ADDRESS=" + c.bus, "LANG=fr_CA.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "CONCIERGE_DEBUG=1",
	}
}

// tool runs a program to its end and returns what it printed.
func (c *computer) tool(stdin *string, env []string, program string, args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), program, args...)
	cmd.Env = env
	if stdin != nil {
		cmd.Stdin = strings.NewReader(*stdin)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

const secretService = "org.freedesktop.secrets"

// onBus calls something on the computer's session bus.
func (c *computer) onBus(do func(*dbus.Conn) error) {
	c.t.Helper()
	conn, err := dbus.Connect(c.bus)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	if err := do(conn); err != nil {
		c.t.Fatal(err)
	}
}

// startKeyring starts the keyring, unlocked, and waits until it is there.
func (c *computer) startKeyring() {
	c.t.Helper()
	c.keyring = c.start("keyring", strings.NewReader(keyringPassword), nil, c.env(),
		"gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets")
	c.onBus(func(conn *dbus.Conn) error {
		var err error
		until(c.t, "the keyring is there", func() bool {
			var there bool
			err = conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, secretService).Store(&there)
			return there || err != nil
		})
		return err
	})
}

// lockKeyring locks it, as a session does that was left alone.
func (c *computer) lockKeyring() {
	c.t.Helper()
	c.onBus(func(conn *dbus.Conn) error {
		service := conn.Object(secretService, "/org/freedesktop/secrets")
		return service.Call("org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}).Err
	})
}

// secrets counts what the application keeps in the keyring.
func (c *computer) secrets() int {
	c.t.Helper()
	n := 0
	c.onBus(func(conn *dbus.Conn) error {
		var open, locked []dbus.ObjectPath
		err := conn.Object(secretService, "/org/freedesktop/secrets").
			Call("org.freedesktop.Secret.Service.SearchItems", 0, map[string]string{"service": "Concierge"}).Store(&open, &locked)
		n = len(open) + len(locked)
		return err
	})
	return n
}

// allOpened are the links the application has opened in the browser.
func (c *computer) allOpened() []string {
	c.t.Helper()
	b, err := os.ReadFile(c.links)
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.Fields(string(b))
}

// opened waits for the nth of them, counted from 0.
func (c *computer) opened(n int) string {
	c.t.Helper()
	until(c.t, "the application opens a link in the browser", func() bool { return len(c.allOpened()) > n })
	return c.allOpened()[n]
}

// restartKeyring unlocks it, as the next session does.
func (c *computer) restartKeyring() {
	c.t.Helper()
	c.keyring.kill()
	c.startKeyring()
}
