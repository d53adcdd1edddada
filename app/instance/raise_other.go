//go:build !windows

package instance

// mayRaise has nothing to do: there is no such right, or it goes another way.
func mayRaise(int) {}
