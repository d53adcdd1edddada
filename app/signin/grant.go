package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"concierge/client"
)

// grant is what a token end point gave.
type grant struct {
	access  string
	refresh string        // empty when the answer had none: the one that was sent stays good (RFC 6749 section 6)
	life    time.Duration // of the access token; 0 when not told
	idToken string
	ahead   time.Duration // how far the server's clock is ahead of this computer's, to the second
}

// ask posts to the token end point. x/oauth2 would do it too, but its errors carry the whole answer, it hides the
// answer's Date, and it cannot tell a lost answer from a wrong one.
func (w web) ask(ctx context.Context, call, address string, form url.Values) (grant, error) {
	var t struct {
		Access  string      `json:"access_token"`
		Type    string      `json:"token_type"`
		Refresh string      `json:"refresh_token"`
		Expires json.Number `json:"expires_in"`
		IDToken string      `json:"id_token"`
	}
	header, err := w.post(ctx, call, address, form, &t)
	if err != nil {
		return grant{}, err
	}
	if t.Access == "" {
		return grant{}, &client.WrongShape{Call: call, Field: "access_token"}
	}
	if !strings.EqualFold(t.Type, "bearer") {
		return grant{}, &client.WrongShape{Call: call, Field: "token_type"}
	}
	seconds, _ := t.Expires.Int64() // not told and not a number are the same: 0
	g := grant{access: t.Access, refresh: t.Refresh, idToken: t.IDToken, life: time.Duration(min(max(seconds, 0), 1<<31)) * time.Second}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		g.ahead = date.Sub(time.Now().Truncate(time.Second))
	}
	return g, nil
}

// refresh exchanges a refresh token. A connection that broke may have swallowed the answer, and with it the next refresh
// token. Asking once more at once is the only way to get it: hosts allow that for a moment, and where one does
// not, nothing is lost that was not lost already.
func (w web) refresh(ctx context.Context, p provider, clientID, token string) (grant, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {clientID}}
	g, err := w.ask(ctx, "POST token (refresh)", p.Token, form)
	if o, ok := errors.AsType[*client.Offline](err); ok && o.Kind == client.Interrupted && ctx.Err() == nil {
		return w.ask(ctx, "POST token (refresh again)", p.Token, form)
	}
	return g, err
}

// revoke ends a sign-in at the host (RFC 7009).
func (w web) revoke(ctx context.Context, p provider, clientID, token string) error {
	_, err := w.post(ctx, "POST revoke", p.Revocation,
		url.Values{"token": {token}, "token_type_hint": {"refresh_token"}, "client_id": {clientID}}, nil)
	return err
}

// person is who has signed in.
type person struct{ id, name, email string }

// algorithms an id token may be signed with: no secret is shared with a public client, so none with one (RFC 8725
// section 3.1).
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// leeway between the clocks of a host's own machines.
const leeway = 30 * time.Second

// skewTold is from how wrong a clock of this computer it is worth a line in the log.
const skewTold = 5 * time.Minute

// identify says who a code was exchanged for: signature, issuer, audience, nonce and times of the id token are checked
// (OpenID Connect Core 1.0 section 3.1.3.7). The times are compared with the host's clock, which came with the answer: many computers'
// clocks are wrong, and the nonce already proves that the id token was made for this attempt.
func (w web) identify(ctx context.Context, log *slog.Logger, p provider, clientID, nonce string, g grant) (person, error) {
	if g.idToken == "" {
		return person{}, &client.WrongShape{Call: "POST token", Field: "id_token"}
	}
	if g.ahead > skewTold || g.ahead < -skewTold {
		log.WarnContext(ctx, "the clocks of the host and of this computer differ", "hostIsAhead", g.ahead)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := w.get(ctx, "GET keys", p.Keys, "", &set); err != nil {
		return person{}, err
	}
	var keys keySet
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if err := k.UnmarshalJSON(raw); err == nil { // keys of kinds unknown here sign nothing for us
			keys = append(keys, k)
		}
	}
	v := rp.NewIDTokenVerifier(p.Issuer, clientID, keys,
		rp.WithNonce(func(context.Context) string { return nonce }),
		rp.WithIssuedAtOffset(g.ahead+leeway),
		rp.WithSupportedSigningAlgorithms(algorithms...))
	claims, err := rp.VerifyTokens[*oidc.IDTokenClaims](ctx, g.access, g.idToken, v)
	if err != nil {
		return person{}, unverified(err)
	}
	who := person{id: claims.Subject, name: name(claims.UserInfoProfile), email: claims.Email}
	if who.name == "" || who.email == "" {
		more, err := w.userinfo(ctx, p, g.access)
		if err != nil {
			return person{}, err
		}
		if more.id != who.id {
			return person{}, &client.WrongShape{Call: "GET userinfo", Field: "sub"}
		}
		return more, nil
	}
	return who, nil
}

// userinfo says whose an access token is.
func (w web) userinfo(ctx context.Context, p provider, access string) (person, error) {
	const call = "GET userinfo"
	if p.Userinfo == "" {
		return person{}, &client.WrongShape{Call: "GET openid-configuration", Field: "userinfo_endpoint"}
	}
	var u oidc.UserInfo
	if err := w.get(ctx, call, p.Userinfo, access, &u); err != nil {
		return person{}, err
	}
	if u.Subject == "" {
		return person{}, &client.WrongShape{Call: call, Field: "sub"}
	}
	return person{id: u.Subject, name: name(u.UserInfoProfile), email: u.Email}, nil
}

func name(p oidc.UserInfoProfile) string {
	if p.Name != "" {
		return p.Name
	}
	return strings.TrimSpace(p.GivenName + " " + p.FamilyName)
}

// unverified takes the values out of an error about an id token.
func unverified(err error) error {
	reasons := []error{oidc.ErrIssuerInvalid, oidc.ErrAudience, oidc.ErrAzpMissing, oidc.ErrAzpInvalid, oidc.ErrSignatureMissing,
		oidc.ErrSignatureMultiple, oidc.ErrSignatureUnsupportedAlg, oidc.ErrSignatureInvalidPayload, oidc.ErrSignatureInvalid,
		oidc.ErrExpired, oidc.ErrIatMissing, oidc.ErrIatInFuture, oidc.ErrNonceInvalid, oidc.ErrAtHash, oidc.ErrSubjectMissing}
	reason := errors.New("it cannot be read")
	if i := slices.IndexFunc(reasons, func(r error) bool { return errors.Is(err, r) }); i >= 0 {
		reason = reasons[i]
	}
	return fmt.Errorf("%w: %w", &client.WrongShape{Call: "POST token", Field: "id_token"}, reason)
}

// keySet is the keys a host signs with, as they are now.
type keySet []jose.JSONWebKey

// VerifySignature implements oidc.KeySet.
func (k keySet) VerifySignature(_ context.Context, jws *jose.JSONWebSignature) ([]byte, error) {
	id, alg := oidc.GetKeyIDAndAlg(jws)
	key, err := oidc.FindMatchingKey(id, oidc.KeyUseSignature, alg, k...)
	if err != nil {
		return nil, err
	}
	return jws.Verify(&key)
}
