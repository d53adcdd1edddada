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
	"concierge/host/gateway"
	"concierge/host/phone"
	"concierge/host/sample"
	"concierge/host/serve"
	"concierge/host/server"
)

// drain is how long calls under way may take when the program is asked to stop: longer where WHMCS has to answer, and less
// than the service manager waits.
const (
	drain        = 10 * time.Second
	gatewayDrain = 28 * time.Second
)

func runServe(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var cfg serve.Config
	var g gatewayFlags
	flags.BoolVar(&cfg.Seed, "sample", false, "serve the sample host; an empty data directory gets its people and accounts")
	flags.Uint64Var(&cfg.SeedNumber, "seed", 1, "sample host: which people and accounts are made up")
	g.define(flags)
	show := flags.Bool("print-config", false, "gateway: print the configuration, without secrets, and do not serve")
	unlimited := flags.Bool("unlimited", false, "let everybody call as often as they like: only to measure with, never where others reach this host")
	if err := parse(flags, args); err != nil {
		return err
	}
	if !cfg.Seed {
		if !g.meant() {
			fmt.Fprintln(flags.Output(), flags.Name()+": say what to serve: -sample, or the gateway to your WHMCS with -config FILE or CONCIERGE_WHMCS_URL and its like in the environment")
			return errUsage
		}
		if *show {
			return showConfig(g, out)
		}
		return serveGateway(ctx, g, limits(*unlimited), out)
	}
	if g.config != "" || g.store != "" || *show {
		fmt.Fprintln(flags.Output(), flags.Name()+": -config, -store and -print-config are the gateway's, and -sample serves the sample host")
		return errUsage
	}
	cfg.Listen, cfg.Dir, cfg.PublicURL, cfg.Limits, cfg.Phones = g.listen, g.data, g.publicURL, limits(*unlimited), phone.Canonical
	if cfg.Dir == "" {
		fmt.Fprintln(flags.Output(), flags.Name()+": -data is required")
		return errUsage
	}
	if *unlimited && cfg.PublicURL != "" {
		fmt.Fprintln(flags.Output(), flags.Name()+": -unlimited is to measure with, on this computer alone: not with -public-url")
		return errUsage
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

// limits are the server's defaults, or none.
func limits(none bool) server.Limits {
	if !none {
		return server.Limits{}
	}
	return server.Limits{PersonBurst: math.MaxInt32, PersonPerSecond: math.MaxInt32, AddressBurst: math.MaxInt32, AddressPerSecond: math.MaxInt32}
}

func closeWithin(running interface{ Close(context.Context) error }) error {
	most := drain
	if _, is := running.(*gateway.Running); is {
		most = gatewayDrain
	}
	ctx, cancel := context.WithTimeout(context.Background(), most)
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
	var dir, user, file string
	var list, revoke bool
	var most int
	flags.BoolVar(&revoke, "revoke", false, "gateway: end every sign-in of -user, instead of giving a token")
	flags.StringVar(&dir, "data", "", "sample host: its data directory; it may be running")
	flags.StringVar(&file, "config", "", "gateway: its configuration; it may be running")
	flags.StringVar(&user, "user", "", "login e-mail of whom the token is for")
	flags.BoolVar(&list, "list", false, "sample host: print who can sign in")
	flags.IntVar(&most, "most", 100, "how many -list prints at most")
	if err := parse(flags, args); err != nil {
		return err
	}
	if g := (gatewayFlags{config: file}); dir == "" && g.meant() {
		if list || user == "" {
			fmt.Fprintln(flags.Output(), flags.Name()+": give -user; whom WHMCS knows, WHMCS lists")
			return errUsage
		}
		return tokenAtGateway(ctx, g, user, revoke, out)
	}
	if dir == "" || revoke {
		fmt.Fprintln(flags.Output(), flags.Name()+": -data is required, or -config for the gateway; -revoke is the gateway's")
		return errUsage
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

func runVersion(_ context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, version)
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
