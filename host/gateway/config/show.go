package config

import (
	"fmt"
	"io"
	"path/filepath"
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
		fmt.Fprintf(&b, "%s%s = %s\n\n", comment, name, quoted(value, s))
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// quoted writes a value as TOML does. What Go escapes in strings without control characters, TOML does in the same way.
func quoted(v string, s setting) string {
	switch {
	case s.flag:
		return v
	case !s.list:
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

// Example writes a configuration file with every setting, all of them as comments, for a gateway whose secrets are files in
// a folder.
func Example(w io.Writer, secrets string) error {
	var b strings.Builder
	b.WriteString("# Configuration of the gateway to WHMCS. What is commented out is the default, or an example where there is none.\n" +
		"# After a change: concierge-host check --config THIS-FILE\n")
	table := ""
	for _, s := range settings {
		at, name, in := strings.Cut(s.key, ".")
		if !in {
			at, name = "", s.key
		}
		b.WriteByte('\n')
		if at != table {
			fmt.Fprintf(&b, "[%s]\n", at)
			table = at
		}
		fmt.Fprintf(&b, "# %s\n", s.about)
		switch {
		case s.secret:
			fmt.Fprintf(&b, "# %s = %s\n", fileKey(name), strconv.Quote(filepath.Join(secrets, credential(s.key))))
		case s.list:
			fmt.Fprintf(&b, "# %s = [\"10.0.0.5\", \"10.1.0.0/16\"]\n", name)
		default:
			v := s.def
			if v == "" {
				v = examples[s.key]
			}
			fmt.Fprintf(&b, "# %s = %s\n", name, quoted(v, s))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// examples are for settings without a default.
var examples = map[string]string{
	"name": "Example Hosting", "public_url": "https://concierge.example", "data": "/var/lib/concierge-host",
	"tls.certificate": "/etc/concierge-host/fullchain.pem", "tls.key": "/etc/concierge-host/key.pem",
	"whmcs.url": "https://billing.example", "sign_in.client_id": "EXAMPLE.0123456789abcdef", "sign_in.issuer": "https://billing.example/oauth",
	"mail.from": "Example Hosting <no-reply@host.example>", "metrics.listen": "127.0.0.1:9464", "audit.file": "/var/log/concierge-host/audit.log",
}
