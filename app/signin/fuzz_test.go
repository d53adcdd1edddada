package signin

import (
	"encoding/json"
	"testing"
)

// FuzzIdentities reads the file of identities as somebody else may have written it. What is understood is written back
// with nothing lost, and every identity in it can be used.
func FuzzIdentities(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `[]`, `{"version":1,"identities":[{"id":"i","hostUrl":"https://h.example","issuer":"x","clientId":"c","personId":"p","later":{"a":[1]}}],"leaving":["j"],"later":7}`,
		`{"identities":[{"id":"i"}]}`, `{"identities":[null]}`, `{"version":"1"}`, `{"identities":[{"id":"i","ID":"j","hostUrl":"h","personId":"p","addedAt":"yesterday"}]}`, "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c content
		if json.Unmarshal(data, &c) != nil {
			return
		}
		for _, r := range c.Identities {
			if r.ID == "" || r.HostURL == "" || r.PersonID == "" {
				t.Fatalf("an identity that cannot be used: %+v", r)
			}
		}
		once, err := json.Marshal(c)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var again content
		if err := json.Unmarshal(once, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, once)
		}
		twice, err := json.Marshal(again)
		if err != nil || string(twice) != string(once) {
			t.Errorf("it changes each time it is written:\n%s\n%s %v", once, twice, err)
		}
	})
}
