//go:build !windows

package drawing

import (
	"fmt"
	"os"
)

// Tell prints it to the terminal: where there is no screen, there is nothing else.
func Tell(title, text string) {
	fmt.Fprintf(os.Stderr, "%s\n\n%s\n", title, text)
}
