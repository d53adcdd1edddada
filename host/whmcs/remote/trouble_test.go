package remote

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"
)

func TestOnlyUsableURLsAreTaken(t *testing.T) {
	for address, want := range map[string]string{
		"https://billing.example":                           "https://billing.example/includes/api.php",
		"https://provider.example/clients/":                 "https://provider.example/clients/includes/api.php",
		"https://provider.example/clients/includes/api.php": "https://provider.example/clients/includes/api.php",
		"https://provider.example:8443/a//":                 "https://provider.example:8443/a/includes/api.php",
		"http://127.0.0.1:8080":                             "http://127.0.0.1:8080/includes/api.php",
		"http://[::1]/":                                     "http://[::1]/includes/api.php",
		"http://localhost":                                  "http://localhost/includes/api.php",
		"http://billing.example":                            "",
		"http://localhost.example":                          "",
		"http://127.0.0.1.example":                          "",
		"https://user:pass@billing.example":                 "",
		"https://billing.example/?a=b":                      "",
		"https://billing.example/#a":                        "",
		"ftp://billing.example":                             "",
		"billing.example":                                   "",
		"https://":                                          "",
		"":                                                  "",
		"https://a\x7f:hunter2@b":                           "",
	} {
		c, err := New(Config{URL: address})
		switch {
		case want == "" && !errors.Is(err, ErrURL):
			t.Errorf("%s: %v", address, err)
		case want == "" && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("a password is in %v", err)
		case want != "" && (err != nil || c.endpoint != want):
			t.Errorf("%s: %v, %v", address, c, err)
		}
	}
}

func TestAPlainNameThatLeavesThisComputerIsNotDialled(t *testing.T) {
	tr := newTransport(Config{Timeout: time.Second}, true)
	if _, err := tr.DialContext(t.Context(), "tcp", "203.0.113.7:80"); !errors.Is(err, ErrURL) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsNoJSONIsNeverSuccessAndTheLogSaysWhy(t *testing.T) {
	ok := `{"result":"success"}`
	for _, k := range []struct {
		name, body, hint string
		status           int
		done             bool // a write may have been
	}{
		{"a web page", "<!DOCTYPE html><html><head><title>\nWelcome</title>" + ok, "web page (\\\"Welcome\\\")", 200, true},
		{"a web page without title", "<div>" + ok, "a web page or XML", 200, true},
		{"a byte order mark", "\ufeff" + ok, "byte order mark", 200, true},
		{"a warning of PHP before it", "<br />\n<b>Warning</b>:  foreach() in <b>/var/www/hook.php</b> on line <b>3</b><br />\n" + ok, "display_errors", 200, true},
		{"a warning of PHP behind it", ok + "\nPHP Deprecated: x in /var/www/a.php", "display_errors", 200, true},
		{"text before it", "debug " + ok, "not JSON", 200, true},
		{"two answers", ok + ok, "cut off or has something behind it", 200, true},
		{"cut off", `{"result":"succ`, "cut off", 200, true},
		{"nothing", " \n", "empty answer", 200, true},
		{"null", "null", "JSON that WHMCS does not write", 200, true},
		{"a list", `["success"]`, "JSON that WHMCS does not write", 200, true},
		{"the old format", "result=success;", "not JSON", 200, true},
		{"no result", `{"contactid":1}`, "neither success nor error", 200, true},
		{"another result", `{"result":"maybe"}`, "neither success nor error", 200, true},
		{"success with HTTP 403", ok, "neither success nor error", 403, true},
		{"success with HTTP 500", ok, "HTTP 500", 500, true},
		{"a proxy's error", "<title>502 Bad Gateway</title>", "502 Bad Gateway", 502, true},
		{"a firewall's page", "<title>Blocked</title>", "Blocked", 403, false},
		{"not found", "<title>404</title>", "404", 404, false},
		{"too many", "slow down", "HTTP 429", 429, false},
	} {
		t.Run(k.name, func(t *testing.T) {
			var log logged
			c, _ := client(t, says(k.status, k.body), log.use)
			for write, do := range map[bool]func() error{
				false: func() error { _, err := c.Permissions(t.Context()); return err },
				true:  func() error { return c.DeleteContact(t.Context(), 1) },
			} {
				err := do()
				if e := errorOf(err); e == nil || e.Kind != Unavailable || e.Unknown != (write && k.done) {
					t.Errorf("write %v: %#v", write, err)
				}
			}
			if !strings.Contains(log.String(), k.hint) || !strings.Contains(log.String(), "level=WARN") {
				t.Errorf("no hint: %s", log.String())
			}
		})
	}
}

func TestAnAnswerThatIsTooLargeIsNotReadToItsEnd(t *testing.T) {
	c, f := client(t, func(w http.ResponseWriter, _ map[string]any) {
		for range (maxBody >> 20) + 2 {
			if _, err := io.WriteString(w, strings.Repeat(" ", 1<<20)); err != nil {
				return
			}
		}
	})
	_, err := c.Permissions(t.Context())
	if !Is(err, Unavailable) || !strings.Contains(err.Error(), "larger") || len(f.seen()) != 1 {
		t.Errorf("%v", err)
	}
}

func TestAnAnswerThatIsTooLargeOnceUnpackedIsNotReadToItsEnd(t *testing.T) {
	c, _ := client(t, func(w http.ResponseWriter, _ map[string]any) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range (maxBody >> 20) + 2 {
			if _, err := z.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
		z.Close()
	})
	if _, err := c.Permissions(t.Context()); !Is(err, Unavailable) || !strings.Contains(err.Error(), "larger") {
		t.Errorf("%v", err)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	var elsewhere sync.Map
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { elsewhere.Store(r.URL.String(), true) }))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{other.URL + "/taken?x=y", install + "/includes/api.php", ""} {
			c, f := client(t, func(w http.ResponseWriter, _ map[string]any) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})
			err := c.DeleteContact(t.Context(), 1)
			if e := errorOf(err); e == nil || e.Kind != Unavailable || e.Unknown || !strings.Contains(err.Error(), "redirects") {
				t.Errorf("%d to %s: %v", status, to, err)
			}
			if len(f.seen()) != 1 {
				t.Errorf("%d to %s: %d calls", status, to, len(f.seen()))
			}
		}
	}
	elsewhere.Range(func(url, _ any) bool { t.Errorf("the secret went to %v", url); return true })
}

