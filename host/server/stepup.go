package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host/store"
)

const (
	codeLength    = 5
	codeValidity  = 10 * time.Minute // also how long a given proof can be used
	maxWrongCodes = 5
	codeWindow    = 10 * time.Minute // Limits.Codes counts in it
	wrongWindow   = time.Hour        // Limits.WrongCodes counts in it
)

// stepUp is why a sensitive call is not done yet: proof is missing.
type stepUp struct {
	condition string
	address   string           // where the code goes
	pending   *store.Challenge // already asked, not answered yet
}

func (*stepUp) Error() string { return "proof is required first" }

// prove lets a call pass whose challenge was answered, and otherwise says what proof is missing. Everything else that
// could refuse the call comes before it: nobody types a code in vain.
func (s *server) prove(ctx context.Context, condition, address string) error {
	c := callOf(ctx)
	d, err := s.Provider.Describe(ctx)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	if condition != api.ConditionLoginEmail && slices.Contains(d.Unproven, condition) {
		return nil
	}
	ask := &stepUp{condition: condition, address: address}
	if c.challenge == "" {
		return ask
	}
	ch, err := s.Store.Challenge(ctx, c.challenge)
	if errors.Is(err, store.ErrNoChallenge) {
		return ask
	}
	if err != nil {
		return fmt.Errorf("challenge: %w", err)
	}
	bound := ch.PersonID == c.person.ID && ch.Condition == condition && ch.SentTo == address && bytes.Equal(ch.RequestHash, c.hash)
	switch {
	case !bound || over(ch, s.Now()):
		return ask
	case !ch.Answered:
		ask.pending = &ch
		return ask
	}
	c.proof = ch.ID
	return nil
}

// over tells whether a challenge can neither be answered nor used any more.
func over(ch store.Challenge, now time.Time) bool {
	return ch.Used || !now.Before(ch.ExpiresAt) || !ch.Answered && ch.Tries >= maxWrongCodes
}

// orAskForProof turns a missing proof into a challenge: it e-mails a code. Other errors stay as they are.
func (s *server) orAskForProof(ctx context.Context, err error) error {
	var ask *stepUp
	if !errors.As(err, &ask) {
		return err
	}
	if ask.pending == nil {
		if ask.pending, err = s.sendCode(ctx, ask); err != nil {
			return err
		}
	}
	p := fail(api.ProblemStepUp)
	p.Challenge = &api.Challenge{
		ID: ask.pending.ID, Condition: ask.condition, Method: "email-code", SentTo: masked(ask.address),
		Fields:    []api.ChallengeField{{Name: "code", Kind: "digits", Length: codeLength, Label: codeLabel()}},
		ExpiresAt: ask.pending.ExpiresAt,
	}
	return p
}

