package client

import (
	"net/http"
	"strconv"
	"time"
)

// backoff is how long to wait after a try: between half and all of 0.5 s, 1 s, 2 s…
func backoff(try int, jitter func() float64) time.Duration {
	full := 500 * time.Millisecond << (try - 1)
	return full/2 + time.Duration(jitter()*float64(full/2))
}

// longestWait bounds what a host may ask for, so that a nonsense value does not silence the application for a year.
const longestWait = 24 * time.Hour

// retryAfter reads Retry-After in both its forms (RFC 9110 section 10.2.3). A date is counted from the Date of the same
// answer where there is one, so that a wrong clock on this computer does not matter. 0 means that nothing usable was said.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if v == "" {
		return 0
	}
	var d time.Duration
	if seconds, err := strconv.ParseUint(v, 10, 31); err == nil {
		d = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			now = date
		}
		d = at.Sub(now)
	}
	return max(0, min(d, longestWait))
}
