package contracttest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
)

// wire sends bytes as they are and returns all that comes back until the host closes, or has nothing more to say.
func (w *world) wire(text string) string {
	w.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(w, err)
	defer c.Close()
	_, err = io.WriteString(c, text)
	must(w, err)
	must(w, c.(*net.TCPConn).CloseWrite())
	must(w, c.SetReadDeadline(time.Now().Add(20*time.Second)))
	b, err := io.ReadAll(c)
	if err != nil && len(b) == 0 {
		return ""
	}
	return string(b)
}

// statuses are those of the answers in what came back.
func statuses(t testing.TB, text string) (list []int) {
	t.Helper()
	r := bufio.NewReader(strings.NewReader(text))
	for {
		if _, err := r.Peek(1); err != nil {
			return list
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("not an answer: %q", text)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		list = append(list, res.StatusCode)
	}
}

// TestARequestIsOneRequest: what two servers one behind the other could cut in different places.
func TestARequestIsOneRequest(t *testing.T) {
	beforeTheStore(t, func(w *world) {
		s := set(w)
		mine := s.owner.untouched(s.account)
		host := strings.TrimPrefix(w.url, "http://")
		tag := strings.Trim(s.owner.get(s.spare).ETag(), `"`)
		smuggled := fmt.Sprintf("DELETE %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nIf-Match: %s\r\nX: ", s.spare, host, s.owner.token, tag)
		head := fmt.Sprintf("PATCH %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nIf-Match: x\r\nContent-Type: application/json\r\n", s.account, host, s.owner.token)
		get := fmt.Sprintf("GET /v1/me HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n", host, s.owner.token)
		for name, text := range map[string]string{
			"a length and chunks":            head + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s", 5+len(smuggled), smuggled),
			"two lengths":                    head + fmt.Sprintf("Content-Length: 2\r\nContent-Length: %d\r\n\r\n{}%s", 2+len(smuggled), smuggled),
			"two lengths in one":             head + fmt.Sprintf("Content-Length: 2, %d\r\n\r\n{}%s", 2+len(smuggled), smuggled),
			"a length with a sign":           head + "Content-Length: +2\r\n\r\n{}" + smuggled,
			"a negative length":              head + "Content-Length: -1\r\n\r\n" + smuggled,
			"a length that is no number":     head + "Content-Length: 0x2\r\n\r\n{}" + smuggled,
			"another encoding":               head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled,
			"two encodings":                  head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + smuggled,
			"a blank before the colon":       head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled,
			"a folded header":                head + "X-Y: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
			"a chunk's length with a sign":   head + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n" + smuggled,
			"a chunk's length with a prefix": head + "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n" + smuggled,
			"two hosts":                      get + "Host: evil.example\r\n\r\n",
			"no host":                        strings.Replace(get, "Host: "+host+"\r\n", "", 1) + "\r\n",
			"a header with NUL":              get + "X-Y: a\x00b\r\n\r\n",
			"a name with a blank":            get + "X Y: a\r\n\r\n",
			"a bare CR":                      get + "X-Y: a\rHost: evil.example\r\n\r\n",
			"HTTP/3.7":                       "GET /v1/me HTTP/3.7\r\nHost: " + host + "\r\n\r\n",
			"a path with a blank":            "GET /v1/ me HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
		} {
			got := statuses(w, w.wire(text))
			if len(got) > 1 {
				w.Errorf("%s: %d answers, %v", name, len(got), got)
			}
			for _, status := range got {
				if status < 400 {
					w.Errorf("%s: %v", name, got)
				}
			}
		}
		s.owner.get(s.spare).Is(200)
		mine("a request in a request")
	})
}

func TestABodyThatIsTooLargeOrNeverEndsHoldsNobodyUp(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		mine := s.owner.untouched(s.account)
		large := append([]byte(`{"company":"`), bytes.Repeat([]byte("x"), 1<<20)...)
		s.owner.call("PATCH", s.account, string(large)).Is(413).Refused(api.ProblemTooLarge)
		w.nobody().call("PATCH", s.account, string(large), "If-Match", "x").Is(413)
		if _, err := w.client.Do(s.owner.api.Request(s.owner.token, "POST", s.account+"/contacts", string(bytes.Repeat([]byte("x"), 8<<20)))); err == nil {
			s.owner.post(s.account+"/contacts", string(bytes.Repeat([]byte("[1,"), 300_000))).Problem()
		}
		mine("a huge body")

		// Half a body: the account is not held while the rest is waited for, and it does nothing when it never comes.
		c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		must(w, err)
		defer c.Close()
		_, err = fmt.Fprintf(c, "PATCH %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nIf-Match: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"company\":\"half",
			s.account, strings.TrimPrefix(w.url, "http://"), s.owner.token, s.owner.get(s.account).ETag())
		must(w, err)
		s.owner.call("PATCH", s.account, api.AccountPatch{Company: ptr("Whole")}).Is(200)
		must(w, c.(*net.TCPConn).CloseWrite())
		b, err := io.ReadAll(c)
		must(w, err)
		for _, status := range statuses(w, string(b)) {
			if status != http.StatusBadRequest {
				w.Errorf("half a body: %d", status)
			}
		}
		if got := hosttest.Into[api.Account](s.owner.get(s.account), 200).Company; got != "Whole" {
			w.Errorf("the company is %q", got)
		}
		// Headers without end are not read without end.
		if got := w.wire("GET /v1/me HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 256<<10)); strings.HasPrefix(got, "HTTP/1.1 2") {
			w.Errorf("a header of 256 KB: %.100s", got)
		}
	})
}

