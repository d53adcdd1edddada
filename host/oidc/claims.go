package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
)

// algorithms an upstream provider may sign with: those whose keys are public. The client's secret is no key, and "none" is
// no signature (RFC 8725 sections 3.1 and 3.2).
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// claims are what is read of an id token. What need not be there must not make it unreadable by its form.
type claims struct {
	protocol.TokenClaims
	AccessTokenHash string  `json:"at_hash"`
	AuthTime        moment  `json:"auth_time"`
	Methods         methods `json:"amr"`
}

var _ protocol.IDClaims = (*claims)(nil)

// GetAccessTokenHash implements protocol.IDClaims.
func (c *claims) GetAccessTokenHash() string { return c.AccessTokenHash }

// GetAuthTime implements protocol.Claims.
func (c *claims) GetAuthTime() time.Time { return time.Time(c.AuthTime) }

// moment is seconds since 1970, as a number or in a text; zero when it is neither.
type moment time.Time

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(b []byte) error {
	seconds, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && seconds > 0 && seconds < 1<<40 {
		*m = moment(time.Unix(int64(seconds), 0))
	}
	return nil
}

// within is the moment, or now when it is not told or has not come yet.
func (m moment) within(now time.Time) time.Time {
	if t := time.Time(m); !t.IsZero() && t.Before(now) {
		return t
	}
	return now
}

// methods is how somebody has proved who they are, as a list or one text.
type methods []string

// UnmarshalJSON implements json.Unmarshaler.
func (m *methods) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*m = methods{one}
		return nil
	}
	var list []string
	if json.Unmarshal(b, &list) == nil {
		*m = list
	}
	return nil
}

// registered are the values of RFC 8176 section 2.
var registered = strings.Fields("face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia")

// known leaves what has a meaning to everybody. That somebody has signed in elsewhere has no value there, and so is not told.
func (m methods) known() []string {
	var known []string
	for _, r := range registered {
		if slices.Contains(m, r) {
			known = append(known, r)
		}
	}
	return known
}

// flag is a truth as providers write it: true, 1, and either in a text. Nil when it is not told.
type flag struct{ is *bool }

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(b []byte) error {
	text := strings.ToLower(strings.Trim(string(b), `"`))
	if text == "null" {
		return nil
	}
	is := text == "true" || text == "1"
	f.is = &is
	return nil
}

// signers are the keys that an upstream provider signs with. A key that is not known yet is asked for; that this failed is
// left in away, since it says nothing about the signature.
type signers struct {
	r    *relying
	at   string
	away error
}

// VerifySignature implements protocol.KeySet.
func (s *signers) VerifySignature(ctx context.Context, jws *jose.JSONWebSignature) ([]byte, error) {
	keys, fresh, err := s.r.keysFrom(ctx, s.at, false)
	if err != nil {
		s.away = err
		return nil, err
	}
	payload, err := verify(jws, keys)
	if err == nil || fresh {
		return payload, err
	}
	if keys, _, s.away = s.r.keysFrom(ctx, s.at, true); s.away != nil {
		return nil, s.away
	}
	return verify(jws, keys)
}

// verify tries every key that may have signed. Providers without key ids have more than one while they change keys.
func verify(jws *jose.JSONWebSignature, keys []jose.JSONWebKey) ([]byte, error) {
	id, alg := protocol.GetKeyIDAndAlg(jws)
	err := protocol.ErrKeyNone
	for _, k := range keys {
		if k.Use != "" && k.Use != protocol.KeyUseSignature || k.Algorithm != "" && k.Algorithm != alg ||
			id != "" && k.KeyID != "" && k.KeyID != id {
			continue
		}
		payload, failed := jws.Verify(&k)
		if failed == nil {
			return payload, nil
		}
		err = failed
	}
	return nil, err
}

// keysFrom returns the keys, and whether they have been asked for just now.
func (r *relying) keysFrom(ctx context.Context, at string, ask bool) (keys []jose.JSONWebKey, fresh bool, err error) {
	r.mu.Lock()
	keys = r.keys
	good := r.keysOf == at && r.now().Sub(r.keysAt) < keysLife
	r.mu.Unlock()
	if good && !ask {
		return keys, false, nil
	}
	if keys, err = r.fetchKeys(ctx, at); err != nil {
		return nil, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys, r.keysOf, r.keysAt = keys, at, r.now()
	return keys, true, nil
}

func (r *relying) fetchKeys(ctx context.Context, at string) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := r.get(ctx, at, "", &set); err != nil {
		return nil, err
	}
	var keys []jose.JSONWebKey
	var unread error
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		switch err := k.UnmarshalJSON(raw); {
		case err != nil: // keys of kinds unknown here sign nothing for us
			unread = errors.Join(unread, err)
		case k.IsPublic():
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: it has no key that can be read: %s", errRefused, short(fmt.Sprint(unread)))
	}
	return keys, nil
}
