package hosttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"concierge/client/api"
)

// Answer is what came back.
type Answer struct {
	testing.TB
	What   string // the request: its method and path
	Status int
	Header http.Header
	Body   []byte
}

func (a Answer) String() string { return fmt.Sprintf("%s: %d %s", a.What, a.Status, a.Body) }

// Is wants a status.
func (a Answer) Is(status int) Answer {
	a.Helper()
	if a.Status != status {
		a.Fatalf("want %d: %s", status, a)
	}
	return a
}

// Done tells whether the call was done.
func (a Answer) Done() bool { return a.Status < 300 }

// ETag is the entity tag of what was answered.
func (a Answer) ETag() string { return a.Header.Get("ETag") }

// Problem is the problem that was answered; every one must be whole.
func (a Answer) Problem() api.Problem {
	a.Helper()
	if a.Status < 400 {
		a.Fatalf("want a problem: %s", a)
	}
	var p api.Problem
	a.Decode(&p)
	if a.Header.Get("Content-Type") != "application/problem+json" || p.Status != a.Status || p.Title == "" ||
		p.RequestID == "" || p.RequestID != a.Header.Get(api.HeaderRequestID) || !strings.HasPrefix(p.Type, api.ProblemPrefix) {
		a.Fatalf("not a whole problem, as %q: %s", a.Header.Get("Content-Type"), a)
	}
	return p
}

// Refused wants a problem of a type.
func (a Answer) Refused(kind string) api.Problem {
	a.Helper()
	p := a.Problem()
	if p.Type != kind {
		a.Fatalf("want %s: %s", kind, a)
	}
	return p
}

// Wrong wants exactly these wrong fields, each "pointer code", in any order.
func (a Answer) Wrong(fields ...string) {
	a.Helper()
	var got []string
	for _, e := range a.Is(http.StatusUnprocessableEntity).Refused(api.ProblemInvalid).Errors {
		got = append(got, e.Pointer+" "+e.Code)
	}
	want := slices.Sorted(slices.Values(fields))
	if slices.Sort(got); !slices.Equal(got, want) {
		a.Fatalf("wrong are %q, want %q: %s", got, want, a)
	}
}

// Decode reads what was answered, whatever the status.
func (a Answer) Decode(v any) {
	a.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.Fatalf("%v: %s", err, a)
	}
}

// Into reads what was answered with a status.
func Into[T any](a Answer, status int) (v T) {
	a.Helper()
	a.Is(status).Decode(&v)
	return v
}
