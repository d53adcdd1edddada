// Package contracttest has the tests of the Host API as its callers see it, run unchanged against every host there is: the
// sample host, the gateway before WHMCS's double on SQLite, and the same on PostgreSQL. What a host may do differently is what
// it says in its feature flags, and nothing else: no test asks which host it is talking to. The attacks that a host must
// withstand are here too.
//
// There is no program in it. A host is reached over its own listener; besides, a test plays the parts that the contract leaves
// to people: who signs in, who reads the mail, who accepts an invitation, and the passing of time.
package contracttest
