// Package client speaks the Host API (package client/api) over HTTPS: one method for each call of the contract, and a
// type for each way a call can go wrong. It holds no data, decides nothing for the person, and has no text for people:
// views put errors into words from their types.
//
// It must not know the application (package app and below), the keyring, or how signing in works: it asks a
// TokenSource for the token each time it sends one, and asks it once for another when the host refuses it.
//
// # The token stays with its host
//
// A Client is bound to one origin (scheme, host and port). The token is added below every redirect, at the last moment,
// and only to requests to that origin; a redirect elsewhere is not followed but answered with *Redirected. Within
// the origin only GET follows redirects, three at most: a redirected write could turn into a read (RFC 9110 section
// 15.4). The token is in no error, no log line and no printed form of a Client.
//
// # What is repeated
//
// A call is tried three times at most, with exponential back-off and jitter, or after the time the host asked for.
//
//   - GET: repeated after a lost connection, a time-out, 429, 502, 503 and 504.
//   - POST: the same, because it carries an Idempotency-Key (one is made where the caller gives none), so that a host
//     acts once and answers a repeat with its first answer.
//   - PUT, PATCH and DELETE carry If-Match. Were the answer to a first try lost, the repeat would be answered 412 or
//     404, which would tell the person something false. They are repeated only when the host cannot have acted:
//     no connection was made, or it answered 429. Otherwise the error is *OutcomeUnknown.
//   - Never repeated: an unknown host name, TLS trouble, any other refusal.
//
// A write that may have reached the host and got no usable answer is always *OutcomeUnknown (also a POST whose
// repeats all failed, and a 502 or 504, by which a host says that it does not know either). The caller reads the account again to see.
// A 401 is not counted as a try: the token is refreshed once and the call repeated once.
package client
