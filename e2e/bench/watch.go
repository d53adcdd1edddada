//go:build linux

package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// watch measures work on one thread: how long it took, and how much of that the processor worked for it. On a computer
// that does other things too the first is more than the second, and only the second says something of the program.
type watch struct {
	took, worked []time.Duration
}

// time measures fn; the goroutine must be locked to its thread.
func (w *watch) time(fn func()) {
	begin, busy := time.Now(), threadTime()
	fn()
	w.took, w.worked = append(w.took, time.Since(begin)), append(w.worked, threadTime()-busy)
}

// of are the figures beside the 95th percentile.
func (w *watch) of() map[string]float64 {
	return map[string]float64{
		"p50": percentile(w.took, 50), "worst": percentile(w.took, 100), "times": float64(len(w.took)),
		"cpu_p50": percentile(w.worked, 50), "cpu_p95": percentile(w.worked, 95), "cpu_worst": percentile(w.worked, 100),
	}
}

func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err) // Linux has had it since 2.6.12
	}
	return time.Duration(t.Nano())
}
