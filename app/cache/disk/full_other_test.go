//go:build !linux

package disk

import "errors"

func withoutRoom(string, []string) error { return errors.New("only on Linux") }
