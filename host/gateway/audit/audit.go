// Package audit writes down who did what through the gateway: one JSON line for each write that was tried, each sign-in and
// each access that ended. It knows ids and results; it is never given a token, a code, or the words of a letter.
package audit

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"concierge/host/server"
)

// maxValue is the most bytes of one value: a path can hold what somebody made up.
const maxValue = 200

// Log is an audit log. Safe for many goroutines. The nil Log writes nothing.
type Log struct {
	log  *slog.Logger
	lost func(error)

	mu   sync.Mutex
	path string // "" for a writer that is not ours
	out  io.Writer
	file *os.File
}

// Open appends to the file at path, made for its owner alone, or writes to stdout when path is "stdout". lost is told when
// a line could not be written: a full disk must not stop the customers, and must not stay unseen.
func Open(path string, stdout io.Writer, lost func(error)) (*Log, error) {
	l := &Log{lost: lost}
	if path == "stdout" {
		l.out = stdout
	} else {
		l.path = path
		if err := l.Reopen(); err != nil {
			return nil, err
		}
	}
	l.log = slog.New(slog.NewJSONHandler(writer{l}, &slog.HandlerOptions{ReplaceAttr: plain}))
	return l, nil
}

// Reopen opens the file anew under its name, so that whoever rotates logs may have moved it. Lines under way go to the one
// or the other, whole.
func (l *Log) Reopen() error {
	if l == nil || l.path == "" {
		return nil
	}
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.file
	l.file, l.out = f, f
	if before != nil {
		return before.Close()
	}
	return nil
}

// Close closes the file.
func (l *Log) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file, l.out = nil, io.Discard
	return err
}

// writer gives the handler's lines, which come whole, to the file as it is now.
type writer struct{ l *Log }

func (w writer) Write(b []byte) (int, error) {
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	n, err := w.l.out.Write(b)
	if err != nil && w.l.lost != nil {
		w.l.lost(err)
	}
	return n, err
}

// plain names the fields as readers of JSON logs expect, and leaves the level out: a line is a fact, not a degree of it.
func plain(groups []string, a slog.Attr) slog.Attr {
	switch {
	case len(groups) > 0:
	case a.Key == slog.LevelKey:
		return slog.Attr{}
	case a.Key == slog.TimeKey:
		return slog.String(slog.TimeKey, a.Value.Time().UTC().Format(time.RFC3339Nano))
	case a.Key == slog.MessageKey:
		a.Key = "event"
	}
	return a
}

// Clean makes a value safe to print: at most maxValue bytes of it, each sign that a terminal or a log reader could take
// for more than a letter replaced. JSON escapes the ASCII ones; those of Unicode (line separators, signs that turn the
// direction of writing) stay in JSON as they are, and would lie to whoever reads the line.
func Clean(s string) string {
	b := make([]rune, 0, min(len(s), maxValue))
	size := 0
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			r = '\uFFFD'
		}
		if size += utf8.RuneLen(r); size > maxValue {
			return string(b) + "…"
		}
		b = append(b, r)
	}
	return string(b)
}

func text(key, value string) slog.Attr { return slog.String(key, Clean(value)) }

func (l *Log) write(ctx context.Context, at time.Time, event string, attrs ...slog.Attr) {
	if l == nil {
		return
	}
	r := slog.NewRecord(at, slog.LevelInfo, event, 0)
	r.AddAttrs(attrs...)
	// What could not be written has been told to lost.
	_ = l.log.Handler().Handle(context.WithoutCancel(ctx), r)
}

// Call writes a call of the Host API down, if it was to change something and anybody known made it. What nobody made is in
// the metrics: strangers must not fill the log.
func (l *Log) Call(ctx context.Context, a server.Answered) {
	if !a.Write() || a.Person == "" {
		return
	}
	result := "done"
	if a.Unsure {
		result = "unconfirmed"
	}
	if a.Status >= 400 {
		result = "refused"
	}
	if a.Status >= 500 {
		result = "failed"
	}
	l.write(ctx, a.At, "call", text("action", a.Action), text("result", result), slog.Int("status", a.Status), text("problem", a.Problem),
		text("person", a.Person), text("account", a.Account), text("target", a.Target), text("route", a.Route), text("request", a.Request), text("ip", a.IP))
}

// SignedIn writes down that a person signed in.
func (l *Log) SignedIn(ctx context.Context, at time.Time, person, ip string) {
	l.write(ctx, at, "signed-in", text("person", person), text("ip", ip))
}

// Minted writes down that the operator made a token for a person.
func (l *Log) Minted(ctx context.Context, at time.Time, person string) {
	l.write(ctx, at, "token-minted", text("person", person), text("by", "operator"))
}

// Revoked writes down that the operator ended every sign-in of a person.
func (l *Log) Revoked(ctx context.Context, at time.Time, person string) {
	l.write(ctx, at, "sign-ins-ended", text("person", person), text("by", "operator"))
}

// Ended writes down that the gateway took a user's access away because its time had come.
func (l *Log) Ended(ctx context.Context, at time.Time, account, user string, due time.Time) {
	l.write(ctx, at, "access-ended", text("account", account), text("target", user), slog.Time("due", due.UTC()))
}
