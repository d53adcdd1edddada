package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"concierge/host"
	"concierge/host/gateway"
	"concierge/host/gateway/check"
	"concierge/host/gateway/config"
	"concierge/host/server"
	"concierge/host/store"
)

// version is set by the linker in what is released.
var version = "dev"

// gatewayFlags are what can be typed of a gateway's configuration. The sample host takes the first three too.
type gatewayFlags struct{ listen, data, publicURL, store, config string }

func (g *gatewayFlags) define(flags *flag.FlagSet) {
	flags.StringVar(&g.listen, "listen", "", "address and port; port 0 takes a free one (default of the sample host 127.0.0.1:0, of the gateway 127.0.0.1:8080)")
	flags.StringVar(&g.data, "data", "", "data directory, created when missing")
	flags.StringVar(&g.publicURL, "public-url", "", "https address by which people reach this host, when something that speaks TLS stands before it; "+
		"it must set X-Forwarded-For")
	g.defineConfig(flags)
}

func (g *gatewayFlags) defineConfig(flags *flag.FlagSet) {
	flags.StringVar(&g.config, "config", "", "gateway: its configuration (TOML); the environment and flags override it")
	flags.StringVar(&g.store, "store", "", "gateway: postgres:// address of a database that several gateways share (other users of this computer can read it here: CONCIERGE_STORE_FILE is better)")
}

// meant tells whether a gateway was configured at all.
func (g gatewayFlags) meant() bool { return g.config != "" || os.Getenv("CONCIERGE_WHMCS_URL") != "" }

// load reads the configuration, says what is probably a mistake, and logs from now on as it says.
func (g gatewayFlags) load() (config.Loaded, error) {
	c, err := config.Load(g.config, os.Environ(), map[string]string{"listen": g.listen, "data": g.data, "public_url": g.publicURL, "store": g.store})
	if err == nil && c.Log == "json" {
		slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	}
	for _, w := range c.Warnings {
		slog.Warn(w)
	}
	return c, err
}

func serveGateway(ctx context.Context, g gatewayFlags, l server.Limits, out io.Writer) error {
	c, err := g.load()
	if err != nil {
		return unusable{err}
	}
	if l != (server.Limits{}) && c.PublicURL != "" {
		return errors.New("-unlimited is to measure with, on this computer alone: not with a public address")
	}
	running, err := gateway.Serve(ctx, gateway.Config{Config: c.Config, Version: version, Limits: l, Stdout: out})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, running.URL); err != nil {
		return errors.Join(err, closeWithin(running))
	}
	slog.Info("serving the gateway", "url", running.URL, "whmcs", c.WHMCS.URL, "callback", gateway.CallbackURL(running.URL), "metrics", running.MetricsURL, "version", version)
	notify("READY=1")

	rotated := make(chan os.Signal, 1)
	signal.Notify(rotated, syscall.SIGHUP)
	defer signal.Stop(rotated)
	for {
		select {
		case <-rotated:
			if err := running.ReopenLogs(); err != nil {
				slog.Error("the audit log could not be opened anew; it goes on in the old file", "err", err)
			}
			continue
		case err = <-running.Stopped():
		case <-ctx.Done():
			slog.Info("stopping")
		}
		notify("STOPPING=1")
		return errors.Join(err, closeWithin(running))
	}
}

func showConfig(g gatewayFlags, out io.Writer) error {
	c, err := g.load()
	if err := c.Show(out); err != nil {
		return err
	}
	return err
}

func runConfig(_ context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var g gatewayFlags
	g.defineConfig(flags)
	example := flags.Bool("example", false, "print a new configuration file with every setting explained")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *example {
		return config.Example(out, "/etc/concierge-host/secrets")
	}
	return showConfig(g, out)
}

// errMissing: what is missing has been printed.
var errMissing = errors.New("something that the gateway needs is missing")

func runCheck(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	var g gatewayFlags
	g.defineConfig(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	c, err := g.load()
	if err != nil {
		return err
	}
	// What the calls have to log is in the table.
	api, err := gateway.Remote(c.Config, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer api.Close()
	base := c.PublicURL
	if base == "" {
		base = "http://" + c.Listen
	}
	rows := check.WHMCS(ctx, api, c.WHMCS.URL)
	rows = append(rows, check.SignIn(ctx, gateway.Upstream(c.Config), gateway.CallbackURL(base))...)
	rows = append(rows, check.Store(ctx, c.Config, func(ctx context.Context) (*store.DB, error) { return gateway.OpenStore(ctx, c.Config) })...)
	rows = append(rows, check.Mail(ctx, c.Config, nil)...)
	rows = append(rows, check.Certificate(c.Config, time.Now())...)
	rows = append(rows, check.Public(ctx, c.Config, nil)...)
	rows = append(rows, check.Files(c.Config)...)
	if err := rows.Write(out); err != nil {
		return err
	}
	if len(rows.Missing()) > 0 {
		return errMissing
	}
	return nil
}

// tokenAtGateway prints an access token for whom WHMCS knows by an address, or ends every sign-in of theirs.
func tokenAtGateway(ctx context.Context, g gatewayFlags, email string, revoke bool, out io.Writer) error {
	c, err := g.load()
	if err != nil {
		return err
	}
	opened, err := gateway.Open(ctx, gateway.Config{Config: c.Config, Version: version, Stdout: os.Stderr})
	if err != nil {
		return err
	}
	says := "every sign-in of theirs has ended"
	if revoke {
		err = opened.Revoke(ctx, email)
	} else {
		var t gateway.Tokens
		t, err = opened.Mint(ctx, email)
		says = t.Access
	}
	if errors.Is(err, host.ErrNotFound) {
		err = fmt.Errorf("WHMCS knows no user who signs in with %q", strings.TrimSpace(email))
	}
	if err == nil {
		_, err = fmt.Fprintln(out, says)
	}
	return errors.Join(err, opened.Close())
}