// TestAPathIsOnePath: there is one way to write each.
func TestAPathIsOnePath(t *testing.T) {
	everywhere(t, func(w *world) {
		s, e := set(w), w.as(eve)
		id, theirs := strings.TrimPrefix(s.account, "/v1/accounts/"), strings.TrimPrefix(e.account(garden), "/v1/accounts/")
		contact := s.contact[strings.LastIndexByte(s.contact, '/')+1:]
		mine, still := s.owner.untouched(s.account), e.untouched("/v1/accounts/"+theirs)
		for _, path := range []string{
			"/v1/accounts/0" + id, "/v1/accounts/+" + id, "/v1/accounts/%20" + id, "/v1/accounts/" + id + "%20", "/v1/accounts/" + id + ".0", "/v1/accounts/" + id + ".", "/v1/accounts/-" + id,
			"/v1/accounts/" + id + "%00", "/v1/accounts/" + id + "%0a", "/v1/accounts/" + id + "%2f", "/v1/accounts/" + id + "%2fsnapshot", "/v1/accounts/" + id + "e0", "/v1/accounts/0x" + id,
			"/v1/accounts/" + id + ";x=1", "/v1/accounts/" + id + ",", "/v1/accounts/" + id + "," + theirs, "/v1/accounts/" + id + "%2c" + theirs, "/v1/accounts/" + id + "/", "/v1/accounts//" + id,
			"/v1//accounts/" + id, "//v1/accounts/" + id, "/v1/./accounts/" + id, "/v1/accounts/./" + id, "/v1/accounts/x/../" + id, "/v1/accounts/%2e/" + id, "/v1/accounts/%2e%2e/accounts/" + id,
			"/v1/accounts/..%2faccounts%2f" + id, "/v1/accounts/" + id + "/contacts/..", "/v1/accounts/" + id + "/contacts/..%2f..%2f" + theirs, "/v1/accounts/%252e%252e/" + id,
			"/v1/accounts/" + id + "/..", "/v1/accounts/" + id + "/../" + theirs, "/v1/accounts/" + id + "/contacts/%2e%2e/users", "/V1/accounts/" + id, "/v1/Accounts/" + id,
			"/v1/accounts/" + id + "/contacts/0" + contact, "/v1/accounts/" + id + "/contacts/+" + contact, "/v1/accounts/" + id + "/contacts/" + contact + "%00", "/v1/accounts/" + id + "/contacts/%20" + contact,
			"/v1/accounts/" + id + "/users/*", "/v1/accounts/" + id + "/users/%25", "/v1/accounts/" + id + "/users/'%20OR%201=1--", "/v1/accounts/" + id + "/contacts/" + contact + "'",
			"/v1/accounts/" + id + "/users/0", "/v1/accounts/" + id + "/users/-1", "/v1/accounts/" + id + "/contacts/0", "/v1/accounts/0", "/v1/accounts/%D9%A1", "/v1/accounts/%EF%BC%91", "/v1/accounts/9223372036854775808",
			"/v1/accounts/18446744073709551617", "/v1/accounts/" + strings.Repeat("9", 129), "/v1/accounts/" + strings.Repeat("9", 8000), "/v1/accounts/" + id + "/users/" + strings.Repeat("1", 129),
			"/v1/", "/v1/openapi.json", "/v1/docs", "/v1/schemas/Account.json", "/docs", "/openapi.yaml", "/debug/pprof/", "/metrics", "/.git/config", "/includes/api.php", "/v1/accounts/" + id + ".json",
		} {
			for _, method := range []string{"GET", "DELETE", "PATCH"} {
				a := s.owner.call(method, path, nil, "If-Match", `"x"`, "Content-Type", "application/json")
				if a.Status < 400 || a.Status >= 500 || a.Status == 401 {
					w.Errorf("%.120s", a)
				}
			}
		}
		mine("a path")
		still("a path")
	})
}

