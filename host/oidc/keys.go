package oidc

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	jose "github.com/go-jose/go-jose/v4"
)

// key is a signing key, as op.SigningKey wants it. RS256 is what every client must know (OpenID Connect Core section
// 15.1).
type key struct {
	id      string
	private *rsa.PrivateKey
}

func (k key) ID() string                                  { return k.id }
func (k key) Key() any                                    { return k.private }
func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

// public is what the JWKS end point tells of the key.
func (k key) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.private.Public(), KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}
}

// signingKeys returns the store's keys, newest first; that one signs. The first call on a new store makes one.
func (p *Provider) signingKeys(ctx context.Context) ([]key, error) {
	p.keyOnce.Lock()
	defer p.keyOnce.Unlock()
	if p.keys != nil {
		return p.keys, nil
	}
	var keys []key
	err := p.Store.Atomically(ctx, func(ctx context.Context) (err error) {
		if keys, err = p.readKeys(ctx); err != nil || len(keys) > 0 {
			return err
		}
		k, err := p.newKey(ctx)
		keys = []key{k}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("signing keys: %w", err)
	}
	p.keys = keys
	return keys, nil
}

func (p *Provider) readKeys(ctx context.Context) ([]key, error) {
	rows, err := p.Store.Querier(ctx).QueryContext(ctx, `SELECT id, private FROM oidc_keys ORDER BY created DESC, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []key
	for rows.Next() {
		var id string
		var der []byte
		if err := rows.Scan(&id, &der); err != nil {
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
		keys = append(keys, key{id: id, private: private})
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
	_, err = p.Store.Querier(ctx).ExecContext(ctx,
		`INSERT INTO oidc_keys (id, private, created) VALUES (?, ?, ?)`, id, der, p.Now().UnixMilli())
	return key{id: id, private: private}, err
}
