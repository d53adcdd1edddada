// Package hosttest is what the tests of a host's parts have in common: a caller of the Host API, a clock that stands still until it
// is moved, and a log that can be read while it is written. It knows the contract, and no provider.
package hosttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"concierge/client/api"
)

// API sends requests to a host.
type API struct {
	testing.TB
	URL    string       // before /v1
	Client *http.Client // nil: http.DefaultClient
	keys   *atomic.Int64
}

// NewAPI returns a caller of the host at an address.
func NewAPI(t testing.TB, url string, client *http.Client) *API {
	if client == nil {
		client = http.DefaultClient
	}
	return &API{TB: t, URL: url, Client: client, keys: &atomic.Int64{}}
}

// At is the same caller at another host; no two of their calls have the same key.
func (a *API) At(url string) *API {
	other := *a
	other.URL = url
	return &other
}

// Key is an Idempotency-Key that nobody has used yet.
func (a *API) Key() string { return fmt.Sprint("key-", a.keys.Add(1)) }

// Call sends a request as the application does: a POST with a new key, other writes based on the present state of what they
// write, unless the headers say otherwise.
func (a *API) Call(token, method, path string, body any, headers ...string) Answer {
	a.Helper()
	switch method {
	case http.MethodPost:
		headers = append([]string{api.HeaderIdempotencyKey, a.Key()}, headers...)
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		if !slices.Contains(headers, "If-Match") {
			headers = append([]string{"If-Match", a.Tag(token, strings.TrimSuffix(path, "/permissions"))}, headers...)
		}
	}
	return a.Send(token, method, path, body, headers...)
}

// Tag is the entity tag of a resource as somebody sees it, or one that nothing has.
func (a *API) Tag(token, path string) string {
	a.Helper()
	if tag := a.Send(token, http.MethodGet, path, nil).ETag(); tag != "" {
		return tag
	}
	return `"nothing"`
}

// Send sends a request as it is, without a token where that is empty. A text for a body is sent as it is, anything else as JSON.
// Headers come as name, value pairs; an empty value takes a header away.
func (a *API) Send(token, method, path string, body any, headers ...string) Answer {
	a.Helper()
	return a.Do(a.Request(token, method, path, body, headers...))
}

// Request is what Send sends, for who has to change it before.
func (a *API) Request(token, method, path string, body any, headers ...string) *http.Request {
	a.Helper()
	var payload []byte
	switch b := body.(type) {
	case nil:
	case string:
		payload = []byte(b)
	default:
		var err error
		if payload, err = json.Marshal(b); err != nil {
			a.Fatal(err)
		}
	}
	r, err := http.NewRequest(method, a.URL+path, bytes.NewReader(payload))
	if err != nil {
		a.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Del(headers[i]); headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	return r
}

// Do sends a request that a test has made itself.
func (a *API) Do(r *http.Request) Answer {
	a.Helper()
	res, err := a.Client.Do(r)
	if err != nil {
		a.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		a.Fatal(err)
	}
	return Answer{a.TB, r.Method + " " + r.URL.RequestURI(), res.StatusCode, res.Header, b}
}
