package server

import (
	"net/http"
	"sync"
)

// server answers the paths; its methods are the handlers.
type server struct {
	Config
	persons   *limiter   // calls by person
	addresses *limiter   // calls without a valid token, by IP address
	mails     *limiter   // e-mails that ask for no proof, by what they are about
	hashing   sync.Mutex // held while a code is hashed
}

// New returns the handler of everything under /v1.
func New(c Config) http.Handler {
	s := &server{Config: c.withDefaults()}
	s.persons = newLimiter(s.Limits.PersonPerSecond, s.Limits.PersonBurst, s.Now)
	s.addresses = newLimiter(s.Limits.AddressPerSecond, s.Limits.AddressBurst, s.Now)
	s.mails = newLimiter(1/mailPause.Seconds(), s.Limits.Mails, s.Now)
	mux := http.NewServeMux()
	s.routes(mux)
	return s.outermost(mux)
}
