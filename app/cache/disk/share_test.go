package disk

import (
	"testing"

	"concierge/app/access"

	"github.com/google/go-cmp/cmp"
)

// What is read one after the other is what each is when it is read alone: nothing of one account stands in the next.
func TestAccountsThatShareWhatTheyHaveInCommonAreReadAsEachIs(t *testing.T) {
	yes := true
	full := people("i", "1", 5)
	full.Users[0].Reason, full.Users[0].TwoFactor, full.Users[0].Permissions = "vacances", &yes, []access.Permission{"a", "b"}
	bare := access.Snapshot{Ref: ref("i", "2"), Users: []access.User{{ID: "u"}}, Contacts: []access.Contact{{ID: "c"}}}
	tricky := access.Snapshot{Ref: ref("i", "4"), Users: []access.User{{ID: "u", Permissions: []access.Permission{"a\nb"}}, {ID: "v", Permissions: []access.Permission{}}},
		Contacts: []access.Contact{{ID: "c", Preferences: access.Preferences{"x": true}}, {ID: "d", Preferences: access.Preferences{"x+": false}},
			{ID: "e", Preferences: access.Preferences{}}, {ID: "f", Preferences: access.Preferences{"x": true, "y": false}}}}
	shared := newSharing()
	for _, s := range []access.Snapshot{full, bare, {Ref: ref("i", "3")}, tricky, full, bare} {
		body, _, err := encode(s)
		must(t, err)
		want, err := decode(s.Ref, body)
		must(t, err)
		got, err := shared.read(s.Ref, body)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", s.Ref.Account, diff)
		}
	}
	if _, err := shared.read(ref("i", "5"), []byte(`{"form":1,"users":[{"id":7}]}`)); err == nil {
		t.Error("what is damaged was read")
	}
	body, _, err := encode(bare)
	must(t, err)
	if got, err := shared.read(bare.Ref, body); err != nil || len(got.Users) != 1 || got.Users[0].ID != "u" {
		t.Errorf("after what is damaged: %+v %v", got, err)
	}
}

func TestAccountsShareSetsThatAreTheSame(t *testing.T) {
	shared := newSharing()
	read := func(id string) access.Snapshot {
		s := access.Snapshot{Ref: ref("i", id), Users: []access.User{{ID: "u" + id, Permissions: []access.Permission{"a", "b"}}}}
		body, _, err := encode(s)
		must(t, err)
		got, err := shared.read(s.Ref, body)
		must(t, err)
		return got
	}
	one, other := read("1"), read("2")
	if &one.Users[0].Permissions[0] != &other.Users[0].Permissions[0] {
		t.Error("each has a set of its own")
	}
	if one.Users[0].ID != "u1" || other.Users[0].ID != "u2" {
		t.Errorf("%v %v", one, other)
	}
}