func TestSecretsAreInNoErrorNoLogAndNoPrint(t *testing.T) {
	raw := func(text string) reply { // a peer that answers with something that is not HTTP
		return func(w http.ResponseWriter, _ map[string]any) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, text)
				conn.Close()
			}
		}
	}
	form := url.Values{"secret": {secret}, "identifier": {identifier}, "accesskey": {accessKey}}.Encode()
	plain := secret + " " + identifier + " " + accessKey
	quoted := fmt.Sprintf("%q", plain)
	for name, answer := range map[string]reply{
		"in a message":                 says(200, `{"result":"error","message":`+quoted+`}`),
		"in a message, escaped":        says(200, `{"result":"error","message":"`+phpEscaper.Replace(secret)+`"}`),
		"in a title":                   says(200, "<title>"+plain+"</title>"),
		"in a title, escaped":          says(200, "<title>"+phpEscaper.Replace(plain)+"</title>"),
		"in a warning":                 says(200, "<b>Warning</b>: bad "+form),
		"in a text":                    says(200, plain),
		"in a text, as JSON":           says(500, quoted),
		"in a text, broken over lines": says(200, "x\n"+plain+"\n"+form),
		"in a redirect": func(w http.ResponseWriter, _ map[string]any) {
			w.Header().Set("Location", "/"+url.PathEscape(secret)+"/"+identifier+"?"+form)
			w.WriteHeader(http.StatusFound)
		},
		"in what is no HTTP":       raw(plain + " " + form + "\r\n\r\n"),
		"in a broken header":       raw("HTTP/1.1 200 OK\r\n" + plain + "\r\n\r\n"),
		"in a status":              raw("HTTP/1.1 200x " + identifier + "\r\n\r\n"),
		"nowhere, the line is cut": hangUp,
	} {
		t.Run(name, func(t *testing.T) {
			var log logged
			var seen []string
			c, _ := client(t, answer, log.use, func(c *Config) {
				c.Observe = func(k Call) { seen = append(seen, fmt.Sprintf("%v %+v", k, k.Err)) }
			})
			_, err := c.Permissions(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			cfg := Config{URL: "https://billing.example", Secret: secret, Identifier: identifier, AccessKey: accessKey}
			l := slog.New(slog.NewJSONHandler(&log, nil))
			l.Info("x", "client", c, "config", cfg, "err", err)
			texts := []string{log.String(), fmt.Sprintf("%v %+v %#v %s %q", err, err, err, err, err), strings.Join(seen, " ")}
			for _, v := range []any{c, *c, struct{ C *Client }{c}, cfg, struct{ C Config }{cfg}} {
				texts = append(texts, fmt.Sprintf("%v %+v %#v %s", v, v, v, v))
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				texts = append(texts, e.Error())
			}
			for _, text := range texts {
				for _, s := range []string{secret, identifier, accessKey} {
					for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), phpEscaper.Replace(s), strings.Trim(fmt.Sprintf("%q", s), `"`)} {
						if strings.Contains(text, form) {
							t.Errorf("%q is in %s", form, text)
						}
					}
				}
			}
		})
	}
}

