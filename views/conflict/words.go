package conflict

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/locales"
	"concierge/views/places"
	"concierge/views/say"
)

// words puts names and values of a Change into the words of a person.
type words struct {
	*locales.Words
	host access.Host
}

// items lists what is to be decided, the address as one.
func (w words) items(c change.Change) []item {
	var out []item
	for _, col := range c.Conflict.Collisions {
		if slices.Contains(address, col.Name) {
			i := slices.IndexFunc(out, func(it item) bool { return slices.Contains(address, it.names[0]) })
			if i >= 0 {
				out[i].names = append(out[i].names, col.Name)
				continue
			}
			out = append(out, item{
				names: []string{col.Name}, label: w.T("conflict.address"),
				mine: w.addressOf(c.After), theirs: w.addressOf(c.Conflict.Theirs),
			})
			continue
		}
		out = append(out, item{
			names: []string{col.Name}, label: w.name(col.Name),
			mine: w.value(col.Name, col.Mine), theirs: w.value(col.Name, col.Theirs),
		})
	}
	return out
}

// name is what a field, a permission or a category is called.
func (w words) name(name string) string {
	kind, key, keyed := strings.Cut(name, ":")
	switch {
	case keyed && kind == "permission":
		return say.PermissionNamed(w.Words, access.Permission(key), w.host.Permissions)
	case keyed && kind == "mail":
		return w.T("conflict.mail", "Name", say.MailShortNamed(w.Words, access.MailCategory(key), w.host.MailCategories))
	}
	for field, k := range map[string]string{
		change.FieldFirstName: "words.first_name", change.FieldLastName: "words.last_name", change.FieldCompany: "words.company",
		change.FieldEmail: "words.email", change.FieldPhone: "words.phone", change.FieldLanguage: "words.language",
		change.FieldEndsAt: "conflict.ends_at", change.FieldReason: "conflict.reason",
	} {
		if field == name {
			return w.T(k)
		}
	}
	if slices.Contains(address, name) {
		return w.T("conflict.address")
	}
	return name
}

// value is one side of a thing.
func (w words) value(name, v string) string {
	switch {
	case strings.Contains(name, ":") && v == "true":
		return w.T("conflict.yes")
	case strings.Contains(name, ":"):
		return w.T("conflict.no")
	case v == "" && name == change.FieldEndsAt:
		return w.T("conflict.no_end")
	case v == "":
		return w.T("conflict.empty")
	}
	switch name {
	case change.FieldEndsAt:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return w.Date(t)
		}
	case change.FieldLanguage:
		return places.LanguageName(v)
	case change.FieldPhone:
		return places.Phone(v)
	}
	return v
}

func (w words) addressOf(v change.Values) string {
	return cmp.Or(places.Address(w.Lang(), v.PostalAddress()), w.T("conflict.empty"))
}

// typed lists all that a person wanted, one thing per line, to read or to copy.
func (w words) typed(v change.Values) string {
	var lines []string
	add := func(name, value string) { lines = append(lines, w.T("conflict.line", "Name", name, "Value", value)) }
	for _, f := range []string{
		change.FieldFirstName, change.FieldLastName, change.FieldCompany, change.FieldEmail, change.FieldPhone, change.FieldLanguage,
		change.FieldEndsAt, change.FieldReason,
	} {
		if v.Fields[f] != "" {
			add(w.name(f), w.value(f, v.Fields[f]))
		}
	}
	if slices.ContainsFunc(address, func(f string) bool { return v.Fields[f] != "" }) {
		add(w.T("conflict.address"), w.addressOf(v))
	}
	for _, p := range v.Permissions {
		lines = append(lines, "• "+say.PermissionNamed(w.Words, p, w.host.Permissions))
	}
	if mail := say.MailList(w.Words, v.Mail, w.host.MailCategories); mail != "" {
		add(w.T("conflict.receives"), mail)
	}
	return strings.Join(lines, "\n")
}

// meanwhile lists what somebody else changed in what was to be taken away.
func (w words) meanwhile(c change.Change) []string {
	var out []string
	for _, col := range c.Conflict.Collisions {
		if strings.HasPrefix(col.Name, "permission:") {
			k := "conflict.permission_removed"
			if col.Mine == "true" { // Differences says the present side as Mine
				k = "conflict.permission_added"
			}
			out = append(out, w.T(k, "Name", w.name(col.Name)))
			continue
		}
		out = append(out, w.T("conflict.became", "Name", w.name(col.Name), "Was", w.value(col.Name, col.Base), "Is", w.value(col.Name, col.Mine)))
	}
	return out
}
