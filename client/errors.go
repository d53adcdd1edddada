package client

import (
	"errors"
	"fmt"
	"time"

	"concierge/client/api"
)

// Sentinels for errors.Is. Each matches the typed error of the same meaning; errors.As gives the details.
var (
	// ErrOffline matches every *Offline: no answer came from the host, whatever the reason.
	ErrOffline = errors.New("the host did not answer")
	// ErrTLS matches an *Offline whose reason is the host's certificate or its TLS. It does not go away by waiting.
	ErrTLS = errors.New("the connection is not secure")
	// ErrSignInNeeded matches *SignInNeeded.
	ErrSignInNeeded = errors.New("sign-in needed")
	// ErrOutcomeUnknown matches *OutcomeUnknown.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNotAHost matches *NotAHost.
	ErrNotAHost = errors.New("not a host")
	// ErrWrongShape matches *WrongShape.
	ErrWrongShape = errors.New("answer of the wrong shape")
	// ErrTooLarge matches *TooLarge.
	ErrTooLarge = errors.New("answer too large")
	// ErrRedirected matches *Redirected.
	ErrRedirected = errors.New("redirected elsewhere")
	// ErrRateLimited matches *RateLimited.
	ErrRateLimited = errors.New("too many calls")
)

// Problem is an error answer of the contract (RFC 9457). Status is the HTTP status that came, whatever the body says.
type Problem struct {
	api.Problem
	// Call is the method and the path with its parameters unfilled, such as "GET /v1/accounts/{id}".
	Call string
	// RetryAfter is how long the host asked to wait; 0 when it said nothing.
	RetryAfter time.Duration
}

// Error is for logs. It has the host's own title and detail, with the token removed where the host repeated it.
func (p *Problem) Error() string {
	s := fmt.Sprintf("client: %s: %d %s", p.Call, p.Status, p.Type)
	for _, e := range p.Errors {
		s += fmt.Sprintf(" [%q %q]", e.Pointer, e.Code)
	}
	for _, words := range p.Spoken() {
		s += " " + words
	}
	if p.RequestID != "" {
		s += " (request " + p.RequestID + ")"
	}
	return s
}

// Spoken are the host's own words, as they stand in Error: nobody here knows whom they name.
func (p *Problem) Spoken() []string {
	var words []string
	for _, text := range []string{p.Title, p.Detail} {
		if text != "" {
			words = append(words, fmt.Sprintf("%q", clip(text)))
		}
	}
	return words
}

// DecodeCurrent decodes the resource as it is now, which comes with api.ProblemStale, into what v points at. The
// error is *WrongShape, also when the host sent none.
func (p *Problem) DecodeCurrent(v any) error {
	if len(p.Current) == 0 {
		return &WrongShape{Call: p.Call, Field: "current"}
	}
	return decode(p.Call, p.Current, v)
}

// HasType tells whether err is a Problem of the given type (one of api.Problem…).
func HasType(err error, problemType string) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Type == problemType
}

// OfflineKind says why no answer came.
type OfflineKind string

// The kinds of Offline. The last four are TLS trouble.
const (
	HostNotFound       OfflineKind = "host-not-found"      // the name does not exist, or no name service answers
	Unreachable        OfflineKind = "unreachable"         // refused, no route, or the proxy refused
	TimedOut           OfflineKind = "timed-out"           // no connection or no complete answer in time
	Interrupted        OfflineKind = "interrupted"         // the connection broke, or the answer was cut
	CertificateExpired OfflineKind = "certificate-expired" // or is not valid yet: the computer's clock may be wrong
	CertificateUnknown OfflineKind = "certificate-unknown" // signed by nobody this computer trusts
	CertificateName    OfflineKind = "certificate-name"    // made out to another name
	TLSFailed          OfflineKind = "tls-failed"          // no common version, not TLS at all, anything else
)

// Offline says that no answer came from the host.
type Offline struct {
	Kind OfflineKind
	Host string // host, with its port where that is not the usual one
	Call string
	Err  error // the cause, without the token
}

func (e *Offline) Error() string {
	return fmt.Sprintf("client: %s: %s: %s: %v", e.Call, e.Host, e.Kind, e.Err)
}

func (e *Offline) Unwrap() error { return e.Err }

// Is matches ErrOffline, and ErrTLS for the kinds that are TLS trouble.
func (e *Offline) Is(target error) bool {
	switch target {
	case ErrOffline:
		return true
	case ErrTLS:
		switch e.Kind {
		case CertificateExpired, CertificateUnknown, CertificateName, TLSFailed:
			return true
		}
	}
	return false
}

