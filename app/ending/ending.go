// Package ending sees to it that a program which is to end does.
//
// A process that stays after its window has gone keeps the data folder to itself: the next start waits for it, before a
// window that nobody sees. So once all that matters has been written down, the process has only so long, whatever it is
// that does not end: a toolkit, a driver, a disk that hangs.
package ending

import (
	"log/slog"
	"runtime"
	"strings"
	"time"
)

// Within ends the process with exit(1), which is os.Exit, when it has not ended by itself after d. The log then says what was
// still going on, a line for each goroutine; there are no values in it but addresses and numbers.
func Within(d time.Duration, log *slog.Logger, exit func(code int)) {
	time.AfterFunc(d, func() {
		log.Error("does not end by itself, and is ended", "after", d)
		for _, g := range goroutines() {
			log.Error("still there", "goroutine", g)
		}
		exit(1)
	})
}

// most is how many bytes are looked at: some five hundred goroutines, of which the main one is the first but one.
const most = 1 << 19

// goroutines are all but the calling one, each as the runtime writes it, on one line.
func goroutines() (all []string) {
	text := make([]byte, most)
	text = text[:runtime.Stack(text, true)]
	for i, g := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		if i > 0 {
			all = append(all, strings.NewReplacer("\n\t", " ", "\n", " < ").Replace(g))
		}
	}
	return all
}
