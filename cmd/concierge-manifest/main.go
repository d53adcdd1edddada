// Command concierge-manifest makes what tells Concierge of a new version: a signed manifest, to be put at the address that
// the application was built with.
//
//	concierge-manifest key release.key                      # once; prints the public key, for the build
//	concierge-manifest public release.key                   # prints it again
//	concierge-manifest sign -key release.key manifest.json  # prints what to publish
//	concierge-manifest verify -public KEY published.json    # prints what the application will understand
//
// A manifest is {"version": "1.2.0", "issued": "2026-11-18T14:00:00Z", "url": "https://…", "notes": {"fr": "…", "en": "…"}}.
// Each one that is published is issued later than the one before, or it is refused.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"concierge/app/update"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "concierge-manifest:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: key FILE | public FILE | sign -key FILE MANIFEST | verify -public KEY FILE")

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	keyFile := flags.String("key", "", "file of the private key")
	public := flags.String("public", "", "public key")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errUsage
	}
	file := flags.Arg(0)
	switch args[0] {
	case "key":
		_, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			return err
		}
		if err := writeKey(file, key); err != nil {
			return err
		}
		return printPublic(out, key)
	case "public":
		key, err := readKey(file)
		if err != nil {
			return err
		}
		return printPublic(out, key)
	case "sign":
		key, err := readKey(*keyFile)
		if err != nil {
			return err
		}
		manifest, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		signed, err := update.Sign(manifest, key)
		if err != nil {
			return err
		}
		_, err = out.Write(append(signed, '\n'))
		return err
	case "verify":
		key, err := update.Key(*public)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		m, err := update.Verify(data, key)
		if err != nil {
			return err
		}
		is := json.NewEncoder(out)
		is.SetIndent("", "  ")
		return is.Encode(m)
	}
	return errUsage
}

// writeKey never writes over a key: without the old one nobody is told of anything any more.
func writeKey(path string, key ed25519.PrivateKey) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, base64.StdEncoding.EncodeToString(key.Seed()))
	return errors.Join(err, f.Close())
}

func readKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s is no private key of this program", path)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func printPublic(out io.Writer, key ed25519.PrivateKey) error {
	public, is := key.Public().(ed25519.PublicKey)
	if !is {
		return errors.New("no public key")
	}
	_, err := fmt.Fprintln(out, base64.StdEncoding.EncodeToString(public))
	return err
}
