package update

import (
	"cmp"
	"strconv"
	"strings"
)

// version is a number of a release, as semver.org writes it: 1.4.0, 1.5.0-rc.2.
type version struct {
	parts [3]int
	pre   []string // empty for a release proper
}

func parse(s string) (v version, ok bool) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "v"), "+")
	numbers, pre, has := strings.Cut(s, "-")
	list := strings.Split(numbers, ".")
	if len(list) != len(v.parts) || has && pre == "" {
		return v, false
	}
	for i, n := range list {
		number, err := strconv.ParseUint(n, 10, 31)
		if err != nil {
			return v, false
		}
		v.parts[i] = int(number)
	}
	if has {
		v.pre = strings.Split(pre, ".")
	}
	return v, true
}

// compare is below 0 when v is the earlier one (semver.org, 11).
func (v version) compare(o version) int {
	for i := range v.parts {
		if c := cmp.Compare(v.parts[i], o.parts[i]); c != 0 {
			return c
		}
	}
	switch {
	case len(v.pre) == 0 || len(o.pre) == 0:
		return cmp.Compare(len(o.pre), len(v.pre)) // what is in preparation comes before the release
	}
	for i := range min(len(v.pre), len(o.pre)) {
		a, err := strconv.Atoi(v.pre[i])
		b, err2 := strconv.Atoi(o.pre[i])
		c := cmp.Compare(v.pre[i], o.pre[i])
		switch {
		case err == nil && err2 == nil:
			c = cmp.Compare(a, b)
		case err == nil:
			c = -1
		case err2 == nil:
			c = 1
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(v.pre), len(o.pre))
}

// Newer tells whether a version is later than another. What is no version is later than none, and none than it.
func Newer(is, than string) bool {
	a, ok := parse(is)
	b, okay := parse(than)
	return ok && okay && a.compare(b) > 0
}
