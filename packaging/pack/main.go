// Command pack makes, from FyneApp.toml, the locales and the icon, the files that packages and installers are built from. It is
// run by tools/dist:
//
//	pack files DIR              desktop file, metainfo, icons, Windows resources, texts of the installer, about.sh
//	pack zip FILE DIR           a zip of the folder whose bytes depend on its files alone
//	pack sbom PROGRAM           which modules are in a built program and under which licences, as CycloneDX on stdout
//	pack licences PROGRAM       the texts that their authors want to go with it, on stdout
//
// Times in what it makes are SOURCE_DATE_EPOCH, so that the same commit makes the same bytes.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"concierge/app/about"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: pack files DIR | zip FILE DIR | sbom PROGRAM | licences PROGRAM")

func run(args []string) error {
	when, err := epoch()
	if err != nil {
		return err
	}
	toml, err := os.ReadFile("FyneApp.toml")
	if err != nil {
		return err
	}
	a, err := about.Parse(string(toml))
	if err != nil {
		return err
	}
	switch {
	case len(args) == 2 && args[0] == "files":
		return files(a, when, args[1])
	case len(args) == 3 && args[0] == "zip":
		return zipped(args[1], args[2], when)
	case len(args) == 2 && args[0] == "sbom":
		return sbom(os.Stdout, a, when, args[1])
	case len(args) == 2 && args[0] == "licences":
		return licences(os.Stdout, a, args[1])
	}
	return errUsage
}

// epoch is the time of the commit that is packed.
func epoch() (time.Time, error) {
	s, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(s, 0).UTC(), nil
}
