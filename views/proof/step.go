// Package proof is the step in which a person proves who they are before something sensitive goes on: a code the host
// sent by e-mail, or whatever else it asks for. The same step stands in every dialog that may need it. It knows Changes
// and the desk that sends them, and says what the proof is for.
package proof

import (
	"context"
	"strings"
	"time"

	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Desk is what the step needs; *change.Desk has it.
type Desk interface {
	Answer(id string, values map[string]string) error
	AskAgain(id string) error
	Await(ctx context.Context, id string) (change.Change, error)
	Drop(id string) error
}

// Config of a Step.
type Config struct {
	Env  page.Env
	Desk Desk
	// Change is one in the state NeedsProof.
	Change change.Change
	// Done gets the Change once it no longer needs proof: confirmed, refused or conflicting.
	Done func(change.Change)
	// Back is called when the person gives up; the Change is dropped by then. nil: there is nothing to go back to.
	Back func()
	// Grown is called when the step became higher or lower; may be nil.
	Grown func()
}

// Step is the content of a dialog. All methods belong to the UI goroutine.
type Step struct {
	cfg     Config
	c       change.Change
	object  *fyne.Container
	what    *kit.TextBox // what the proof is for
	where   *kit.TextBox
	fields  []*kit.Field
	rows    *fyne.Container
	expiry  *kit.TextBox
	trouble *fyne.Container
	confirm *kit.Button
	again   *kit.Button
	back    *kit.Button
	busy    bool
	note    string // key of what to say with the next question
	cancel  func()
	closed  bool
}

// New makes the step; Focus puts the keyboard into it once it is shown.
func New(cfg Config) *Step {
	if cfg.Env.After == nil {
		cfg.Env.After = kit.RealAfter
	}
	w := cfg.Env.Words
	s := &Step{cfg: cfg, c: cfg.Change}
	s.what, s.where, s.expiry = kit.Strong(purpose(cfg.Env, cfg.Change)), kit.Body(""), kit.Small("")
	s.rows, s.trouble = kit.Column(12), kit.Column(0)
	s.confirm = kit.PrimaryButton(w.T("proof.confirm"), s.submit)
	s.again = kit.LinkButton(w.T("proof.new_code"), s.askAgain)
	s.back = kit.SecondaryButton(w.T("proof.back"), s.GoBack)
	s.object = kit.Column(16, kit.Column(6, s.what, s.where), s.mailbox(), s.trouble, s.rows, kit.Row(12, kit.Grow(s.expiry), s.again),
		kit.Row(12, kit.Spacer(), s.back, s.confirm))
	s.ask()
	return s
}

// mailbox leads to where the sample host's code is: no e-mail leaves this computer, and menus are out of reach while a
// dialog is open.
func (s *Step) mailbox() fyne.CanvasObject {
	row := kit.Row(0)
	if of := s.cfg.Env.Mailbox; of != nil && s.c.Challenge.SentTo != "" {
		if open := of(s.c.Account.Identity); open != nil {
			row.Add(kit.LinkButton(s.cfg.Env.Words.T("proof.mailbox"), open))
			row.Add(kit.Spacer())
		}
	}
	row.Hidden = len(row.Objects) == 0
	return row
}

// Object is what the dialog shows.
func (s *Step) Object() fyne.CanvasObject { return s.object }

// Focus puts the keyboard into the first field.
func (s *Step) Focus() {
	if len(s.fields) > 0 {
		s.fields[0].Focus()
	}
}

// Close ends the countdown; the dialog calls it when it goes.
func (s *Step) Close() {
	s.closed = true
	if s.cancel != nil {
		s.cancel()
	}
}

// GoBack gives up: the Change is dropped, what was typed before is still in its form.
func (s *Step) GoBack() {
	if s.busy {
		return
	}
	s.Close()
	_ = s.cfg.Desk.Drop(s.c.ID) // gone already is as good
	if s.cfg.Back != nil {
		s.cfg.Back()
	}
}

// ask shows the question as the Change has it now.
func (s *Step) ask() {
	w, ch := s.cfg.Env.Words, s.c.Challenge
	key := "proof.sent"
	if ch.SentTo == "" {
		key = "proof.asked"
	}
	s.where.SetText(w.T(key, "Address", ch.SentTo))
	s.trouble.RemoveAll()
	if s.c.Trouble != nil {
		words := say.Trouble(w, s.c.Trouble)
		s.trouble.Add(kit.NewBanner(kit.ToneDanger, []kit.Part{kit.B(say.Words{Title: words.Title}.Text()), kit.P(" " + say.Words{Detail: words.Detail, Do: words.Do}.Text())}).Container)
	}
	if s.note != "" {
		s.trouble.Add(kit.NewBanner(kit.ToneInfo, []kit.Part{kit.P(w.T(s.note))}).Container)
		s.note = ""
	}
	var typed []string
	if s.c.Trouble != nil {
		for _, f := range s.fields {
			typed = append(typed, f.Value()) // a lost connection must not cost what was typed
		}
	}
	s.fields = nil
	s.rows.RemoveAll()
	for i, f := range ch.Fields {
		s.addField(f)
		if i < len(typed) {
			s.fields[i].SetValue(typed[i])
		}
	}
	if ch.Wrong && len(s.fields) > 0 {
		s.fields[0].SetError(w.T("proof.wrong"))
	}
	s.ready()
	s.tick()
	s.grown()
}

func (s *Step) addField(f change.ChallengeField) {
	in := kit.NewInput()
	if f.Kind == "password" {
		in = kit.NewSecretInput()
	}
	hint := ""
	if f.Kind == "digits" && f.Length > 0 {
		hint = s.cfg.Env.Words.N("proof.digits", f.Length)
	}
	label := f.Label.In(s.cfg.Env.Words.Lang())
	if label == "" {
		label = f.Name
	}
	field := kit.FieldOf(label, hint, in, "")
	field.OnChanged = func(text string) { s.typed(f, field, text) }
	in.OnEnter = func() bool { s.submit(); return true }
	s.fields = append(s.fields, field)
	s.rows.Add(kit.MaxWidth(320, field.Container))
}

// typed keeps only what can be part of the answer, and sends a complete code by itself.
func (s *Step) typed(f change.ChallengeField, field *kit.Field, text string) {
	if f.Kind == "digits" {
		clean := digits(text, f.Length)
		field.SetValue(clean)
		text = clean
	}
	s.ready()
	if f.Kind == "digits" && f.Length > 0 && len(text) == f.Length && len(s.fields) == 1 {
		s.submit()
	}
}

// digits keeps the digits of a text, at most n of them (0: any number): codes are pasted with blanks around or between.
func digits(text string, n int) string {
	var b strings.Builder
	for _, r := range text {
		if r >= '0' && r <= '9' && (n == 0 || b.Len() < n) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (s *Step) complete() bool {
	for i, f := range s.c.Challenge.Fields {
		v := s.fields[i].Value()
		if v == "" || (f.Length > 0 && len([]rune(v)) < f.Length) {
			return false
		}
	}
	return true
}

func (s *Step) ready() {
	w := s.cfg.Env.Words
	switch {
	case s.busy:
		s.confirm.DisableBecause(w.T("proof.checking"))
	case !s.complete():
		s.confirm.DisableBecause(w.T("proof.incomplete"))
	default:
		s.confirm.Enable()
	}
	for _, b := range []*kit.Button{s.again, s.back} {
		if s.busy {
			b.DisableBecause(w.T("proof.checking"))
		} else {
			b.Enable()
		}
	}
	for _, f := range s.fields {
		if s.busy {
			f.Input.Disable()
		} else {
			f.Input.Enable()
		}
	}
}

func (s *Step) submit() {
	if s.busy || !s.complete() {
		return
	}
	values := map[string]string{}
	for i, f := range s.c.Challenge.Fields {
		values[f.Name] = s.fields[i].Value()
	}
	s.work(func() error { return s.cfg.Desk.Answer(s.c.ID, values) })
}

func (s *Step) askAgain() {
	if s.busy {
		return
	}
	s.note = "proof.sent_again"
	s.work(func() error { return s.cfg.Desk.AskAgain(s.c.ID) })
}

// work does something with the Change away from the UI and shows what comes of it.
func (s *Step) work(do func() error) {
	s.busy = true
	s.ready()
	s.expiry.SetText(s.cfg.Env.Words.T("proof.checking"))
	s.cfg.Env.Run(func() {
		err := do()
		var c change.Change
		if err == nil {
			c, err = s.cfg.Desk.Await(context.Background(), s.c.ID)
		}
		fyne.Do(func() { s.arrived(c, err) })
	})
}

func (s *Step) arrived(c change.Change, err error) {
	s.busy = false
	if s.closed {
		return
	}
	if err != nil {
		// The Change moved on by another hand (undone, dropped): there is nothing left to prove.
		s.GoBack()
		return
	}
	old := s.c.Challenge.ID
	s.c = c
	if c.State == change.NeedsProof {
		switch {
		case c.Challenge.ID == old:
			s.note = ""
		case s.note == "":
			s.note = "proof.replaced"
		}
		s.ask()
		s.Focus()
		return
	}
	s.Close()
	s.cfg.Done(c)
}

// tick shows how long the code is still good for, every second.
func (s *Step) tick() {
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
	if s.closed || s.c.Challenge.ExpiresAt.IsZero() {
		s.expiry.SetText("")
		return
	}
	w := s.cfg.Env.Words
	left := s.c.Challenge.ExpiresAt.Sub(s.cfg.Env.Now()).Round(time.Second)
	if left <= 0 {
		s.expiry.SetText(w.T("proof.over"))
		s.expiry.SetRole(kit.Danger)
		return
	}
	s.expiry.SetRole(kit.Muted)
	if !s.busy {
		s.expiry.SetText(w.T("proof.expires", "Minutes", int(left.Minutes()), "Seconds", twoDigits(int(left.Seconds())%60)))
	}
	s.cancel = s.cfg.Env.After(time.Second, s.tick)
}

func twoDigits(n int) string {
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}

func (s *Step) grown() {
	s.object.Refresh()
	if s.cfg.Grown != nil {
		s.cfg.Grown()
	}
}
