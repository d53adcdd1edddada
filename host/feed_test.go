package host

import "testing"

func TestATokenOfTheFeedIsReadOnlyInItsEpoch(t *testing.T) {
	for _, c := range []struct {
		name, token string
		seq         int64
		ok          bool
	}{
		{"its own", FeedToken("7f3a", 42), 42, true},
		{"the first", FeedToken("7f3a", 0), 0, true},
		{"of another database", FeedToken("19c2", 42), 0, false},
		{"of an epoch that begins alike", FeedToken("7f3a0", 42), 0, false},
		{"no number", "7f3a.x", 0, false},
		{"a negative number", "7f3a.-1", -1, false},
		{"nothing", "", 0, false},
		{"the epoch alone", "7f3a", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			seq, ok := FeedSequence("7f3a", c.token)
			if ok != c.ok || ok && seq != c.seq {
				t.Errorf("%d %v", seq, ok)
			}
		})
	}
}
