package client

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestNormalizeHostTakesWhatPeoplePaste(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a bare name", "espace.hebergeur.example", "https://espace.hebergeur.example"},
		{"spaces around, line break, capitals", " \tHTTPS://Espace.Hebergeur.EXAMPLE \r\n", "https://espace.hebergeur.example"},
		{"a slash at the end", "https://hebergeur.example/", "https://hebergeur.example"},
		{"many slashes", "https://hebergeur.example///clients//", "https://hebergeur.example/clients"},
		{"a page of the client area", "https://espace.hebergeur.example/clientarea.php?action=details", "https://espace.hebergeur.example"},
		{"the sign-in page", "https://hebergeur.example/index.php?rp=/login", "https://hebergeur.example"},
		{"a pretty address of the client area", "https://hebergeur.example/index.php/login#top", "https://hebergeur.example"},
		{"a page below a path", "https://hebergeur.example/Clients/clientarea.PHP", "https://hebergeur.example/Clients"},
		{"a base path", "hebergeur.example/concierge/", "https://hebergeur.example/concierge"},
		{"an address of the contract", "https://hebergeur.example/concierge/v1/host", "https://hebergeur.example/concierge"},
		{"its root", "https://hebergeur.example/v1/", "https://hebergeur.example"},
		{"a path that only begins so", "https://hebergeur.example/v1/clients", "https://hebergeur.example/v1/clients"},
		{"a port", "hebergeur.example:8443", "https://hebergeur.example:8443"},
		{"the usual port", "https://hebergeur.example:443/x", "https://hebergeur.example/x"},
		{"a colon without a port", "hebergeur.example:", "https://hebergeur.example"},
		{"a query right after the name", "hebergeur.example?x=1", "https://hebergeur.example"},
		{"a dot at the end of the name", "hebergeur.example.", "https://hebergeur.example"},
		{"angle brackets of an e-mail program", "<https://hebergeur.example/>", "https://hebergeur.example"},
		{"French quotation marks", "« hebergeur.example »", "https://hebergeur.example"},
		{"invisible characters of a web page", "\u200bhebergeur.example\ufeff", "https://hebergeur.example"},
		{"pasted behind what stood there", "https://https://hebergeur.example", "https://hebergeur.example"},
		{"backslashes", `https:\\hebergeur.example\clients`, "https://hebergeur.example/clients"},
		{"an accent", "hébergeur.example", "https://xn--hbergeur-b1a.example"},
		{"an accent in capitals", "HÉBERGEUR.example", "https://xn--hbergeur-b1a.example"},
		{"a path with an accent", "hebergeur.example/accès", "https://hebergeur.example/acc%C3%A8s"},
		{"a path that climbs", "hebergeur.example/a/../../b", "https://hebergeur.example/b"},
		{"this computer", "localhost:8080", "http://localhost:8080"},
		{"this computer by address", "127.0.0.1:8080/base", "http://127.0.0.1:8080/base"},
		{"this computer by IPv6", "[::1]:8080", "http://[::1]:8080"},
		{"this computer by IPv6 without brackets", "::1", "http://[::1]"},
		{"this computer, plain", "HTTP://LOCALHOST:80", "http://localhost"},
		{"this computer, secure", "https://localhost", "https://localhost"},
		{"an IPv6 address", "https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443"},
		{"a name without a dot", "intranet", "https://intranet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := NormalizeHost(tt.in)
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
			if again, err := NormalizeHost(got); err != nil || again != got {
				t.Errorf("normalised again it is %q, %v", again, err)
			}
		})
	}
}

func TestNormalizeHostSaysWhyItRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		want     HostReason
	}{
		{"nothing", "", HostEmpty},
		{"only spaces and marks", ` \u00a0«» <> `[:1] + "\u00a0«»", HostEmpty},
		{"an e-mail address", "marie@chezmarcel.example", HostIsEmail},
		{"an e-mail link", "mailto:marie@chezmarcel.example", HostIsEmail},
		{"a password", "https://marie:motdepasse@hebergeur.example", HostUserInfo},
		{"another scheme", "ftp://hebergeur.example", HostScheme},
		{"a script", "javascript://hebergeur.example/%0Aalert(1)", HostScheme},
		{"words", "Chez Marcel", HostMalformed},
		{"no name", "https://", HostMalformed},
		{"no name but a path", "https:///clients", HostMalformed},
		{"a port that is none", "hebergeur.example:https", HostMalformed},
		{"port nought", "hebergeur.example:0", HostMalformed},
		{"a port too high", "hebergeur.example:65536", HostMalformed},
		{"two dots", "hebergeur..example", HostMalformed},
		{"an underscore", "mon_hebergeur.example", HostMalformed},
		{"a hyphen at the end", "hebergeur-.example", HostMalformed},
		{"a name too long", strings.Repeat("a.", 130) + "example", HostMalformed},
		{"a label too long", strings.Repeat("a", 64) + ".example", HostMalformed},
		{"a whole document", strings.Repeat("hebergeur.example/", 200), HostMalformed},
		{"half an IPv6 address", "[::1", HostMalformed},
		{"an IPv6 zone", "[fe80::1%25eth0]", HostMalformed},
		{"a number that resolvers read as an address", "127.1", HostMalformed},
		{"the same in hexadecimal", "http://0x7f000001", HostMalformed},
		{"a broken escape", "hebergeur.example/%zz", HostMalformed},
		{"a line break in the path", "hebergeur.example/a%0d%0ab", HostMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := NormalizeHost(tt.in)
			invalid, ok := errors.AsType[*InvalidHost](err)
			if !ok || invalid.Reason != tt.want || got != "" {
				t.Errorf("got %q, %v, want %s", got, err, tt.want)
			}
			if _, err := New(Config{BaseURL: tt.in}); !is[*InvalidHost](err) {
				t.Errorf("New takes it: %v", err)
			}
		})
	}
}

func TestPlainHTTPIsForThisComputerOnly(t *testing.T) {
	for in, secure := range map[string]string{
		"http://hebergeur.example/clients":    "https://hebergeur.example/clients",
		"http://hebergeur.example:8080":       "https://hebergeur.example:8080",
		"http://localhost.hebergeur.example":  "https://localhost.hebergeur.example",
		"http://10.0.0.1":                     "https://10.0.0.1",
		"http://127.0.0.1.hebergeur.example/": "https://127.0.0.1.hebergeur.example",
		"http://[2001:db8::1]":                "https://[2001:db8::1]",
	} {
		t.Run(in, func(t *testing.T) {
			_, err := NormalizeHost(in)
			plain, ok := errors.AsType[*PlainHTTP](err)
			if !ok || plain.Secure != secure {
				t.Errorf("got %v, proposing %+v", err, plain)
			}
			if _, err := New(Config{BaseURL: in}); !is[*PlainHTTP](err) {
				t.Errorf("New takes it: %v", err)
			}
		})
	}
}

// checkNormalized is what holds for every address NormalizeHost returns.
func checkNormalized(t *testing.T, in, got string) {
	t.Helper()
	u, err := url.Parse(got)
	if err != nil {
		t.Fatalf("%q gave %q: %v", in, got, err)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Host == "" || u.Opaque != "" || strings.HasSuffix(got, "/") {
		t.Errorf("%q gave %q", in, got)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		t.Errorf("%q gave %q, which is not secure", in, got)
	}
	if again, err := NormalizeHost(got); err != nil || again != got {
		t.Errorf("%q gave %q, which gave %q, %v", in, got, again, err)
	}
	if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.Errorf("%q gave %q, which is not ASCII", in, got)
	}
}
