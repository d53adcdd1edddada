package config

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Show writes the configuration as a TOML file: each setting with what it is for and where its value comes from. Secrets
// are left out, so that it can be shown to whoever helps.
func (l Loaded) Show(w io.Writer) error {
	var b strings.Builder
	table := ""
	for _, s := range settings {
		at, name, in := strings.Cut(s.key, ".")
		if !in {
			at, name = "", s.key
		}
		if at != table {
			fmt.Fprintf(&b, "[%s]\n", at)
			table = at
		}
		fmt.Fprintf(&b, "# %s\n# environment: %s%s", s.about, prefix, s.env)
		if s.secret {
			fmt.Fprintf(&b, ", or the path of a file in %s", fileEnv(prefix+s.env))
		}
		from, set := l.from[s.key]
		switch {
		case s.secret && set:
			fmt.Fprintf(&b, "\n# %s is set, from %s\n\n", name, from)
			continue
		case set:
			fmt.Fprintf(&b, "\n# from %s\n", from)
		default:
			b.WriteByte('\n')
		}
		value := s.get(l.Config)
		comment := ""
		if value == "" {
			comment = "# "
		}
		fmt.Fprintf(&b, "%s%s = %s\n\n", comment, name, quoted(value, s.list))
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// quoted writes a value as TOML does. What Go escapes in strings without control characters, TOML does in the same way.
func quoted(v string, list bool) string {
	if !list {
		return strconv.Quote(v)
	}
	if v == "" {
		return "[]"
	}
	all := strings.Split(v, ",")
	for i := range all {
		all[i] = strconv.Quote(all[i])
	}
	return "[" + strings.Join(all, ", ") + "]"
}
