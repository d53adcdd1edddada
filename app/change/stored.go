package change

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/app/trouble"
)

// form is the version of the form in which Changes are written down. A newer one is for a reader that knows it: a field
// that is only added needs none, since what is not known is passed over.
const form = 1

// ErrForm: an entry of the journal is not in a form that this version reads. It may be damaged, or of a newer version.
var ErrForm = errors.New("not a change in a form known here")

// written is a Change in the journal. Its names are those of files that exist; never a code, a password or a token.
type written struct {
	Form       int             `json:"v"`
	Kind       Kind            `json:"kind"`
	Target     string          `json:"target,omitempty"`
	TargetName string          `json:"targetName,omitempty"`
	Base       string          `json:"base,omitempty"`
	Before     writtenValues   `json:"before"`
	After      writtenValues   `json:"after"`
	State      State           `json:"state"`
	Plan       *writtenPlan    `json:"plan,omitempty"`
	Left       time.Time       `json:"left,omitzero"`
	Proof      string          `json:"proof,omitempty"` // the id of a challenge that was answered; of use to its person only
	Merged     bool            `json:"merged,omitempty"`
	Already    bool            `json:"already,omitempty"`
	Unsure     bool            `json:"unconfirmed,omitempty"`
	Trouble    *trouble.Stored `json:"trouble,omitempty"`
	Conflict   *writtenClash   `json:"conflict,omitempty"`
}

// writtenValues keep what is missing apart from what is empty: permissions that are none are not those that a Change does
// not concern.
type writtenValues struct {
	Fields      map[string]string `json:"fields,omitzero"`
	Permissions []string          `json:"permissions,omitzero"`
	Mail        map[string]bool   `json:"mail,omitzero"`
}

type writtenPlan struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

type writtenClash struct {
	Theirs     writtenValues      `json:"theirs"`
	TheirsBase string             `json:"theirsBase,omitempty"`
	Gone       bool               `json:"gone,omitempty"`
	Collisions []writtenCollision `json:"collisions,omitempty"`
}

type writtenCollision struct {
	Name   string `json:"name"`
	Base   string `json:"base,omitempty"`
	Mine   string `json:"mine,omitempty"`
	Theirs string `json:"theirs,omitempty"`
}

// progress is what the Desk must know of a Change after a crash beside the Change itself.
type progress struct {
	// left is when it first left for the host without the host's word on it since: until there is one, it may have been
	// done. Zero: it certainly has not.
	left time.Time
	// proof is the challenge that has been answered, so that the host need not ask twice.
	proof string
}

// encode makes the journal's entry of a Change.
func encode(c Change, p progress, ended time.Time) (journal.Entry, error) {
	w := written{
		Form: form, Kind: c.Kind, Target: c.Target, TargetName: c.TargetName, Base: c.Base, Before: writeValues(c.Before),
		After: writeValues(c.After), State: c.State, Left: p.left, Proof: p.proof, Merged: c.Merged, Already: c.Already,
		Unsure: c.Unconfirmed,
	}
	if !c.Plan.Zero() {
		p := writtenPlan(c.Plan)
		w.Plan = &p
	}
	if c.Trouble != nil {
		t := c.Trouble.Store()
		w.Trouble = &t
	}
	if c.Conflict != nil {
		w.Conflict = &writtenClash{Theirs: writeValues(c.Conflict.Theirs), TheirsBase: c.Conflict.TheirsBase, Gone: c.Conflict.Gone}
		for _, col := range c.Conflict.Collisions {
			w.Conflict.Collisions = append(w.Conflict.Collisions, writtenCollision(col))
		}
	}
	body, err := json.Marshal(w)
	return journal.Entry{ID: c.ID, Account: c.Account, At: c.At, Ended: ended, Body: body}, err
}

// Decode reads a Change from the journal, as it was when it last moved on. The error is ErrForm.
func Decode(e journal.Entry) (Change, error) {
	c, _, err := decode(e)
	return c, err
}

