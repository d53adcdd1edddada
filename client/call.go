package client

import (
	"crypto/rand"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"concierge/client/api"
)

// call is one call of the contract.
type call struct {
	method      string
	route       string   // path with {id} for each of ids
	ids         []string // fill the route in its order
	query       url.Values
	body        any
	write       Write
	ifNoneMatch string
	must        string // the name that the answer cannot lack, be it null
	anonymous   bool   // no token is sent
	large       bool   // the longer limit of answers holds
}

func (k call) name() string          { return k.method + " " + k.route }
func (k call) read() bool            { return k.method == http.MethodGet }
func (k call) repeats() bool         { return k.method == http.MethodGet || k.method == http.MethodPost }
func (k call) bad(name string) error { return &BadArgument{Call: k.name(), Name: name} }

// path fills the route. Ids come from a host, so they are not trusted to be one segment.
func (k call) path() (string, error) {
	p := k.route
	for _, id := range k.ids {
		if id == "" || id == "." || id == ".." || len(id) > 256 || strings.ContainsFunc(id, unicode.IsControl) {
			return "", k.bad("id")
		}
		p = strings.Replace(p, "{id}", url.PathEscape(id), 1)
	}
	if len(k.query) > 0 {
		p += "?" + k.query.Encode()
	}
	return p, nil
}

// headers checks and makes the headers of the contract for one call, the same for each repeat.
func (k call) headers(cfg Config) (map[string]string, error) {
	h := map[string]string{"Accept": "application/json, application/problem+json", "User-Agent": cfg.UserAgent}
	if l := cfg.Language(); l != "" {
		h["Accept-Language"] = l
	}
	if k.ifNoneMatch != "" {
		h["If-None-Match"] = quoted(k.ifNoneMatch)
	}
	switch k.method {
	case http.MethodPost:
		key := k.write.IdempotencyKey
		if key == "" {
			key = rand.Text()
		}
		if len(key) > 128 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, k.bad("IdempotencyKey")
		}
		h[api.HeaderIdempotencyKey] = key
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		if k.write.IfMatch == "" {
			return nil, k.bad("IfMatch")
		}
	}
	if k.write.IfMatch != "" {
		h["If-Match"] = quoted(k.write.IfMatch)
	}
	if k.write.Challenge != "" {
		h[api.HeaderChallenge] = k.write.Challenge
	}
	return h, nil
}

// quoted gives an ETag the quotes that headers need (RFC 9110 section 8.8.3) where the value of a field has none.
func quoted(etag string) string {
	if strings.HasPrefix(etag, `"`) || strings.HasPrefix(etag, `W/"`) {
		return etag
	}
	return `"` + etag + `"`
}

// answer is what came, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) media() string {
	m, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return m
}

func (a answer) json() bool {
	m := a.media()
	return m == "application/json" || strings.HasSuffix(m, "+json")
}