// NotAHost says that something answered, but not a host of this contract: a web page, a captive portal, another API.
type NotAHost struct {
	URL         string // base URL that was asked, without query
	Call        string
	Status      int
	ContentType string // media type that came, without parameters
}

func (e *NotAHost) Error() string {
	return fmt.Sprintf("client: %s: %s answered %d %q: not a host", e.Call, e.URL, e.Status, e.ContentType)
}

// Is matches ErrNotAHost.
func (e *NotAHost) Is(target error) bool { return target == ErrNotAHost }

// WrongShape says that JSON came whose values are not those of the contract. It holds names only, no values.
type WrongShape struct {
	Call  string
	Field string // path of names of the contract, such as "users[3].endsAt"; empty when it is no JSON at all
}

func (e *WrongShape) Error() string {
	if e.Field == "" {
		return "client: " + e.Call + ": the answer is not JSON"
	}
	return "client: " + e.Call + ": the answer has a wrong or missing value in " + e.Field
}

// Is matches ErrWrongShape.
func (e *WrongShape) Is(target error) bool { return target == ErrWrongShape }

// TooLarge says that an answer was longer than allowed. The rest was not read.
type TooLarge struct {
	Call  string
	Limit int // bytes, after decompression
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("client: %s: the answer is longer than %d bytes", e.Call, e.Limit)
}

// Is matches ErrTooLarge.
func (e *TooLarge) Is(target error) bool { return target == ErrTooLarge }

// Redirected says that the host sent the call elsewhere, and that it was not followed.
type Redirected struct {
	Call string
	To   string // origin it pointed at, such as "https://www.hebergeur.example"; never a path or a query
}

func (e *Redirected) Error() string {
	return fmt.Sprintf("client: %s: redirected to %s, not followed", e.Call, e.To)
}

// Is matches ErrRedirected.
func (e *Redirected) Is(target error) bool { return target == ErrRedirected }

// RateLimited says that the host asks to call less often (429).
type RateLimited struct {
	RetryAfter time.Duration // 0 when the host did not say
	Until      time.Time     // when calling may work again; zero when the host did not say
	Problem    *Problem
}

func (e *RateLimited) Error() string {
	return fmt.Sprintf("client: %s: too many calls, wait %s", e.Problem.Call, e.RetryAfter)
}

func (e *RateLimited) Unwrap() error { return e.Problem }

// Is matches ErrRateLimited.
func (e *RateLimited) Is(target error) bool { return target == ErrRateLimited }

// SignInNeeded says that the host does not accept the token and no other can be had without the person. A TokenSource
// returns it too when it knows that.
type SignInNeeded struct {
	Err error // what the host or the token source said; may be nil
}

func (e *SignInNeeded) Error() string {
	if e.Err == nil {
		return "client: sign-in needed"
	}
	return "client: sign-in needed: " + e.Err.Error()
}

func (e *SignInNeeded) Unwrap() error { return e.Err }

// Is matches ErrSignInNeeded.
func (e *SignInNeeded) Is(target error) bool { return target == ErrSignInNeeded }

// OutcomeUnknown says that a write may or may not have been done: it was sent, and no usable answer came. Read the
// account again before doing anything else with what was written.
type OutcomeUnknown struct {
	Call string
	Err  error
}

func (e *OutcomeUnknown) Error() string {
	return fmt.Sprintf("client: %s: it is not known whether this was done: %v", e.Call, e.Err)
}

func (e *OutcomeUnknown) Unwrap() error { return e.Err }

// Is matches ErrOutcomeUnknown.
func (e *OutcomeUnknown) Is(target error) bool { return target == ErrOutcomeUnknown }

// BadArgument says that a call was not sent because an argument cannot be right: a mistake of the program.
type BadArgument struct {
	Call string
	Name string
}

func (e *BadArgument) Error() string {
	return fmt.Sprintf("client: %s: bad argument %s", e.Call, e.Name)
}

// ours is every error type of this package.
type ours interface {
	error
	ours()
}

func (*Problem) ours()        {}
func (*Offline) ours()        {}
func (*NotAHost) ours()       {}
func (*WrongShape) ours()     {}
func (*TooLarge) ours()       {}
func (*Redirected) ours()     {}
func (*RateLimited) ours()    {}
func (*SignInNeeded) ours()   {}
func (*OutcomeUnknown) ours() {}
func (*BadArgument) ours()    {}
func (*InvalidHost) ours()    {}
func (*PlainHTTP) ours()      {}

// clip keeps text that a host sent to a length fit for a log line.
func clip(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
