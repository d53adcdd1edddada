package oidc

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// key is a signing key, as op.SigningKey wants it. RS256 is what every client must know (OpenID Connect Core section
// 15.1).
type key struct {
	id      string
	private *rsa.PrivateKey
	created time.Time
}

// signsFrom is when the key signs, if there is another one till then.
func (k key) signsFrom() time.Time { return k.created.Add(KeyLead) }

func (k key) ID() string                                  { return k.id }
func (k key) Key() any                                    { return k.private }
func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

// public is what the JWKS end point tells of the key.
func (k key) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.private.Public(), KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}
}

// signingKeys returns the keys to show, newest first, and the one of them that signs now. The first call on a new store makes one,
// and so does the first one when the newest has been there for KeyLife; what was replaced long enough ago is deleted. All of it
// follows from when the keys were made, so that all processes on one store agree without a word.
func (p *Provider) signingKeys(ctx context.Context) (keys []key, signing key, err error) {
	p.keyOnce.Lock()
	defer p.keyOnce.Unlock()
	now := p.Now()
	if age := now.Sub(p.keysAt); len(p.keys) == 0 || age < 0 || age >= keysFor {
		if keys, err = p.readKeys(ctx); err == nil && overdue(keys, now) {
			keys, err = p.renewKeys(ctx, now)
		}
		if err != nil {
			return nil, key{}, fmt.Errorf("signing keys: %w", err)
		}
		p.keys, p.keysAt = keys, now
	}
	return p.keys, signs(p.keys, now), nil
}

// signs picks the newest key that has been shown for long enough, or the oldest when none has: nobody knows another then.
func signs(keys []key, now time.Time) key {
	for _, k := range keys {
		if !k.signsFrom().After(now) {
			return k
		}
	}
	return keys[len(keys)-1]
}

// overdue tells whether a key is to be made or deleted.
func overdue(keys []key, now time.Time) bool {
	return len(keys) == 0 || !keys[0].created.Add(KeyLife).After(now) || len(kept(keys, now)) < len(keys)
}

// kept are the keys without those whose successor has signed for so long that nothing they signed still counts.
func kept(keys []key, now time.Time) []key {
	for i := range keys[:max(0, len(keys)-1)] {
		if !keys[i].signsFrom().Add(KeyKept).After(now) {
			return keys[:i+1]
		}
	}
	return keys
}

// renewKeys makes and deletes what is due, unless another process has just done it.
func (p *Provider) renewKeys(ctx context.Context, now time.Time) (keys []key, err error) {
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		if keys, err = p.readKeys(ctx); err != nil {
			return err
		}
		left := kept(keys, now)
		for _, k := range keys[len(left):] {
			if _, err := p.Store.Querier(ctx).ExecContext(ctx, `DELETE FROM oidc_keys WHERE id = ?`, k.id); err != nil {
				return err
			}
		}
		if keys = left; len(keys) > 0 && keys[0].created.Add(KeyLife).After(now) {
			return nil
		}
		k, err := p.newKey(ctx)
		keys = append([]key{k}, keys...)
		return err
	})
	return keys, err
}

func (p *Provider) readKeys(ctx context.Context) ([]key, error) {
	rows, err := p.Store.Querier(ctx).QueryContext(ctx, `SELECT id, private, created FROM oidc_keys ORDER BY created DESC, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []key
	for rows.Next() {
		var id string
		var der []byte
		var created int64
		if err := rows.Scan(&id, &der, &created); err != nil {
			return nil, err
		}
		parsed, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", id, err)
		}
		private, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("key %s is a %T, not RSA", id, parsed)
		}
		keys = append(keys, key{id: id, private: private, created: time.UnixMilli(created)})
	}
	return keys, rows.Err()
}

func (p *Provider) newKey(ctx context.Context) (key, error) {
	private, err := rsa.GenerateKey(p.Rand, 2048)
	if err != nil {
		return key{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return key{}, err
	}
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&private.PublicKey))
	id := base64.RawURLEncoding.EncodeToString(sum[:12])
	created := p.Now().UnixMilli()
	_, err = p.Store.Querier(ctx).ExecContext(ctx, `INSERT INTO oidc_keys (id, private, created) VALUES (?, ?, ?)`, id, der, created)
	return key{id: id, private: private, created: time.UnixMilli(created)}, err
}
