package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
)

// Join makes one time line, the newest first. A Change, the difference it made and the host's line about it are one
// event: they do the same to the same and are near in time. What of a difference no Change explains is another event, by
// whom the host says or by nobody known.
func Join(s Sources) []Event {
	j := joiner{s: s, dir: newDirectory(s)}
	j.own()
	j.seen()
	j.told()
	var out []Event
	for _, e := range j.events() {
		if e.At.Before(s.Until) {
			continue
		}
		e.People = j.dir.people(*e)
		out = append(out, *e)
	}
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return out
}

type joiner struct {
	s             Sources
	dir           directory
	acts          []*Event // own Changes
	byEye, byHost []*Event
}

func (j *joiner) events() []*Event { return slices.Concat(j.acts, j.byEye, j.byHost) }

func (j *joiner) own() {
	for _, d := range j.s.Own {
		action := cmp.Or(actionOfKind[d.Kind], string(d.Kind))
		j.acts = append(j.acts, &Event{ID: "own:" + d.ID, At: d.Ended, Action: action, Here: true, Own: &d,
			By: Person{access.EmailKey(j.s.Me.Email), j.s.Me.Name()}})
	}
}

// seen makes events of what differs between one state and the next.
func (j *joiner) seen() {
	for i := range len(j.s.States) - 1 {
		newer, older := j.s.States[i], j.s.States[i+1]
		var groups []*Event
		for n, d := range diff.Compare(older.Snapshot, newer.Snapshot) {
			d, left := j.unexplained(d.SeenAt(newer.Version.At), older, newer)
			if !left {
				continue
			}
			group(&groups, d, &Event{ID: fmt.Sprintf("seen:%d:%d", newer.Version.ID, n), At: newer.Version.At, Since: older.Version.At,
				Action: actions(d)[0], Before: older.Snapshot})
		}
		j.byEye = append(j.byEye, groups...)
	}
}

// unexplained is what of a difference no own Change made. Those that made it learn how the account was before.
func (j *joiner) unexplained(d diff.Difference, older, newer State) (diff.Difference, bool) {
	for _, e := range j.acts {
		if e.Own.At.After(newer.Version.At) || !e.Own.Ended.After(older.Version.At) {
			continue
		}
		r, left := Rest(d, []change.Change{e.Own.Change}, j.s.UserID)
		if left && len(r.Added)+len(r.Removed)+len(r.On)+len(r.Off) == len(d.Added)+len(d.Removed)+len(d.On)+len(d.Off) {
			continue
		}
		e.Before = older.Snapshot
		if follows(d) {
			e.Differences = append(e.Differences, d)
		}
		if !left {
			return diff.Difference{}, false
		}
		d = r
	}
	return d, true
}

// follows tells whether a difference is only what others mean for the mail.
func follows(d diff.Difference) bool {
	return d.What == diff.DomainRecipient || d.What == diff.NobodyReceives
}

// group puts a difference to the others of the same action on the same thing.
func group(groups *[]*Event, d diff.Difference, e *Event) {
	of := subject(d)
	for _, g := range *groups {
		if subject(g.Differences[0]) == of && (g.Action == e.Action || follows(d) && slices.Contains(actions(d), g.Action)) {
			g.Differences = append(g.Differences, d)
			return
		}
	}
	e.Differences = []diff.Difference{d}
	*groups = append(*groups, e)
}

// subject names the thing that a difference is of.
func subject(d diff.Difference) string {
	switch d.What {
	case diff.UserCame, diff.InvitationAccepted:
		return "came:" + d.Key // the one is what the other means
	case diff.UserLeft, diff.UserPermissions, diff.UserEnds, diff.UserName, diff.UserEmail:
		return "user:" + d.ID
	case diff.InvitationSent, diff.InvitationResent, diff.InvitationPermissions, diff.InvitationEnds, diff.InvitationExpired, diff.InvitationGone:
		return "invitation:" + d.ID
	case diff.ContactCame, diff.ContactLeft, diff.ContactEmail, diff.ContactField, diff.ContactMail:
		return "contact:" + d.ID
	case diff.DomainRecipient:
		if d.ID != "" {
			return "contact:" + d.ID
		}
		return "account"
	case diff.AccountEmail, diff.AccountField, diff.AccountMail, diff.AccountDomains:
		return "account"
	case diff.NobodyReceives:
		return "mail:" + d.ID
	}
	return string(d.What)
}

// told adds the host's lines: to the own Change each tells of, else as an event that takes up what was seen of it.
func (j *joiner) told() {
	taken := j.confirmed()
	for i := range j.s.Activity {
		a := j.s.Activity[i]
		if taken[i] {
			continue
		}
		j.byHost = append(j.byHost, &Event{ID: "host:" + a.ID, At: a.At, Action: a.Action, Activity: &a, Mine: did(a, j.s.Me),
			By: j.dir.actor(a), ByHost: a.Actor == "" && a.ActorEmail == ""})
	}
	slices.SortStableFunc(j.byHost, func(a, b *Event) int { return b.At.Compare(a.At) }) // the last one shows what became
	j.byEye = slices.DeleteFunc(j.byEye, func(e *Event) bool {
		e.Differences = slices.DeleteFunc(e.Differences, func(d diff.Difference) bool { return j.takes(d, e) })
		return len(e.Differences) == 0
	})
}

// confirmed finds the own Change of each of the host's lines: of all that fit, those nearest in time belong together. It
// tells which lines are taken.
func (j *joiner) confirmed() map[int]bool {
	type pair struct {
		act  *Event
		line int
		far  time.Duration
	}
	var pairs []pair
	for _, e := range j.acts {
		ns := namesOfChange(e.Own.Change)
		for i, a := range j.s.Activity {
			far := distance(a.At, e.Own.At, e.Own.Ended)
			if far > skew || a.Action != e.Action || !did(a, j.s.Me) && a.ActorEmail+a.Actor != "" {
				continue
			}
			if a.Action == actAccount || ns.has(a.Target) {
				pairs = append(pairs, pair{e, i, max(far, a.At.Sub(e.Own.Ended).Abs()/1024)}) // inside, the end is nearer the truth
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.far, b.far) })
	taken := map[int]bool{}
	for _, p := range pairs {
		if p.act.Activity == nil && !taken[p.line] {
			taken[p.line] = true
			p.act.Activity = &j.s.Activity[p.line]
		}
	}
	return taken
}

// distance is how far a moment is from a span of time; nothing inside it.
func distance(t, from, to time.Time) time.Duration {
	switch {
	case t.Before(from):
		return from.Sub(t)
	case t.After(to):
		return t.Sub(to)
	}
	return 0
}

// takes gives what was seen to the host's line that tells of it.
func (j *joiner) takes(d diff.Difference, seen *Event) bool {
	for _, e := range j.byHost {
		if distance(e.At, seen.Since, seen.At) <= skew && tells(*e.Activity, d) {
			e.Differences = append(e.Differences, d)
			e.Before = seen.Before
			return true
		}
	}
	return false
}
