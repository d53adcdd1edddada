package store

import (
	"context"
	"embed"
	"io/fs"
)

//go:embed migrations
var migrations embed.FS

// MigrateHost brings the tables that every host has up to date: answers by Idempotency-Key and step-up challenges.
func (d *DB) MigrateHost(ctx context.Context) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return d.Migrate(ctx, "host", dir)
}
