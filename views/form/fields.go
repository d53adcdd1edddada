package form

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/places"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Fields are the inputs of a form by the names that a Change has for them, and what the host had in each when the
// person began. All methods belong to the UI goroutine.
type Fields struct {
	env  page.Env
	host access.Host
	need Need

	texts  map[string]*kit.Field
	filled map[string]filling
	lists  map[string]*list
	checks map[access.MailCategory]*kit.Check
	mail   *kit.TextBox // what is wrong with the mail categories
	mailAt access.MailCategory
	order  []string // as they stand

	base, theirs       change.Values // what the person began with, and what the host has now
	baseTag, theirsTag string
	news               []change.Collision // changed elsewhere since
	fresh              bool               // of something the host does not have yet

	// OnChanged is called after each edit of the person, which may have made something higher or lower.
	OnChanged func()
	// OnGrown is called when something became higher or lower otherwise.
	OnGrown func()
	// OnEnter and OnEscape are for a page; in a dialog the dialog gets these keys.
	OnEnter  func()
	OnEscape func()
}

// filling is what was last put into an input, and what the input made of it. Hosts have texts with blanks at their ends and
// with line ends: what the person has not touched is not changed by being shown.
type filling struct{ text, shown string }

// list is a choice of one of several keys.
type list struct {
	keys    []string
	names   []string
	nameOf  func(key string) string
	sel     *kit.Select
	problem *kit.TextBox
	object  *fyne.Container
}

// NewFields makes a form without inputs yet.
func NewFields(env page.Env, host access.Host, need Need) *Fields {
	return &Fields{
		env: env, host: host, need: need,
		texts: map[string]*kit.Field{}, filled: map[string]filling{}, lists: map[string]*list{}, checks: map[access.MailCategory]*kit.Check{},
	}
}

// Text adds an input for a text; hint may be "".
func (f *Fields) Text(name, hint string) *kit.Field {
	return f.TextNamed(name, Label(f.env.Words, f.host, name), hint)
}

// TextNamed adds an input for a text under another label than usual.
func (f *Fields) TextNamed(name, label, hint string) *kit.Field {
	t := kit.NewField(label, "", hint)
	t.OnChanged = func(string) { f.changed() }
	t.Input.OnLeave = func() { f.left(name) }
	t.Input.OnEnter = func() bool {
		if f.OnEnter != nil {
			f.OnEnter()
		}
		return f.OnEnter != nil
	}
	t.Input.OnEscape = func() bool {
		if f.OnEscape != nil {
			f.OnEscape()
		}
		return f.OnEscape != nil
	}
	f.texts[name] = t
	f.order = append(f.order, name)
	return t
}

// Language adds the choice of one of the host's languages.
func (f *Fields) Language(label, hint string) fyne.CanvasObject {
	return f.list(change.FieldLanguage, label, hint, slices.Clone(f.host.Languages), places.LanguageName)
}

// Country adds the choice of a country, or of none.
func (f *Fields) Country() fyne.CanvasObject {
	w := f.env.Words
	keys := []string{""}
	for _, c := range places.Countries(w.Lang()) {
		keys = append(keys, c.Code)
	}
	return f.list(change.FieldCountry, w.T("words.country"), "", keys, func(k string) string {
		if k == "" {
			return w.T("form.no_country")
		}
		return places.CountryName(w.Lang(), k)
	})
}

func (f *Fields) list(name, label, hint string, keys []string, nameOf func(string) string) fyne.CanvasObject {
	l := &list{keys: keys, nameOf: nameOf, problem: kit.Small("").In(kit.Danger)}
	for _, k := range keys {
		l.names = append(l.names, nameOf(k))
	}
	l.sel = kit.NewSelect(label, l.names, func(int) {
		l.say("")
		f.changed()
	})
	l.problem.Hide()
	l.object = kit.Group(label, hint, l.sel)
	l.object.Add(l.problem)
	f.lists[name] = l
	f.order = append(f.order, name)
	return l.object
}

