package places

import (
	"regexp"
	"strings"
	"sync"

	"concierge/assets/phones"
)

// Phone writes a telephone number, as hosts keep it (E.164, "+15815550133"), in the groups that people read and dial:
// "+1 581-555-0133". Where no groups are known for it, it is parted after the country's calling code. What is no such number
// stays as it is: the person wrote it.
func Phone(number string) string {
	digits, international := strings.CutPrefix(number, "+")
	if !international || strings.Trim(digits, "0123456789") != "" {
		return number
	}
	const shortest, longest = 2, 17 // what may follow a calling code, by libphonenumber: some numbers are longer than E.164 permits
	// No calling code is the beginning of another, and none has more than three digits.
	for n := 1; n <= 3 && n < len(digits); n++ {
		code, national := digits[:n], digits[n:]
		ways, ok := waysOf(code)
		if !ok {
			continue
		}
		if len(national) < shortest || len(national) > longest {
			return number
		}
		for _, w := range ways {
			if w.leading.MatchString(national) && w.whole.MatchString(national) {
				national = w.whole.ReplaceAllString(national, w.template)
				break
			}
		}
		return "+" + code + " " + national
	}
	return number
}

// way is a phones.Format whose regular expressions are compiled.
type way struct {
	leading, whole *regexp.Regexp
	template       string
}

// compiled are the ways of the countries that were asked for, by calling code.
var (
	compiled     = map[string][]way{}
	compiledLock sync.Mutex
)

func waysOf(code string) (ways []way, ok bool) {
	compiledLock.Lock()
	defer compiledLock.Unlock()
	if ways, ok := compiled[code]; ok {
		return ways, true
	}
	formats, ok := phones.Formats(code)
	if !ok {
		return nil, false
	}
	for _, f := range formats {
		ways = append(ways, way{regexp.MustCompile("^(?:" + f.Leading + ")"), regexp.MustCompile("^(?:" + f.Pattern + ")$"), f.Template})
	}
	compiled[code] = ways
	return ways, true
}
