//go:build windows || darwin

package vault

import "context"

// openKeyring is nil: Windows has nothing to unlock, macOS unlocks by itself when its tool is run.
var openKeyring func(ctx context.Context, ask bool) error
