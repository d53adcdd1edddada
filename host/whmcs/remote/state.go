package remote

import "github.com/sony/gobreaker/v2"

// Breaker is the state of the circuit breaker, for metrics: 0 closed, 1 half open, 2 open.
func (c *Client) Breaker() int {
	switch c.breaker.State() {
	case gobreaker.StateOpen:
		return 2
	case gobreaker.StateHalfOpen:
		return 1
	}
	return 0
}
