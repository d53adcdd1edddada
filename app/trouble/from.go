package trouble

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"concierge/client"
	"concierge/client/api"
)

// From says what an error is, or returns nil for nil. Errors that nothing is known of are Other.
func From(err error) *Trouble {
	if err == nil {
		return nil
	}
	// First of all: a write that may have been done stays that, whatever ended it (the window that closed, a sign-in
	// that was over).
	if errors.Is(err, client.ErrOutcomeUnknown) {
		return &Trouble{Kind: OutcomeUnknown, Err: err}
	}
	if t, ok := errors.AsType[*Trouble](err); ok {
		return t
	}
	t := &Trouble{Kind: Other, Err: err}
	var (
		limited *client.RateLimited
		problem *client.Problem
		offline *client.Offline
		notHost *client.NotAHost
		away    *client.Redirected
		plain   *client.PlainHTTP
		invalid *client.InvalidHost
	)
	switch {
	case errors.Is(err, context.Canceled):
		t.Kind = Cancelled
	case errors.As(err, &limited):
		t.Kind, t.RetryAfter = RateLimited, limited.RetryAfter
	case errors.Is(err, client.ErrSignInNeeded):
		t.Kind = SignInNeeded
	case errors.As(err, &problem):
		t.fill(problem)
	case errors.As(err, &offline):
		t.Kind, t.Host = ofOffline(offline.Kind), offline.Host
	case errors.As(err, &notHost):
		t.Kind, t.Host = NotAHost, notHost.URL
	case errors.As(err, &away):
		t.Kind, t.Host = Redirected, away.To
	case errors.As(err, &plain):
		t.Kind, t.Host = PlainHTTP, plain.Host
	case errors.As(err, &invalid):
		t.Kind = BadAddress
	case errors.Is(err, client.ErrWrongShape):
		t.Kind = WrongAnswer
	case errors.Is(err, client.ErrTooLarge):
		t.Kind = TooLarge
	case errors.Is(err, context.DeadlineExceeded):
		t.Kind = TimedOut
	default:
		if _, onDisk := errors.AsType[*fs.PathError](err); onDisk {
			t.Kind = DiskTrouble
		}
	}
	return t
}

func ofOffline(k client.OfflineKind) Kind {
	switch k {
	case client.HostNotFound:
		return HostNotFound
	case client.TimedOut:
		return TimedOut
	case client.CertificateExpired:
		return CertExpired
	case client.CertificateUnknown, client.TLSFailed:
		return CertUnknown
	case client.CertificateName:
		return CertWrongName
	default:
		return Unreachable
	}
}

var ofProblem = map[string]Kind{
	api.ProblemUnauthenticated:    SignInNeeded,
	api.ProblemForbidden:          Forbidden,
	api.ProblemOwnerOnly:          OwnerOnly,
	api.ProblemStepUp:             ProofNeeded,
	api.ProblemRefusedUpstream:    RefusedByProvider,
	api.ProblemNotFound:           NotFound,
	api.ProblemOwnerProtected:     OwnerProtected,
	api.ProblemAlreadyUser:        AlreadyUser,
	api.ProblemAlreadyInvited:     AlreadyInvited,
	api.ProblemLastDomain:         LastDomain,
	api.ProblemEmailTaken:         EmailTaken,
	api.ProblemInvitationOver:     InvitationOver,
	api.ProblemUnavailableFeature: CannotHere,
	api.ProblemChallengeWrong:     CodeWrong,
	api.ProblemChallengeOver:      CodeOver,
	api.ProblemStale:              Stale,
	api.ProblemInvalid:            Invalid,
	api.ProblemTooLarge:           TooLarge,
	api.ProblemRateLimited:        RateLimited,
	api.ProblemBusy:               Busy,
}

func (t *Trouble) fill(p *client.Problem) {
	kind, known := ofProblem[p.Type]
	switch {
	case known:
	case p.Status == 503:
		kind = Busy
	default:
		kind = HostError
	}
	t.Kind, t.Permission, t.RequestID, t.RetryAfter = kind, p.Permission, p.RequestID, p.RetryAfter
	for _, e := range p.Errors {
		// The fields of an address stand in the same form as the others, so the last part of the pointer names them.
		name := e.Pointer[strings.LastIndexByte(e.Pointer, '/')+1:]
		if rest, in := strings.CutPrefix(e.Pointer, "/emailPreferences/"); in {
			name = "mail:" + rest
		} else if strings.HasPrefix(e.Pointer, "/permissions") {
			name = "permissions"
		}
		t.Fields = append(t.Fields, Field{Name: name, Code: e.Code, Limit: e.Limit})
	}
}
