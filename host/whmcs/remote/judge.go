package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// answer is what came back over HTTP.
type answer struct {
	status   int
	location string
	body     []byte
}

// judge makes of an answer what WHMCS said, or why it is none. Nothing but JSON with result "success" and status 2xx is
// success: a message of PHP before or behind it means that something went wrong midway.
func (c *Client) judge(k call, a answer) (object, *Error) {
	switch {
	case a.status >= 300 && a.status < 400:
		e := c.unusable(k, "WHMCS redirects to "+place(a.location)+": give that address as its URL")
		e.Unknown, e.health = false, untold // the script did not run
		return nil, e
	case a.status >= 500:
		e := c.unusable(k, c.hint(a))
		e.again = true
		return nil, e
	}
	o, err := parse(a.body)
	if err != nil {
		e := c.unusable(k, c.hint(a))
		switch {
		case a.status == http.StatusTooManyRequests:
			e.Unknown = false
		case a.status >= 400: // a firewall's or web server's, not WHMCS's: what one customer writes must not open the breaker for all
			e.Unknown, e.health = false, untold
		}
		return nil, e
	}
	result := strings.ToLower(o.text("result"))
	if result == "" {
		result = strings.ToLower(o.text("status")) // GetPermissionsList
	}
	switch {
	case result == "success" && a.status < 300:
		return o, nil
	case result == "error", a.status >= 400 && a.status != http.StatusTooManyRequests && result != "success":
		return nil, c.refusal(k, a.status, o.message())
	}
	return nil, c.unusable(k, fmt.Sprintf("HTTP %d and neither success nor error: not WHMCS's API?", a.status))
}

// unusable is for an answer that cannot be used. A write may have been done before it went wrong.
func (c *Client) unusable(k call, hint string) *Error {
	return &Error{Kind: Unavailable, Action: k.action, Unknown: k.write, health: sick, Err: errors.New(c.clean(hint, maxMessage))}
}

// parse reads one JSON object and nothing else.
func parse(body []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var o map[string]any
	if err := d.Decode(&o); err != nil {
		return nil, err
	}
	if o == nil {
		return nil, errors.New("null")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind the JSON")
	}
	return unflatten(o), nil
}

var (
	title     = regexp.MustCompile(`(?is)<title[^>]*>(.{0,200}?)</title>`)
	tags      = regexp.MustCompile(`<[^<>]*>`)
	phpSpeaks = regexp.MustCompile(`(?i)(<b>|\bPHP )?\b(Warning|Notice|Deprecated|Fatal error|Parse error)(</b>)?: `)
)

// hint tells the operator what an answer that is not JSON looks like, and what usually makes it so.
func (c *Client) hint(a answer) string {
	body := bytes.TrimSpace(a.body)
	head := string(body[:min(len(body), 4096)])
	say := func(format string, v ...any) string {
		return fmt.Sprintf("HTTP %d: ", a.status) + fmt.Sprintf(format, v...)
	}
	excerpt := func(s string) string { return c.clean(tags.ReplaceAllString(s, " "), 100) }
	at := phpSpeaks.FindStringIndex(head)
	switch m := title.FindStringSubmatch(head); {
	case len(body) == 0:
		return say("an empty answer; see the web server's and PHP's error logs")
	case bytes.HasPrefix(body, []byte("\ufeff")) && bytes.HasPrefix(bytes.TrimSpace(body[3:]), []byte("{")):
		return say("a byte order mark stands before the JSON: a PHP file of WHMCS, such as configuration.php or a hook, was saved with one")
	case at != nil && (body[0] != '{' || !json.Valid(body)):
		return say("PHP writes its messages into the answer, switch display_errors off: %q", excerpt(head[at[0]:]))
	case m != nil:
		return say("a web page (%q) instead of JSON; is this where WHMCS is installed, and does nothing stand before it?", excerpt(m[1]))
	case body[0] == '<':
		return say("a web page or XML instead of JSON; is this where WHMCS is installed, and does nothing stand before it?")
	case json.Valid(body):
		return say("JSON that WHMCS does not write")
	case body[0] == '{':
		return say("JSON that is cut off or has something behind it")
	}
	return say("not JSON: %q", excerpt(head))
}

// place is an address without its query, which may hold anything.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return "an unusable address"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
