package client

import (
	"context"
	"errors"
	"net/url"
	"path"
	"slices"

	"concierge/client/api"
)

// usualPath is where a host stands below a client area unless its provider chose otherwise.
const usualPath = "/concierge"

// Discover finds the host a person means by what they typed (see NormalizeHost): it asks at that address, at the
// usual path below it, and then the same at the root. It returns what the host says of itself and its base address.
//
// The error is one of NormalizeHost's; *Offline, *RateLimited or a 503 *Problem when asking could not be finished;
// *Redirected when the site sends everything elsewhere, so that the other address can be proposed; else *NotAHost.
// cfg's BaseURL and Token are not used.
func Discover(ctx context.Context, input string, cfg Config) (api.Host, string, error) {
	base, err := NormalizeHost(input)
	if err != nil {
		return api.Host{}, "", err
	}
	cfg.Token = nil
	var elsewhere error
	var last error
	for _, candidate := range candidates(base) {
		h, err := ask(ctx, candidate, cfg)
		if err == nil {
			return h, candidate, nil
		}
		if stops(err) {
			return api.Host{}, "", err
		}
		if errors.Is(err, ErrRedirected) && elsewhere == nil {
			elsewhere = err
		}
		last = err
	}
	if elsewhere != nil {
		return api.Host{}, "", elsewhere
	}
	if n, ok := errors.AsType[*NotAHost](last); ok {
		return api.Host{}, "", &NotAHost{URL: base, Call: n.Call, Status: n.Status, ContentType: n.ContentType}
	}
	return api.Host{}, "", &NotAHost{URL: base, Call: "GET /v1/host"}
}

func ask(ctx context.Context, base string, cfg Config) (api.Host, error) {
	cfg.BaseURL = base
	c, err := New(cfg)
	if err != nil {
		return api.Host{}, err
	}
	if cfg.HTTP == nil {
		defer c.Close()
	}
	return c.Host(ctx)
}

// stops tells whether an error holds for the whole site, so that other paths need not be asked.
func stops(err error) bool {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.RetryAfter > 0 || p.Type == api.ProblemBusy || p.Type == api.ProblemRateLimited
	}
	return errors.Is(err, ErrOffline) || errors.Is(err, context.Canceled) || is[*PlainHTTP](err)
}

func candidates(base string) []string {
	u, err := url.Parse(base)
	if err != nil {
		return nil
	}
	var all []string
	for _, p := range []string{u.Path, path.Join(u.Path, usualPath), "", usualPath} {
		at := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: p}).String()
		if !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}
