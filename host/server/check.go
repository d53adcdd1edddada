package server

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// checker collects what is wrong with a request's fields, and cleans the ones that are right. Lengths and unknown
// fields have been checked against the schema before.
type checker struct {
	desc   host.Description
	now    time.Time
	phones func(number, country string) (canonical string, ok bool) // nil: see Config.Phones
	errs   []api.FieldError
}

func (s *server) checker(d host.Description) *checker {
	return &checker{desc: d, now: s.Now(), phones: s.Phones}
}

func (k *checker) add(pointer, code string) {
	k.errs = append(k.errs, api.FieldError{Pointer: pointer, Code: code})
}

// err is the problem to answer, or nil.
func (k *checker) err() error {
	if k.errs == nil {
		return nil
	}
	return invalid(k.errs...)
}

// line cleans one line of text.
func (k *checker) line(pointer string, text *string) {
	*text = strings.TrimSpace(*text)
	if !host.IsLine(*text) {
		k.add(pointer, api.FieldInvalid)
	}
}

// name cleans a line that may not be empty.
func (k *checker) name(pointer string, text *string) {
	k.line(pointer, text)
	if *text == "" {
		k.add(pointer, api.FieldRequired)
	}
}

// named refuses an account or a contact without any name; a company alone is one.
func (k *checker) named(first, last, company string) {
	if first == "" && last == "" && company == "" {
		k.add("/firstName", api.FieldRequired)
	}
}

// names cleans a patch of names, and refuses one that leaves none. The last three are the names before it.
func (k *checker) names(first, last, company *string, wasFirst, wasLast, wasCompany string) {
	for _, f := range []struct {
		name  string
		text  *string
		after *string
	}{{"firstName", first, &wasFirst}, {"lastName", last, &wasLast}, {"company", company, &wasCompany}} {
		if f.text != nil {
			k.line(pointer(f.name), f.text)
			*f.after = *f.text
		}
	}
	if first != nil || last != nil || company != nil {
		k.named(wasFirst, wasLast, wasCompany)
	}
}

// email cleans an address that may not be empty.
func (k *checker) email(pointer string, address *string) {
	clean, ok := host.CleanEmail(*address)
	switch {
	case clean == "":
		k.add(pointer, api.FieldRequired)
	case !ok:
		k.add(pointer, api.FieldInvalid)
	}
	*address = clean
}

// language takes a language the host speaks; the region is dropped where only the language is spoken.
func (k *checker) language(pointer string, tag *string) {
	for _, wanted := range []string{*tag, strings.SplitN(*tag, "-", 2)[0]} {
		for _, spoken := range k.desc.Languages {
			if strings.EqualFold(strings.TrimSpace(wanted), spoken) {
				*tag = spoken
				return
			}
		}
	}
	k.add(pointer, api.FieldInvalid)
}

// permissions returns the set in the catalogue's order, each key once.
func (k *checker) permissions(keys []string) []string {
	for i, key := range keys {
		if !hasKey(k.desc.Permissions, key) {
			k.add(pointer("permissions", strconv.Itoa(i)), api.FieldUnknownKey)
		}
	}
	out := []string{}
	for _, entry := range k.desc.Permissions {
		if slices.Contains(keys, entry.Key) {
			out = append(out, entry.Key)
		}
	}
	return out
}

// preferences refuses categories that the catalogue does not have.
func (k *checker) preferences(prefs api.MailPreferences) {
	var unknown []string
	for key := range prefs {
		if !hasKey(k.desc.MailCategories, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		k.add(pointer("emailPreferences", key), api.FieldUnknownKey)
	}
}

func hasKey(catalogue []api.CatalogueEntry, key string) bool {
	return slices.ContainsFunc(catalogue, func(e api.CatalogueEntry) bool { return e.Key == key })
}

// end takes the time at which permissions end, and why.
func (k *checker) end(at *time.Time, reason *string) *time.Time {
	k.line("/reason", reason)
	if at == nil {
		return nil
	}
	utc := at.UTC().Truncate(time.Second)
	switch {
	case !utc.After(k.now):
		k.add("/endsAt", api.FieldPast)
	case utc.Year() > 9999: // RFC 3339 cannot write it; 9999 in another time zone can be that late
		k.add("/endsAt", api.FieldInvalid)
	}
	return &utc
}
