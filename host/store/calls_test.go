package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"concierge/host/store"
)

func TestAnswersAndChallengesAreKeptAlikeOnEveryDatabase(t *testing.T) {
	onEach(t, testAnswersAndChallenges)
}

func testAnswersAndChallenges(t *testing.T, open func() *store.DB) {
	db, ctx := open(), t.Context()
	if err := db.MigrateHost(ctx); err != nil {
		t.Fatal(err)
	}
	now := time.UnixMilli(1_800_000_000_123).UTC()

	want := store.Answer{RequestHash: []byte{0, 255}, Status: 201, ETag: `"é"`, Location: "/v1/x?y=1", Body: []byte(`{"a":"?"}`)}
	for _, key := range []string{"k", "bytes that are no text: \xff\x00"} {
		if _, found, err := db.Answer(ctx, "p", key, now); found || err != nil {
			t.Fatalf("%q: found %v, %v", key, found, err)
		}
		if err := db.KeepAnswer(ctx, "p", key, want, now); err != nil {
			t.Fatal(err)
		}
		if err := db.KeepAnswer(ctx, "p", key, want, now); err == nil {
			t.Error("two answers to one key")
		}
		got, found, err := db.Answer(ctx, "p", key, now.Add(store.AnswerKept-1))
		if err != nil || !found || !bytes.Equal(got.RequestHash, want.RequestHash) || !bytes.Equal(got.Body, want.Body) ||
			got.Status != want.Status || got.ETag != want.ETag || got.Location != want.Location {
			t.Errorf("%q: got %+v, %v, %v", key, got, found, err)
		}
	}
	later := now.Add(store.AnswerKept)
	if _, found, err := db.Answer(ctx, "p", "k", later); found || err != nil {
		t.Errorf("found %v, %v when it is too old", found, err)
	}
	if err := db.KeepAnswer(ctx, "p", "k", store.Answer{RequestHash: []byte{1}, Status: 204}, later); err != nil {
		t.Error(err) // the old one is gone, and an empty body is one
	}

	c := store.Challenge{ID: "c", PersonID: "p", Condition: "x", RequestHash: []byte{1}, CodeHash: []byte{2}, SentTo: "a@b.example",
		At: now, ExpiresAt: now.Add(time.Minute)}
	if made, wrong, _, err := db.ChallengesSince(ctx, "p", now.Add(-time.Hour)); made != 0 || wrong != 0 || err != nil {
		t.Errorf("%d made, %d wrong, %v; want none", made, wrong, err)
	}
	other := c
	other.ID, other.At = "other", now.Add(time.Second)
	for _, c := range []store.Challenge{c, other} {
		if err := db.AddChallenge(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := db.WrongTry(ctx, "c"); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.AnswerChallenge(ctx, "c", now, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	got, err := db.Challenge(ctx, "c")
	if err != nil || got.Tries != 2 || !got.Answered || got.Used || !got.ExpiresAt.Equal(now.Add(time.Hour)) || !got.At.Equal(now) ||
		!bytes.Equal(got.CodeHash, c.CodeHash) || got.SentTo != c.SentTo {
		t.Errorf("got %+v, %v", got, err)
	}
	if made, wrong, oldest, err := db.ChallengesSince(ctx, "p", now.Add(-time.Hour)); made != 2 || wrong != 2 || !oldest.Equal(now) || err != nil {
		t.Errorf("%d made, %d wrong, the first at %v, %v", made, wrong, oldest, err)
	}
	if err := db.UseChallenge(ctx, "c", now); err != nil {
		t.Error(err)
	}
	if err := db.UseChallenge(ctx, "c", now); !errors.Is(err, store.ErrNoChallenge) {
		t.Errorf("a second use: %v", err)
	}
	if err := db.DropChallenge(ctx, "other"); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"other", "\x00", "\xff"} {
		if _, err := db.Challenge(ctx, id); !errors.Is(err, store.ErrNoChallenge) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestACallThatHasBegunIsToldFromOneThatWasAnswered(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		db, ctx, now := open(), t.Context(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		if err := db.MigrateHost(ctx); err != nil {
			t.Fatal(err)
		}
		begin := func(hash string) string {
			t.Helper()
			earlier, err := db.Begin(ctx, "marie", "k", []byte(hash), now)
			if err != nil {
				t.Fatal(err)
			}
			return string(earlier)
		}
		if got := begin("one"); got != "" {
			t.Errorf("the first has %q before it", got)
		}
		if got := begin("two"); got != "one" {
			t.Errorf("the second has %q before it, want one", got)
		}
		if _, found, err := db.Answer(ctx, "marie", "k", now); found || err != nil {
			t.Errorf("what has begun is an answer: %v, %v", found, err)
		}
		if err := db.Forget(ctx, "marie", "k"); err != nil {
			t.Fatal(err)
		}
		if got := begin("three"); got != "" {
			t.Errorf("what was forgotten is %q", got)
		}
		if err := db.KeepAnswer(ctx, "marie", "k", store.Answer{RequestHash: []byte("three"), Status: 201, Body: []byte("{}")}, now); err != nil {
			t.Fatal(err)
		}
		if a, found, err := db.Answer(ctx, "marie", "k", now); !found || err != nil || a.Status != 201 || string(a.RequestHash) != "three" {
			t.Errorf("answer %+v, %v, %v", a, found, err)
		}
		if err := db.Forget(ctx, "marie", "k"); err != nil { // an answer is never forgotten that way
			t.Fatal(err)
		}
		if _, found, _ := db.Answer(ctx, "marie", "k", now); !found {
			t.Error("an answer was forgotten")
		}
		now = now.Add(store.AnswerKept)
		if got := begin("four"); got != "" {
			t.Errorf("a week later there is %q", got)
		}
	})
}
