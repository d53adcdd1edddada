package vault

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"concierge/app/trouble"
)

// classify turns what a keyring answers into ErrNotFound or a Trouble: missing, locked, or refused for anything else.
// The operating system is a parameter so that every table can be tested on each.
func classify(goos string, err error) error {
	var known *trouble.Trouble
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return &trouble.Trouble{Kind: trouble.KeyringRefused, Err: errors.Join(ErrTooLarge, err)}
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &trouble.Trouble{Kind: trouble.KeyringMissing, Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: err}
	}
	if dismissed(goos, err) {
		return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: errors.Join(ErrDismissed, err)}
	}
	var kind trouble.Kind
	switch goos {
	case "windows":
		kind = windowsKind(err)
	case "darwin":
		kind = darwinKind(err)
	default:
		kind = secretServiceKind(err)
	}
	return &trouble.Trouble{Kind: kind, Err: err}
}

// dismissed tells whether the person has closed the system's prompt.
func dismissed(goos string, err error) bool {
	switch goos {
	case "windows":
		var code syscall.Errno
		return errors.As(err, &code) && code == 1223 // ERROR_CANCELLED
	case "darwin":
		var exit *exec.ExitError
		return errors.As(err, &exit) && exit.ExitCode() == 128 // errSecUserCanceled -128
	}
	return busError(err) == "org.gnome.keyring.Error.Denied" // GNOME Keyring
}

// windowsKind reads Win32 error codes (winerror.h).
func windowsKind(err error) trouble.Kind {
	var code syscall.Errno
	if !errors.As(err, &code) {
		return trouble.KeyringRefused
	}
	switch code {
	case 1312, // ERROR_NO_SUCH_LOGON_SESSION: this kind of logon has no credential set
		1058, // ERROR_SERVICE_DISABLED
		1722: // RPC_S_SERVER_UNAVAILABLE: the Credential Manager service does not run
		return trouble.KeyringMissing
	}
	return trouble.KeyringRefused
}

// darwinKind reads the exit code of /usr/bin/security: the last eight bits of an OSStatus (SecBase.h).
func darwinKind(err error) trouble.Kind {
	var exit *exec.ExitError
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return trouble.KeyringMissing
	}
	if !errors.As(err, &exit) {
		return trouble.KeyringRefused
	}
	switch exit.ExitCode() {
	case 37, // errSecNoDefaultKeychain -25307
		50, // errSecNoSuchKeychain -25294
		53: // errSecNotAvailable -25291
		return trouble.KeyringMissing
	case 51, // errSecAuthFailed -25293
		36, // errSecInteractionNotAllowed -25308
		29: // errSecInteractionRequired -25315
		return trouble.KeyringLocked
	}
	return trouble.KeyringRefused
}

// secretServiceKind reads D-Bus errors, and the words of go-keyring where it has no type.
func secretServiceKind(err error) trouble.Kind {
	name := busError(err)
	switch name {
	case "org.freedesktop.DBus.Error.ServiceUnknown", // nobody has the name, and nobody can be started for it
		"org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.NoServer",
		"org.freedesktop.DBus.Error.Disconnected",
		"org.freedesktop.Secret.Error.NoSuchObject":
		return trouble.KeyringMissing
	case "org.freedesktop.Secret.Error.IsLocked",
		"org.freedesktop.DBus.Error.NoReply", // it sits there and waits
		"org.freedesktop.DBus.Error.Timeout",
		"org.freedesktop.DBus.Error.TimedOut":
		return trouble.KeyringLocked
	}
	switch {
	case strings.HasPrefix(name, "org.freedesktop.DBus.Error.Spawn."): // it could not be started
		return trouble.KeyringMissing
	case errors.Is(err, dbus.ErrClosed):
		return trouble.KeyringMissing
	case strings.HasPrefix(err.Error(), "failed to unlock correct collection"):
		return trouble.KeyringLocked
	}
	return trouble.KeyringRefused
}

// busError is the name of a D-Bus error, "" for another one.
func busError(err error) string {
	var value dbus.Error
	var pointer *dbus.Error
	switch {
	case errors.As(err, &value):
		return value.Name
	case errors.As(err, &pointer):
		return pointer.Name
	}
	return ""
}
