package disk

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
)

var sizes = []int{1_000, 10_000}

// town is a folder with so many accounts of 30 people.
func town(b *testing.B, accounts int) string {
	b.Helper()
	dir := b.TempDir()
	d, _ := at(b, dir)
	fill(d, "i", accounts, 30)
	must(b, d.Close())
	return dir
}

// BenchmarkFirst is what a start waits for: open both files, read the lists and one account, put them into the store.
func BenchmarkFirst(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := town(b, n)
			for b.Loop() {
				d, err := Open(b.Context(), Config{Dir: dir, Key: testKey, Log: slog.New(slog.DiscardHandler)})
				must(b, err)
				kept, snaps, err := d.Load(b.Context(), ref("i", "a00500"))
				must(b, err)
				s := cache.New()
				s.Restore(kept[0])
				s.RestoreSnapshots(snaps)
				if len(s.Accounts("i")) != n || len(snaps) != 1 {
					b.Fatal("not all is there")
				}
				b.StopTimer()
				must(b, d.Close())
				b.StartTimer()
			}
		})
	}
}

// BenchmarkList is what the first list of accounts costs: it is written while the window opens.
func BenchmarkList(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			list := make([]access.Summary, n)
			for i := range list {
				list[i] = access.Summary{Ref: ref("i", fmt.Sprintf("a%05d", i)), Name: fmt.Sprintf("Account %d", i), Role: access.Owner, Revision: "1"}
			}
			for b.Loop() {
				b.StopTimer()
				d, _ := at(b, b.TempDir())
				d.KeepIdentity(cache.Identity{ID: "i"})
				b.StartTimer()
				d.KeepAccounts("i", list, time.Now())
				must(b, d.Close())
			}
		})
	}
}

// BenchmarkRest is what comes after the first screen.
func BenchmarkRest(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d, _ := at(b, town(b, n))
			kept, _, err := d.Load(b.Context(), access.Ref{})
			must(b, err)
			for b.Loop() {
				s := cache.New()
				s.Restore(kept[0])
				must(b, d.LoadRest(b.Context(), s.RestoreSnapshots))
				if len(s.Snapshots()) != n {
					b.Fatal("not all is there")
				}
			}
			b.ReportMetric(float64(size(b, d.cache.path))/(1<<20), "MB-on-disk")
		})
	}
}

// BenchmarkKeep is a first fetch: what who puts a snapshot waits for, and how long the writer works.
func BenchmarkKeep(b *testing.B) {
	for b.Loop() {
		d, _ := at(b, b.TempDir())
		begin := time.Now()
		fill(d, "i", 1_000, 30)
		put := time.Since(begin)
		must(b, d.flush(b.Context()))
		b.ReportMetric(float64(put.Milliseconds()), "ms-put")
		b.StopTimer()
		must(b, d.Close())
		b.StartTimer()
	}
}

func BenchmarkWrite(b *testing.B) {
	d, _ := at(b, b.TempDir())
	n := 0
	for b.Loop() {
		must(b, d.Write(b.Context(), entry(n)))
		n++
	}
}

// BenchmarkResident tells what the process gains by two open files, after all was read.
func BenchmarkResident(b *testing.B) {
	dir := town(b, 1_000)
	for b.Loop() {
		before := resident(b)
		d, err := Open(b.Context(), Config{Dir: dir, Key: testKey})
		must(b, err)
		opened := resident(b)
		must(b, d.LoadRest(b.Context(), func([]cache.KeptSnapshot) {}))
		b.ReportMetric(opened-before, "MB-open")
		b.ReportMetric(resident(b)-before, "MB-read")
		must(b, d.Close())
	}
}

func resident(b *testing.B) float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	var kb float64
	_, err = fmt.Sscan(rest, &kb)
	must(b, err)
	return kb / 1024
}