func (s *server) sendCode(ctx context.Context, ask *stepUp) (*store.Challenge, error) {
	c := callOf(ctx)
	now := s.Now().UTC().Truncate(time.Millisecond)
	if err := s.mayAskForCode(ctx, now); err != nil {
		return nil, err
	}
	id, err := s.newID()
	if err != nil {
		return nil, err
	}
	n, err := rand.Int(s.Rand, big.NewInt(100_000))
	if err != nil {
		return nil, fmt.Errorf("randomness: %w", err)
	}
	code := fmt.Sprintf("%0*d", codeLength, n)
	ch := store.Challenge{ID: id, PersonID: c.person.ID, Condition: ask.condition, RequestHash: c.hash,
		CodeHash: s.codeHash(id, code), SentTo: ask.address, At: now, ExpiresAt: now.Add(codeValidity)}
	err = s.Store.Atomically(ctx, func(ctx context.Context) error {
		if err := s.mayAskForCode(ctx, now); err != nil { // many at once cannot pass the limit together
			return err
		}
		if err := s.Store.AddChallenge(ctx, ch); err != nil {
			return fmt.Errorf("challenge: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.Provider.SendCode(ctx, c.person.ID, ask.address, code, ask.condition, ch.ExpiresAt); err != nil {
		return nil, errors.Join(fmt.Errorf("send the code: %w", err), s.Store.DropChallenge(context.WithoutCancel(ctx), id))
	}
	return &ch, nil
}

// mayAskForCode refuses somebody for whom too many codes were sent.
func (s *server) mayAskForCode(ctx context.Context, now time.Time) error {
	made, _, oldest, err := s.Store.ChallengesSince(ctx, callOf(ctx).person.ID, now.Add(-codeWindow))
	if err != nil {
		return fmt.Errorf("challenge: %w", err)
	}
	if made >= s.Limits.Codes {
		return fail(api.ProblemRateLimited).because("too many codes were sent").after(oldest.Add(codeWindow).Sub(now))
	}
	return nil
}

// codeHash makes the code hard to find for whoever reads the database: there are only 100,000. One at a time, since each
// takes 8 MiB.
func (s *server) codeHash(challengeID, code string) []byte {
	s.hashing.Lock()
	defer s.hashing.Unlock()
	return argon2.IDKey([]byte(code), []byte(challengeID), 1, 8*1024, 1, 32)
}

type challengeInput struct {
	ID string `path:"challengeId" maxLength:"64"`
	PostHeaders
	Body api.ChallengeAnswer
}

// answerChallenge takes what was typed.
func (s *server) answerChallenge(ctx context.Context, in *challengeInput) (*done, error) {
	c := callOf(ctx)
	code, err := typedCode(in.Body)
	if err != nil {
		return nil, err
	}
	if _, err := s.openChallenge(ctx, in.ID); err != nil {
		if out, again := remembered[struct{}](ctx, s); out != nil || again != nil { // used since, by the call it was for
			return nothing(out, again)
		}
		return nil, err
	}
	hash := s.codeHash(in.ID, code)

	var wrong *problem // not returned from inside: the try must be counted
	var out *reply[struct{}]
	err = s.Store.Atomically(ctx, func(ctx context.Context) error {
		var err error
		if out, err = remembered[struct{}](ctx, s); out != nil || err != nil {
			return err
		}
		ch, err := s.openChallenge(ctx, in.ID)
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare(hash, ch.CodeHash) != 1 {
			wrong = fail(api.ProblemChallengeWrong)
			return s.Store.WrongTry(ctx, in.ID)
		}
		now := s.Now()
		if !ch.Answered {
			if err := s.Store.AnswerChallenge(ctx, in.ID, now, now.Add(codeValidity)); err != nil {
				return err
			}
		}
		out = &reply[struct{}]{Status: 204}
		return remember(ctx, s, out)
	})
	if err == nil && wrong != nil {
		s.Log.InfoContext(ctx, "wrong code", "request", c.id, "person", c.person.ID)
		return nil, wrong
	}
	return nothing(out, err)
}

// openChallenge returns a challenge of the caller's that can still be answered.
func (s *server) openChallenge(ctx context.Context, id string) (store.Challenge, error) {
	c := callOf(ctx)
	ch, err := s.Store.Challenge(ctx, id)
	if errors.Is(err, store.ErrNoChallenge) || err == nil && ch.PersonID != c.person.ID {
		return ch, fail(api.ProblemNotFound)
	}
	if err != nil {
		return ch, fmt.Errorf("challenge: %w", err)
	}
	now := s.Now()
	if over(ch, now) {
		return ch, fail(api.ProblemChallengeOver)
	}
	_, wrong, oldest, err := s.Store.ChallengesSince(ctx, c.person.ID, now.Add(-wrongWindow))
	if err != nil {
		return ch, fmt.Errorf("challenge: %w", err)
	}
	if wrong >= s.Limits.WrongCodes {
		return ch, fail(api.ProblemRateLimited).because("too many wrong codes").after(oldest.Add(wrongWindow).Sub(now))
	}
	return ch, nil
}

// typedCode returns the digits of the one field a challenge has; blanks between them do not count.
func typedCode(answer api.ChallengeAnswer) (string, error) {
	var errs []api.FieldError
	for name := range answer.Values {
		if name != "code" {
			errs = append(errs, api.FieldError{Pointer: pointer("values", name), Code: api.FieldUnknown})
		}
	}
	code := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, answer.Values["code"])
	switch {
	case code == "":
		errs = append(errs, api.FieldError{Pointer: "/values/code", Code: api.FieldRequired})
	case len(code) > codeLength:
		errs = append(errs, api.FieldError{Pointer: "/values/code", Code: api.FieldTooLong, Limit: codeLength})
	}
	if errs != nil {
		return "", invalid(errs...)
	}
	return code, nil
}

// masked shows enough of an address to recognise it.
func masked(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	_, first := utf8.DecodeRuneInString(local)
	return local[:first] + "…@" + domain
}

func codeLabel() api.Text {
	t := api.Text{}
	for _, lang := range locales.Languages() {
		t[lang] = locales.For(lang).T("stepup.code")
	}
	return t
}
