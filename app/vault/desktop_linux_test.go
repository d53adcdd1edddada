package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"concierge/app/trouble"
)

// The tests in this file run against a real message bus, and where it matters a real GNOME Keyring. Both belong to a
// session, so each test starts this program again inside a session of its own, with its own home.

const desktopVariable = "CONCIERGE_VAULT_TEST_DESKTOP"

// desktops are what the program does inside its session.
var desktops = map[string]func(context.Context, *Keyring) error{
	"present":            present,
	"locked":             locked,
	"without collection": withoutCollection,
	"absent":             missing,
	"without bus":        missing,
	"prompt accepted":    promptAccepted,
	"prompt dismissed":   promptDismissed,
	"prompt unanswered":  promptUnanswered,
	"prompt abandoned":   promptAbandoned,
}

func TestMain(m *testing.M) {
	name := os.Getenv(desktopVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	if err := desktops[name](ctx, OS()); err != nil {
		cancel()
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	cancel()
	os.Exit(0)
}

// bareBus is a session bus that can start no services.
const bareBus = `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// inSession runs one of desktops in a session: with the services that are installed, or bare.
func inSession(t *testing.T, name string, bare bool, needs ...string) {
	t.Helper()
	for _, program := range append(needs, "dbus-run-session") {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed (Debian packages dbus, gnome-keyring)", program)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--", self}
	if bare {
		config := filepath.Join(t.TempDir(), "bus.conf")
		if err := os.WriteFile(config, []byte(bareBus), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"--config-file=" + config}, args...)
	}
	runSelf(t, exec.CommandContext(t.Context(), "dbus-run-session", args...), name)
}

func runSelf(t *testing.T, cmd *exec.Cmd, name string, env ...string) {
	t.Helper()
	run, err := os.MkdirTemp("", "vault") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "XDG_RUNTIME_DIR=" + run,
		desktopVariable + "=" + name}, env...)
	cmd.WaitDelay = 10 * time.Second // the keyring's daemon holds our pipes until its bus ends
	out, err := cmd.CombinedOutput()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestARealKeyringKeepsSecrets(t *testing.T) {
	inSession(t, "present", false, "gnome-keyring-daemon")
}

func TestARealLockedKeyringLosesNothing(t *testing.T) {
	inSession(t, "locked", false, "gnome-keyring-daemon")
}

func TestARealKeyringWithoutCollectionIsMissing(t *testing.T) {
	inSession(t, "without collection", false, "gnome-keyring-daemon")
}

func TestASessionWithoutKeyringSaysSo(t *testing.T) { inSession(t, "absent", true) }

func TestASystemWithoutSessionSaysSo(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	runSelf(t, exec.CommandContext(t.Context(), self), "without bus", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus")
}

func TestUnlockingByThePrompt(t *testing.T) {
	for _, name := range []string{"prompt accepted", "prompt dismissed", "prompt unanswered", "prompt abandoned"} {
		t.Run(name, func(t *testing.T) { inSession(t, name, true) })
	}
}

// startKeyring starts GNOME Keyring and waits until it is on the bus; with a password it unlocks, or first makes, the
// login collection. The returned function ends it.
func startKeyring(ctx context.Context, password string) (stop func() error, err error) {
	args := []string{"--foreground", "--components=secrets"}
	if password != "" {
		args = append(args, "--unlock")
	}
	cmd := exec.CommandContext(ctx, "gnome-keyring-daemon", args...)
	cmd.Stdin = strings.NewReader(password)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() error {
		if err := cmd.Process.Kill(); err != nil {
			return err
		}
		if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
			return err
		}
		return waitForOwner(ctx, false)
	}
	return stop, waitForOwner(ctx, true)
}

// waitForOwner waits until somebody, or nobody, is the Secret Service.
func waitForOwner(ctx context.Context, somebody bool) error {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return err
	}
	defer conn.Close()
	changes := make(chan *dbus.Signal, 8)
	conn.Signal(changes)
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(busInterface), dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, secretsName)); err != nil {
		return err
	}
	for {
		var has bool
		if err := conn.BusObject().CallWithContext(ctx, busInterface+".NameHasOwner", 0, secretsName).Store(&has); err != nil {
			return err
		}
		if has == somebody {
			return nil
		}
		select {
		case <-changes:
		case <-ctx.Done():
			return fmt.Errorf("waiting for the Secret Service: %w", ctx.Err())
		}
	}
}

func present(ctx context.Context, k *Keyring) error {
	if _, err := startKeyring(ctx, "test"); err != nil {
		return err
	}
	if err := k.Probe(ctx); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	if _, err := k.Get(ctx, "one"); !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("before: %w", err)
	}
	large := strings.Repeat("é", MaxSecret/2)
	for id, secret := range map[string]string{"one": "older", "one-more": "its own", "large": large} {
		if err := k.Set(ctx, id, secret); err != nil {
			return fmt.Errorf("set %s: %w", id, err)
		}
	}
	if err := k.Set(ctx, "one", "s3cret"); err != nil {
		return err
	}
	for id, want := range map[string]string{"one": "s3cret", "one-more": "its own", "large": large} {
		if got, err := k.Get(ctx, id); err != nil || got != want {
			return fmt.Errorf("get %s: %q, %w", id, got, err)
		}
	}
	if tool, err := exec.LookPath("secret-tool"); err == nil { // another program finds it where it should be
		out, err := exec.CommandContext(ctx, tool, "lookup", "service", Service, "username", "one").Output()
		if err != nil || strings.TrimSpace(string(out)) != "s3cret" {
			return fmt.Errorf("secret-tool: %q, %w", out, err)
		}
	}
	for range 2 {
		if err := k.Delete(ctx, "one"); err != nil {
			return fmt.Errorf("delete: %w", err)
		}
	}
	if _, err := k.Get(ctx, "one"); !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("after deleting: %w", err)
	}
	if got, err := k.Get(ctx, "one-more"); err != nil || got != "its own" {
		return fmt.Errorf("the other after deleting: %q, %w", got, err)
	}
	return nil
}

func locked(ctx context.Context, k *Keyring) error {
	stop, err := startKeyring(ctx, "test")
	if err != nil {
		return err
	}
	if err := k.Set(ctx, "one", "s3cret"); err != nil {
		return err
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return err
	}
	if err := conn.Object(secretsName, secretsPath).CallWithContext(ctx, serviceInterface+".Lock", 0,
		[]dbus.ObjectPath{loginPath}).Err; err != nil {
		return err
	}
	start := time.Now()
	if err := k.Probe(ctx); !trouble.Is(err, trouble.KeyringLocked) || time.Since(start) > probeWait {
		return fmt.Errorf("probe: %w", err)
	}
	// There is no screen to prompt on, so nobody can answer.
	short, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for name, err := range map[string]error{
		"get":    second(k.Get(short, "one")),
		"set":    k.Set(short, "one", "newer"),
		"delete": k.Delete(short, "one"),
	} {
		if !trouble.Is(err, trouble.KeyringLocked) {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := stop(); err != nil {
		return err
	}
	if _, err := startKeyring(ctx, "test"); err != nil {
		return err
	}
	if got, err := k.Get(ctx, "one"); err != nil || got != "s3cret" {
		return fmt.Errorf("unlocked again: %q, %w", got, err)
	}
	return nil
}

func second[T any](_ T, err error) error { return err }

func withoutCollection(ctx context.Context, k *Keyring) error {
	if _, err := startKeyring(ctx, ""); err != nil {
		return err
	}
	return missing(ctx, k)
}

func missing(ctx context.Context, k *Keyring) error {
	for name, err := range map[string]error{
		"probe":  k.Probe(ctx),
		"get":    second(k.Get(ctx, "one")),
		"set":    k.Set(ctx, "one", "x"),
		"delete": k.Delete(ctx, "one"),
	} {
		if !trouble.Is(err, trouble.KeyringMissing) {
			return fmt.Errorf("%s: got %w, want it missing", name, err)
		}
	}
	return nil
}

// service is a Secret Service whose one collection is locked and holds nothing.
type service struct {
	conn      *dbus.Conn
	locked    bool
	answer    func(s *service) // what becomes of the prompt
	prompted  chan struct{}
	dismissed chan struct{}
}

const promptPath = dbus.ObjectPath("/org/freedesktop/secrets/prompt/p1")

func serve(answer func(s *service)) (*service, error) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, err
	}
	s := &service{conn: conn, locked: true, answer: answer, prompted: make(chan struct{}, 1), dismissed: make(chan struct{}, 1)}
	for _, e := range []struct {
		methods map[string]any
		path    dbus.ObjectPath
		iface   string
	}{
		{map[string]any{
			"Unlock": func([]dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
				if s.locked {
					return nil, promptPath, nil
				}
				return []dbus.ObjectPath{loginPath}, noPrompt, nil
			},
		}, secretsPath, serviceInterface},
		{map[string]any{
			"Get": func(string, string) (dbus.Variant, *dbus.Error) {
				return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
			},
		}, secretsPath, "org.freedesktop.DBus.Properties"},
		{map[string]any{
			"Get": func(string, string) (dbus.Variant, *dbus.Error) { return dbus.MakeVariant(s.locked), nil },
		}, loginPath, "org.freedesktop.DBus.Properties"},
		{map[string]any{
			"SearchItems": func(map[string]string) ([]dbus.ObjectPath, *dbus.Error) { return nil, nil },
		}, loginPath, "org.freedesktop.Secret.Collection"},
		{map[string]any{
			"Prompt": func(string) *dbus.Error {
				s.prompted <- struct{}{}
				s.answer(s)
				return nil
			},
			"Dismiss": func() *dbus.Error { s.dismissed <- struct{}{}; return nil },
		}, promptPath, promptInterface},
	} {
		if err := conn.ExportMethodTable(e.methods, e.path, e.iface); err != nil {
			return nil, err
		}
	}
	reply, err := conn.RequestName(secretsName, dbus.NameFlagDoNotQueue)
	if err != nil {
		return nil, err
	}
	if reply != dbus.RequestNameReplyPrimaryOwner {
		return nil, fmt.Errorf("request name: %v", reply)
	}
	return s, nil
}

func (s *service) completed(dismissed bool) {
	s.locked = dismissed
	_ = s.conn.Emit(promptPath, promptInterface+".Completed", dismissed, dbus.MakeVariant([]dbus.ObjectPath{loginPath}))
}

func promptAccepted(ctx context.Context, k *Keyring) error {
	s, err := serve(func(s *service) { s.completed(false) })
	if err != nil {
		return err
	}
	if err := k.Probe(ctx); !trouble.Is(err, trouble.KeyringLocked) || len(s.prompted) != 0 {
		return fmt.Errorf("probe: %w, prompts %d", err, len(s.prompted))
	}
	if _, err := k.Get(ctx, "one"); !errors.Is(err, ErrNotFound) || len(s.prompted) != 1 {
		return fmt.Errorf("got %w after %d prompts, want ErrNotFound after one", err, len(s.prompted))
	}
	return nil
}

func promptDismissed(ctx context.Context, k *Keyring) error {
	if _, err := serve(func(s *service) { s.completed(true) }); err != nil {
		return err
	}
	if _, err := k.Get(ctx, "one"); !trouble.Is(err, trouble.KeyringLocked) || !errors.Is(err, ErrDismissed) {
		return fmt.Errorf("got %w, want it locked because dismissed", err)
	}
	return nil
}

func promptUnanswered(ctx context.Context, k *Keyring) error {
	s, err := serve(func(*service) {})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() { <-s.prompted; cancel() }()
	if _, err := k.Get(ctx, "one"); !trouble.Is(err, trouble.Cancelled) {
		return fmt.Errorf("got %w, want it cancelled", err)
	}
	select {
	case <-s.dismissed:
		return nil
	case <-time.After(10 * time.Second):
		return errors.New("the prompt is still on the screen")
	}
}

func promptAbandoned(ctx context.Context, k *Keyring) error {
	if _, err := serve(func(s *service) { _, _ = s.conn.ReleaseName(secretsName) }); err != nil {
		return err
	}
	if _, err := k.Get(ctx, "one"); !trouble.Is(err, trouble.KeyringMissing) || !errors.Is(err, errServiceGone) {
		return fmt.Errorf("got %w, want it missing because the service is gone", err)
	}
	return nil
}