// PostalAddress adds the inputs of an address.
func (f *Fields) PostalAddress() fyne.CanvasObject {
	return kit.Form(
		f.Text(change.FieldLine1, "").Container, f.Text(change.FieldLine2, "").Container,
		f.Text(change.FieldCity, "").Container, f.Text(change.FieldState, "").Container,
		f.Text(change.FieldPostalCode, "").Container, f.Country(),
	)
}

// Mail adds a box for each mail category of the host, with what it means.
func (f *Fields) Mail() fyne.CanvasObject {
	w := f.env.Words
	grid := kit.Grid(260, 12, 2)
	for _, e := range f.host.MailCategories {
		title, note := mailTexts(w, e)
		c := kit.NewCheck(title, note, func(bool) {
			f.sayMail("")
			f.changed()
		})
		f.checks[access.MailCategory(e.Key)] = c
		f.order = append(f.order, "mail:"+e.Key)
		grid.Add(c)
	}
	f.mail = kit.Small("").In(kit.Danger)
	f.mail.Hide()
	return kit.Column(8, grid, f.mail)
}

// Check is the box of a mail category, for a badge; nil when the host has no such category.
func (f *Fields) Check(c access.MailCategory) *kit.Check { return f.checks[c] }

// Tick ticks a mail category for the person, and puts the keyboard there so that they see it; it tells whether anything
// was left to tick.
func (f *Fields) Tick(c access.MailCategory) bool {
	box := f.checks[c]
	if box == nil || box.Checked() {
		return false
	}
	box.SetChecked(true)
	focus(box)
	f.changed()
	return true
}

// Input is the input of a text; nil when the form has none.
func (f *Fields) Input(name string) *kit.Field { return f.texts[name] }

// Load fills the form with what the host has, of which tag is the ETag. What was typed goes.
func (f *Fields) Load(v change.Values, tag string) {
	f.base, f.theirs, f.baseTag, f.theirsTag, f.news, f.fresh = clone(v), clone(v), tag, tag, nil, false
	f.put(v)
	f.ClearErrors()
}

// Begin fills the form of something new: what stands there is not typed by the person, so leaving loses nothing.
func (f *Fields) Begin(v change.Values) {
	f.Load(v, "")
	f.fresh = true
}

// Show puts other values into the inputs than the host has: what an edit that is not sent yet wants.
func (f *Fields) Show(v change.Values) { f.put(v) }

// wrong is what is wrong at first sight with what the host has not accepted yet.
func (f *Fields) wrong() []trouble.Field {
	accepted := f.base
	if f.fresh {
		accepted = change.Values{}
	}
	return Check(accepted, f.Values(), f.need)
}

// Base is what the person began with and its ETag: Before and Base of a Change.
func (f *Fields) Base() (change.Values, string) { return clone(f.base), f.baseTag }

// Values is the form as it stands now.
func (f *Fields) Values() change.Values {
	v := clone(f.base)
	for name := range f.texts {
		v.Fields[name] = f.text(name)
	}
	for name, l := range f.lists {
		if i := l.sel.Selected(); i >= 0 {
			v.Fields[name] = l.keys[i]
		}
	}
	for c, box := range f.checks {
		if box.Checked() || v.Mail[c] {
			v.Mail[c] = box.Checked()
		}
	}
	return v
}

// text is what an input holds, without the blanks that the person typed around it.
func (f *Fields) text(name string) string {
	shown := f.texts[name].Value()
	if was, filled := f.filled[name]; filled && shown == was.shown {
		return was.text
	}
	return strings.TrimSpace(shown)
}

// Changed names what the person changed, in their words; an address counts once.
func (f *Fields) Changed() []string {
	return f.names(change.Differences(f.base, f.Values()))
}

