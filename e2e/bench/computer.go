//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// computer is what somebody has before them: a screen without hardware, a session with an unlocked keyring, a home that
// nothing else uses, and a browser that opens links.
type computer struct {
	home, run, display, bus string
	links                   string // file that receives the links the application opens, one per line
	programs                []*exec.Cmd
}

// keyringPassword unlocks the keyring.
const keyringPassword = "bench"

func newComputer(dir string) (c *computer, err error) {
	c = &computer{home: filepath.Join(dir, "home")}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	bin := filepath.Join(c.home, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return c, err
	}
	if c.run, err = os.MkdirTemp("", "run"); err != nil { // short: a socket's path has at most 107 bytes
		return c, err
	}
	c.links = filepath.Join(c.home, "links")
	if err := os.WriteFile(c.links, nil, 0o600); err != nil {
		return c, err
	}
	opener := "#!/bin/sh\nprintf '%s\\n' \"$1\" >>" + c.links + "\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(opener), 0o700); err != nil { //nolint:gosec // it is a program
		return c, err
	}
	number, err := c.startSaying("Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "+extension", "GLX", "-nolisten", "tcp", "-noreset")
	if err != nil {
		return c, err
	}
	c.display = ":" + number
	if c.bus, err = c.startSaying("dbus-daemon", "--session", "--nofork", "--print-address=1"); err != nil {
		return c, err
	}
	return c, c.startKeyring()
}

// start starts a program that ends with the computer.
func (c *computer) start(stdin string, stdout io.Writer, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Stdout, cmd.Stdin = c.env(), stdout, strings.NewReader(stdin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.programs = append(c.programs, cmd)
	return nil
}

// startSaying is start for a program that says where it is; it returns that first line.
func (c *computer) startSaying(program string, args ...string) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }() // read from: nothing to lose
	if err := errors.Join(c.start("", w, program, args...), w.Close()); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s says nothing: %w", program, err)
	}
	return strings.TrimSpace(line), nil
}

const secretService = "org.freedesktop.secrets"

// startKeyring starts it, unlocked, and waits until it is there.
func (c *computer) startKeyring() (err error) {
	conn, err := dbus.Connect(c.bus)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretService)); err != nil {
		return err
	}
	there := make(chan *dbus.Signal, 1)
	conn.Signal(there)
	if err := c.start(keyringPassword, io.Discard, "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"); err != nil {
		return err
	}
	select {
	case <-there:
		return nil
	case <-time.After(patience):
		return errors.New("the keyring does not come")
	}
}

func (c *computer) close() {
	for i := len(c.programs) - 1; i >= 0; i-- {
		_ = c.programs[i].Process.Kill() // its end is what is wanted
		_ = c.programs[i].Wait()
	}
	_ = os.RemoveAll(c.run) // in the system's folder for temporary files
}

// env is what programs on this computer are given.
func (c *computer) env() []string {
	return []string{"PATH=" + filepath.Join(c.home, "bin") + ":" + os.Getenv("PATH"), "HOME=" + c.home, "XDG_RUNTIME_DIR=" + c.run,
		"XDG_CONFIG_HOME=" + filepath.Join(c.home, "config"), "XDG_DATA_HOME=" + filepath.Join(c.home, "share"),
		"DISPLAY=" + c.display, "DBUS_SESSION_BUS_ADDRESS=" + c.bus, "LANG=fr_CA.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "CONCIERGE_DEBUG=1"}
}

// keys presses keys in the window below the pointer.
func (c *computer) keys(keys ...string) error {
	return c.tool(append([]string{"mousemove", "400", "300", "key", "--delay", "4"}, keys...)...)
}

// types writes text into what has the keyboard.
func (c *computer) types(text string) error {
	return c.tool("mousemove", "400", "300", "type", "--delay", "8", text)
}

func (c *computer) tool(args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "xdotool", args...)
	cmd.Env = c.env()
	return cmd.Run()
}

// link waits for the first link that the application opens in the browser.
func (c *computer) link() (string, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(settle / 20) {
		b, err := os.ReadFile(c.links)
		if err != nil {
			return "", err
		}
		if line, _, whole := strings.Cut(string(b), "\n"); whole {
			return line, nil
		}
	}
	return "", errors.New("no link was opened in the browser")
}
