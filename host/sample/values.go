package sample

import (
	"strings"
	"time"

	"concierge/client/api"
)

// How values stand in columns: times as milliseconds, lists as words between spaces.

func fromMS(ms *int64) *time.Time {
	if ms == nil {
		return nil
	}
	t := time.UnixMilli(*ms).UTC()
	return &t
}

func toMS(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}

func words(list []string) string { return strings.Join(list, " ") }

func wordList(s string) []string {
	list := strings.Fields(s)
	if list == nil {
		list = []string{} // an empty list in JSON, not null
	}
	return list
}

// inOrder returns the permissions that exist here, each once, in the catalogue's order.
func inOrder(permissions []string) []string {
	given := make(map[string]bool, len(permissions))
	for _, p := range permissions {
		given[p] = true
	}
	list := make([]string, 0, len(permissions))
	for _, p := range permissionKeys {
		if given[p] {
			list = append(list, p)
		}
	}
	return list
}

func permissionsOf(role api.Role, column string) []string {
	if role == api.RoleOwner {
		return append([]string(nil), permissionKeys...)
	}
	return wordList(column)
}

func preferences(column string) api.MailPreferences {
	m := make(api.MailPreferences, len(categoryKeys))
	for _, k := range categoryKeys {
		m[k] = false
	}
	for _, k := range strings.Fields(column) {
		m[k] = true
	}
	return m
}

func preferenceWords(m api.MailPreferences) string {
	var list []string
	for _, k := range categoryKeys {
		if m[k] {
			list = append(list, k)
		}
	}
	return words(list)
}

// merged returns the preferences with those of a patch in their place.
func merged(have, patch api.MailPreferences) api.MailPreferences {
	m := make(api.MailPreferences, len(have))
	for k, v := range have {
		m[k] = v
	}
	for k, v := range patch {
		m[k] = v
	}
	return m
}

// fullName is how a person or an account without a company is called.
func fullName(first, last string) string { return strings.TrimSpace(first + " " + last) }

func accountName(company, first, last string) string {
	if company != "" {
		return company
	}
	return fullName(first, last)
}

// changedFields collects the names of the fields that a patch really changes.
type changedFields []string

func (c *changedFields) text(name string, have *string, want *string) {
	if want != nil && *want != *have {
		*have = *want
		*c = append(*c, name)
	}
}

func (c *changedFields) address(have *api.Address, want *api.Address) {
	if want != nil && *want != *have {
		*have = *want
		*c = append(*c, "address")
	}
}

func (c *changedFields) preferences(have *string, want api.MailPreferences) {
	now := preferenceWords(merged(preferences(*have), want))
	if now != *have {
		*have = now
		*c = append(*c, "emailPreferences")
	}
}
