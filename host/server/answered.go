package server

import (
	"net/http"
	"path"
	"time"
)

// Answered is one call that has been answered, as metrics and an audit log need it: who, where, what and with what result.
// But for Err it has nothing of what was sent: no token, no name, no address of an e-mail.
type Answered struct {
	Request string // X-Request-Id of the answer
	At      time.Time
	Took    time.Duration
	Method  string
	Route   string // the pattern that matched, without ids; "" for a path that does not exist
	Action  string // the operation's id in the contract; "" with Route
	Person  string // id of who called; "" when they are not known
	Account string // as the path says, whether it exists or not
	Target  string // id of the user, invitation, contact or challenge the call is about, or of what it created
	Status  int
	Problem string // type of the problem it was answered with; "" for success
	Unsure  bool   // with success: the provider's own system did not say whether it did it
	IP      string
	Err     error // why it failed, when that was not foreseen; for metrics: it can name what was sent
}

// Write tells whether the call was to change something.
func (a Answered) Write() bool { return a.Method != http.MethodGet && a.Method != http.MethodHead }

// targets are the names of the path's values that say what a call is about.
var targets = []string{"userId", "invitationId", "contactId", "challengeId"}

func targetOf(r *http.Request) string {
	for _, name := range targets {
		if v := r.PathValue(name); v != "" {
			return v
		}
	}
	return ""
}

// answered tells whoever listens that a call is over.
func (s *server) answered(r *http.Request, c *call, rec *recorder, start, end time.Time) {
	if s.Answered == nil {
		return
	}
	a := Answered{
		Request: c.id, At: start, Took: end.Sub(start), Method: c.method, Route: c.route, Action: c.action, Person: c.person.ID,
		Account: c.account, Target: c.target, Status: rec.status, Problem: c.problem, Unsure: c.unsure, IP: c.ip, Err: c.failed,
	}
	if where := rec.Header().Get("Location"); where != "" && rec.status == http.StatusCreated {
		a.Target = path.Base(where)
	}
	s.Answered(r.Context(), a)
}
