// Command try is a gateway with a double of WHMCS behind it, for whoever works on either or wants to see the application
// at one:
//
//	go run ./host/gateway/try
//
// Everybody in it is made up. Both listen on this computer alone and forget everything at the end. make run-gateway opens the
// application beside it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"concierge/host/gateway"
	"concierge/host/gateway/config"
	"concierge/host/whmcs/whmcstest"
)

const (
	clientID     = "TRY.double"
	clientSecret = "try-client-secret"
	apiSecret    = "try-api-secret"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "try:", err)
		os.Exit(1)
	}
}

// run serves both until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("try", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8090", "where the gateway listens: an address of this computer, and a port")
	delay := flags.Duration("delay", 0, "how long the double takes for each call; a busy WHMCS takes 100ms to 500ms")
	if err := flags.Parse(args); err != nil {
		return err
	}
	// The double lets whoever knows what is printed here sign in as anybody.
	if at, err := netip.ParseAddrPort(*listen); err != nil || !at.Addr().IsLoopback() || at.Port() == 0 {
		return fmt.Errorf("-listen %s is no loopback address with a port", *listen)
	}
	dir, err := os.MkdirTemp("", "concierge-try")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	w := whmcstest.New(whmcstest.Config{Secret: apiSecret, Delay: *delay, OpenID: whmcstest.OpenID{
		ClientID: clientID, Secret: clientSecret, RedirectURIs: []string{gateway.CallbackURL("http://" + *listen)}}})
	whmcstest.Sample(w)
	double, err := whmcstest.Serve(ctx, "127.0.0.1:0", w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, double.Close()) }()
	g, err := gateway.Serve(ctx, gateway.Config{Version: "try", Stdout: os.Stderr, Config: config.Config{
		Name: "Hébergement Essai", Listen: *listen, Data: dir,
		WHMCS:  config.WHMCS{URL: double.URL, Identifier: "identifier", Secret: apiSecret, Language: "fr", Timeout: 30 * time.Second},
		SignIn: config.SignIn{ClientID: clientID, ClientSecret: clientSecret},
	}})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, g.Close(ctx))
	}()
	if _, err := fmt.Fprintf(out, `Type in Concierge, as address of your host:  %s

Sign in on the page that opens. Everybody's password is %s.
  %-27s owns a bakery's account
  %-27s accountant, reaches 40 accounts
  %-27s developer, reaches several
  %-27s owner with a second factor: %s

What WHMCS would have e-mailed, such as invitations:  %s/mails
Ctrl+C ends everything.
`, g.URL, whmcstest.SamplePassword, whmcstest.OwnerEmail, whmcstest.AccountantEmail, whmcstest.DeveloperEmail, whmcstest.TwoFactorEmail,
		whmcstest.SampleCode, double.URL); err != nil {
		return err
	}
	select {
	case err = <-g.Stopped():
	case <-ctx.Done():
	}
	return err
}
