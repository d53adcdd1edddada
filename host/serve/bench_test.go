package serve_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"concierge/host/sample"
	"concierge/host/serve"
)

// BenchmarkSnapshot reads 30-person accounts over HTTP with 50 readers at once, as 50 applications would that have
// nothing yet, and reports the 95th percentile. Readers and host share the processors.
func BenchmarkSnapshot(b *testing.B) {
	const readers, accounts, people = 50, 100, 30
	w := start(b, func(c *serve.Config) { c.Seed = false })
	must(b, w.Sample.Fill(context.Background(), sample.Bulk{Accounts: accounts, People: people, Seed: 1}))
	list, _, err := w.Sample.List(context.Background(), 1_000_000)
	must(b, err)
	type reader struct{ path, token string }
	var owners []reader
	for _, who := range list {
		if who.Owned == 1 && len(owners) < readers {
			c := w.as(who.Email)
			me, err := w.Sample.PersonByEmail(context.Background(), who.Email)
			must(b, err)
			mine, err := w.Sample.Accounts(context.Background(), me.ID, "", 1)
			must(b, err)
			owners = append(owners, reader{"/v1/accounts/" + mine[0].ID + "/snapshot", c.token})
		}
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}}
	read := func(r reader) error {
		req, err := http.NewRequest(http.MethodGet, w.URL+r.path, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+r.token)
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %w", res.Status, err)
		}
		return nil
	}
	for _, o := range owners {
		must(b, read(o)) // connections and caches are warm
	}

	work := make(chan struct{})
	took := make([][]time.Duration, readers)
	var all sync.WaitGroup
	b.ResetTimer()
	for i := range readers {
		all.Go(func() {
			for range work {
				begin := time.Now()
				if err := read(owners[i%len(owners)]); err != nil {
					b.Error(err)
				}
				took[i] = append(took[i], time.Since(begin))
			}
		})
	}
	for range b.N {
		work <- struct{}{}
	}
	close(work)
	all.Wait()
	b.StopTimer()
	every := slices.Concat(took...)
	slices.Sort(every)
	b.ReportMetric(float64(every[len(every)*95/100].Microseconds())/1000, "p95-ms")
}
