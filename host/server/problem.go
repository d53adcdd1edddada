package server

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/store"
)

// problem is an error that is answered as it is (RFC 9457).
type problem struct {
	api.Problem
	retryAfter time.Duration
}

// kinds gives each problem type its status and the title that logs show.
var kinds = map[string]struct {
	status int
	title  string
}{
	api.ProblemUnauthenticated:      {http.StatusUnauthorized, "No valid access token"},
	api.ProblemForbidden:            {http.StatusForbidden, "A permission is missing"},
	api.ProblemOwnerOnly:            {http.StatusForbidden, "Only the account owner may do this"},
	api.ProblemStepUp:               {http.StatusForbidden, "Proof is required first"},
	api.ProblemRefusedUpstream:      {http.StatusForbidden, "The provider's system refused"},
	api.ProblemNotFound:             {http.StatusNotFound, "Not found"},
	api.ProblemMethodNotAllowed:     {http.StatusMethodNotAllowed, "This path does not take that method"},
	api.ProblemOwnerProtected:       {http.StatusConflict, "The account owner cannot be restricted or removed"},
	api.ProblemAlreadyUser:          {http.StatusConflict, "The address already has access"},
	api.ProblemAlreadyInvited:       {http.StatusConflict, "The address is already invited"},
	api.ProblemLastDomain:           {http.StatusConflict, "At least one address must receive Domain mail"},
	api.ProblemEmailTaken:           {http.StatusConflict, "Another person signs in with this address"},
	api.ProblemInvitationOver:       {http.StatusConflict, "The invitation was accepted or cancelled"},
	api.ProblemUnavailableFeature:   {http.StatusConflict, "This host cannot do this"},
	api.ProblemChallengeWrong:       {http.StatusUnprocessableEntity, "Not the right code"},
	api.ProblemChallengeOver:        {http.StatusGone, "The challenge is over"},
	api.ProblemStale:                {http.StatusPreconditionFailed, "Changed meanwhile"},
	api.ProblemPreconditionRequired: {http.StatusPreconditionRequired, "If-Match is required"},
	api.ProblemIdempotencyRequired:  {http.StatusBadRequest, "Idempotency-Key is required"},
	api.ProblemIdempotencyMismatch:  {http.StatusUnprocessableEntity, "The Idempotency-Key was used for another call"},
	api.ProblemInvalid:              {http.StatusUnprocessableEntity, "Fields are not valid"},
	api.ProblemMalformed:            {http.StatusBadRequest, "The body is not JSON"},
	api.ProblemTooLarge:             {http.StatusRequestEntityTooLarge, "The body is too large"},
	api.ProblemRateLimited:          {http.StatusTooManyRequests, "Too many calls"},
	api.ProblemBusy:                 {http.StatusServiceUnavailable, "Not available now"},
	api.ProblemUpstream:             {http.StatusBadGateway, "The provider's system gave an answer that makes no sense"},
	api.ProblemInternal:             {http.StatusInternalServerError, "Internal error"},
}

// fail makes the problem of a type.
func fail(kind string) *problem {
	k := kinds[kind]
	return &problem{Problem: api.Problem{Type: kind, Title: k.title, Status: k.status}}
}

func (p *problem) because(detail string) *problem {
	p.Detail = detail
	return p
}

func (p *problem) after(wait time.Duration) *problem {
	p.retryAfter = max(wait, time.Second)
	return p
}

// maxErrors is how many wrong fields are named at most: an answer must not be many times what was sent.
const maxErrors = 100

// invalid is the problem of wrong fields.
func invalid(errs ...api.FieldError) *problem {
	p := fail(api.ProblemInvalid)
	p.Errors = errs[:min(len(errs), maxErrors)]
	return p
}

// Error is what logs say.
func (p *problem) Error() string {
	if p.Detail == "" {
		return p.Type
	}
	return p.Type + ": " + p.Detail
}

// GetStatus, GetHeaders and ContentType are what huma asks an error for.
func (p *problem) GetStatus() int { return p.Status }

func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	return h
}

func (p *problem) ContentType(string) string { return "application/problem+json" }

// withID returns the problem as the answer to one call.
func (p *problem) withID(id string) *problem {
	q := *p
	q.RequestID = id
	return &q
}

