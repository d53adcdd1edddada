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
		`SELECT request_hash, status, etag, location, body FROM answers WHERE person_id = ? AND key = ? AND at > ?`,
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
	q := d.Querier(ctx)
	if _, err := q.ExecContext(ctx, `DELETE FROM answers WHERE at <= ?`, now.Add(-AnswerKept).UnixMilli()); err != nil {
		return err
	}
	if a.Body == nil {
		a.Body = []byte{}
	}
	_, err := q.ExecContext(ctx,
		`INSERT INTO answers (person_id, key, request_hash, status, etag, location, body, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		personID, key, a.RequestHash, a.Status, a.ETag, a.Location, a.Body, now.UnixMilli())
	return err
}
