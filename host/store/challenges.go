package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// challengeKept is how long a challenge is kept after it was made: longer than any limit looks back.
const challengeKept = 24 * time.Hour

// ErrNoChallenge means that there is no challenge of that id.
var ErrNoChallenge = errors.New("no such challenge")

// Challenge is a code that was e-mailed as proof before a sensitive call.
type Challenge struct {
	ID          string
	PersonID    string
	Condition   string // one of api.Condition…
	RequestHash []byte // of the call it is proof for
	CodeHash    []byte
	SentTo      string
	At          time.Time
	ExpiresAt   time.Time
	Tries       int // wrong ones
	Answered    bool
	Used        bool
}

// AddChallenge keeps a new challenge and forgets old ones.
func (d *DB) AddChallenge(ctx context.Context, c Challenge) error {
	q := d.Querier(ctx)
	if _, err := q.ExecContext(ctx, `DELETE FROM challenges WHERE at <= ?`, c.At.Add(-challengeKept).UnixMilli()); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx,
		`INSERT INTO challenges (id, person_id, condition, request_hash, code_hash, sent_to, at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, c.PersonID, c.Condition, c.RequestHash, c.CodeHash, c.SentTo, c.At.UnixMilli(), c.ExpiresAt.UnixMilli())
	return err
}

// DropChallenge forgets a challenge whose code could not be sent.
func (d *DB) DropChallenge(ctx context.Context, id string) error {
	_, err := d.Querier(ctx).ExecContext(ctx, `DELETE FROM challenges WHERE id = ?`, id)
	return err
}

// Challenge returns a challenge, or ErrNoChallenge.
func (d *DB) Challenge(ctx context.Context, id string) (Challenge, error) {
	c := Challenge{ID: id}
	var at, expires, answered, used int64
	err := d.Querier(ctx).QueryRowContext(ctx,
		`SELECT person_id, condition, request_hash, code_hash, sent_to, at, expires_at, tries, answered_at, used_at FROM challenges WHERE id = ?`, id,
	).Scan(&c.PersonID, &c.Condition, &c.RequestHash, &c.CodeHash, &c.SentTo, &at, &expires, &c.Tries, &answered, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return Challenge{}, ErrNoChallenge
	}
	c.At, c.ExpiresAt = time.UnixMilli(at).UTC(), time.UnixMilli(expires).UTC()
	c.Answered, c.Used = answered != 0, used != 0
	return c, err
}

// WrongTry counts one wrong code.
func (d *DB) WrongTry(ctx context.Context, id string) error {
	_, err := d.Querier(ctx).ExecContext(ctx, `UPDATE challenges SET tries = tries + 1 WHERE id = ?`, id)
	return err
}

// AnswerChallenge notes that the right code was given; from then on the proof can be used until the given time.
func (d *DB) AnswerChallenge(ctx context.Context, id string, now, until time.Time) error {
	_, err := d.Querier(ctx).ExecContext(ctx, `UPDATE challenges SET answered_at = ?, expires_at = ? WHERE id = ?`,
		now.UnixMilli(), until.UnixMilli(), id)
	return err
}

// UseChallenge notes that the proof has been used; a second use is ErrNoChallenge.
func (d *DB) UseChallenge(ctx context.Context, id string, now time.Time) error {
	r, err := d.Querier(ctx).ExecContext(ctx, `UPDATE challenges SET used_at = ? WHERE id = ? AND used_at = 0`, now.UnixMilli(), id)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return ErrNoChallenge
	}
	return nil
}

// ChallengesSince counts a person's challenges made after a time, and the wrong codes given to them; oldest is when
// the first of them was made.
func (d *DB) ChallengesSince(ctx context.Context, personID string, since time.Time) (made, wrong int, oldest time.Time, err error) {
	var first int64
	err = d.Querier(ctx).QueryRowContext(ctx,
		`SELECT count(*), coalesce(sum(tries), 0), coalesce(min(at), 0) FROM challenges WHERE person_id = ? AND at > ?`,
		personID, since.UnixMilli()).Scan(&made, &wrong, &first)
	return made, wrong, time.UnixMilli(first).UTC(), err
}
