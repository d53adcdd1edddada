//go:build linux

// Command bench measures what people wait for and what they pay in memory, and prints one JSON line per figure: what was
// measured, the target, and whether it is met. Nothing fails for being slow: speed is the computer's as well, so where
// it matters figures are ratios to a bare window in the same run.
//
// It starts the built application and the built host as processes, and draws the screens that are measured without a
// window. docs/bench.md says what each figure means.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// accounts and people in each are what everything is measured with.
const (
	accounts = 1000
	people   = 30
)

// figure is one line of output.
type figure struct {
	Figure string             `json:"figure"`
	Value  float64            `json:"value"`
	Unit   string             `json:"unit"`
	Target float64            `json:"target,omitempty"` // none when 0
	Met    *bool              `json:"met,omitempty"`
	Of     map[string]float64 `json:"of,omitempty"` // what the value is made of
	Says   string             `json:"says"`
}

// report prints a figure; target 0 is none.
func report(name string, value float64, unit string, target float64, of map[string]float64, says string) {
	say(figure{Figure: name, Value: value, Unit: unit, Target: target, Of: of, Says: says}, round(value) <= target)
}

// reportAtLeast is report for a figure that is to be as high as its target, or higher.
func reportAtLeast(name string, value float64, unit string, target float64, of map[string]float64, says string) {
	say(figure{Figure: name, Value: value, Unit: unit, Target: target, Of: of, Says: says}, round(value) >= target)
}

func say(f figure, met bool) {
	f.Value = round(f.Value)
	if f.Target > 0 {
		f.Met = &met
	}
	for k, v := range f.Of {
		f.Of[k] = round(v)
	}
	line, err := json.Marshal(f)
	if err != nil {
		panic(err) // numbers and words can be written as JSON
	}
	fmt.Println(string(line))
}

func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

// config is what the command line says.
type config struct {
	app, host, bare string
	dist            string // folder with what make dist has made, if it has
	runs            int
	load            time.Duration // how long customers use the gateway
	dir             string        // for data, gone afterwards
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	var c config
	var build, only string
	flag.StringVar(&build, "build", "build", "folder with concierge, concierge-host and bare")
	flag.IntVar(&c.runs, "runs", 7, "how often the application and the bare window are started, in turns")
	flag.DurationVar(&c.load, "load", time.Minute, "how long customers use the gateway while it is measured")
	flag.StringVar(&only, "only", "", "regular expression: measure only groups of this name (seed, host, palette, switch, start, window, sync, growth, gateway, installed)")
	flag.Parse()
	if build, err = filepath.Abs(build); err != nil {
		return err
	}
	c.app, c.host, c.bare = filepath.Join(build, "concierge"), filepath.Join(build, "concierge-host"), filepath.Join(build, "bench", "bare")
	c.dist = filepath.Join(build, "dist")
	if c.dir, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.dir)) }()
	which, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	for _, group := range []struct {
		name    string
		measure func(config) error
	}{{"seed", seed}, {"host", host}, {"palette", palette}, {"switch", switching}, {"start", start}, {"window", loaded}, {"sync", syncing}, {"growth", growth}, {"gateway", atGateway}, {"installed", installed}} {
		if !which.MatchString(group.name) {
			continue
		}
		begin := time.Now()
		if err := group.measure(c); err != nil {
			return fmt.Errorf("%s: %w", group.name, err)
		}
		fmt.Fprintf(os.Stderr, "bench: %s took %d s\n", group.name, int(time.Since(begin).Seconds()+0.5))
	}
	return nil
}

// percentile of durations, in milliseconds.
func percentile(all []time.Duration, p int) float64 {
	all = slices.Sorted(slices.Values(all))
	return ms(all[min(len(all)*p/100, len(all)-1)])
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
