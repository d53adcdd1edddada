package client

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// HostReason says why what was typed cannot be a host's address.
type HostReason string

// The reasons of InvalidHost.
const (
	HostEmpty     HostReason = "empty"
	HostIsEmail   HostReason = "email"     // an e-mail address was typed
	HostScheme    HostReason = "scheme"    // ftp:, mailto: and so on
	HostUserInfo  HostReason = "user-info" // a user name or password stands before the host
	HostMalformed HostReason = "malformed"
)

// InvalidHost says that what was typed is no address of a host. It does not repeat what was typed.
type InvalidHost struct{ Reason HostReason }

func (e *InvalidHost) Error() string { return "client: not a host's address: " + string(e.Reason) }

// PlainHTTP says that an address would send everything unprotected: plain http is for this computer only.
type PlainHTTP struct {
	Host string
	// Secure is the same address with https, to propose; empty when the refusal came while connecting.
	Secure string
}

func (e *PlainHTTP) Error() string { return fmt.Sprintf("client: plain http to %s is refused", e.Host) }

// longestAddress bounds in bytes what is looked at: a whole document can be pasted by mistake, and encoding names takes
// time that grows with the square of their length.
const longestAddress = 2048

// NormalizeHost makes a base address of what a person pastes: a bare name, an address in capitals, a page of a client
// area. The result has a scheme, a host in lower case and ASCII (IDNA 2008), a port only where it is not the usual
// one, perhaps a path, and no slash at the end. Pages (whatever ends in .php and all that follows), queries and fragments are cut
// off. Without a scheme it is https, except for this computer, where it is http. Normalising twice changes nothing.
// Errors are *InvalidHost and *PlainHTTP.
func NormalizeHost(input string) (string, error) {
	s := strings.TrimFunc(input, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>"'«»“”`, r)
	})
	if s == "" {
		return "", &InvalidHost{Reason: HostEmpty}
	}
	if !utf8.ValidString(s) || len(s) > longestAddress {
		return "", &InvalidHost{Reason: HostMalformed}
	}
	s = strings.ReplaceAll(s, `\`, "/")
	scheme, rest, found := strings.Cut(s, "://")
	for found && strings.Contains(rest, "://") && schemeName(rest) != "" { // pasted after one that stood there already
		scheme, rest, found = strings.Cut(rest, "://")
	}
	if !found {
		scheme, rest = "", s
	}
	scheme = strings.ToLower(scheme)
	if scheme != "" && scheme != "https" && scheme != "http" {
		return "", &InvalidHost{Reason: HostScheme}
	}
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	if scheme == "" && strings.HasPrefix(strings.ToLower(authority), "mailto:") {
		return "", &InvalidHost{Reason: HostIsEmail}
	}
	if before, _, ok := strings.Cut(authority, "@"); ok {
		if scheme == "" && !strings.Contains(before, ":") {
			return "", &InvalidHost{Reason: HostIsEmail}
		}
		return "", &InvalidHost{Reason: HostUserInfo}
	}
	name, port, err := splitPort(authority)
	if err != nil {
		return "", err
	}
	if name, err = hostName(name); err != nil {
		return "", err
	}
	if scheme == "" {
		scheme = "https"
		if loopback(name) {
			scheme = "http"
		}
	}
	p, err := basePath(tail)
	if err != nil {
		return "", err
	}
	host := name
	if strings.Contains(name, ":") {
		host = "[" + name + "]"
	}
	if port != "" && port != map[string]string{"https": "443", "http": "80"}[scheme] {
		host += ":" + port
	}
	if scheme == "http" && !loopback(name) {
		return "", &PlainHTTP{Host: host, Secure: (&url.URL{Scheme: "https", Host: host, Path: p}).String()}
	}
	out := (&url.URL{Scheme: scheme, Host: host, Path: p}).String()
	if len(out) > longestAddress { // escaped it is longer than it was typed
		return "", &InvalidHost{Reason: HostMalformed}
	}
	return out, nil
}

// schemeName is http or https when s begins with that scheme.
func schemeName(s string) string {
	scheme, _, _ := strings.Cut(strings.ToLower(s), "://")
	if scheme == "http" || scheme == "https" {
		return scheme
	}
	return ""
}

// splitPort takes host and port apart. An IPv6 address may stand with or without its brackets.
func splitPort(authority string) (name, port string, err error) {
	malformed := &InvalidHost{Reason: HostMalformed}
	switch {
	case strings.HasPrefix(authority, "["):
		inside, after, closed := strings.Cut(authority[1:], "]")
		if !closed || (after != "" && after[0] != ':') || !strings.Contains(inside, ":") {
			return "", "", malformed
		}
		name, port = inside, strings.TrimPrefix(after, ":")
	case strings.Count(authority, ":") > 1:
		name = authority
	default:
		name, port, _ = strings.Cut(authority, ":")
	}
	if port == "" {
		return name, "", nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", "", malformed
	}
	return name, strconv.FormatUint(n, 10), nil
}

// hostName gives a host name or IP address its one spelling.
func hostName(name string) (string, error) {
	if ip := net.ParseIP(name); ip != nil {
		return ip.String(), nil
	}
	name = strings.TrimSuffix(name, ".")
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || ascii == "" || len(ascii) > 253 || strings.HasSuffix(ascii, ".") {
		return "", &InvalidHost{Reason: HostMalformed}
	}
	if again, err := idna.Lookup.ToASCII(ascii); err != nil || again != ascii {
		return "", &InvalidHost{Reason: HostMalformed}
	}
	if ip := net.ParseIP(ascii); ip != nil { // typed in wide or other digits
		return ip.String(), nil
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if _, err := strconv.ParseUint(last, 0, 64); err == nil { // 127.1 and such: an IP address to some resolvers
		return "", &InvalidHost{Reason: HostMalformed}
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", &InvalidHost{Reason: HostMalformed}
		}
	}
	return ascii, nil
}

// basePath is the directory part of a pasted address: without query, fragment, pages and the contract's own paths.
func basePath(tail string) (string, error) {
	if i := strings.IndexAny(tail, "?#"); i >= 0 {
		tail = tail[:i]
	}
	p, err := url.PathUnescape(tail)
	if err != nil || strings.ContainsFunc(p, unicode.IsControl) {
		return "", &InvalidHost{Reason: HostMalformed}
	}
	var kept []string
	for segment := range strings.SplitSeq(path.Clean("/"+p), "/") {
		lower := strings.ToLower(segment)
		if strings.HasSuffix(lower, ".php") || strings.HasSuffix(lower, ".html") || strings.HasSuffix(lower, ".htm") {
			break
		}
		if segment != "" {
			kept = append(kept, segment)
		}
	}
	p = ""
	for _, segment := range kept {
		p += "/" + segment
	}
	for before := ""; before != p; { // the contract's own paths
		before, p = p, strings.TrimSuffix(strings.TrimSuffix(p, "/v1/host"), "/v1")
	}
	return p, nil
}