func TestAMethodIsTheOneThatWasSent(t *testing.T) {
	beforeTheStore(t, func(w *world) {
		s := set(w)
		mine := s.owner.untouched(s.account)
		for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			s.owner.get(s.spare, name, "DELETE", "If-Match", s.owner.get(s.spare).ETag()).Is(200)
			s.owner.post(s.spare, nil, name, "DELETE", "If-Match", s.owner.get(s.spare).ETag()).Is(405).Refused(api.ProblemMethodNotAllowed)
		}
		s.owner.get(s.spare + "?_method=DELETE").Wrong("/_method unknown")
		for _, m := range []string{"PUT", "POST", "TRACE", "OPTIONS", "PROPFIND", "get", "DELETEX"} {
			r := s.owner.api.Request(s.owner.token, "GET", s.account+"/snapshot", nil)
			r.Method = m
			res, err := w.client.Do(r)
			must(w, err)
			must(w, res.Body.Close())
			if res.StatusCode < 400 || res.StatusCode >= 500 {
				w.Errorf("%s: %s", m, res.Status)
			}
			if res.StatusCode == http.StatusMethodNotAllowed && res.Header.Get("Allow") != "GET, HEAD" {
				w.Errorf("%s: allowed are %q", m, res.Header.Get("Allow"))
			}
		}
		mine("another method")
	})
}

// TestNoOtherSiteIsLetIn: pages in browsers get nothing of the Host API, and nobody is fooled by a name.
func TestNoOtherSiteIsLetIn(t *testing.T) {
	beforeTheStore(t, func(w *world) {
		s := set(w)
		for _, origin := range []string{"https://evil.example", "null", w.url, "http://localhost:3000"} {
			for _, path := range []string{"/v1/host", "/v1/me", s.account, "/oidc/token", "/oidc/userinfo"} {
				for _, a := range []hosttest.Answer{s.owner.get(path, "Origin", origin), s.owner.call("OPTIONS", path, nil, "Origin", origin, "Access-Control-Request-Method", "DELETE",
					"Access-Control-Request-Headers", "authorization,if-match")} {
					for name := range a.Header {
						if strings.HasPrefix(name, "Access-Control-") {
							w.Errorf("from %s: %s allows with %s: %s", origin, a.What, name, a.Header.Get(name))
						}
					}
				}
			}
		}
		for _, kind := range []string{"text/html", "application/cbor", "text/javascript", "*/*;q=0"} { // no script, no page
			if a := s.owner.get("/v1/me", "Accept", kind); a.Header.Get("Content-Type") != "application/json" && a.Status != http.StatusNotAcceptable {
				w.Errorf("asked for %s: %v", kind, a.Header)
			}
		}
		a := s.owner.get(s.account)
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Set-Cookie") != "" || a.Header.Get("Content-Type") != "application/json" {
			w.Errorf("headers %v", a.Header)
		}
		for _, name := range []string{"evil.example", "127.0.0.1:1", "evil.example:80", "127.0.0.1.evil.example"} {
			r := s.owner.api.Request(s.owner.token, "GET", s.account, nil)
			r.Host = name
			res, err := w.client.Do(r)
			must(w, err)
			must(w, res.Body.Close())
			if res.StatusCode != http.StatusMisdirectedRequest {
				w.Errorf("as %s: %s", name, res.Status)
			}
		}
		if got := w.wire("GET http://evil.example/v1/host HTTP/1.1\r\nHost: " + strings.TrimPrefix(w.url, "http://") + "\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 421") {
			w.Errorf("as evil.example in the request's line: %.60s", got)
		}
	})
}

