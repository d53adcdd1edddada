//go:build !windows && !darwin

package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"

	"concierge/app/trouble"
)

// Names of the Secret Service (freedesktop.org, Secret Service API 0.2).
const (
	secretsName       = "org.freedesktop.secrets"
	secretsPath       = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath         = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	serviceInterface  = "org.freedesktop.Secret.Service"
	promptInterface   = "org.freedesktop.Secret.Prompt"
	noPrompt          = dbus.ObjectPath("/")
	busInterface      = "org.freedesktop.DBus"
	ownerChangeSignal = busInterface + ".NameOwnerChanged"
)

var (
	errNoCollection = errors.New("the Secret Service has no collection to keep secrets in")
	errIsLocked     = errors.New("the collection is locked")
	errServiceGone  = errors.New("the Secret Service ended while its prompt was open")
)

// openKeyring unlocks the collection that go-keyring uses, so that go-keyring itself never has to prompt: its own
// prompt can neither be taken back nor noticed to be gone.
func openKeyring(ctx context.Context, ask bool) error {
	conn, err := connect(ctx)
	if err != nil {
		return &trouble.Trouble{Kind: trouble.KeyringMissing, Err: fmt.Errorf("no session bus: %w", err)}
	}
	defer conn.Close()
	service := conn.Object(secretsName, secretsPath)
	collection, err := findCollection(ctx, service)
	if err != nil {
		return err
	}
	var locked bool
	if err := conn.Object(secretsName, collection).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		"org.freedesktop.Secret.Collection", "Locked").Store(&locked); err != nil {
		return err
	}
	switch {
	case !locked:
		return nil
	case !ask:
		return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: errIsLocked}
	}
	return unlock(ctx, conn, service, collection)
}

// connect joins the session bus. The connection outlives the context, so that a prompt can be taken back with it;
// joining does not.
func connect(ctx context.Context) (*dbus.Conn, error) {
	joining, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, giveUp)
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(joining))
	if err != nil {
		giveUp()
		return nil, err
	}
	if !stop() {
		return nil, errors.Join(ctx.Err(), conn.Close())
	}
	return conn, nil
}

// findCollection chooses as go-keyring does: the login collection, else the default one.
func findCollection(ctx context.Context, service dbus.BusObject) (dbus.ObjectPath, error) {
	var all []dbus.ObjectPath
	if err := service.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, serviceInterface, "Collections").
		Store(&all); err != nil {
		return "", err
	}
	if slices.Contains(all, loginPath) {
		return loginPath, nil
	}
	var path dbus.ObjectPath
	if err := service.CallWithContext(ctx, serviceInterface+".ReadAlias", 0, "default").Store(&path); err != nil {
		return "", err
	}
	if path == noPrompt {
		return "", &trouble.Trouble{Kind: trouble.KeyringMissing, Err: errNoCollection}
	}
	return path, nil
}

// unlock asks the service to unlock a collection, and shows its prompt when it has one. The prompt is dismissed when
// the context ends.
func unlock(ctx context.Context, conn *dbus.Conn, service dbus.BusObject, collection dbus.ObjectPath) (err error) {
	var unlocked []dbus.ObjectPath
	var path dbus.ObjectPath
	if err := service.CallWithContext(ctx, serviceInterface+".Unlock", 0, []dbus.ObjectPath{collection}).
		Store(&unlocked, &path); err != nil {
		return err
	}
	if path == noPrompt {
		if len(unlocked) == 0 {
			return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: errIsLocked}
		}
		return nil
	}
	signals := make(chan *dbus.Signal, 8)
	conn.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchObjectPath(path), dbus.WithMatchInterface(promptInterface)},
		{dbus.WithMatchInterface(busInterface), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return err
		}
	}
	prompt := conn.Object(secretsName, path)
	defer func() {
		if ctx.Err() != nil {
			takeBack, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			err = errors.Join(err, prompt.CallWithContext(takeBack, promptInterface+".Dismiss", 0).Err)
		}
	}()
	if err := prompt.CallWithContext(ctx, promptInterface+".Prompt", 0, "").Err; err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s, open := <-signals:
			switch {
			case !open:
				return &trouble.Trouble{Kind: trouble.KeyringMissing, Err: errServiceGone}
			case s.Name == ownerChangeSignal:
				return &trouble.Trouble{Kind: trouble.KeyringMissing, Err: errServiceGone}
			case s.Name == promptInterface+".Completed" && s.Path == path:
				if dismissed, ok := first(s.Body).(bool); !ok || dismissed {
					return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: ErrDismissed}
				}
				return nil
			}
		}
	}
}

func first(body []any) any {
	if len(body) == 0 {
		return nil
	}
	return body[0]
}
