package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"unicode/utf8"

	"concierge/client/api"
)

// maxBody is the greatest request body in bytes.
const maxBody = 1 << 20

// outermost gives every request its id, its line in the log and an answer whatever happens; it refuses unknown paths
// and reads the body, so that what is inside sees whole requests only.
func (s *server) outermost(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := s.newID()
		if err != nil {
			s.Log.ErrorContext(r.Context(), "call", "err", err)
			if err := fail(api.ProblemInternal).write(w, ""); err != nil {
				s.Log.WarnContext(r.Context(), "answer could not be written", "err", err)
			}
			return
		}
		c := newCall(id, s.ClientIP(r), r)
		rec := &recorder{ResponseWriter: w}
		rec.Header().Set(api.HeaderRequestID, id)
		rec.Header().Set("Cache-Control", "no-store")
		rec.Header().Set("X-Content-Type-Options", "nosniff")
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))

		start := s.Now()
		defer func() {
			if v := recover(); v != nil {
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(v)
				}
				s.Log.ErrorContext(r.Context(), "panic", "request", id, "what", fmt.Sprint(v), "stack", string(debug.Stack()))
				if rec.status == 0 {
					s.refuse(rec, r, fail(api.ProblemInternal))
				}
			}
			level := slog.LevelInfo
			if rec.status >= http.StatusInternalServerError {
				level = slog.LevelWarn
			}
			end := s.Now()
			s.answered(r, c, rec, start, end)
			s.Log.LogAttrs(r.Context(), level, "call",
				slog.String("request", id), slog.String("method", c.method), slog.String("route", c.route),
				slog.String("account", c.account), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
				slog.Duration("took", end.Sub(start)), slog.String("person", c.person.ID), slog.String("from", c.ip))
		}()

		h, pattern := mux.Handler(r)
		if pattern == "" || path.Clean(r.URL.Path) != r.URL.Path {
			s.noSuchPath(rec, r, h)
			return
		}
		c.route = pattern
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			var tooLarge *http.MaxBytesError
			if errors.As(err, &tooLarge) {
				s.refuse(rec, r, fail(api.ProblemTooLarge))
			} else {
				s.refuse(rec, r, fail(api.ProblemMalformed).because("the body could not be read"))
			}
			return
		}
		if !utf8.Valid(body) { // which encoding/json would silently replace (RFC 8259 section 8.1)
			s.refuse(rec, r, fail(api.ProblemMalformed).because("the body is not UTF-8"))
			return
		}
		c.setBody(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		mux.ServeHTTP(rec, r)
	})
}

// noSuchPath answers what the mux would refuse, as a problem.
func (s *server) noSuchPath(w *recorder, r *http.Request, mux http.Handler) {
	c := callOf(r.Context())
	if wait, ok := s.addresses.take(addressKey(c.ip)); !ok {
		s.refuse(w, r, fail(api.ProblemRateLimited).after(wait))
		return
	}
	probe := &recorder{ResponseWriter: discard{http.Header{}}}
	mux.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.Header().Get("Allow"))
		s.refuse(w, r, fail(api.ProblemMethodNotAllowed))
		return
	}
	s.refuse(w, r, fail(api.ProblemNotFound))
}

// refuse answers with a problem from outside huma.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, p *problem) {
	callOf(r.Context()).problem = p.Type
	if err := p.write(w, callOf(r.Context()).id); err != nil {
		s.Log.WarnContext(r.Context(), "answer could not be written", "request", callOf(r.Context()).id, "err", err)
	}
}

// recorder remembers what was answered, for the log.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// discard is an answer that goes nowhere.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
