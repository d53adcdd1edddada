package api

import (
	"encoding/json"
	"time"
)

// Problem is an error answer (RFC 9457, application/problem+json). Type is stable and is what programs look at;
// Title and Detail are for logs, not for people: the application puts a problem into words itself.
type Problem struct {
	Type       string          `json:"type"`
	Title      string          `json:"title"`
	Status     int             `json:"status"`
	Detail     string          `json:"detail,omitempty"`
	RequestID  string          `json:"requestId,omitempty"`
	Errors     []FieldError    `json:"errors,omitempty"`
	Challenge  *Challenge      `json:"challenge,omitempty" doc:"With step-up-required"`
	Current    json.RawMessage `json:"current,omitempty" doc:"With stale: the resource as it is now"`
	Permission string          `json:"permission,omitempty" doc:"With forbidden: the permission that is missing"`
}

// FieldError points at one wrong field of the request (RFC 6901 pointer into the body).
type FieldError struct {
	Pointer string `json:"pointer" doc:"JSON pointer, such as /email"`
	Code    string `json:"code" doc:"One of the Field… constants"`
	Limit   int    `json:"limit,omitempty" doc:"With tooLong: the greatest length in characters"`
	Detail  string `json:"detail,omitempty"`
}

// What FieldError.Code can be.
const (
	FieldRequired   = "required"
	FieldInvalid    = "invalid"
	FieldTooLong    = "tooLong"
	FieldUnknown    = "unknown"
	FieldUnknownKey = "unknownKey" // a permission or category that the catalogue does not have
	FieldTaken      = "taken"      // another contact of the account has the address; or another account, where a host minds
	FieldPast       = "past"
)

// Challenge asks for proof before a sensitive call: show Fields, POST them to /v1/challenges/{id}, then repeat
// the refused call with HeaderChallenge.
type Challenge struct {
	ID        string           `json:"id"`
	Condition string           `json:"condition" doc:"Why proof is asked: one of the Condition… constants"`
	Method    string           `json:"method" doc:"How: email-code"`
	SentTo    string           `json:"sentTo,omitempty" doc:"Address the code went to, masked"`
	Fields    []ChallengeField `json:"fields"`
	ExpiresAt time.Time        `json:"expiresAt"`
}

// What Challenge.Condition can be.
const (
	ConditionInvite       = "invite"
	ConditionLoginEmail   = "login-email"
	ConditionAccountEmail = "account-email"
)

// ChallengeField is one thing to type.
type ChallengeField struct {
	Name   string `json:"name"`
	Kind   string `json:"kind" doc:"digits, text or password"`
	Length int    `json:"length,omitempty"`
	Label  Text   `json:"label"`
}

// ChallengeAnswer is what was typed: POST /v1/challenges/{id}.
type ChallengeAnswer struct {
	Values map[string]string `json:"values"`
}

// Stable problem types.
const (
	ProblemPrefix               = "urn:concierge:problem:"
	ProblemUnauthenticated      = ProblemPrefix + "unauthenticated"          // 401: no token, expired, revoked
	ProblemForbidden            = ProblemPrefix + "forbidden"                // 403: a permission is missing
	ProblemOwnerOnly            = ProblemPrefix + "owner-only"               // 403
	ProblemStepUp               = ProblemPrefix + "step-up-required"         // 403, with Challenge
	ProblemRefusedUpstream      = ProblemPrefix + "refused-upstream"         // 403: the provider's system refused
	ProblemNotFound             = ProblemPrefix + "not-found"                // 404: also another customer's account
	ProblemMethodNotAllowed     = ProblemPrefix + "method-not-allowed"       // 405, with Allow
	ProblemOwnerProtected       = ProblemPrefix + "owner-protected"          // 409: the owner cannot be restricted or removed
	ProblemAlreadyUser          = ProblemPrefix + "already-user"             // 409: the address already has access
	ProblemAlreadyInvited       = ProblemPrefix + "already-invited"          // 409: a pending invitation exists
	ProblemLastDomain           = ProblemPrefix + "last-domain-address"      // 409: at least one address keeps Domain mail
	ProblemEmailTaken           = ProblemPrefix + "email-taken"              // 409: another person signs in with it
	ProblemInvitationOver       = ProblemPrefix + "invitation-over"          // 409: accepted or cancelled meanwhile
	ProblemUnavailableFeature   = ProblemPrefix + "feature-unavailable"      // 409: the host cannot do this
	ProblemChallengeWrong       = ProblemPrefix + "challenge-wrong"          // 422: not the right code
	ProblemChallengeOver        = ProblemPrefix + "challenge-over"           // 410: expired, or tried too often: ask anew
	ProblemStale                = ProblemPrefix + "stale"                    // 412, with Current
	ProblemPreconditionRequired = ProblemPrefix + "precondition-required"    // 428: If-Match missing
	ProblemIdempotencyRequired  = ProblemPrefix + "idempotency-key-required" // 400
	ProblemIdempotencyMismatch  = ProblemPrefix + "idempotency-key-reused"   // 422: same key, other request
	ProblemInvalid              = ProblemPrefix + "invalid"                  // 422, with Errors
	ProblemMalformed            = ProblemPrefix + "malformed"                // 400: not JSON
	ProblemTooLarge             = ProblemPrefix + "too-large"                // 413
	ProblemRateLimited          = ProblemPrefix + "rate-limited"             // 429, Retry-After
	ProblemBusy                 = ProblemPrefix + "unavailable"              // 503, Retry-After
	ProblemUpstream             = ProblemPrefix + "upstream"                 // 502: the provider's system answered nonsense
	ProblemInternal             = ProblemPrefix + "internal"                 // 500
)
