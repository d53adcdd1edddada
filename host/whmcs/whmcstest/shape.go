package whmcstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Shape is how replies look. The zero Shape is the documented one, with what documentation leaves open as it is seen most:
// GetUserPermissions' list as {permission:[…]}, and an empty list as an empty one in its usual place.
type Shape struct {
	IDs         Numbers     // whole numbers: ids and counts
	Booleans    Booleans    //
	Lists       Lists       // lists with something in them
	Empty       Empty       // lists with nothing in them
	Permissions Permissions // GetUserPermissions' list
	OwnerKey    string      // GetUserPermissions also says whether it is the owner, under "owner" or "isOwner"; "" for not
	Result      bool        // GetPermissionsList says "result" like all others, not "status"
	FlatDomains bool        // GetClientsDomains' list as its sample reply prints it: "domains[domain][0][id]"
	NoCompany   bool        // GetContacts leaves companyname out, as its sample reply does
	Entities    bool        // texts have &, <, > and quotation marks as HTML entities
	Before      Before      // what stands before the JSON: no variant to understand, but a WHMCS that is not well

	// Mixed, when not zero, is the seed of a WHMCS that says everything in a way of its own: each number, boolean and list
	// in one of the forms that are seen in use, and each reply with or without entities, by chance. Of the other fields
	// only NoCompany, FlatDomains, Before, and Permissions when it is PermissionsNotTold still count then.
	Mixed uint64
}

// Numbers is how whole numbers look.
type Numbers string

const (
	NumbersAsDocumented Numbers = ""
	NumbersPlain        Numbers = "number" // 1
	NumbersText         Numbers = "text"   // "1"
)

// Booleans is how booleans look.
type Booleans string

const (
	BooleansAsDocumented Booleans = ""
	BooleansPlain        Booleans = "true" // true, false
	BooleansNumber       Booleans = "1"    // 1, 0
	BooleansDigit        Booleans = `"1"`  // "1", "0"
	BooleansOn           Booleans = "on"   // "on", ""
	BooleansMissing      Booleans = "-"    // "1", or nothing at all
	BooleansWord         Booleans = "word" // "true", "false"
)

// Lists is how lists look.
type Lists string

const (
	ListsAsDocumented Lists = ""
	ListsPlain        Lists = "plain"   // "contacts":[…]
	ListsWrapped      Lists = "wrapped" // "contacts":{"contact":[…]}

	// What PHP's json_encode and its conversion from XML make of lists; Mixed leaves these two out.
	ListsNumbered Lists = "numbered" // "contacts":{"contact":{"0":…,"1":…}}
	ListsSingle   Lists = "single"   // "contacts":{"contact":…} when there is only one
)

// Empty is how empty lists look.
type Empty string

const (
	EmptyAsDocumented Empty = ""
	EmptyList         Empty = "[]"
	EmptyText         Empty = `""`
	EmptyObject       Empty = "{}"
	EmptyMissing      Empty = "-"
)

// Permissions is how GetUserPermissions tells them.
type Permissions string

const (
	PermissionsWrapped Permissions = ""      // {"permission":["profile","contacts"]}
	PermissionsPlain   Permissions = "plain" // ["profile","contacts"]
	PermissionsComma   Permissions = "comma" // "profile,contacts"
	PermissionsNotTold Permissions = "-"     // not at all, as in the documented sample reply
)

// Before is what stands before the JSON.
type Before string

const (
	BeforeNothing Before = ""
	BeforeBOM     Before = "bom"     // a byte order mark
	BeforeWarning Before = "warning" // what PHP prints when its warnings are shown
)

// What replies are made of. Each leaf knows how it is documented, so that a Shape need only say what differs.
type (
	object []field
	field  struct {
		name  string
		value any
	}
	number int64    // documented as 1
	digits int64    // documented as "1"
	yes    bool     // documented as true
	yes1   bool     // documented as "1"
	yesNum bool     // documented as 1
	wanted []string // GetUserPermissions' list
	list   struct {
		one   string // what an item is called where lists are wrapped
		plain bool   // documented as a plain array
		items []any
	}
)

// reply is what is sent for a value in the shape of now. The caller holds the lock.
func (w *WHMCS) reply(o object) []byte {
	s := speaker{Shape: w.shape, chance: w.chance}
	if s.Mixed != 0 {
		s.Entities = s.chance.IntN(2) == 0
	}
	switch s.Before {
	case BeforeBOM:
		s.WriteString("\ufeff")
	case BeforeWarning:
		s.WriteString("<br />\n<b>Warning</b>:  Undefined array key &quot;clientid&quot; in " +
			"<b>/home/whmcs/public_html/includes/hooks/provider.php</b> on line <b>42</b><br />\n")
	}
	s.object(o)
	return s.Bytes()
}

// speaker writes a reply.
type speaker struct {
	Shape
	chance *rand.Rand
	bytes.Buffer
}

func oneOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func (s *speaker) object(o object) {
	s.WriteByte('{')
	first := true
	for _, f := range o {
		raw, there := s.value(f.value)
		if !there {
			continue
		}
		if !first {
			s.WriteByte(',')
		}
		first = false
		s.Write(quoted(f.name))
		s.WriteByte(':')
		s.Write(raw)
	}
	s.WriteByte('}')
}