// TestNothingOfACallIsBelievedOrLeavesItsLine: who calls from where, under which id, and what logs say of it.
func TestNothingOfACallIsBelievedOrLeavesItsLine(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		evil := "evil\" level=ERROR msg=\"forged"
		headers := []string{api.HeaderRequestID, "chosen-by-the-caller", "X-Forwarded-For", "203.0.113.7", "X-Real-Ip", "203.0.113.7", "Forwarded", "for=203.0.113.7;host=evil.example;proto=https",
			"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "User-Agent", evil + "\t<script>", "Referer", "https://evil.example/" + evil, "Traceparent", evil}
		a := s.owner.call("PATCH", s.contact, api.ContactPatch{FirstName: ptr(`Zoé","person":"1 level=ERROR msg=forged`)}, append(headers, "If-Match", s.owner.get(s.contact).ETag())...)
		if id := a.Is(200).Header.Get(api.HeaderRequestID); len(id) != 26 || id == "chosen-by-the-caller" {
			w.Errorf("the call's id is %q", id)
		}
		w.nobody().get("/v1/host", headers...).Is(200)
		if h := hosttest.Into[api.Host](w.nobody().get("/v1/host", headers...), 200); !strings.HasPrefix(h.SignIn.Issuer, w.url) || strings.Contains(h.MailboxURL, "evil") {
			w.Errorf("the host takes another's word for where it is: %+v", h.SignIn)
		}
		for _, path := range []string{"/v1/accounts/%0Alevel=ERROR%20msg=forged%0A", "/v1/accounts/" + strings.Repeat("a", 2000), "/v1/accounts/%E2%80%AE%1B[2J", s.account + "/contacts/%0A%7B%22event%22:%22forged%22%7D%0A"} {
			s.owner.call("DELETE", path, nil, "If-Match", "x", "User-Agent", evil).Problem()
		}
		m := s.owner.post(s.account+"/contacts", api.NewContact{FirstName: "X", Email: "x@y.example"}, api.HeaderIdempotencyKey, `k"msg="forged`)
		m.Is(201)
		if l := s.owner.get(s.account + "/activity"); can(l, w.features().Activity) {
			for _, one := range hosttest.Into[api.ActivityPage](l, 200).Activity {
				if one.From != "" && one.From != "127.0.0.1" && one.ActorEmail == marie && one.Action == api.ActContactChanged {
					w.Errorf("done from %s", one.From)
				}
			}
		}
		said := w.Said()
		for line := range strings.SplitSeq(said, "\n") {
			if line != "" && !strings.HasPrefix(line, "time=") && !strings.HasPrefix(line, `{"time":"`) || strings.Contains(line, " level=ERROR msg=forged") || len(line) > 4000 {
				w.Errorf("a line of the log: %.300q", line)
			}
		}
		for _, never := range []string{s.owner.token, s.owner.refresh, "203.0.113.7", "chosen-by-the-caller", "Zoé", "\u202e", "\x1b", apiSecret, clientSecret} {
			if strings.Contains(said, never) {
				w.Errorf("the log has %q", never)
			}
		}
		if code := w.Code(marie); code != "" && strings.Contains(said, `"`+code+`"`) {
			w.Error("the log has a code")
		}
	})
}
