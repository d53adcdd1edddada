package sample

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id: the OWASP Password Storage Cheat Sheet's first recommendation that stays under 20 MiB.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// A password has 10 to 128 characters and no further rules (NIST SP 800-63B section 3.1.1.2 asks for no composition rules).
const (
	minPassword = 10
	maxPassword = 128
)

var errPasswordHash = errors.New("stored password hash is not readable")

func passwordLengthOK(password string) bool {
	n := utf8.RuneCountInString(password)
	return n >= minPassword && n <= maxPassword
}

// hashPassword returns the PHC string of a password. It waits for a free slot first.
func (p *Provider) hashPassword(ctx context.Context, password string) (string, error) {
	salt := []byte(p.secret(argonSalt))
	key, err := p.argon(ctx, password, salt)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// checkPassword tells whether a password fits a PHC string. It takes as long for an empty string, which nothing fits.
func (p *Provider) checkPassword(ctx context.Context, phc, password string) (bool, error) {
	salt, want := make([]byte, argonSalt), make([]byte, argonKey)
	known := phc != ""
	if known {
		parts := strings.Split(phc, "$")
		parameters := fmt.Sprintf("m=%d,t=%d,p=%d", argonMemory, argonTime, argonThreads)
		if len(parts) != 6 || parts[1] != "argon2id" || parts[3] != parameters {
			return false, errPasswordHash
		}
		var err1, err2 error
		salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
		want, err2 = base64.RawStdEncoding.DecodeString(parts[5])
		if err := errors.Join(err1, err2); err != nil {
			return false, fmt.Errorf("%w: %w", errPasswordHash, err)
		}
	}
	got, err := p.argon(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (p *Provider) argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case p.hashing <- struct{}{}:
		defer func() { <-p.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey), nil
}
