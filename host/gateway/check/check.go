// Package check looks at everything the gateway needs (WHMCS's API role action by action, its OpenID client, the store, the
// mail server, the certificate, the public address) and says, for the operator and in English, what is missing and what to
// do about it. It sends no mail and changes nothing in WHMCS.
package check

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"
)

// State is how a thing is.
type State string

// The states.
const (
	OK      State = "ok"
	Off     State = "off"     // not set up, and not needed
	Warning State = "warning" // something does not work, or soon will not
	Missing State = "MISSING" // nobody can be served, or what was set up cannot work
)

// Row is one thing that was looked at.
type Row struct {
	State State
	What  string
	Says  string // what was found
	Do    string // what the operator can do, when it is not as it should be
}

// Rows are what was found.
type Rows []Row

// Missing are those without which the gateway cannot serve.
func (r Rows) Missing() Rows {
	return slices.DeleteFunc(slices.Clone(r), func(one Row) bool { return one.State != Missing })
}

// Write prints a table, and below it what to do.
func (r Rows) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, one := range r {
		fmt.Fprintf(t, "%s\t%s\t%s\n", one.State, one.What, line(one.Says))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for _, state := range []State{Missing, Warning} {
		said := map[string]bool{}
		for _, one := range r {
			if one.State == state && one.Do != "" && !said[one.Do] {
				said[one.Do] = true
				fmt.Fprintf(&b, "\n%s: %s", one.State, line(one.Do))
			}
		}
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	if n := len(r.Missing()); n > 0 {
		fmt.Fprintf(&b, "\n%s missing.\n", counted(n))
	} else {
		b.WriteString("\nNothing that the gateway needs is missing.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func counted(n int) string {
	if n == 1 {
		return "1 thing that the gateway needs is"
	}
	return fmt.Sprintf("%d things that the gateway needs are", n)
}

// line keeps what another system said to one line of signs that can be printed.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	const most = 400
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// worst is the greatest of some states.
func worst(states ...State) State {
	order := []State{OK, Off, Warning, Missing}
	return slices.MaxFunc(states, func(a, b State) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
}