// write answers with the problem outside huma.
func (p *problem) write(w http.ResponseWriter, id string) error {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	return json.NewEncoder(w).Encode(p.withID(id))
}

// problemOf turns any error into a problem; unexpected says that it is not an answer anybody foresaw.
func problemOf(err error) (p *problem, unexpected bool) {
	var field *host.FieldError
	switch {
	case errors.As(err, &p):
		return p, false
	case errors.Is(err, host.ErrNotFound):
		return fail(api.ProblemNotFound), false
	case errors.As(err, &field):
		return invalid(api.FieldError{Pointer: field.Pointer, Code: field.Code, Detail: field.Detail}), false
	case errors.Is(err, host.ErrEmailTaken):
		return fail(api.ProblemEmailTaken), false
	case errors.Is(err, host.ErrAlreadyUser):
		return fail(api.ProblemAlreadyUser), false
	case errors.Is(err, host.ErrAlreadyInvited):
		return fail(api.ProblemAlreadyInvited), false
	case errors.Is(err, host.ErrLastDomain):
		return fail(api.ProblemLastDomain), false
	case errors.Is(err, host.ErrOwnerProtected):
		return fail(api.ProblemOwnerProtected), false
	case errors.Is(err, host.ErrRefused):
		return fail(api.ProblemRefusedUpstream), true
	case errors.Is(err, host.ErrNonsense):
		return fail(api.ProblemUpstream), true
	case errors.Is(err, host.ErrUnavailable), store.Unavailable(err):
		return fail(api.ProblemBusy).after(30 * time.Second), true
	}
	return fail(api.ProblemInternal), true
}

func init() {
	// huma keeps how errors look, and how strictly names are compared, in variables of its package.
	huma.NewError = problemOfHuma
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
}

// problemOfHuma turns what huma found wrong with a request into a problem of the contract. Values that were sent are
// not repeated: they could be secrets.
func problemOfHuma(status int, msg string, errs ...error) huma.StatusError {
	switch status {
	case http.StatusBadRequest:
		return fail(api.ProblemMalformed).because(msg)
	case http.StatusUnsupportedMediaType:
		p := fail(api.ProblemMalformed).because("only application/json is understood")
		p.Status = status
		return p
	case http.StatusRequestEntityTooLarge:
		return fail(api.ProblemTooLarge)
	case http.StatusUnprocessableEntity:
		p := fail(api.ProblemInvalid)
		for _, err := range errs[:min(len(errs), maxErrors)] {
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				p.Errors = append(p.Errors, fieldErrorOf(d.ErrorDetail()))
			}
		}
		return p
	}
	return fail(api.ProblemInternal).because(msg)
}

// fieldErrorOf reads huma's English, which is the only place where it says which rule was broken.
func fieldErrorOf(d *huma.ErrorDetail) api.FieldError {
	f := api.FieldError{Pointer: pointerOf(d.Location), Code: api.FieldInvalid, Detail: d.Message}
	switch {
	case d.Message == "unexpected property", d.Message == "unknown query parameter":
		f.Code = api.FieldUnknown
	case strings.HasPrefix(d.Message, "expected required property "):
		name := strings.TrimSuffix(strings.TrimPrefix(d.Message, "expected required property "), " to be present")
		f.Code, f.Pointer = api.FieldRequired, f.Pointer+pointer(name)
	case strings.HasPrefix(d.Message, "expected length <= "):
		f.Code, f.Limit = api.FieldTooLong, trailingNumber(d.Message)
	case strings.HasPrefix(d.Message, "expected array length <= "):
		f.Code, f.Limit = api.FieldTooLong, trailingNumber(d.Message)
	}
	return f
}

func trailingNumber(s string) int {
	n, err := strconv.Atoi(s[strings.LastIndexByte(s, ' ')+1:])
	if err != nil {
		return 0 // huma's limits are ints, so this is not reached; no limit is said
	}
	return n
}

// pointerOf turns huma's "body.permissions[2]" into "/permissions/2"; of query parameters the name stays.
func pointerOf(location string) string {
	location = strings.NewReplacer("[", ".", "]", "").Replace(location)
	parts := strings.Split(location, ".")
	return pointer(parts[1:]...)
}

// pointer makes a JSON pointer (RFC 6901) of names.
func pointer(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(n))
	}
	return b.String()
}
