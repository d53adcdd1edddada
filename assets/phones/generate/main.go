// Command generate takes the formats of package phones out of libphonenumber's metadata, as its port to Go carries them. It is
// run by go generate, after an update of that module; this package's test says when.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

const head = `# How telephone numbers are written abroad, by country calling code; in a line: how the national part begins, what it is, how
# it is written, of which the first that fits counts. Made by go generate ./assets/phones out of libphonenumber's metadata,
# Copyright (C) 2009 The Libphonenumber Authors, Apache License 2.0 (LICENSE).
`

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate FILE")
		os.Exit(2)
	}
	text, err := formats()
	if err == nil {
		err = os.WriteFile(os.Args[1], []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// formats is the whole file.
func formats() (string, error) {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(head)
	for _, code := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedCallingCodes())) {
		m, err := chief(all, code)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "+%d\n", code)
		abroad := m.GetIntlNumberFormat()
		if len(abroad) == 0 { // as at home
			abroad = m.GetNumberFormat()
		}
		for _, f := range abroad {
			leading := ""
			if said := f.GetLeadingDigitsPattern(); len(said) > 0 {
				leading = said[len(said)-1] // the most exact one; those before it are for numbers that are being typed
			}
			if strings.ContainsAny(leading+f.GetPattern()+f.GetFormat(), "\t\n") || strings.HasPrefix(leading, "+") {
				return "", fmt.Errorf("+%d: %v does not go into a line", code, f)
			}
			fmt.Fprintf(&b, "%s\t%s\t%s\n", leading, f.GetPattern(), f.GetFormat())
		}
	}
	return b.String(), nil
}

// chief is what is known of the one country whose formats count for all that share a calling code, as the United States' do in
// Canada; or of what has a code and is no country, such as ships.
func chief(all *phonenumbers.PhoneMetadataCollection, code int) (*phonenumbers.PhoneMetadata, error) {
	region := phonenumbers.GetRegionCodeForCountryCode(code)
	for _, m := range all.GetMetadata() {
		if m.GetId() == region && int(m.GetCountryCode()) == code {
			return m, nil
		}
	}
	return nil, fmt.Errorf("+%d: nothing is known of %s", code, region)
}
