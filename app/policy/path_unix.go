//go:build unix && !darwin

package policy

// Path is where an administrator puts the file.
func Path() string { return "/etc/concierge/policy.json" }
