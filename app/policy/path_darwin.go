package policy

// Path is where an administrator puts the file.
func Path() string { return "/Library/Application Support/Concierge/policy.json" }
