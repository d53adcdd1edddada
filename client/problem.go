package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"concierge/client/api"
)

// problem makes the error of an answer with status 400 or more: *Problem or *RateLimited where it is one of the contract's
// problems or where the status alone says enough, *NotAHost else.
func (c *Client) problem(k call, a answer, token secret) error {
	p := &Problem{Call: k.name()}
	if a.json() {
		body, ok := parseProblem(a.body)
		if !ok && a.media() == "application/problem+json" {
			return &WrongShape{Call: k.name(), Field: "problem"}
		}
		if ok && (strings.HasPrefix(body.Type, api.ProblemPrefix) || a.media() == "application/problem+json") {
			p.Problem = body
		}
	}
	p.Status = a.status
	if p.Type == "" {
		p.Type = typeOfStatus(a)
	}
	if p.Type == "" {
		return c.notAHost(k, a)
	}
	if p.RequestID = printable(hide(p.RequestID, token)); p.RequestID == "" {
		p.RequestID = requestID(a.header, token)
	}
	p.Type, p.Title, p.Detail = hide(p.Type, token), hide(p.Title, token), hide(p.Detail, token)
	for i, e := range p.Errors {
		p.Errors[i].Pointer, p.Errors[i].Code, p.Errors[i].Detail = hide(e.Pointer, token), hide(e.Code, token), hide(e.Detail, token)
	}
	if token != "" {
		p.Current = bytes.ReplaceAll(p.Current, []byte(token), []byte(redacted))
	}
	p.RetryAfter = retryAfter(a.header, c.cfg.Now())
	if p.Status == http.StatusTooManyRequests {
		limited := &RateLimited{RetryAfter: p.RetryAfter, Problem: p}
		if p.RetryAfter > 0 {
			limited.Until = c.cfg.Now().Add(p.RetryAfter)
		}
		return limited
	}
	return p
}

// parseProblem decodes a problem, leaving out members of the wrong type rather than all of it: a host's error must not be lost
// because its extra members are odd. It fails only when the body is no JSON object.
func parseProblem(data []byte) (api.Problem, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil || members == nil {
		return api.Problem{}, false
	}
	var p api.Problem
	take(members, "type", &p.Type)
	take(members, "title", &p.Title)
	take(members, "detail", &p.Detail)
	take(members, "requestId", &p.RequestID)
	take(members, "errors", &p.Errors)
	take(members, "challenge", &p.Challenge)
	take(members, "permission", &p.Permission)
	if current := members["current"]; len(current) > 0 && string(current) != "null" {
		p.Current = current
	}
	p.Errors = list(p.Errors)
	if p.Challenge != nil {
		p.Challenge.Fields = list(p.Challenge.Fields)
		if p.Challenge.ID == "" {
			p.Challenge = nil
		}
	}
	return p, true
}

func take[T any](members map[string]json.RawMessage, name string, to *T) {
	var v T
	if raw, ok := members[name]; ok && json.Unmarshal(raw, &v) == nil {
		*to = v
	}
}

// typeOfStatus is the problem type of answers that did not come from the host itself but from a server in front of
// it, where the status alone says what the matter is. "" for others.
func typeOfStatus(a answer) string {
	switch a.status {
	case http.StatusTooManyRequests:
		return api.ProblemRateLimited
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return api.ProblemBusy
	case http.StatusUnauthorized:
		if a.json() || strings.HasPrefix(strings.ToLower(a.header.Get("WWW-Authenticate")), "bearer") {
			return api.ProblemUnauthenticated
		}
	}
	if a.media() == "application/problem+json" {
		return "about:blank" // RFC 9457 section 4.2.1: nothing more to say than the status
	}
	return ""
}

// requestID is the host's name for the call, for its log and ours.
func requestID(h http.Header, token secret) string {
	return printable(hide(h.Get(api.HeaderRequestID), token))
}

// printable keeps visible ASCII, 128 characters of it.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	return s[:min(len(s), 128)]
}