func TestReadsAreTriedTwiceAndWritesOnce(t *testing.T) {
	good := says(200, `{"result":"success","permissions":["profile"]}`)
	for name, bad := range map[string]reply{"the line is cut": hangUp, "HTTP 500": says(500, ""), "HTTP 503": says(503, "busy")} {
		t.Run(name, func(t *testing.T) {
			var calls []Call
			observe := func(c *Config) { c.Observe = func(k Call) { calls = append(calls, k) } }
			c, f := client(t, inTurn(bad, good), observe)
			if got, err := c.Permissions(t.Context()); err != nil || len(got) != 1 || len(f.seen()) != 2 {
				t.Errorf("a read: %v, %v, %d requests", got, err, len(f.seen()))
			}
			c, f = client(t, bad, observe)
			if _, err := c.Permissions(t.Context()); !Is(err, Unavailable) || len(f.seen()) != 2 {
				t.Errorf("a read that fails: %v, %d requests", err, len(f.seen()))
			}
			c, f = client(t, inTurn(bad, good), observe)
			err := c.DeleteContact(t.Context(), 1)
			if e := errorOf(err); e == nil || e.Kind != Unavailable || !e.Unknown || len(f.seen()) != 1 {
				t.Errorf("a write: %v, %d requests", err, len(f.seen()))
			}
			if len(calls) != 3 || calls[0].Err != nil || !Is(calls[1].Err, Unavailable) || calls[2].Action != "DeleteContact" {
				t.Errorf("observed %v", calls)
			}
		})
	}
}

func TestWhatNeverLeftWasNotDone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobodyThere := "http://" + l.Addr().String()
	l.Close()
	c := newClient(t, nobodyThere)
	failed := c.DeleteContact(t.Context(), 1)
	if e := errorOf(failed); e == nil || e.Kind != Unavailable || e.Unknown {
		t.Errorf("%v", failed)
	}
	c = newClient(t, nobodyThere, func(c *Config) { // wrapped, so that only the error tells
		tr := http.DefaultTransport
		c.Transport = inMemory(func(r *http.Request) (*http.Response, error) { return tr.RoundTrip(r) })
	})
	failed = c.DeleteContact(t.Context(), 1)
	if e := errorOf(failed); e == nil || e.Kind != Unavailable || e.Unknown {
		t.Errorf("wrapped: %v", failed)
	}
}

func TestAWriteThatIsLeftWithoutAnswerMayHaveBeenDone(t *testing.T) {
	gone := make(chan struct{})
	arrived := make(chan struct{}, 1)
	f := newFake(t, func(http.ResponseWriter, map[string]any) {
		arrived <- struct{}{}
		<-gone
	})
	t.Cleanup(func() { close(gone) }) // before the server closes, which waits for its calls
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	err := newClient(t, f.URL).DeleteContact(ctx, 1)
	if e := errorOf(err); e == nil || e.Kind != Unavailable || !e.Unknown || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestNoMoreCallsAtOnceThanAreAllowed(t *testing.T) {
	arrived, release := make(chan struct{}, 20), make(chan struct{})
	var mu sync.Mutex
	now, most := 0, 0
	c, _ := client(t, func(w http.ResponseWriter, sent map[string]any) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		arrived <- struct{}{}
		<-release
		mu.Lock()
		now--
		mu.Unlock()
		says(200, `{"result":"success"}`)(w, sent)
	}, func(c *Config) { c.Concurrent = 3 })
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := c.Permissions(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	for range 3 {
		<-arrived
	}
	// With all slots taken, one who does not want to wait is not kept, and nothing of its call leaves.
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := c.DeleteContact(ctx, 1)
	if e := errorOf(err); e == nil || e.Kind != Unavailable || e.Unknown || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	close(release)
	wg.Wait()
	if most != 3 {
		t.Errorf("%d calls at once", most)
	}
}

// offline is a client in a bubble, whose answers come from a function.
func offline(t *testing.T, answer func() (*http.Response, error), change ...func(*Config)) *Client {
	t.Helper()
	c, err := New(Config{URL: "https://billing.example", Log: slog.New(slog.DiscardHandler),
		Transport: inMemory(func(*http.Request) (*http.Response, error) { return answer() })})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(&c.cfg)
	}
	return c
}

