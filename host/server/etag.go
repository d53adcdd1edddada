package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"concierge/client/api"
)

// etagOf is a strong entity tag (RFC 9110 section 8.8.3) without its quotes: a hash of a resource as its reader sees
// it. Resources are hashed with their own etag empty.
func etagOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("server: %T cannot be written as JSON: %v", v, err)) // contract types always can
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// etagOfSnapshot is the etag of a snapshot whose items have theirs: they stand for what they are the hash of, so that a
// large account is not written as JSON once more.
func etagOfSnapshot(s api.Snapshot) string {
	tags := struct {
		Revision, Account            string
		Me                           api.Membership
		Users, Invitations, Contacts []string
	}{Revision: s.Revision, Account: s.Account.ETag, Me: s.Me}
	for _, u := range s.Users {
		tags.Users = append(tags.Users, u.ETag)
	}
	for _, i := range s.Invitations {
		tags.Invitations = append(tags.Invitations, i.ETag)
	}
	for _, c := range s.Contacts {
		tags.Contacts = append(tags.Contacts, c.ETag)
	}
	return etagOf(tags)
}

// quoted is an entity tag as headers carry it.
func quoted(etag string) string { return `"` + etag + `"` }

// etags reads If-Match or If-None-Match. Quotes may be missing, since the etag in a resource has none.
func etags(values []string) []string {
	var out []string
	for _, line := range values {
		for tag := range strings.SplitSeq(line, ",") {
			if tag = strings.Trim(strings.TrimSpace(tag), `"`); tag != "" {
				out = append(out, tag)
			}
		}
	}
	return out
}

// unchanged tells whether the reader already has what it asks for (If-None-Match compares weakly, RFC 9110 section 13.1.2).
func (c *call) unchanged(etag string) bool {
	return slices.ContainsFunc(c.ifNoneMatch, func(tag string) bool {
		return tag == "*" || strings.TrimPrefix(tag, `W/"`) == etag
	})
}

// fresh refuses a write that was based on another state than the current one. The answer carries the current state.
// Calls that need no If-Match (POST) are held to it where they send it.
func (c *call) fresh(etag string, current any) error {
	if len(c.ifMatch) == 0 || c.ifMatch[0] == "*" || slices.Contains(c.ifMatch, etag) {
		return nil
	}
	b, err := json.Marshal(current)
	if err != nil {
		return err
	}
	p := fail(api.ProblemStale)
	p.Current = b
	return p
}

// Resources as they are answered: lists are never null, and the etag is filled in.

func stampMe(m api.Me) api.Me {
	m.ETag = ""
	m.ETag = etagOf(m)
	return m
}

func stampAccount(a api.Account) api.Account {
	a.ETag = ""
	a.ETag = etagOf(a)
	return a
}

func stampUser(u api.User) api.User {
	u.ETag, u.Permissions = "", list(u.Permissions)
	u.ETag = etagOf(u)
	return u
}

func stampInvitation(i api.Invitation) api.Invitation {
	i.ETag, i.Permissions = "", list(i.Permissions)
	i.ETag = etagOf(i)
	return i
}

func stampContact(c api.Contact) api.Contact {
	c.ETag = ""
	if c.EmailPreferences == nil {
		c.EmailPreferences = api.MailPreferences{}
	}
	c.ETag = etagOf(c)
	return c
}

// list is the same list, but never null in JSON.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
