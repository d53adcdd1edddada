package vault

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"concierge/app/trouble"
)

// exit makes the error of a program that ended with that code.
func exit(t *testing.T, code int) error {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to make an exit code with: ", err)
	}
	return exec.Command(sh, "-c", fmt.Sprintf("exit %d", code)).Run()
}

func TestWhatAKeyringAnswersIsToldApart(t *testing.T) {
	bus := func(name string) error { return dbus.Error{Name: name} }
	for _, c := range []struct {
		name string
		goos string
		err  error
		want trouble.Kind // empty: ErrNotFound
	}{
		{"no such secret, anywhere", "linux", keyring.ErrNotFound, ""},
		{"too large, anywhere", "darwin", keyring.ErrSetDataTooBig, trouble.KeyringRefused},
		{"a system without keyring", "plan9", keyring.ErrUnsupportedPlatform, trouble.KeyringMissing},
		{"out of time", "linux", fmt.Errorf("call: %w", context.DeadlineExceeded), trouble.KeyringLocked},
		{"what is already told apart", "linux", &trouble.Trouble{Kind: trouble.Cancelled}, trouble.Cancelled},

		{"Linux: no Secret Service installed", "linux", bus("org.freedesktop.DBus.Error.ServiceUnknown"), trouble.KeyringMissing},
		{"Linux: Secret Service not running", "linux", bus("org.freedesktop.DBus.Error.NameHasNoOwner"), trouble.KeyringMissing},
		{"Linux: Secret Service does not start", "linux", bus("org.freedesktop.DBus.Error.Spawn.ChildExited"), trouble.KeyringMissing},
		{"Linux: the collection is gone", "linux", bus("org.freedesktop.Secret.Error.NoSuchObject"), trouble.KeyringMissing},
		{"Linux: the bus is gone", "linux", dbus.ErrClosed, trouble.KeyringMissing},
		{"Linux: locked", "linux", bus("org.freedesktop.Secret.Error.IsLocked"), trouble.KeyringLocked},
		{"Linux: prompt dismissed", "linux", bus("org.gnome.keyring.Error.Denied"), trouble.KeyringLocked},
		{"Linux: no answer", "linux", bus("org.freedesktop.DBus.Error.NoReply"), trouble.KeyringLocked},
		{"Linux: locked, in go-keyring's words", "linux", errors.New("failed to unlock correct collection '/x'"), trouble.KeyringLocked},
		{"Linux: a sandbox refuses", "linux", bus("org.freedesktop.DBus.Error.AccessDenied"), trouble.KeyringRefused},
		{"Linux: the same, by pointer", "linux", dbus.NewError("org.freedesktop.DBus.Error.ServiceUnknown", nil), trouble.KeyringMissing},
		{"Linux: anything else", "linux", errors.New("odd"), trouble.KeyringRefused},

		{"macOS: no default keychain", "darwin", exit(t, 37), trouble.KeyringMissing},
		{"macOS: no such keychain", "darwin", exit(t, 50), trouble.KeyringMissing},
		{"macOS: no keychain service", "darwin", exit(t, 53), trouble.KeyringMissing},
		{"macOS: no tool", "darwin", &exec.Error{Name: "security", Err: exec.ErrNotFound}, trouble.KeyringMissing},
		{"macOS: the person cancelled", "darwin", exit(t, 128), trouble.KeyringLocked},
		{"macOS: wrong password", "darwin", exit(t, 51), trouble.KeyringLocked},
		{"macOS: nobody there to ask", "darwin", exit(t, 36), trouble.KeyringLocked},
		{"macOS: anything else", "darwin", exit(t, 1), trouble.KeyringRefused},

		{"Windows: a logon without credentials", "windows", syscall.Errno(1312), trouble.KeyringMissing},
		{"Windows: service disabled", "windows", syscall.Errno(1058), trouble.KeyringMissing},
		{"Windows: service not running", "windows", syscall.Errno(1722), trouble.KeyringMissing},
		{"Windows: the person cancelled", "windows", syscall.Errno(1223), trouble.KeyringLocked},
		{"Windows: access denied", "windows", syscall.Errno(5), trouble.KeyringRefused},
		{"Windows: anything else", "windows", errors.New("odd"), trouble.KeyringRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := classify(c.goos, c.err)
			switch {
			case c.want == "" && !errors.Is(got, ErrNotFound):
				t.Errorf("got %v, want ErrNotFound", got)
			case c.want != "" && !trouble.Is(got, c.want):
				t.Errorf("got %v, want %s", got, c.want)
			case c.want != "" && !strings.Contains(got.Error(), c.err.Error()):
				t.Errorf("%v lost what it was made from", got)
			}
		})
	}
	for _, c := range []struct {
		goos string
		err  error
	}{{"linux", bus("org.gnome.keyring.Error.Denied")}, {"darwin", exit(t, 128)}, {"windows", syscall.Errno(1223)}} {
		if got := classify(c.goos, c.err); !errors.Is(got, ErrDismissed) {
			t.Errorf("%s: the person has closed the prompt, and it is told as %v", c.goos, got)
		}
	}
	if err := classify("linux", nil); err != nil {
		t.Errorf("nothing wrong: got %v", err)
	}
}
