package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"concierge/host/sample"
)

// program is the built command.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "concierge-host")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "concierge-host")
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
			panic(string(out))
		}
		return m.Run()
	}())
}

// call runs the command to its end.
func call(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

func get(t *testing.T, url, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestAHostIsServedUntilItIsAskedToStop(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent SIGTERM on Windows")
	}
	data := filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "serve", "--data", data, "--sample")
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
	url := strings.TrimSpace(first)

	token, stderr, code := call(t, "token", "--data", data, "--user", sample.OwnerEmail)
	if code != 0 || strings.Count(token, "\n") != 1 {
		t.Fatalf("token: %q, %d, %s", token, code, stderr)
	}
	if status, body := get(t, url+"/v1/accounts", strings.TrimSpace(token)); status != http.StatusOK || !strings.Contains(body, "Boulangerie Chez Marcel") {
		t.Errorf("with the token: %d %s", status, body)
	}
	if status, _ := get(t, url+"/v1/accounts", ""); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	if list, _, _ := call(t, "token", "--data", data, "--list"); !strings.Contains(list, sample.AccountantEmail) || !strings.Contains(list, "  40  ") {
		t.Errorf("the list: %s", list)
	}

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || len(rest) != 0 {
		t.Errorf("more on stdout: %q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v: %s", err, &log)
	}
	if strings.Contains(log.String(), strings.TrimSpace(token)) {
		t.Error("the token is in the log")
	}
}

func TestDataIsMadeUpForMeasuringOncePerSeed(t *testing.T) {
	data := t.TempDir()
	out, stderr, code := call(t, "seed", "--data", data, "--accounts", "20", "--people", "10", "--seed", "4")
	if code != 0 || !strings.Contains(out, sample.BulkAccountant(4)) {
		t.Fatalf("%q %q %d", out, stderr, code)
	}
	if _, stderr, code := call(t, "seed", "--data", data, "--accounts", "20", "--people", "10", "--seed", "4"); code != 1 || !strings.Contains(stderr, "already") {
		t.Errorf("again: %d %q", code, stderr)
	}
	if out, stderr, code := call(t, "seed", "--data", data, "--accounts", "3", "--people", "10", "--seed", "5"); code != 0 {
		t.Errorf("with another number: %q %q %d", out, stderr, code)
	}
	list, _, _ := call(t, "token", "--data", data, "--list")
	if got := strings.Fields(strings.Split(list, "\n")[1]); got[0] != sample.BulkAccountant(4) || got[3] != "20" {
		t.Errorf("the list begins with %q", got)
	}
}

func TestTheContractIsPrinted(t *testing.T) {
	if out, _, code := call(t, "openapi"); code != 0 || !strings.Contains(out, "openapi: 3.1.0") {
		t.Errorf("%d %.200s", code, out)
	}
	if out, _, code := call(t, "openapi", "--json"); code != 0 || !strings.HasPrefix(out, "{") {
		t.Errorf("%d %.200s", code, out)
	}
}

func TestMistakesAreExplained(t *testing.T) {
	data := filepath.Join(t.TempDir(), "none")
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"", 2, "usage:"},
		{"dance", 2, `unknown command "dance"`},
		{"serve", 2, "-sample"},
		{"serve --sample", 2, "-data is required"},
		{"serve --sample --config x --data " + data, 2, "are the gateway's"},
		{"serve --config " + data, 78, "none"},
		{"token --user a@b.example", 2, "-config for the gateway"},
		{"check", 1, "whmcs.url is missing"},
		{"config", 1, "whmcs.url is missing"},
		{"serve --data " + data, 2, "-sample"},
		{"serve --data " + data + " extra", 2, "unexpected argument"},
		{"serve --sample --listen 0.0.0.0:0 --data " + data, 1, "plain HTTP is only for loopback"},
		{"serve --sample --public-url http://host.example --data " + data, 1, "https://host.example"},
		{"serve --sample --unlimited --public-url https://host.example --data " + data, 2, "not with -public-url"},
		{"token --data " + data + " --list", 1, data},
		{"token --data " + data, 2, "-user or -list"},
		{"seed --data " + data + " --people 1", 1, "at least"},
		{"token --data " + data + " --user nobody@nowhere.example", 1, "nobody signs in with"}, // seed left a directory
		{"serve -h", 0, "-listen"},
	} {
		if _, stderr, code := call(t, strings.Fields(c.args)...); code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%q: %d %s", c.args, code, stderr)
		}
	}
}
