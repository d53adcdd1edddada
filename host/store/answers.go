package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// AnswerKept is how long the answer to an Idempotency-Key is remembered.
const AnswerKept = 7 * 24 * time.Hour

// Answer is what was answered to a call that carried an Idempotency-Key.
type Answer struct {
	RequestHash []byte // of method, path and body, to notice a key that is used for another call
	Status      int
	ETag        string
	Location    string
	Body        []byte
}

// Answer returns what was answered to a person's key, and false when nothing is remembered.
func (d *DB) Answer(ctx context.Context, personID, key string, now time.Time) (Answer, bool, error) {
	var a Answer
	err := d.Querier(ctx).QueryRowContext(ctx,
		`SELECT request_hash, status, etag, location, body FROM answers WHERE person_id = ? AND key = ? AND at > ? AND status <> 0`,
		personID, key, now.Add(-AnswerKept).UnixMilli(),
	).Scan(&a.RequestHash, &a.Status, &a.ETag, &a.Location, &a.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	return a, err == nil, err
}

// KeepAnswer remembers an answer, and forgets those that are too old. Called with the context of the transaction in
// which the effect happens, both are kept or neither is.
func (d *DB) KeepAnswer(ctx context.Context, personID, key string, a Answer, now time.Time) error {
	if err := d.dropAnswers(ctx, now); err != nil {
		return err
	}
	if a.Body == nil {
		a.Body = []byte{}
	}
	r, err := d.Querier(ctx).ExecContext(ctx, `
		INSERT INTO answers (person_id, key, request_hash, status, etag, location, body, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (person_id, key) DO UPDATE SET status = excluded.status, etag = excluded.etag,
			location = excluded.location, body = excluded.body, at = excluded.at WHERE answers.status = 0`,
		personID, key, a.RequestHash, a.Status, a.ETag, a.Location, a.Body, now.UnixMilli())
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errors.New("the key has its answer already")
}

// Begin remembers that a call is about to act, for hosts whose effects are not in this database. When an earlier one with
// the same key began and was never answered, it returns that one's hash. A call that has begun is an answer of status 0,
// which KeepAnswer fills in.
func (d *DB) Begin(ctx context.Context, personID, key string, requestHash []byte, now time.Time) (earlier []byte, err error) {
	if err := d.dropAnswers(ctx, now); err != nil {
		return nil, err
	}
	r, err := d.Querier(ctx).ExecContext(ctx, `
		INSERT INTO answers (person_id, key, request_hash, status, etag, location, body, at) VALUES (?, ?, ?, 0, '', '', ?, ?)
		ON CONFLICT (person_id, key) DO NOTHING`, personID, key, requestHash, []byte{}, now.UnixMilli())
	if err != nil {
		return nil, err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return nil, err
	}
	err = d.Querier(ctx).QueryRowContext(ctx, `SELECT request_hash FROM answers WHERE person_id = ? AND key = ?`, personID, key).
		Scan(&earlier)
	return earlier, err
}

// Forget forgets a call that has begun and certainly did not act.
func (d *DB) Forget(ctx context.Context, personID, key string) error {
	_, err := d.Querier(ctx).ExecContext(ctx, `DELETE FROM answers WHERE person_id = ? AND key = ? AND status = 0`, personID, key)
	return err
}

func (d *DB) dropAnswers(ctx context.Context, now time.Time) error {
	_, err := d.Querier(ctx).ExecContext(ctx, `DELETE FROM answers WHERE at <= ?`, now.Add(-AnswerKept).UnixMilli())
	return err
}
