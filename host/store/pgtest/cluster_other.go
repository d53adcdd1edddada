//go:build !unix

package pgtest

import (
	"database/sql"
	"errors"
)

// cluster is a running server, which there is only on Unix.
type cluster struct {
	dir   string
	admin *sql.DB
}

func start() (*cluster, error) { return nil, errors.New("these tests start PostgreSQL only on Unix") }

func (*cluster) up() error           { return errors.ErrUnsupported }
func (*cluster) ctl(...string) error { return errors.ErrUnsupported }
