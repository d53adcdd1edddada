package disk

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What is stored is read without a panic, is dropped or said to be damaged, and what is read is written again as itself.
func FuzzStoredSnapshots(f *testing.F) {
	body, _, err := encode(people("i", "1", 3))
	must(f, err)
	for _, s := range []string{string(body), `{"form":1}`, `{"form":2,"users":7}`, `{"form":1,"users":[{"twoFactor":null,"permissions":["x"]}]}`,
		`{"form":1,"account":{"preferences":{"weather":true}}}`, `{"form":1,"contacts":[{}]}`, `[]`, `null`, ``, `{"form":1e0}`, "{\"form\":1,\"revision\":\"\xff\"}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		snap, err := decode(ref("i", "1"), data)
		if err != nil {
			if !errors.Is(err, errDamaged) && !errors.Is(err, errOtherForm) {
				t.Errorf("%v", err)
			}
			return
		}
		body, _, err := encode(snap)
		if err != nil {
			return // times that JSON reads and does not write
		}
		again, err := decode(ref("i", "1"), body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if diff := cmp.Diff(snap, again, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

// The same for what a host said was done in an account.
func FuzzStoredActivity(f *testing.F) {
	body, err := encodeActivity(doneIn(people("i", "1", 1)).List)
	must(f, err)
	for _, s := range []string{string(body), `{"form":1}`, `{"form":2,"list":7}`, `{"form":1,"list":[{"permissions":["x"],"fields":null}]}`, `[]`, ``, `{"form":1,"list":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := decodeActivity(data)
		if err != nil {
			if !errors.Is(err, errDamaged) && !errors.Is(err, errOtherForm) {
				t.Errorf("%v", err)
			}
			return
		}
		body, err := encodeActivity(list)
		if err != nil {
			return // times that JSON reads and does not write
		}
		again, err := decodeActivity(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if diff := cmp.Diff(list, again, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

// Pages of a damaged journal are anything at all: they are read without a panic, and no entry is made of what is none.
func FuzzRescuedPages(f *testing.F) {
	page := make([]byte, pageSize)
	copy(page, []byte{tableLeaf, 0, 0, 0, 2, 0x0f, 0xf0, 0, 0x0f, 0xf0, 0x0f, 0xf8})
	copy(page[0x0ff0:], []byte{6, 1, 9, 0, 13, 13, 13, 1, 1, 12, 12})
	f.Add(page, int64(2))
	f.Add([]byte{tableLeaf}, int64(1))
	f.Fuzz(func(t *testing.T, data []byte, number int64) {
		page := make([]byte, pageSize)
		copy(page, data)
		b := &bare{file: nothing{}, cipher: plainText{}}
		for _, r := range b.rows(number, page) {
			if !r.whole() {
				t.Error("an entry that is not whole")
			}
		}
	})
}

// nothing is a file of zeros, and plainText its cipher.
type nothing struct{}

func (nothing) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }

type plainText struct{}

func (plainText) Decrypt(block, _ []byte) []byte { return block }
