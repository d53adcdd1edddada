package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhatIsPrintedIsWhereTheGatewayIs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-listen", address}, w)
		ended <- err
		w.CloseWithError(io.EOF)
	}()
	first, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("%v, %v", err, <-ended)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }() // the rest, which nobody reads
	_, url, _ := strings.Cut(strings.TrimSpace(first), ":  ")
	res, err := http.Get(url + "/readyz") //nolint:gosec // our own
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("it is not ready: %s", res.Status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestOnlyThisComputerReachesIt(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:8090", ":8090", "192.0.2.1:8090", "localhost:8090", "127.0.0.1:0", "127.0.0.1"} {
		if err := run(t.Context(), []string{"-listen", listen}, io.Discard); err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("%s: %v", listen, err)
		}
	}
}
