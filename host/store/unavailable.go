package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
)

// Unavailable tells whether an error says that the database cannot be reached or does not answer in time, so that trying
// later can help, and not that something is wrong with what it was asked.
func Unavailable(err error) bool {
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		switch code := coded.SQLState(); {
		case strings.HasPrefix(code, "08"), // connection exception
			strings.HasPrefix(code, "57P"), // shut down, crashed, starting up, or an administrator ended the connection
			code == "53300",                // too many connections
			code == "55P03",                // its turn did not come in time
			code == "25P03":                // its turn was taken away: it did nothing with it
			return true
		}
		return false
	}
	if errors.Is(err, context.Canceled) {
		return false // nobody waits for the answer
	}
	var network net.Error // time-outs are one
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.ErrUnexpectedEOF)
}
