package update

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Manifest says which version is the newest.
type Manifest struct {
	Version string    `json:"version"`
	Issued  time.Time `json:"issued"` // when this was signed; one that is older than one seen is refused
	// URL is the web page where the version is to be had.
	URL string `json:"url"`
	// Notes say what is new, by language; one in English goes for all.
	Notes map[string]string `json:"notes"`
}

// In is what is new, in a language.
func (m Manifest) In(language string) string {
	if s := m.Notes[language]; s != "" {
		return s
	}
	return m.Notes["en"]
}

// envelope is what is at the address: the Manifest as it was signed, byte for byte.
type envelope struct {
	Manifest  []byte `json:"manifest"`  // base64
	Signature []byte `json:"signature"` // base64; of purpose and Manifest
}

// purpose keeps a signature from being one of something else.
const purpose = "concierge update manifest 1\n"

// longest are how many letters of notes are shown.
const longest = 4000

// ErrSignature is that whoever wrote a manifest is not whom we know.
var ErrSignature = errors.New("the signature is not that of this program's publisher")

// Key reads a public key as builds are given it: base64 of its 32 bytes.
func Key(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) != ed25519.PublicKeySize {
		err = fmt.Errorf("%d bytes, not %d", len(raw), ed25519.PublicKeySize)
	}
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return raw, nil
}

// Sign makes what is to be put at the address. The Manifest is read as it will be, so that none is published that cannot be.
func Sign(manifest []byte, key ed25519.PrivateKey) ([]byte, error) {
	if _, err := decode(manifest); err != nil {
		return nil, err
	}
	return json.MarshalIndent(envelope{Manifest: manifest, Signature: ed25519.Sign(key, append([]byte(purpose), manifest...))}, "", "  ")
}

// Verify reads it. Nothing of the Manifest is looked at before its signature is right.
func Verify(data []byte, key ed25519.PublicKey) (Manifest, error) {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return Manifest{}, fmt.Errorf("not a manifest: %w", err)
	}
	if !ed25519.Verify(key, append([]byte(purpose), e.Manifest...), e.Signature) {
		return Manifest{}, ErrSignature
	}
	return decode(e.Manifest)
}

func decode(data []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return Manifest{}, fmt.Errorf("manifest: %w", err)
	}
	u, err := url.Parse(m.URL)
	switch _, ok := parse(m.Version); {
	case !ok:
		return Manifest{}, fmt.Errorf("manifest: %q is no version", m.Version)
	case m.Issued.IsZero():
		return Manifest{}, errors.New("manifest: not said when it was issued")
	case err != nil || u.Scheme != "https" || u.Host == "":
		return Manifest{}, errors.New("manifest: the address is no https address")
	}
	for language, notes := range m.Notes {
		m.Notes[language] = plain(notes)
	}
	return m, nil
}

// plain leaves letters and lines.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return strings.TrimSpace(s)
}
