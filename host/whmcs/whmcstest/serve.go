package whmcstest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// ErrNotLoopback: the double gives itself to everybody who reaches it, so nobody but this computer may.
var ErrNotLoopback = errors.New("whmcstest: the double only listens on loopback addresses")

// Server is a double that listens.
type Server struct {
	URL    string // where WHMCS is installed, without a slash at the end
	server *http.Server
	done   chan struct{}
	err    error
}

// Serve lets a double listen at an address, such as "127.0.0.1:0", until ctx ends or Close is called.
func Serve(ctx context.Context, listen string, w *WHMCS) (*Server, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", listen)
	if err != nil {
		return nil, err
	}
	if at, err := netip.ParseAddrPort(l.Addr().String()); err != nil || !at.Addr().Unmap().IsLoopback() {
		return nil, errors.Join(ErrNotLoopback, l.Close())
	}
	s := &Server{URL: "http://" + l.Addr().String() + w.cfg.Path, done: make(chan struct{}),
		server: &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}}
	stop := context.AfterFunc(ctx, func() { _ = s.server.Close() }) // what Close would answer is in s.err
	go func() {
		defer close(s.done)
		defer stop()
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	}()
	return s, nil
}

// Close stops listening and cuts the calls under way. More than once is once.
func (s *Server) Close() error {
	err := s.server.Close()
	<-s.done
	return errors.Join(err, s.err)
}
