package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"

	"concierge/app/access"
)

// document is the content of the file. What this version does not know, or does not understand, is in rest and is
// written back as it was, so that an older version of the application does not spoil a newer one's settings.
type document struct {
	language    string
	theme       Theme
	textSize    int
	lockMinutes int
	window      Size
	lastAccount access.Ref
	recents     []access.Ref
	favourites  []access.Ref
	accounts    map[access.Ref]account
	notify      map[string]bool // by kind; what is missing is as by default
	updates     *bool           // whether to look for new versions; nil is as by default
	rest        map[string]json.RawMessage
}

type account struct {
	alias  string
	colour *int
	rest   map[string]json.RawMessage
}

type ref struct {
	Identity string `json:"identity"`
	Account  string `json:"account"`
}

func empty() document {
	return document{theme: System, textSize: 100, accounts: map[access.Ref]account{}, rest: map[string]json.RawMessage{}}
}

func (d document) clone() document {
	d.recents, d.favourites = slices.Clone(d.recents), slices.Clone(d.favourites)
	d.accounts, d.notify, d.rest = maps.Clone(d.accounts), maps.Clone(d.notify), maps.Clone(d.rest)
	return d
}

// differences says what two documents differ in, as far as this version knows it.
func (d document) differences(o document) []What {
	var all []What
	add := func(what What, same bool) {
		if !same {
			all = append(all, what)
		}
	}
	add(Language, d.language == o.language)
	add(Appearance, d.theme == o.theme && d.textSize == o.textSize)
	add(Lock, d.lockMinutes == o.lockMinutes)
	add(Window, d.window == o.window)
	add(Places, d.lastAccount == o.lastAccount && slices.Equal(d.recents, o.recents) && slices.Equal(d.favourites, o.favourites))
	add(Notices, maps.Equal(d.notify, o.notify))
	add(Updates, reflect.DeepEqual(d.updates, o.updates))
	add(Accounts, reflect.DeepEqual(chosen(d.accounts), chosen(o.accounts)))
	return all
}

// chosen leaves out accounts for which nothing is chosen.
func chosen(m map[access.Ref]account) map[access.Ref]account {
	out := map[access.Ref]account{}
	for ref, a := range m {
		if a.alias != "" || a.colour != nil {
			out[ref] = account{alias: a.alias, colour: a.colour}
		}
	}
	return out
}

// decode reads a file. odd names what has a value this version does not understand. The error is for what is no JSON
// object at all.
func decode(data []byte) (d document, odd []string, err error) {
	d = empty()
	if err := json.Unmarshal(data, &d.rest); err != nil {
		return empty(), nil, err
	}
	if d.rest == nil { // "null"
		return empty(), nil, errors.New("not an object")
	}
	anything := func(string) bool { return true }
	d.language = take(&d, &odd, "language", anything)
	d.theme = cmp.Or(take(&d, &odd, "theme", func(t Theme) bool { return t == System || t == Light || t == Dark }), System)
	d.textSize = cmp.Or(take(&d, &odd, "textSize", func(n int) bool { return slices.Contains(TextSizes(), n) }), 100)
	d.lockMinutes = take(&d, &odd, "lockMinutes", func(n int) bool { return slices.Contains(LockMinutes(), n) })
	d.window = take(&d, &odd, "window", sane)
	d.lastAccount = access.Ref(take(&d, &odd, "lastAccount", func(ref) bool { return true }))
	d.recents = refs(take(&d, &odd, "recents", func([]ref) bool { return true }))
	d.recents = d.recents[:min(len(d.recents), MostRecents)]
	d.favourites = refs(take(&d, &odd, "favourites", func([]ref) bool { return true }))
	d.notify = take(&d, &odd, "notify", func(map[string]bool) bool { return true })
	d.updates = take(&d, &odd, "updates", func(*bool) bool { return true })
	for _, fields := range take(&d, &odd, "accounts", func([]map[string]json.RawMessage) bool { return true }) {
		if of, a, ok := decodeAccount(fields); ok {
			d.accounts[of] = a
		}
	}
	return d, odd, nil
}

// take moves a value out of rest. One that is not understood stays there, and is named in odd.
func take[T any](d *document, odd *[]string, name string, valid func(T) bool) T {
	var v, zero T
	raw, has := d.rest[name]
	if !has {
		return zero
	}
	if err := json.Unmarshal(raw, &v); err != nil || !valid(v) {
		*odd = append(*odd, name)
		return zero
	}
	delete(d.rest, name)
	return v
}

func refs(list []ref) []access.Ref {
	var out []access.Ref
	for _, r := range list {
		if a := access.Ref(r); !a.Zero() && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

func decodeAccount(fields map[string]json.RawMessage) (of access.Ref, a account, ok bool) {
	a.rest = fields
	take := func(name string, into any) bool {
		raw, has := fields[name]
		if !has || json.Unmarshal(raw, into) != nil {
			return false
		}
		delete(fields, name)
		return true
	}
	if !take("identity", &of.Identity) || !take("account", &of.Account) {
		return of, a, false
	}
	take("alias", &a.alias)
	var colour int
	if take("colour", &colour) && colour >= 0 && colour < Colours {
		a.colour = &colour
	}
	return of, a, true
}

// encode writes a file. Accounts come in an order of their own, so that nothing moves that did not change.
func (d document) encode() ([]byte, error) {
	out := map[string]any{"version": 1}
	for name, raw := range d.rest {
		out[name] = raw
	}
	put := func(name string, value any, isDefault bool) {
		if !isDefault {
			out[name] = value
		}
	}
	put("language", d.language, d.language == "")
	put("theme", d.theme, d.theme == System)
	put("textSize", d.textSize, d.textSize == 100)
	put("lockMinutes", d.lockMinutes, d.lockMinutes == 0)
	put("window", d.window, d.window == Size{})
	put("lastAccount", ref(d.lastAccount), d.lastAccount.Zero())
	put("recents", asRefs(d.recents), len(d.recents) == 0)
	put("notify", d.notify, len(d.notify) == 0)
	put("updates", d.updates, d.updates == nil)
	put("favourites", asRefs(d.favourites), len(d.favourites) == 0)
	var accounts []map[string]any
	for _, r := range slices.SortedFunc(maps.Keys(d.accounts), compare) {
		a := d.accounts[r]
		if a.alias == "" && a.colour == nil && len(a.rest) == 0 {
			continue
		}
		fields := map[string]any{"identity": r.Identity, "account": r.Account}
		for name, raw := range a.rest {
			fields[name] = raw
		}
		if a.alias != "" {
			fields["alias"] = a.alias
		}
		if a.colour != nil {
			fields["colour"] = *a.colour
		}
		accounts = append(accounts, fields)
	}
	put("accounts", accounts, len(accounts) == 0)
	data, err := json.MarshalIndent(out, "", "  ")
	return append(data, '\n'), err
}

func asRefs(list []access.Ref) []ref {
	out := make([]ref, len(list))
	for i, r := range list {
		out[i] = ref(r)
	}
	return out
}

func compare(a, b access.Ref) int {
	return cmp.Or(cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Account, b.Account))
}
