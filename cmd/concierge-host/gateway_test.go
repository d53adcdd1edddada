package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"concierge/host/whmcs/whmcstest"
)

// configured is a configuration of a gateway to a double of WHMCS.
func configured(t *testing.T) (file string, whmcs *whmcstest.WHMCS) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	w := whmcstest.New(whmcstest.Config{Secret: "the api secret",
		OpenID: whmcstest.OpenID{ClientID: "CLIENT", Secret: "the client secret", RedirectURIs: []string{"http://" + address + "/oidc/callback"}}})
	whmcstest.Sample(w)
	double := httptest.NewServer(w)
	t.Cleanup(double.Close)
	dir := t.TempDir()
	for name, secret := range map[string]string{"whmcs_secret": "the api secret\n", "client_secret": "the client secret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file = filepath.Join(dir, "gateway.toml")
	content := fmt.Sprintf(`
name = "Example Hosting"
listen = %q
data = %q
drain_delay = "0s"
[whmcs]
url = %q
identifier = "identifier"
secret_file = "whmcs_secret"
[sign_in]
client_id = "CLIENT"
client_secret_file = "client_secret"
[metrics]
listen = "127.0.0.1:0"
[audit]
file = %q
`, address, filepath.Join(dir, "data"), double.URL, filepath.Join(dir, "audit.log"))
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, w
}

func TestTheGatewayIsCheckedServedRotatedAndStopped(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent SIGHUP or SIGTERM on Windows")
	}
	file, _ := configured(t)
	out, stderr, code := call(t, "check", "--config", file)
	if code != 0 || !strings.Contains(out, "Nothing that the gateway needs is missing") || !regexp.MustCompile(`ok +action UpdateUserPermissions +allowed`).MatchString(out) {
		t.Fatalf("check: %d\n%s%s", code, out, stderr)
	}

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "serve", "--config", file)
	socket := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	told := func() string {
		b := make([]byte, 100)
		_ = manager.SetReadDeadline(time.Now().Add(20 * time.Second))
		n, err := manager.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+socket)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	if err != nil || !strings.HasPrefix(first, "http://127.0.0.1:") {
		t.Fatalf("first line %q, %v; log %s", first, err, &log)
	}
	if got := told(); got != "READY=1" {
		t.Errorf("the service manager was told %q", got)
	}
	url := strings.TrimSpace(first)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/v1/host": 200, "/metrics": 404} {
		if status, body := get(t, url+path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	token, stderr, code := call(t, "token", "--config", file, "--user", whmcstest.OwnerEmail)
	if code != 0 || strings.Count(token, "\n") != 1 {
		t.Fatalf("token: %q, %d, %s", token, code, stderr)
	}
	if status, body := get(t, url+"/v1/accounts", strings.TrimSpace(token)); status != http.StatusOK || !strings.Contains(body, whmcstest.Bakery) {
		t.Errorf("with the token: %d %s", status, body)
	}
	if _, stderr, code := call(t, "token", "--config", file, "--user", "nobody@nowhere.example"); code != 1 || !strings.Contains(stderr, "WHMCS knows no user") {
		t.Errorf("for nobody: %d %s", code, stderr)
	}
	if out, stderr, code := call(t, "token", "--config", file, "--user", whmcstest.OwnerEmail, "--revoke"); code != 0 {
		t.Errorf("revoking: %d %s %s", code, out, stderr)
	}
	if status, _ := get(t, url+"/v1/accounts", strings.TrimSpace(token)); status != http.StatusUnauthorized {
		t.Errorf("after revoking: %d", status)
	}
	if out, _, code := call(t, "check", "--config", file); code != 0 {
		t.Errorf("checked while it serves: %d\n%s", code, out)
	}

	audit := filepath.Join(filepath.Dir(file), "audit.log")
	if err := os.Rename(audit, audit+".1"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) { // until the process has seen it
		if _, err := os.Stat(audit); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the audit log was not opened anew")
		}
	}

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "STOPPING=1" {
		t.Errorf("the service manager was told %q", got)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || len(rest) != 0 {
		t.Errorf("more on stdout: %q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v: %s", err, &log)
	}
	for _, secret := range []string{strings.TrimSpace(token), "the api secret", "the client secret"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}

}

func TestWhatIsMissingIsToldWithWhatToDo(t *testing.T) {
	file, whmcs := configured(t)
	whmcs.Forbid("GetUsers", "CreateClientInvite")
	out, _, code := call(t, "check", "--config", file)
	if code != 1 || !strings.Contains(out, "MISSING") || !strings.Contains(out, "nobody can be invited") || !strings.Contains(out, "allow the credential's role: GetUsers, CreateClientInvite") {
		t.Errorf("%d\n%s", code, out)
	}
	if _, stderr, code := call(t, "serve", "--config", file); code != 1 || !strings.Contains(stderr, "does not allow GetUsers") {
		t.Errorf("served: %d %s", code, stderr)
	}
	whmcs.AllowAll()
	whmcs.SetSecret("changed")
	if out, _, code := call(t, "check", "--config", file); code != 1 || !strings.Contains(out, "look at whmcs.identifier and whmcs.secret") || strings.Contains(out, "the api secret") {
		t.Errorf("%d\n%s", code, out)
	}
}

func TestTheConfigurationIsShownWithoutSecrets(t *testing.T) {
	file, _ := configured(t)
	for _, args := range [][]string{{"config", "--config", file}, {"serve", "--print-config", "--config", file}} {
		out, stderr, code := call(t, args...)
		if code != 0 || !strings.Contains(out, `name = "Example Hosting"`) || !strings.Contains(out, "# secret is set, from "+filepath.Dir(file)) || strings.Contains(out, "the api secret") {
			t.Errorf("%q: %d %s\n%s", args, code, stderr, out)
		}
	}
	if out, _, code := call(t, "config", "--example"); code != 0 || !strings.Contains(out, "[whmcs]") {
		t.Errorf("%d %s", code, out)
	}
}
