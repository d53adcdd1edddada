package gateway

// InWHMCS makes the provider that is served when Config names no other.
var InWHMCS = inWHMCS
