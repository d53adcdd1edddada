package server

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"net/http"
	"strings"

	"concierge/client/api"
)

// call is one request on its way through the server.
type call struct {
	id     string // X-Request-Id
	ip     string
	method string
	path   string // as it was sent, still escaped
	route  string // the pattern that matched, for the log

	action  string // the operation's id in the contract
	target  string // id of what the call is about, within its account
	problem string // type of the problem it is answered with
	failed  error  // why, when nobody foresaw it
	unsure  bool   // the provider's own system did not say whether it did what is answered as done

	// hash is what binds answers and proofs to one request: method, path and body.
	hash []byte
	body []byte

	person      api.Me // who calls; zero on open paths
	account     string // {accountId} of the path, "" elsewhere
	need        need
	key         string // Idempotency-Key, of POSTs only
	challenge   string // Concierge-Challenge
	ifMatch     []string
	ifNoneMatch []string

	// proof is the challenge whose answer this call rests on; it is used up together with the effect.
	proof string
}

type callKey struct{}

// callOf returns the call a context belongs to; every handler's context has one.
func callOf(ctx context.Context) *call {
	return ctx.Value(callKey{}).(*call)
}

func newCall(id, ip string, r *http.Request) *call {
	return &call{
		id: id, ip: ip, method: r.Method, path: r.URL.EscapedPath(),
		challenge:   r.Header.Get(api.HeaderChallenge),
		ifMatch:     etags(r.Header.Values("If-Match")),
		ifNoneMatch: etags(r.Header.Values("If-None-Match")),
	}
}

func (c *call) setBody(body []byte) {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\n%s\n", c.method, c.path) // a hash never fails
	_, _ = h.Write(body)
	c.hash, c.body = h.Sum(nil), body
}

// idempotencyKey returns the header's value where it is one to 128 visible ASCII characters.
func idempotencyKey(r *http.Request) (string, bool) {
	key := r.Header.Get(api.HeaderIdempotencyKey)
	if key == "" || len(key) > 128 {
		return "", false
	}
	for _, b := range []byte(key) {
		if b <= ' ' || b > '~' {
			return "", false
		}
	}
	return key, true
}

// bearer returns the token of the Authorization header (RFC 6750 section 2.1), or "".
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// newID returns 26 letters and digits that nobody can guess.
func (s *server) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", fmt.Errorf("randomness: %w", err)
	}
	return strings.ToLower(letters.EncodeToString(b[:])), nil
}
