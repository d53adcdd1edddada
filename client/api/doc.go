// Package api is the Host API contract: the Go types that the application's client and every host share, the
// header names, and the stable problem types. The OpenAPI 3.1 document beside it (openapi.yaml) is generated
// from the server that is built on these types.
//
// It holds shapes, not behaviour: no HTTP client, no handlers, no text for people. Names on the wire are camelCase.
// Unknown fields in answers are ignored by clients; unknown fields in requests are refused by servers.
package api

// Headers of the contract beyond plain HTTP.
const (
	// HeaderIdempotencyKey carries a client-chosen key (1 to 128 visible ASCII characters) on every POST; a
	// repeat with the same key and the same body returns the first answer without acting again.
	HeaderIdempotencyKey = "Idempotency-Key"
	// HeaderChallenge carries the id of an answered step-up challenge when a refused call is repeated.
	HeaderChallenge = "Concierge-Challenge"
	// HeaderRequestID identifies one call in the host's log; it is also in every problem.
	HeaderRequestID = "X-Request-Id"
)