// value is a value's JSON; false when it is told by leaving it out.
func (s *speaker) value(v any) (raw []byte, there bool) {
	switch v := v.(type) {
	case nil:
		return []byte("null"), true
	case string:
		return s.text(v), true
	case number:
		return s.number(int64(v), false), true
	case digits:
		return s.number(int64(v), true), true
	case yes:
		return s.truth(bool(v), BooleansPlain)
	case yes1:
		return s.truth(bool(v), BooleansDigit)
	case yesNum:
		return s.truth(bool(v), BooleansNumber)
	case object:
		return s.nested(func(inner *speaker) { inner.object(v) }), true
	case list:
		return s.list(v)
	case wanted:
		return s.permissions(v)
	}
	panic(fmt.Sprintf("whmcstest: a reply cannot hold a %T", v))
}

// nested writes with the same chance into a buffer of its own.
func (s *speaker) nested(write func(*speaker)) []byte {
	inner := &speaker{Shape: s.Shape, chance: s.chance}
	write(inner)
	return inner.Bytes()
}

// entities are those of PHP's htmlspecialchars with ENT_QUOTES.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")

func (s *speaker) text(t string) []byte {
	if s.Entities {
		t = entities.Replace(t)
	}
	return quoted(t)
}

func (s *speaker) number(n int64, documentedAsText bool) []byte {
	form := s.IDs
	if s.Mixed != 0 {
		form = oneOf(s.chance, NumbersPlain, NumbersText)
	}
	plain := strconv.FormatInt(n, 10)
	if form == NumbersText || form == NumbersAsDocumented && documentedAsText {
		return quoted(plain)
	}
	return []byte(plain)
}

func (s *speaker) truth(b bool, documented Booleans) ([]byte, bool) {
	form := s.Booleans
	if s.Mixed != 0 {
		form = oneOf(s.chance, BooleansPlain, BooleansNumber, BooleansDigit, BooleansOn, BooleansMissing, BooleansWord)
	}
	if form == BooleansAsDocumented {
		form = documented
	}
	pick := func(yes, no string) []byte {
		if b {
			return []byte(yes)
		}
		return []byte(no)
	}
	switch form {
	case BooleansNumber:
		return pick("1", "0"), true
	case BooleansDigit:
		return pick(`"1"`, `"0"`), true
	case BooleansOn:
		return pick(`"on"`, `""`), true
	case BooleansWord:
		return pick(`"true"`, `"false"`), true
	case BooleansMissing:
		return pick(`"1"`, ""), b
	default:
		return pick("true", "false"), true
	}
}

func (s *speaker) list(l list) ([]byte, bool) {
	form := s.Lists
	if s.Mixed != 0 {
		form = oneOf(s.chance, ListsPlain, ListsWrapped)
	}
	if len(l.items) == 0 {
		empty := s.Empty
		if s.Mixed != 0 {
			empty = oneOf(s.chance, EmptyAsDocumented, EmptyList, EmptyText, EmptyObject, EmptyMissing)
		}
		switch empty {
		case EmptyMissing:
			return nil, false
		case EmptyList, EmptyText, EmptyObject:
			return []byte(empty), true
		}
	}
	raw := s.items(l.items, form)
	if form == ListsPlain || form == ListsAsDocumented && l.plain {
		return raw, true
	}
	return slices.Concat([]byte("{"), quoted(l.one), []byte(":"), raw, []byte("}")), true
}

// items is a list without what it is wrapped in.
func (s *speaker) items(items []any, form Lists) []byte {
	return s.nested(func(inner *speaker) {
		left, right := "[", "]"
		switch {
		case form == ListsNumbered:
			left, right = "{", "}"
		case form == ListsSingle && len(items) == 1:
			left, right = "", ""
		}
		inner.WriteString(left)
		for i, item := range items {
			if i > 0 {
				inner.WriteByte(',')
			}
			if form == ListsNumbered {
				fmt.Fprintf(inner, `"%d":`, i)
			}
			raw, there := inner.value(item)
			if !there { // only what has a name can be left out
				raw = []byte("null")
			}
			inner.Write(raw)
		}
		inner.WriteString(right)
	})
}

func (s *speaker) permissions(p wanted) ([]byte, bool) {
	form := s.Permissions
	if s.Mixed != 0 && form != PermissionsNotTold {
		form = oneOf(s.chance, PermissionsWrapped, PermissionsPlain, PermissionsComma)
	}
	switch form {
	case PermissionsNotTold:
		return nil, false
	case PermissionsComma:
		return s.text(strings.Join(p, ",")), true
	}
	l := list{one: "permission", items: texts(p)}
	lists := ListsWrapped
	if form == PermissionsPlain {
		lists = ListsPlain
	}
	inner := speaker{Shape: Shape{Lists: lists, Empty: s.Empty, Entities: s.Entities}, chance: s.chance}
	return inner.list(l)
}

func texts(of []string) []any {
	items := make([]any, len(of))
	for i, s := range of {
		items[i] = s
	}
	return items
}

// quoted is a text as PHP's json_encode writes it: slashes escaped, nothing beyond ASCII.
func quoted(t string) []byte {
	raw, err := json.Marshal(t)
	if err != nil {
		panic(err) // cannot happen: a string always has a JSON form
	}
	var b bytes.Buffer
	for _, r := range string(raw) {
		switch {
		case r == '/':
			b.WriteString(`\/`)
		case r >= 0x10000:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		case r >= 0x80:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}

// flattened is an object of one list with the names of a PHP form, as the documentation prints GetClientsDomains.
func flattened(name string, l list) object {
	var o object
	for i, item := range l.items {
		for _, f := range item.(object) {
			o = append(o, field{fmt.Sprintf("%s[%s][%d][%s]", name, l.one, i, f.name), f.value})
		}
	}
	return o
}
