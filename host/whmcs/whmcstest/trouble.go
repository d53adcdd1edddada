package whmcstest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// Fault is how a call goes wrong.
type Fault string

const (
	NoFault     Fault = ""         // the call is answered
	Down        Fault = "down"     // the connection is closed without an answer
	Page        Fault = "page"     // 200 with an HTML page, as during maintenance
	ServerError Fault = "500"      // 500 with PHP's page
	Refusal     Fault = "refusal"  // 200 with {"result":"error"} and Trouble.Message
	Cut         Fault = "cut"      // done, and the connection closes in the middle of the answer
	NoAnswer    Fault = "noanswer" // done, and the connection is closed without an answer
)

// Trouble is what is wrong with some calls.
type Trouble struct {
	// Actions says which calls; all of the API's when empty. An OpenID page goes by its name, such as "token.php".
	Actions []string
	After   int // so many calls go well first
	Times   int // so many calls then have it; 0: until it is cleared

	Then  func()          // run when the call has come, before it is done: such as to change what its caller has just read
	Delay time.Duration   // before the call is done; when the caller has gone it is done at once, since PHP does not notice
	Wait  <-chan struct{} // the same, until it is closed
	Fault Fault
	// Message is what a Refusal says.
	Message string
	// Done lets a call be done all the same, and only its answer be replaced by the fault.
	Done bool
}

type trouble struct{ Trouble }

// Trouble puts trouble on calls, until it is over or cleared. Of several that fit a call the newest has it.
func (w *WHMCS) Trouble(t Trouble) (over func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	added := &trouble{t}
	if t.Times == 0 {
		added.Times = -1
	}
	w.trouble = append(w.trouble, added)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		added.Times = 0
	}
}

// Well clears all trouble.
func (w *WHMCS) Well() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = nil
}

// troubleOf returns the trouble of a call and takes it off what is left. The caller holds the lock.
func (w *WHMCS) troubleOf(action string) Trouble {
	for i := len(w.trouble) - 1; i >= 0; i-- {
		t := w.trouble[i]
		fits := len(t.Actions) == 0 && !strings.HasSuffix(action, ".php")
		for _, a := range t.Actions {
			fits = fits || strings.EqualFold(a, action)
		}
		if !fits || t.Times == 0 {
			continue
		}
		if t.After > 0 {
			t.After--
			continue
		}
		if t.Times > 0 {
			t.Times--
		}
		return t.Trouble
	}
	return Trouble{}
}

// pass waits as long as the trouble says, or until the caller has gone.
func (t Trouble) pass(ctx context.Context, always time.Duration) {
	if t.Then != nil {
		t.Then()
	}
	if d := always + t.Delay; d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if t.Wait != nil {
		select {
		case <-t.Wait:
		case <-ctx.Done():
		}
	}
}

// troubled lets a page have the trouble of its name.
func (w *WHMCS) troubled(name string, page http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		t := w.troubleOf(name)
		w.mu.Unlock()
		t.pass(r.Context(), 0)
		switch t.Fault {
		case NoFault:
			page(rw, r)
		case Page:
			send(rw, http.StatusOK, "text/html; charset=utf-8", []byte(maintenancePage))
		case ServerError:
			send(rw, http.StatusInternalServerError, "text/html; charset=UTF-8", []byte(errorPage))
		default:
			panic(http.ErrAbortHandler)
		}
	}
}

// Call is a call of the API that has ended.
type Call struct {
	Action  string            // as the documentation writes it; as it came when there is no such action
	Params  map[string]string // by whole names ("email_preferences[invoice]"), without the credential
	From    string            // the caller's address
	At      time.Time
	Write   bool   // the action changes something when it is done
	Done    bool   // it was done; with trouble, whatever was answered
	Status  int    // of the answer that WHMCS made, 0 when none was made
	Message string // of an error, "" for success
	Fault   Fault
}

// Calls returns all calls that have ended, or only those of some actions, oldest first.
func (w *WHMCS) Calls(actions ...string) []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var some []Call
	for _, c := range w.calls {
		fits := len(actions) == 0
		for _, a := range actions {
			fits = fits || strings.EqualFold(a, c.Action)
		}
		if fits {
			c.Params = maps.Clone(c.Params)
			some = append(some, c)
		}
	}
	return some
}

// Writes returns the calls that were done and changed something, or only those of some actions, oldest first.
func (w *WHMCS) Writes(actions ...string) []Call {
	var done []Call
	for _, c := range w.Calls(actions...) {
		if c.Write && c.Done {
			done = append(done, c)
		}
	}
	return done
}

// Twice returns the writes that were done and had been done before with the same parameters.
func (w *WHMCS) Twice() []Call {
	var again []Call
	before := map[string]bool{}
	for _, c := range w.Writes() {
		key := fmt.Sprint(c.Action, c.Params) // maps are printed in the order of their keys
		if before[key] {
			again = append(again, c)
		}
		before[key] = true
	}
	return again
}

// Count returns how many calls have ended, by action.
func (w *WHMCS) Count() map[string]int {
	n := map[string]int{}
	for _, c := range w.Calls() {
		n[c.Action]++
	}
	return n
}

// Busiest returns how many calls there were at once at most.
func (w *WHMCS) Busiest() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.busiest
}

// Forget forgets which calls there were.
func (w *WHMCS) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls, w.busiest = nil, w.busy
}
