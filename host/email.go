package host

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Greatest lengths of an address in octets (RFC 5321 section 4.5.3.1; 254 is the path limit of 256 without its angle
// brackets).
const (
	maxEmail     = 254
	maxLocalPart = 64
	maxDomain    = 253
)

// CleanEmail returns an address without surrounding blanks and with its domain in small letters, and whether mail can
// be sent to it: one local part of letters, digits and the signs of RFC 5321's Dot-string, and a domain name of at
// least two labels, which may be in another script (RFC 5890). Quoted local parts, address literals and local parts
// beyond ASCII are refused: hosting systems do not deliver to them.
func CleanEmail(address string) (clean string, ok bool) {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address, false
	}
	local, domain := address[:at], strings.ToLower(address[at+1:])
	ascii, ok := asciiDomain(domain)
	if !ok || !dotString(local) || len(local) > maxLocalPart || len(ascii) > maxDomain ||
		len(local)+1+len(ascii) > maxEmail {
		return address, false
	}
	return local + "@" + domain, true
}

// EmailKey is what two addresses are compared by: no case, no surrounding blanks, the domain as it is in the DNS. Only
// the DNS's own rules fold a domain: with others, faß.example would be fass.example, which somebody else may own.
func EmailKey(address string) string {
	key := norm.NFKC.String(strings.TrimSpace(address))
	if at := strings.LastIndexByte(key, '@'); at >= 0 {
		if ascii, ok := asciiDomain(key[at+1:]); ok {
			return cases.Fold().String(key[:at+1]) + ascii
		}
	}
	return cases.Fold().String(key)
}

// SameEmail tells whether two addresses reach the same mailbox, as far as can be told without asking its host.
func SameEmail(a, b string) bool { return EmailKey(a) == EmailKey(b) }

func asciiDomain(domain string) (string, bool) {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") {
		return "", false
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", false
		}
	}
	// A name that ends in a number is an IPv4 address or a mistake (RFC 3696 section 2).
	top := labels[len(labels)-1]
	return ascii, strings.Trim(top, "0123456789") != ""
}

func dotString(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			letterOrDigit := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
			if !letterOrDigit && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) {
				return false
			}
		}
	}
	return true
}
