package listen

import "net/http"

// Addr is where a server listens, whatever its public address.
func Addr(s *Server) string { return s.listener.Addr().String() }

// OnlyThroughProxy is what Serve puts before a handler behind a proxy.
func OnlyThroughProxy(s *Server, next http.Handler) http.Handler { return s.onlyThroughProxy(next) }
