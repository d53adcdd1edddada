package access

import (
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// EmailKey normalises an address for comparing: Unicode NFKC, no case, no surrounding space, and the domain as people read it,
// also where it is written as it is in the DNS (RFC 5890): one person is one, by either spelling. Hosts compare login addresses
// without regard to case, so the whole address is folded, not only its domain. A domain alone has its key too.
func EmailKey(email string) string {
	email = strings.TrimSpace(email)
	if isASCII(email) {
		email = strings.ToLower(email)
		if !strings.Contains(email, acePrefix) {
			return email
		}
	}
	email = norm.NFKC.String(email)
	at := strings.LastIndexByte(email, '@')
	return cases.Fold().String(email[:at+1]) + domainKey(email[at+1:])
}

// acePrefix begins a label of a domain that stands for one in another script; no label is longer than maxLabel (RFC 1035
// section 2.3.4).
const (
	acePrefix = "xn--"
	maxLabel  = 63
)

// domainKey is a domain in small letters, every label in its own script. What is no such label stays as it is: it is nobody's
// domain, and must not become somebody's.
func domainKey(domain string) string {
	labels := strings.Split(strings.ReplaceAll(foldDomain(domain), "。", "."), ".")
	for i, label := range labels {
		code, is := strings.CutPrefix(label, acePrefix)
		if !is || len(label) > maxLabel {
			continue
		}
		if own, ok := decodePunycode(code); ok && !isASCII(own) && foldDomain(own) == own {
			labels[i] = own
		}
	}
	return strings.Join(labels, ".")
}

// foldDomain folds what the DNS takes for the same (UTS #46): faß.example is another domain than fass.example, and ς ends other
// names than σ does.
func foldDomain(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	fold := cases.Fold()
	var b strings.Builder
	for _, r := range s {
		switch r {
		case 'ß', 'ς':
			b.WriteRune(r)
		case 'ẞ':
			b.WriteRune('ß')
		default:
			b.WriteString(fold.String(string(r)))
		}
	}
	return norm.NFKC.String(b.String())
}

// decodePunycode turns what follows the prefix of a label into the label (RFC 3492 section 6.2): the letters that are ASCII as
// they are, up to the last hyphen, then where each of the others goes, as numbers of variable length.
func decodePunycode(code string) (string, bool) {
	const (
		base, tMin, tMax   = 36, 1, 26
		skew, damp         = 38, 700
		firstBias, firstCP = 72, 0x80
	)
	var label []rune
	if hyphen := strings.LastIndexByte(code, '-'); hyphen >= 0 {
		label = []rune(code[:hyphen])
		code = code[hyphen+1:]
	}
	cp, at, bias := firstCP, 0, firstBias
	for first := true; code != ""; first = false {
		was := at
		for weight, k := 1, base; ; k += base {
			if code == "" {
				return "", false
			}
			digit := int(code[0])
			switch {
			case 'a' <= digit && digit <= 'z':
				digit -= 'a'
			case '0' <= digit && digit <= '9':
				digit += 26 - '0'
			default:
				return "", false
			}
			code = code[1:]
			if digit > (math.MaxInt32-at)/weight {
				return "", false
			}
			at += digit * weight
			t := min(max(k-bias, tMin), tMax)
			if digit < t {
				break
			}
			if weight > math.MaxInt32/(base-t) {
				return "", false
			}
			weight *= base - t
		}
		n := len(label) + 1
		delta := (at - was) / 2
		if first {
			delta = (at - was) / damp
		}
		delta += delta / n
		for bias = 0; delta > (base-tMin)*tMax/2; bias += base {
			delta /= base - tMin
		}
		bias += (base - tMin + 1) * delta / (delta + skew)
		cp += at / n
		at %= n
		if cp > utf8.MaxRune || !utf8.ValidRune(rune(cp)) {
			return "", false
		}
		label = append(label[:at], append([]rune{rune(cp)}, label[at:]...)...)
		at++
	}
	return string(label), true
}
