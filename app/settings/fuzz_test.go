package settings

import (
	"slices"
	"testing"
)

// FuzzSettings reads the file of settings as somebody else may have written it: every value is one there is, and what is
// understood is written back with nothing lost.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `[]`, `{"version":1,"language":"fr","theme":"dark","textSize":130,"window":{"width":1280,"height":800},"lastAccount":{"identity":"i","account":"a"},"recents":[{"identity":"i","account":"a"}],"favourites":[],"accounts":[{"identity":"i","account":"a","alias":"Nord","colour":3,"later":1}],"later":{}}`,
		`{"theme":"mauve","textSize":1e9,"window":{"width":-1},"recents":[null,{}],"accounts":[{"identity":7}]}`, `{"accounts":[null]}`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _, err := decode(data)
		if err != nil {
			return
		}
		if d.theme != System && d.theme != Light && d.theme != Dark || !slices.Contains(TextSizes(), d.textSize) || len(d.recents) > MostRecents {
			t.Fatalf("a value that there is not: %+v", d)
		}
		for _, a := range d.accounts {
			if a.colour != nil && (*a.colour < 0 || *a.colour >= Colours) {
				t.Fatalf("a colour that there is not: %d", *a.colour)
			}
		}
		once, err := d.encode()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, _, err := decode(once)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, once)
		}
		twice, err := again.encode()
		if err != nil || string(twice) != string(once) {
			t.Errorf("it changes each time it is written:\n%s\n%s %v", once, twice, err)
		}
	})
}
