package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// whole is the path of an answer that is JSON, but of another kind than expected altogether.
const whole = "(whole answer)"

// decodeAnswer decodes the content of a success and has check complete it; check returns the path of what is missing
// without which the answer must not be believed, or "". A write whose answer cannot be used is *OutcomeUnknown.
func decodeAnswer[T any](k call, a answer, check func(*T) string) (T, error) {
	var v, zero T
	err := decode(k.name(), a.body, &v)
	if err == nil && k.must != "" {
		var members map[string]json.RawMessage
		if err = decode(k.name(), a.body, &members); err == nil && members[k.must] == nil {
			err = &WrongShape{Call: k.name(), Field: k.must}
		}
	}
	if err == nil {
		if field := check(&v); field != "" {
			err = &WrongShape{Call: k.name(), Field: field}
		}
	}
	if err != nil && !k.read() {
		err = &OutcomeUnknown{Call: k.name(), Err: err}
	}
	if err != nil {
		return zero, err
	}
	return v, nil
}

// decode decodes JSON. Its error is *WrongShape with the name of the field; what encoding/json says is left out, for
// it can quote the values.
func decode(call string, data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || !json.Valid(data) {
		return &WrongShape{Call: call}
	}
	field := mismatch(reflect.TypeOf(v).Elem(), data, "")
	if field == "" {
		field = whole
	}
	return &WrongShape{Call: call, Field: field}
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// mismatch returns the path of the first value that does not fit its type, or "". Names are those of the contract's
// types; keys of maps, which a host chooses, are written as *.
func mismatch(t reflect.Type, data []byte, path string) string {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return ""
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return fits(reflect.New(t).Interface(), data, path)
	}
	switch t.Kind() {
	case reflect.Struct:
		var members map[string]json.RawMessage
		if at := fits(&members, data, path); at != "" {
			return at
		}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			for key, value := range members {
				if name == "" || !strings.EqualFold(key, name) {
					continue
				}
				if at := mismatch(f.Type, value, strings.TrimPrefix(path+"."+name, ".")); at != "" {
					return at
				}
			}
		}
	case reflect.Slice:
		var items []json.RawMessage
		if at := fits(&items, data, path); at != "" {
			return at
		}
		for i, item := range items {
			if at := mismatch(t.Elem(), item, path+"["+strconv.Itoa(i)+"]"); at != "" {
				return at
			}
		}
	case reflect.Map:
		var members map[string]json.RawMessage
		if at := fits(&members, data, path); at != "" {
			return at
		}
		for _, value := range members {
			if at := mismatch(t.Elem(), value, path+".*"); at != "" {
				return at
			}
		}
	default:
		return fits(reflect.New(t).Interface(), data, path)
	}
	return ""
}

func fits(v any, data []byte, path string) string {
	if json.Unmarshal(data, v) == nil {
		return ""
	}
	if path == "" {
		return whole
	}
	return path
}

// list makes a missing list an empty one.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return slices.Clip(l)
}