func decode(e journal.Entry) (Change, progress, error) {
	var w written
	if err := json.Unmarshal(e.Body, &w); err != nil {
		return Change{}, progress{}, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if e.ID == "" || w.Form < 1 || w.Form > form || !known(w.Kind) {
		return Change{}, progress{}, fmt.Errorf("%w: version %d, kind %q", ErrForm, w.Form, w.Kind)
	}
	c := Change{
		ID: e.ID, Account: e.Account, Kind: w.Kind, Target: w.Target, TargetName: w.TargetName, Base: w.Base,
		Before: w.Before.values(), After: w.After.values(), At: e.At, State: w.State, Merged: w.Merged, Already: w.Already,
		Unconfirmed: w.Unsure,
	}
	if w.Plan != nil && w.Plan.ID != "" {
		c.Plan = Plan(*w.Plan)
	}
	if w.Trouble != nil {
		c.Trouble = w.Trouble.Trouble()
	}
	if w.Conflict != nil {
		c.Conflict = &Conflict{Theirs: w.Conflict.Theirs.values(), TheirsBase: w.Conflict.TheirsBase, Gone: w.Conflict.Gone}
		for _, col := range w.Conflict.Collisions {
			c.Conflict.Collisions = append(c.Conflict.Collisions, Collision(col))
		}
	}
	if !e.Ended.IsZero() {
		c.State, c.EndedAt = Confirmed, e.Ended
	}
	return c, progress{left: w.Left, proof: w.Proof}, nil
}

// Back makes the entry of a Change that comes back from a journal that could not be read for a while: it waits for the person,
// who may have made it again meanwhile. What cannot be read stays as it is.
func Back(e journal.Entry) journal.Entry {
	c, p, err := decode(e)
	if err != nil || !e.Ended.IsZero() {
		return e
	}
	switch {
	case c.State == Conflicting, c.State == Refused && (c.Trouble == nil || c.Trouble.Kind != trouble.OutcomeUnknown && c.Trouble.Kind != trouble.SignInNeeded):
		return e // it waits for the person as it is
	case !p.left.IsZero() && forgotten(c.Kind, p.left, time.Now()):
		c.State, c.Trouble = Refused, &trouble.Trouble{Kind: trouble.OutcomeUnknown}
	default:
		c.State, c.Trouble = Draft, &trouble.Trouble{Kind: trouble.JournalTaken}
	}
	back, err := encode(c, p, time.Time{})
	if err != nil {
		return e
	}
	return back
}

func known(k Kind) bool {
	switch k {
	case SetPermissions, Revoke, Invite, EditInvitation, ResendInvitation, CancelInvitation, AddContact, EditContact, DeleteContact,
		EditAccount, EditProfile, ChangeLogin, ResetPassword:
		return true
	}
	return false
}

func writeValues(v Values) writtenValues {
	w := writtenValues{Fields: v.Fields}
	if v.Permissions != nil {
		w.Permissions = make([]string, 0, len(v.Permissions))
		for _, p := range v.Permissions {
			w.Permissions = append(w.Permissions, string(p))
		}
	}
	if v.Mail != nil {
		w.Mail = make(map[string]bool, len(v.Mail))
		for c, on := range v.Mail {
			w.Mail[string(c)] = on
		}
	}
	return w
}

func (w writtenValues) values() Values {
	v := Values{Fields: w.Fields}
	if w.Permissions != nil {
		v.Permissions = make([]access.Permission, 0, len(w.Permissions))
		for _, p := range w.Permissions {
			v.Permissions = append(v.Permissions, access.Permission(p))
		}
	}
	if w.Mail != nil {
		v.Mail = make(map[access.MailCategory]bool, len(w.Mail))
		for c, on := range w.Mail {
			v.Mail[access.MailCategory(c)] = on
		}
	}
	return v
}
