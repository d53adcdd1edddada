package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"text/tabwriter"
	"time"

	"concierge/host"
	"concierge/host/sample"
	"concierge/host/serve"
	"concierge/host/server"
)

// drain is how long calls under way may take when the program is asked to stop.
const drain = 10 * time.Second

func runServe(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var cfg serve.Config
	flags.StringVar(&cfg.Listen, "listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	flags.StringVar(&cfg.Dir, "data", "", "data directory, created when missing")
	flags.BoolVar(&cfg.Seed, "sample", false, "serve the sample host; an empty data directory gets its people and accounts")
	flags.Uint64Var(&cfg.SeedNumber, "seed", 1, "which people and accounts are made up")
	flags.StringVar(&cfg.PublicURL, "public-url", "", "https address by which people reach this host, when something that speaks TLS stands before it; "+
		"it must set X-Forwarded-For")
	unlimited := flags.Bool("unlimited", false, "let everybody call as often as they like: only to measure with, never where others reach this host")
	if err := parse(flags, args, "data"); err != nil {
		return err
	}
	if !cfg.Seed {
		fmt.Fprintln(flags.Output(), flags.Name()+": say what to serve: -sample")
		return errUsage
	}
	if *unlimited {
		if cfg.PublicURL != "" {
			fmt.Fprintln(flags.Output(), flags.Name()+": -unlimited is to measure with, on this computer alone: not with -public-url")
			return errUsage
		}
		cfg.Limits = server.Limits{PersonBurst: math.MaxInt32, PersonPerSecond: math.MaxInt32, AddressBurst: math.MaxInt32, AddressPerSecond: math.MaxInt32}
	}
	running, err := serve.Sample(ctx, cfg)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, running.URL); err != nil {
		return errors.Join(err, closeWithin(running))
	}
	slog.Info("serving the sample host", "url", running.URL, "data", cfg.Dir, "mailbox", running.URL+sample.MailboxPath)
	if cfg.PublicURL != "" {
		slog.Warn("whoever reaches this sample host reads its mailbox and signs in as anybody: put nothing real in it")
	}
	select {
	case err = <-running.Stopped():
	case <-ctx.Done():
		slog.Info("stopping")
	}
	return errors.Join(err, closeWithin(running))
}

func closeWithin(running *serve.Running) error {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	return running.Close(ctx)
}

// withHost opens a data directory for one command.
func withHost(ctx context.Context, dir string, do func(*serve.Host) error) error {
	h, err := serve.Open(ctx, serve.Config{Dir: dir})
	if err != nil {
		return err
	}
	return errors.Join(do(h), h.Close())
}

func runSeed(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var dir string
	var b sample.Bulk
	flags.StringVar(&dir, "data", "", "data directory, created when missing; what is there stays")
	flags.IntVar(&b.Accounts, "accounts", 1000, "how many accounts")
	flags.IntVar(&b.People, "people", 30, "people per account, users and contacts together")
	flags.Uint64Var(&b.Seed, "seed", 1, "the same number makes the same data")
	flags.BoolVar(&b.Owned, "owned", false, "who reaches all accounts owns them too, and so sees everybody in them")
	if err := parse(flags, args, "data"); err != nil {
		return err
	}
	return withHost(ctx, dir, func(h *serve.Host) error {
		if err := h.Sample.Fill(ctx, b); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "%d accounts with %d people each; %s reaches all of them (password %q)\n",
			b.Accounts, b.People, sample.BulkAccountant(b.Seed), sample.SamplePassword)
		return err
	})
}

func runToken(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var dir, user string
	var list bool
	var most int
	flags.StringVar(&dir, "data", "", "data directory of a host, which may be running")
	flags.StringVar(&user, "user", "", "login e-mail of whom the token is for")
	flags.BoolVar(&list, "list", false, "print who can sign in")
	flags.IntVar(&most, "most", 100, "how many -list prints at most")
	if err := parse(flags, args, "data"); err != nil {
		return err
	}
	if list == (user != "") {
		fmt.Fprintln(flags.Output(), flags.Name()+": give either -user or -list")
		return errUsage
	}
	if _, err := os.Stat(dir); err != nil { // a mistyped directory must not become a new host
		return err
	}
	return withHost(ctx, dir, func(h *serve.Host) error {
		if list {
			return printPeople(ctx, h, most, out)
		}
		t, err := h.Mint(ctx, user)
		if errors.Is(err, host.ErrNotFound) {
			return fmt.Errorf("nobody signs in with %s here; -list shows who does", user)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, t.Access)
		return err
	})
}

func printPeople(ctx context.Context, h *serve.Host, most int, out io.Writer) error {
	people, total, err := h.Sample.List(ctx, most)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "E-MAIL\tNAME\tACCOUNTS\tOWNER OF\tTWO-FACTOR")
	for _, p := range people {
		second := ""
		if p.TwoFactor {
			second = "yes"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", p.Email, p.Name, p.Accounts, p.Owned, second)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if total > len(people) {
		_, err = fmt.Fprintf(out, "and %d more, with fewer accounts\n", total-len(people))
	}
	return err
}

func runOpenAPI(_ context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var json bool
	flags.BoolVar(&json, "json", false, "JSON instead of YAML")
	if err := parse(flags, args); err != nil {
		return err
	}
	doc, err := server.OpenAPI(json)
	if err != nil {
		return err
	}
	_, err = out.Write(doc)
	return err
}
