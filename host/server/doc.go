// Package server is the Host API over HTTP: it registers every path of the contract (client/api), signs calls in,
// and enforces the rules once for all providers: who may do what, what is stale, what needs proof, what was already
// answered. What is read and written comes from a host.Provider; what the server itself must remember (answers by
// Idempotency-Key, step-up challenges) is kept in host/store.
//
// It knows nothing of SQL, of any hosting system, or of how tokens are made.
package server
