package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"time"
)

// unlockTimeout is how long an answer to giving a name back is waited for; closing the connection does it too.
const unlockTimeout = 5 * time.Second

// Lock holds a name by a lock of a session, on a connection that nothing else uses meanwhile. When this process dies its
// connections end, and with them its locks.
func (d *dialect) Lock(ctx context.Context, name string) (unlock func(), err error) {
	conn, err := d.locks.Conn(ctx)
	if err != nil {
		return nil, plain(err)
	}
	key := lockKey("name " + name)
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		discard(conn) // the server may just have granted it
		return nil, err
	}
	return func() {
		// Whatever became of the caller's context, the name is given back.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockTimeout)
		defer cancel()
		var held bool
		if err := conn.QueryRowContext(ctx, "SELECT pg_advisory_unlock($1)", key).Scan(&held); err != nil || !held {
			discard(conn)
			return
		}
		_ = conn.Close() // it goes back to the pool
	}, nil
}

// discard closes a connection instead of giving it back, so that the server ends what it held.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
}

// lockKey is the number by which PostgreSQL knows a lock. All users of a database share these numbers, hence 64 bits of a
// hash of what is ours alone.
func lockKey(what string) int64 {
	sum := sha256.Sum256([]byte("concierge-host " + what))
	return int64(binary.BigEndian.Uint64(sum[:])) //nolint:gosec // any number will do
}
