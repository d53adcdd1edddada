package remote

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzReplies reads anything as the reply to every action: nothing panics, nothing without an id comes out, nobody owns
// by contradiction, nothing of another client is returned as this one's, and errors are fit for a log.
func FuzzReplies(f *testing.F) {
	for _, doc := range documentation(f) {
		if len(doc.SampleReply) < 4<<10 {
			f.Add(200, []byte(doc.SampleReply))
		}
	}
	c, err := New(Config{URL: "https://billing.example", Secret: secret, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		k := call{action: "GetUsers", write: status%2 == 1}
		o, failed := c.judge(k, answer{status: status, body: body, location: string(body)})
		if failed != nil {
			text := failed.Error()
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\n\x00") || len(text) > 4000 || strings.Contains(text, secret) {
				t.Errorf("%q", text)
			}
			if failed.Unknown && !k.write {
				t.Error("a read is unknown")
			}
			return
		}
		if status >= 300 || !json.Valid(body) {
			t.Errorf("HTTP %d with %q is a success", status, body)
		}
		const asked = 1
		if p, err := usersOf(o, time.UTC); err == nil {
			for _, u := range p.items {
				if u.ID <= 0 {
					t.Errorf("%+v", u)
				}
				for _, l := range u.Clients {
					if l.ClientID <= 0 {
						t.Errorf("%+v", u)
					}
				}
			}
		}
		if got, err := customerOf(o, asked); err == nil {
			owners := make(map[int64]bool)
			for _, u := range got.Users {
				if u.ID <= 0 || u.Owner != (u.ID == got.OwnerUserID) {
					t.Errorf("%+v", got)
				}
				if u.Owner {
					owners[u.ID] = true
				}
			}
			if got.ID != asked || len(owners) > 1 {
				t.Errorf("%+v", got)
			}
		}
		if p, err := clientsOf(o); err == nil {
			for _, k := range p.items {
				if k.ID <= 0 {
					t.Errorf("%+v", k)
				}
			}
		}
		if p, err := contactsOf(o, asked); err == nil {
			for _, k := range p.items {
				if k.ID <= 0 || k.Preferences == nil {
					t.Errorf("%+v", k)
				}
			}
		}
		if entries, err := entriesOf(o, asked, time.UTC); err == nil {
			last := int64(-1)
			for i, e := range entries {
				if e.ClientID != asked || i > 0 && e.ID > last {
					t.Errorf("%+v", entries)
				}
				last = e.ID
			}
		}
		if keys, err := permissionsOf(o); err == nil {
			seen := make(map[string]bool)
			for _, key := range keys {
				if key == "" || strings.ContainsAny(key, ",") || seen[key] {
					t.Errorf("%q", keys)
				}
				seen[key] = true
			}
		}
		if p, err := domainsOf(o, asked); err == nil && p.total < -1 {
			t.Errorf("%+v", p)
		}
		if v, err := versionOf(o); err == nil && (v == "" || strings.ContainsAny(v, "\r\n")) {
			t.Errorf("%q", v)
		}
	})
}

// FuzzForm sends any texts as names and values: PHP sees exactly what was meant, or the call is not made.
func FuzzForm(f *testing.F) {
	for _, v := range nasty {
		f.Add("firstname", v, "invoice", "invoices")
		f.Add(v, "a", v, v)
	}
	f.Fuzz(func(t *testing.T, name, value, category, permission string) {
		k, err := params("UpdateClient").id("clientid", 7).fields(Fields{name: value}, clientFields).
			preferences(map[string]bool{category: false}).permissions([]string{permission}).write()
		if err != nil {
			if !Is(err, Invalid) || strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Errorf("%q", err)
			}
			return
		}
		want := map[string]any{"clientid": "7", name: value, "email_preferences": map[string]any{category: "0"}, "permissions": permission}
		if got := phpPost(k.params.Encode()); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, and not %v", got, want)
		}
	})
}

// TestTheSeedsAreRead fails when the committed seeds are not where the fuzzer looks.
func TestTheSeedsAreRead(t *testing.T) {
	for _, target := range []string{"FuzzReplies", "FuzzForm"} {
		seeds, err := filepath.Glob(filepath.Join("testdata", "fuzz", target, "*"))
		if err != nil || len(seeds) == 0 {
			t.Errorf("%s: %v, %v", target, seeds, err)
		}
		for _, seed := range seeds {
			if b, err := os.ReadFile(seed); err != nil || !strings.HasPrefix(string(b), "go test fuzz v1\n") {
				t.Errorf("%s: %v", seed, err)
			}
		}
	}
}
