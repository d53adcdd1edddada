package signin

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"concierge/client"
	"concierge/client/api"
)

// maxAnswer is the most bytes of an answer of a sign-in server.
const maxAnswer = 1 << 20

// web asks sign-in servers. Its errors are of package client, and never hold what was sent or what came: both can be
// secret.
type web struct{ http *http.Client }

func newWeb(rt http.RoundTripper) web {
	if rt == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.TLSHandshakeTimeout = 10 * time.Second
		t.ResponseHeaderTimeout = 20 * time.Second
		rt = t
	}
	return web{&http.Client{
		Transport: rt,
		Timeout:   30 * time.Second,
		// No end point of OpenID Connect that is asked here redirects; following would take secrets elsewhere.
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return &client.Redirected{To: r.URL.Scheme + "://" + r.URL.Host}
		},
	}}
}

func (w web) close() { w.http.CloseIdleConnections() }

// get asks for a JSON document, with an access token if there is one.
func (w web) get(ctx context.Context, call, address, bearer string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return &client.WrongShape{Call: call, Field: "url"}
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	_, err = w.do(r, call, into)
	return err
}

// post sends a form. The header is there also with a *refusal.
func (w web) post(ctx context.Context, call, address string, form url.Values, into any) (http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &client.WrongShape{Call: call, Field: "url"}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(r, call, into)
}

// refusal is an OAuth error answer (RFC 6749 section 5.2). The description is not kept: a server may repeat in it what
// it was sent.
type refusal struct {
	call string
	code string
}

func (e *refusal) Error() string {
	return "sign-in: " + e.call + ": refused as " + strconv.Quote(e.code)
}

// do sends a request and decodes its answer; into may be nil.
func (w web) do(r *http.Request, call string, into any) (http.Header, error) {
	r.Header.Set("Accept", "application/json")
	a, err := w.http.Do(r)
	if err != nil {
		return nil, client.Classify(call, err)
	}
	defer func() { _ = a.Body.Close() }() // read as far as wanted
	body, err := io.ReadAll(io.LimitReader(a.Body, maxAnswer+1))
	if err != nil {
		return nil, client.Classify(call, err)
	}
	if len(body) > maxAnswer {
		return nil, &client.TooLarge{Call: call, Limit: maxAnswer}
	}
	if a.StatusCode < 200 || a.StatusCode > 299 {
		return a.Header, refused(call, r.URL, a, body)
	}
	if into == nil {
		return a.Header, nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		if !isJSON(a) {
			return a.Header, notAHost(call, r.URL, a)
		}
		return a.Header, &client.WrongShape{Call: call}
	}
	return a.Header, nil
}

func refused(call string, at *url.URL, a *http.Response, body []byte) error {
	after := retryAfter(a.Header.Get("Retry-After"))
	p := &client.Problem{Call: call, RetryAfter: after, Problem: api.Problem{Status: a.StatusCode}}
	switch {
	case a.StatusCode == http.StatusTooManyRequests:
		p.Type = api.ProblemRateLimited
		return &client.RateLimited{RetryAfter: after, Problem: p}
	case a.StatusCode == http.StatusServiceUnavailable:
		p.Type = api.ProblemBusy
		return p
	case a.StatusCode >= 500:
		p.Type = api.ProblemInternal
		return p
	}
	var oauth struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal(body, &oauth); err == nil && oauth.Error != "" && len(oauth.Error) < 100 {
		return &refusal{call: call, code: oauth.Error}
	}
	return notAHost(call, at, a)
}

func notAHost(call string, at *url.URL, a *http.Response) error {
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return &client.NotAHost{URL: at.Scheme + "://" + at.Host, Call: call, Status: a.StatusCode, ContentType: kind}
}

func isJSON(a *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}

// retryAfter reads the header's number of seconds; a date, which needs two clocks to agree, counts as not told.
func retryAfter(header string) time.Duration {
	n, err := strconv.Atoi(header)
	if err != nil || n < 0 || n > 24*3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// provider is where a host's sign-in is (OpenID Connect Discovery 1.0 section 3).
type provider struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Userinfo      string `json:"userinfo_endpoint"`
	Revocation    string `json:"revocation_endpoint"`
	Keys          string `json:"jwks_uri"`
}

// discover reads where the sign-in of an issuer is. Every address must be https; plain http is only for a host
// on this computer, whose sign-in is on this computer too.
func (w web) discover(ctx context.Context, hostURL, issuer string) (provider, error) {
	const call = "GET openid-configuration"
	var p provider
	if err := safe(hostURL, issuer, call); err != nil {
		return p, err
	}
	if err := w.get(ctx, call, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", "", &p); err != nil {
		return p, err
	}
	if p.Issuer != issuer {
		return p, &client.WrongShape{Call: call, Field: "issuer"}
	}
	for name, u := range map[string]string{"authorization_endpoint": p.Authorization, "token_endpoint": p.Token, "jwks_uri": p.Keys} {
		if u == "" {
			return p, &client.WrongShape{Call: call, Field: name}
		}
	}
	for _, u := range []string{p.Authorization, p.Token, p.Keys, p.Userinfo, p.Revocation} {
		if u == "" {
			continue
		}
		if err := safe(hostURL, u, call); err != nil {
			return p, err
		}
	}
	return p, nil
}

func safe(hostURL, address, call string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		return &client.WrongShape{Call: call, Field: "url"}
	case u.Scheme == "http" && !(loopback(address) && loopback(hostURL)):
		return &client.PlainHTTP{Host: u.Host}
	}
	return nil
}

// loopback tells whether an address is on this computer.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if name := strings.ToLower(u.Hostname()); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}
