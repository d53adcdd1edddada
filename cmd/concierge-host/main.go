// Command concierge-host is the provider's program: it serves the Host API (the gateway to the provider's WHMCS, or the
// sample host), checks what the gateway needs, makes sample data up, and gives its operator tokens and the contract. It
// holds flags and wiring; what hosts are made of is in host/gateway and host/serve.
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
	"syscall"
)

// command is one thing the program does.
type command struct {
	name, about string
	run         func(ctx context.Context, flags *flag.FlagSet, args []string, out io.Writer) error
}

var commands = []command{
	{"serve", "serve a host until SIGINT or SIGTERM; the first line on stdout is its URL", runServe},
	{"check", "gateway: look at everything it needs, and say what is missing", runCheck},
	{"config", "gateway: print its configuration, without secrets", runConfig},
	{"seed", "make up accounts and people for measuring", runSeed},
	{"token", "print an access token, or who can sign in", runToken},
	{"version", "print the version", runVersion},
	{"openapi", "print the Host API contract (OpenAPI 3.1)", runOpenAPI},
}

// errUsage: what was typed is not a call of this program; it has been explained already.
var errUsage = errors.New("usage")

// unusable is a configuration that cannot be served, now or later.
type unusable struct{ error }

// exitConfig is EX_CONFIG of sysexits.h: the service manager does not try again.
const exitConfig = 78

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	var config unusable
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case errors.As(err, &config):
		fmt.Fprintln(os.Stderr, "concierge-host:", err)
		os.Exit(exitConfig)
	case err != nil:
		fmt.Fprintln(os.Stderr, "concierge-host:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	if len(args) == 0 {
		usage(errOut)
		return errUsage
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		flags := flag.NewFlagSet("concierge-host "+c.name, flag.ContinueOnError)
		flags.SetOutput(errOut)
		return c.run(ctx, flags, args[1:], out)
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(out)
		return nil
	}
	fmt.Fprintf(errOut, "concierge-host: unknown command %q\n", args[0])
	usage(errOut)
	return errUsage
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: concierge-host COMMAND [flags]; COMMAND -h lists its flags")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.about)
	}
}

// parse reads a command's flags, which take no further arguments.
func parse(flags *flag.FlagSet, args []string, required ...string) error {
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil { // said by flag already
		return errUsage
	}
	problem := ""
	if flags.NArg() > 0 {
		problem = fmt.Sprintf("unexpected argument %q", flags.Arg(0))
	}
	for _, name := range required {
		if flags.Lookup(name).Value.String() == "" {
			problem = "-" + name + " is required"
		}
	}
	if problem == "" {
		return nil
	}
	fmt.Fprintln(flags.Output(), flags.Name()+":", problem)
	flags.Usage()
	return errUsage
}