func TestTheCircuitOpensWhenWhmcsIsDownAndClosesWhenItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down, requests, observed := true, 0, 0
		var log logged
		c := offline(t, func() (*http.Response, error) {
			requests++
			if down {
				return nil, errors.New("no route")
			}
			return response(200, `{"result":"success"}`), nil
		}, log.use, func(c *Config) { c.Observe = func(Call) { observed++ } })
		for range tripAfter {
			if err := c.DeleteContact(t.Context(), 1); !Is(err, Unavailable) {
				t.Fatal(err)
			}
		}
		err := c.DeleteContact(t.Context(), 1)
		if e := errorOf(err); e == nil || e.Kind != Unavailable || e.Unknown || !errors.Is(err, gobreaker.ErrOpenState) || requests != tripAfter {
			t.Fatalf("open: %v, %d requests", err, requests)
		}
		if !strings.Contains(log.String(), "to=open") {
			t.Error("the log does not say that it opened")
		}
		time.Sleep(openFor + time.Second)
		if err := c.DeleteContact(t.Context(), 1); !Is(err, Unavailable) || requests != tripAfter+1 {
			t.Fatalf("the first that tries again: %v, %d requests", err, requests)
		}
		if err := c.DeleteContact(t.Context(), 1); !errors.Is(err, gobreaker.ErrOpenState) {
			t.Fatalf("open again: %v", err)
		}
		down = false
		time.Sleep(openFor + time.Second)
		for range 3 {
			if err := c.DeleteContact(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
		if observed != tripAfter+6 {
			t.Errorf("observed %d", observed)
		}
	})
}

func TestRefusalsAndWhoGoesAwayDoNotOpenTheCircuit(t *testing.T) {
	for name, answer := range map[string]func() (*http.Response, error){
		"credentials": func() (*http.Response, error) {
			return response(403, `{"result":"error","message":"Invalid or missing credentials"}`), nil
		},
		"role": func() (*http.Response, error) {
			return response(403, `{"result":"error","message":"Invalid Permissions: API action x"}`), nil
		},
		"not found": func() (*http.Response, error) {
			return response(200, `{"result":"error","message":"Contact ID Not Found"}`), nil
		},
		"a firewall's page": func() (*http.Response, error) { return response(403, "<title>No</title>"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			c := offline(t, func() (*http.Response, error) { requests++; return answer() })
			for range 3 * tripAfter {
				if err := c.DeleteContact(t.Context(), 1); err == nil || errors.Is(err, gobreaker.ErrOpenState) {
					t.Fatal(err)
				}
			}
			if requests != 3*tripAfter {
				t.Errorf("%d requests", requests)
			}
		})
	}
	t.Run("who goes away", func(t *testing.T) {
		var leave func()
		c := offline(t, func() (*http.Response, error) { leave(); return nil, context.Canceled })
		for range 3 * tripAfter {
			ctx, cancel := context.WithCancel(t.Context())
			leave = cancel
			err := c.DeleteContact(ctx, 1)
			cancel()
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
	})
}

func TestWhatGoesAwayWhileTheCircuitTriesAgainDoesNotCloseIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := offline(t, func() (*http.Response, error) { return nil, errors.New("no route") })
		for range tripAfter {
			_ = c.DeleteContact(t.Context(), 1)
		}
		time.Sleep(openFor + time.Second)
		c.rest.GetClient().Transport = inMemory(func(*http.Request) (*http.Response, error) { cancel(); return nil, context.Canceled })
		if err := c.DeleteContact(ctx, 1); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if s := c.breaker.State(); s != gobreaker.StateHalfOpen {
			t.Errorf("%v", s)
		}
	})
}

func TestAReadWaitsALittleBeforeItIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c := offline(t, func() (*http.Response, error) { requests++; return response(500, ""), nil })
		var took time.Duration
		c.cfg.Observe = func(k Call) { took = k.Took }
		began := time.Now()
		if _, err := c.Permissions(t.Context()); !Is(err, Unavailable) || requests != 2 {
			t.Errorf("%v, %d requests", err, requests)
		}
		if waited := time.Since(began); waited < 100*time.Millisecond || waited > 400*time.Millisecond || took != waited {
			t.Errorf("waited %v, told %v", waited, took)
		}
	})
}

func TestACallEndsInTimeAlsoWhenItWaitsToTryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{URL: "https://billing.example", Log: slog.New(slog.DiscardHandler), Timeout: 5 * time.Second,
			Transport: inMemory(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			})})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = c.Permissions(t.Context())
		if !Is(err, Unavailable) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		err = c.DeleteContact(t.Context(), 1)
		if e := errorOf(err); e == nil || !e.Unknown || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 10*time.Second {
			t.Errorf("a write: %v after %v", err, time.Since(began))
		}
	})
}
