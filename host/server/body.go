package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"concierge/client/api"
)

// maxDepth is how deep objects and lists may be in one another; the contract needs three.
const maxDepth = 16

// checkBody refuses a body that is not JSON, or that two readers could understand differently (RFC 8259 sections 4 and 8):
// what was checked must be what is done.
func checkBody(r *http.Request, body []byte) error {
	if len(body) == 0 {
		return nil // whether there has to be one is in the schema
	}
	if !isJSON(r.Header.Values("Content-Type")) {
		p := fail(api.ProblemMalformed).because("only application/json is understood")
		p.Status = http.StatusUnsupportedMediaType
		return p
	}
	if err := oneMeaning(body); err != nil {
		return fail(api.ProblemMalformed).because(err.Error())
	}
	return nil
}

// isJSON tells whether a body says that it is JSON, in the one encoding that JSON has.
func isJSON(contentType []string) bool {
	if len(contentType) != 1 {
		return false
	}
	kind, params, err := mime.ParseMediaType(contentType[0])
	charset, has := params["charset"]
	return err == nil && kind == "application/json" && (!has || strings.EqualFold(charset, "utf-8"))
}

// oneMeaning refuses a name that an object has twice, half of a surrogate pair, which decoders replace, and what is nested
// too deep. Whether the rest is JSON its decoder says.
func oneMeaning(body []byte) error {
	if halfOfAPair(body) {
		return errors.New("half of a surrogate pair")
	}
	type level struct {
		names map[string]bool // nil in a list
		value bool            // a name has been read, and not yet its value
	}
	var open []level
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // how large it is does not matter here
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errors.New("not JSON")
		}
		if delim, is := token.(json.Delim); is && (delim == '}' || delim == ']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && open[n-1].names != nil {
			in := &open[n-1]
			if name, is := token.(string); is && !in.value {
				if in.names[name] {
					return errors.New("an object has a name twice")
				}
				in.names[name] = true
			}
			in.value = !in.value
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		}
		if len(open) > maxDepth {
			return errors.New("nested too deep")
		}
	}
}

// halfOfAPair tells whether a \u escape names one half of a surrogate pair without the other.
func halfOfAPair(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' { // outside of strings there is none in JSON
			continue
		}
		i++
		first, ok := escaped(body, i)
		if !ok {
			continue
		}
		i += 4
		if first < 0xD800 || first > 0xDFFF {
			continue
		}
		if first > 0xDBFF || i+2 >= len(body) || body[i+1] != '\\' {
			return true
		}
		second, ok := escaped(body, i+2)
		if !ok || second < 0xDC00 || second > 0xDFFF {
			return true
		}
		i += 6
	}
	return false
}

// escaped reads "uXXXX" at i.
func escaped(body []byte, i int) (n rune, ok bool) {
	if i+5 > len(body) || body[i] != 'u' {
		return 0, false
	}
	for _, c := range body[i+1 : i+5] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		n = n<<4 | rune(c)
	}
	return n, true
}
