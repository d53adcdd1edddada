//go:build !unix

package pgtest

import (
	"database/sql"
	"errors"
	"fmt"
)

// cluster is a running server, which there is only on Unix.
type cluster struct {
	dir   string
	admin *sql.DB
}

func start() (*cluster, error) {
	return nil, fmt.Errorf("tests start PostgreSQL on Unix only: %w", errors.ErrUnsupported)
}

func (*cluster) up() error           { return errors.ErrUnsupported }
func (*cluster) ctl(...string) error { return errors.ErrUnsupported }