// names says what differs, in the order of the form.
func (f *Fields) names(differences []change.Collision) []string {
	differences = slices.Clone(differences)
	slices.SortStableFunc(differences, func(a, b change.Collision) int {
		return slices.Index(f.order, a.Name) - slices.Index(f.order, b.Name)
	})
	return names(f.env.Words, differences, f.label)
}

// label is what a field is called here, or else what it is called in general.
func (f *Fields) label(name string) string {
	if t, ok := f.texts[name]; ok {
		return t.Input.Called()
	}
	return Label(f.env.Words, f.host, name)
}

// Follow takes what the host has now while the person is typing. What they have not touched shows it; what they have
// touched stays, and Stale names it when the host has something else there.
func (f *Fields) Follow(theirs change.Values, tag string) {
	if tag == f.theirsTag {
		return
	}
	f.news = append(f.news, change.Differences(f.theirs, theirs)...)
	f.theirs, f.theirsTag = clone(theirs), tag
	f.settle()
}

// settle brings what the person has not touched to what the host has.
func (f *Fields) settle() {
	mine := f.Values()
	_, both := change.Merge(f.base, mine, f.theirs)
	show := change.Overrule(f.base, mine, f.theirs)
	base := clone(f.theirs)
	for _, c := range both {
		base.Fields[c.Name] = c.Base // the host is to find out that this was changed from something else
	}
	f.base = base
	if len(both) == 0 {
		f.baseTag = f.theirsTag
	}
	f.put(show)
}

// Stale names what changed elsewhere since the person began, and what of it they had changed themselves.
func (f *Fields) Stale() (elsewhere, both []string) {
	_, collisions := change.Merge(f.base, f.Values(), f.theirs)
	for _, n := range f.names(f.news) {
		if !slices.Contains(elsewhere, n) {
			elsewhere = append(elsewhere, n)
		}
	}
	return elsewhere, f.names(collisions)
}

// TakeTheirs gives up what the person typed where the host has something else by now, and keeps the rest.
func (f *Fields) TakeTheirs() {
	merged, _ := change.Merge(f.base, f.Values(), f.theirs)
	f.base, f.baseTag, f.news = clone(f.theirs), f.theirsTag, nil
	f.put(merged)
	f.changed()
}

// put shows values in the inputs, and touches none that shows them already.
func (f *Fields) put(v change.Values) {
	for name, t := range f.texts {
		if f.text(name) != v.Fields[name] {
			t.SetValue(written(name, v.Fields[name]))
			f.filled[name] = filling{v.Fields[name], t.Value()}
			t.Input.CursorColumn = utf8.RuneCountInString(t.Value()) // who goes on typing goes on at the end
			t.SetError("")
		}
	}
	for name, l := range f.lists {
		l.choose(v.Fields[name])
	}
	for c, box := range f.checks {
		box.SetChecked(v.Mail[c])
	}
}

// written is how a field shows what the host has.
func written(name, value string) string {
	if name == change.FieldPhone {
		return places.Phone(value)
	}
	return value
}

// choose shows a key, also one that the list does not have yet: saving must not lose it unseen.
func (l *list) choose(key string) {
	i := slices.Index(l.keys, key)
	if i < 0 && key != "" {
		l.keys, l.names = append(l.keys, key), append(l.names, l.nameOf(key))
		l.sel.SetOptions(l.names)
		i = len(l.keys) - 1
	}
	l.sel.Select(i)
}

func (l *list) say(text string) {
	l.problem.SetText(text)
	l.problem.Hidden = text == ""
	l.object.Refresh()
}

func (f *Fields) sayMail(text string) {
	if f.mail != nil {
		f.mail.SetText(text)
		f.mail.Hidden = text == ""
	}
}

func (f *Fields) changed() {
	if f.OnChanged != nil {
		f.OnChanged()
	}
}

func (f *Fields) grown() {
	if f.OnGrown != nil {
		f.OnGrown()
	}
}

