package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/store/pgtest"
	"concierge/host/whmcs/whmcstest"
)

// serving starts a gateway process and returns it and its address.
func serving(t *testing.T, file string, env ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(program, "serve", "--config", file)
	cmd.Env = append(os.Environ(), env...)
	var log bytes.Buffer
	cmd.Stderr = &log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may be dead already
		_ = cmd.Wait()
	})
	first, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("it does not serve: %v; %s", err, &log)
	}
	return cmd, strings.TrimSpace(first)
}

func TestAWriteOfAKilledGatewayIsFinishedByAnotherAndDoneOnce(t *testing.T) {
	file, whmcs := configured(t)
	t.Setenv("CONCIERGE_STORE", pgtest.URL(t))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	other := l.Addr().String()
	_ = l.Close()
	killed, first := serving(t, file)
	_, second := serving(t, file, "CONCIERGE_LISTEN="+other, "CONCIERGE_AUDIT_FILE="+filepath.Join(t.TempDir(), "audit.log"))
	token, stderr, code := call(t, "token", "--config", file, "--user", whmcstest.OwnerEmail)
	if code != 0 {
		t.Fatal(stderr)
	}
	client, _ := whmcs.ClientNamed(whmcstest.Bakery)
	before := len(whmcs.Contacts(client.ID))

	body, err := json.Marshal(api.NewContact{FirstName: "Zoé", LastName: "Roy", Email: "zoe.roy@courrier.example"})
	if err != nil {
		t.Fatal(err)
	}
	post := func(base string) (*http.Response, error) {
		r, err := http.NewRequest(http.MethodPost, base+"/v1/accounts/1/contacts", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
		r.Header.Set(api.HeaderIdempotencyKey, "one-key")
		return (&http.Client{Timeout: 90 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	}
	// The call has reached WHMCS, which does it, when the gateway is killed.
	whmcs.Trouble(whmcstest.Trouble{Actions: []string{"AddContact"}, Times: 1, Then: func() {
		_ = killed.Process.Kill()
		_ = killed.Wait()
	}})
	if res, err := post(first); err == nil {
		t.Fatalf("the killed gateway answered %s", res.Status)
	}
	res, err := post(second)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusCreated || !strings.Contains(string(answer), "zoe.roy@courrier.example") {
		t.Errorf("the other gateway answered %s %s, %v", res.Status, answer, err)
	}
	if n := len(whmcs.Contacts(client.ID)); n != before+1 || len(whmcs.Twice()) > 0 {
		t.Errorf("%d contacts were %d; done twice: %v", n, before, whmcs.Twice())
	}
}