// left says what is wrong with a text once the person has gone on; what is missing is said only when saving.
func (f *Fields) left(name string) {
	f.settle()
	for _, p := range f.wrong() {
		if p.Name == name && p.Code != "required" {
			f.show(p)
		}
	}
	f.changed()
}

// Verify checks the form before it is sent, says what is wrong at the fields and goes to the first of them.
func (f *Fields) Verify() bool {
	wrong := f.wrong()
	f.ClearErrors()
	f.ShowErrors(wrong)
	f.FocusWrong()
	return len(wrong) == 0
}

// ShowErrors says at the fields what is wrong with them, and returns those the form does not have, in words.
func (f *Fields) ShowErrors(wrong []trouble.Field) (elsewhere []string) {
	for _, p := range wrong {
		if !f.show(p) {
			w := f.env.Words
			elsewhere = append(elsewhere, w.T("form.problem", "Name", Label(w, f.host, p.Name), "Problem", say.Field(w, p)))
		}
	}
	f.grown()
	return elsewhere
}

func (f *Fields) show(p trouble.Field) bool {
	w := f.env.Words
	text := problem(w, p, f.need, f.Values().Fields[change.FieldCountry])
	if t, ok := f.texts[p.Name]; ok {
		t.SetError(text)
		return true
	}
	if l, ok := f.lists[p.Name]; ok {
		l.say(text)
		return true
	}
	if category, is := strings.CutPrefix(p.Name, "mail:"); is && f.checks[access.MailCategory(category)] != nil {
		f.mailAt = access.MailCategory(category)
		f.sayMail(w.T("form.problem", "Name", Label(w, f.host, p.Name), "Problem", text))
		return true
	}
	return false
}

// SayMail says what is wrong with a mail category that the host took no offence at by itself.
func (f *Fields) SayMail(c access.MailCategory, text string) {
	f.mailAt = c
	f.sayMail(text)
	f.grown()
}

// ClearErrors takes every error away.
func (f *Fields) ClearErrors() {
	for _, t := range f.texts {
		t.SetError("")
	}
	for _, l := range f.lists {
		l.say("")
	}
	f.sayMail("")
	f.grown()
}

// FocusWrong puts the keyboard on the first field that is wrong, and tells whether there is one.
func (f *Fields) FocusWrong() bool {
	for _, name := range f.order {
		if t, ok := f.texts[name]; ok && t.Error() != "" {
			t.Focus()
			return true
		}
		if l, ok := f.lists[name]; ok && l.problem.Visible() {
			focus(l.sel)
			return true
		}
		if name == "mail:"+string(f.mailAt) && f.mail.Visible() {
			focus(f.checks[f.mailAt])
			return true
		}
	}
	return false
}

// Focus puts the keyboard on the first field.
func (f *Fields) Focus() {
	if len(f.order) == 0 {
		return
	}
	if t, ok := f.texts[f.order[0]]; ok {
		t.Focus()
	}
}

// Lock keeps the form as it is while it is on its way.
func (f *Fields) Lock(on bool) {
	set := func(d fyne.Disableable) {
		if on {
			d.Disable()
		} else {
			d.Enable()
		}
	}
	for _, t := range f.texts {
		set(t.Input)
	}
	for _, l := range f.lists {
		set(l.sel)
	}
	for _, c := range f.checks {
		set(c)
	}
}

func focus(w fyne.Focusable) {
	if o, ok := w.(fyne.CanvasObject); ok {
		if c := kit.CanvasOf(o); c != nil {
			c.Focus(w)
		}
	}
}

// clone copies both maps, and makes those that are missing.
func clone(v change.Values) change.Values {
	out := change.Values{Fields: map[string]string{}, Permissions: slices.Clone(v.Permissions), Mail: map[access.MailCategory]bool{}}
	maps.Copy(out.Fields, v.Fields)
	maps.Copy(out.Mail, v.Mail)
	return out
}
