// Package welcome is the screen before any account: where a person names their host, goes to the browser, and is shown
// who has signed in. It also lists sign-ins that wait for something (an unlocked keyring, a new sign-in), so that none
// is ever lost. It sees sign-in only as the few calls below; passwords and tokens never come here.
package welcome

import (
	"context"
	"log/slog"
	"sync/atomic"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Attempt is one sign-in under way in the browser.
type Attempt interface {
	URL() string
	Host() access.Host
	Open() error
	// Wait returns who has signed in.
	Wait(ctx context.Context) (Person, error)
	Cancel()
}

// Person is who has signed in.
type Person struct {
	Identity    string
	Name, Email string
	Host        string
	// Unsaved says why the sign-in is only for this session; nil when the keyring has it.
	Unsaved *trouble.Trouble
}

// Known is a sign-in of before that cannot be used as it is.
type Known struct {
	Identity    string
	Name, Email string
	Host        string // name
	HostURL     string
	Trouble     *trouble.Trouble
}

// Signer does it.
type Signer interface {
	// Begin finds the host a person typed and prepares a sign-in there; it blocks.
	Begin(ctx context.Context, host, email string) (Attempt, error)
	// BeginSample does so at the embedded sample host.
	BeginSample(ctx context.Context) (Attempt, error)
	// Unlock tries the keyring of a known sign-in again; it blocks as long as the person is asked to unlock it.
	Unlock(ctx context.Context, identity string) error
}

// Config of the screen.
type Config struct {
	Signer Signer
	Known  []Known
	// Host is what stands in the field at first.
	Host string
	// HostSet: the organisation has set that address, and no other may be typed.
	HostSet bool
	// Diagnostics shows the diagnostics file; nil: there is none.
	Diagnostics func()
	// Sample offers the embedded sample host.
	Sample bool
	// Done is called when the person goes on to the accounts.
	Done func(Person)
	// OtherLanguage switches to the other language.
	OtherLanguage func()
	// Cancel leads back to the accounts when somebody is signed in already; nil when nobody is.
	Cancel func()
}

// Page is the screen.
type Page struct {
	env  page.Env
	cfg  Config
	root *fyne.Container
	side *fyne.Container
	host *kit.Field
	turn atomic.Uint64 // a late answer of an earlier attempt is not shown

	attempt Attempt
	stop    context.CancelFunc
	first   fyne.Focusable
	shown   bool
	enter   func()
}

// New makes the screen.
func New(env page.Env, cfg Config) *Page {
	p := &Page{env: env, cfg: cfg}
	p.side = container.New(middleLayout{})
	p.root = container.New(panelsLayout{}, kit.NewFill(kit.Background, kit.None, 0), p.brand(), kit.Scroll(kit.Grow(p.side)))
	p.host = kit.NewField(env.Words.T("welcome.host"), env.Words.T("welcome.host_example"), "")
	p.host.SetValue(cfg.Host)
	if cfg.HostSet {
		p.host.SetHint(env.Words.T("welcome.host_by"))
		p.host.Input.Disable()
	}
	p.host.Input.OnSubmitted = func(string) { p.start() }
	p.form(nil)
	return p
}

// Object is the screen.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Focus puts the keyboard where the person goes on. The first call says that the screen is in the window.
func (p *Page) Focus() {
	p.shown = true
	if p.first != nil {
		p.env.Window.Canvas().Focus(p.first)
	}
}

// Key is what the window does with a key nothing has used.
func (p *Page) Key(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape && p.stop != nil:
		p.cancel()
	case e.Name == fyne.KeyEscape && p.cfg.Cancel != nil:
		p.cfg.Cancel()
	case (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter) && p.enter != nil:
		p.enter()
	}
}

// Close ends an attempt under way.
func (p *Page) Close() {
	p.turn.Add(1)
	if p.stop != nil {
		p.stop()
	}
	if p.attempt != nil {
		p.attempt.Cancel()
	}
}

func (p *Page) brand() fyne.CanvasObject {
	w := p.env.Words
	link := func(label string, do func()) fyne.CanvasObject {
		return kit.NewPressable(label, kit.Pad(4, 8, 4, 8, kit.Body(label).In(kit.OnBrand).OneLine()), do).OnBrand()
	}
	foot := kit.FlowWrap(4, link(w.T("welcome.other_language"), p.cfg.OtherLanguage))
	if p.cfg.Diagnostics != nil { // who cannot get in needs it most
		foot.Add(link(w.T("welcome.diagnostics"), p.cfg.Diagnostics))
	}
	size := kit.SizeDisplay
	if kit.LargeText() { // else the name has no room on one line
		size = kit.SizeHeading
	}
	col := kit.Column(0,
		kit.Row(0, kit.FixedSize(56, 56, kit.Logo(56)), kit.Spacer()), kit.Gap(26),
		kit.Heading(w.T("words.app_name")).Sized(size).In(kit.OnBrand), kit.Gap(6),
		kit.Body(w.T("welcome.tagline")).Sized(kit.SizeTitle).In(kit.OnBrand),
		kit.Spacer(),
		kit.Pad(0, 0, 0, -8, foot),
	)
	return container.New(stack{}, kit.NewFill(kit.Brand, kit.None, 0), kit.Scroll(kit.Pad(60, 44, 52, 52, col)))
}

func (p *Page) put(first fyne.Focusable, objs ...fyne.CanvasObject) {
	p.side.Objects = []fyne.CanvasObject{kit.Column(0, objs...)}
	p.side.Refresh()
	p.root.Refresh()
	p.first = first
	if p.shown {
		p.Focus()
	}
}

// form is where a person names their host; t says why the last attempt did not work.
func (p *Page) form(t *trouble.Trouble) {
	w := p.env.Words
	p.attempt, p.stop, p.enter = nil, nil, nil
	objs := []fyne.CanvasObject{kit.Heading(w.T("welcome.title")), kit.Gap(4), kit.MutedText(w.T("welcome.lead")), kit.Gap(20)}
	if t != nil && t.Kind != trouble.Cancelled {
		objs = append(objs, banner(w, t), kit.Gap(16))
	}
	next := kit.PrimaryButton(w.T("welcome.continue"), p.start)
	var first fyne.Focusable = p.host.Input
	if p.cfg.HostSet {
		first = next
	}
	for i, k := range p.cfg.Known {
		card, button := p.known(k)
		objs = append(objs, card, kit.Gap(12))
		if i == 0 && (p.host.Value() == "" || p.cfg.HostSet) {
			first = button // who was here before goes on there, and types no address
		}
	}
	objs = append(objs, p.host.Container, kit.Gap(12), next)
	if p.cfg.Sample {
		objs = append(objs, kit.Gap(20), or(w), kit.Gap(20),
			kit.SecondaryButton(w.T("welcome.sample"), func() { p.run(w.T("welcome.starting_sample"), p.cfg.Signer.BeginSample) }),
			kit.Gap(12), kit.Small(w.T("welcome.sample_note")))
	}
	if p.cfg.Cancel != nil {
		objs = append(objs, kit.Gap(20), kit.Row(0, kit.LinkButton(w.T("welcome.back_to_accounts"), p.cfg.Cancel), kit.Spacer()))
	}
	p.put(first, objs...)
}

func banner(w *locales.Words, t *trouble.Trouble) fyne.CanvasObject {
	words := say.Trouble(w, t)
	return kit.NewBanner(kit.ToneDanger, []kit.Part{kit.B(say.Words{Title: words.Title}.Text() + " "), kit.P(words.Detail + " " + words.Do)}).Container
}

func or(w *locales.Words) fyne.CanvasObject {
	line := func() fyne.CanvasObject { return kit.Grow(kit.Divider()) }
	return kit.Row(12, line(), kit.MutedText(w.T("words.or")).OneLine(), line())
}

// known is a sign-in of before with what it waits for, and the button that is tried first.
func (p *Page) known(k Known) (card fyne.CanvasObject, first *kit.Button) {
	w := p.env.Words
	words := say.Trouble(w, k.Trouble)
	again := kit.SecondaryButton(w.T("welcome.again"), func() {
		p.run(w.T("welcome.finding"), func(ctx context.Context) (Attempt, error) { return p.cfg.Signer.Begin(ctx, k.HostURL, k.Email) })
	}).Small()
	first = again
	buttons := []fyne.CanvasObject{again, kit.Spacer()}
	if k.Trouble != nil && k.Trouble.Kind != trouble.SignInNeeded {
		first = kit.SecondaryButton(w.T("welcome.unlock"), func() { p.unlock(k) }).Small()
		buttons = append([]fyne.CanvasObject{first}, buttons...)
	}
	return kit.Card(kit.Column(8,
		kit.Row(12, kit.NewAvatar(k.Name, k.Email, 36), kit.Grow(kit.Column(0, kit.Strong(k.Name).Ellipsis(), kit.Small(k.Email+" · "+k.Host).Ellipsis()))),
		kit.Small(say.Words{Title: words.Title, Do: words.Do}.Text()), kit.Row(8, buttons...))), first
}

// start looks for the host in the field.
func (p *Page) start() {
	text := p.host.Value()
	p.host.SetError("")
	p.run(p.env.Words.T("welcome.finding"), func(ctx context.Context) (Attempt, error) { return p.cfg.Signer.Begin(ctx, text, "") })
}

// run begins an attempt, opens the browser and waits for who comes back.
func (p *Page) run(doing string, begin func(context.Context) (Attempt, error)) {
	turn := p.turn.Add(1)
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	p.busy(doing)
	p.env.Run(func() {
		defer stop()
		attempt, err := begin(ctx)
		if err != nil {
			p.later(turn, func() { p.failed(err) })
			return
		}
		opened := attempt.Open()
		p.later(turn, func() { p.waiting(attempt, opened) })
		if p.turn.Load() != turn {
			attempt.Cancel()
			return
		}
		who, err := attempt.Wait(ctx)
		p.later(turn, func() {
			if err != nil {
				p.failed(err)
				return
			}
			p.welcome(who)
		})
	})
}

func (p *Page) unlock(k Known) {
	turn := p.turn.Add(1)
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	p.busy(p.env.Words.T("welcome.unlocking"))
	p.env.Run(func() {
		defer stop()
		err := p.cfg.Signer.Unlock(ctx, k.Identity)
		p.later(turn, func() {
			if err != nil {
				p.failed(err)
				return
			}
			p.cfg.Done(Person{Identity: k.Identity, Name: k.Name, Email: k.Email, Host: k.Host})
		})
	})
}

// later runs fn on the UI goroutine unless the person has gone on to something else.
func (p *Page) later(turn uint64, fn func()) {
	fyne.Do(func() {
		if p.turn.Load() == turn {
			fn()
		}
	})
}

func (p *Page) failed(err error) {
	t := trouble.From(err)
	if t.Kind == trouble.BadAddress {
		p.form(nil)
		p.host.SetError(say.Trouble(p.env.Words, t).Text())
		return
	}
	p.form(t)
}

func (p *Page) cancel() {
	p.Close()
	p.form(nil)
}

func (p *Page) busy(doing string) {
	w := p.env.Words
	spin := kit.NewSpinner(28)
	spin.Start()
	cancel := kit.SecondaryButton(w.T("words.cancel"), p.cancel)
	p.enter = nil
	p.put(cancel, kit.Row(12, spin, kit.Grow(kit.Title(doing))), kit.Gap(20), kit.Row(0, cancel, kit.Spacer()))
}

// waiting says to finish in the browser; the link can be copied, and opened again.
func (p *Page) waiting(a Attempt, opened error) {
	w := p.env.Words
	p.attempt = a
	spin := kit.NewSpinner(28)
	spin.Start()
	copied := kit.Small("")
	copyLink := kit.SecondaryButton(w.T("welcome.copy_link"), func() {
		fyne.CurrentApp().Clipboard().SetContent(a.URL())
		copied.SetText(w.T("welcome.link_copied"))
	}).WithIcon(icons.Copy)
	again := kit.SecondaryButton(w.T("welcome.open_again"), func() {
		p.env.Run(func() {
			if err := a.Open(); err != nil {
				fyne.Do(func() { copied.SetText(say.Trouble(w, err).Text()) })
			}
		})
	}).WithIcon(icons.ExternalLink)
	cancel := kit.SecondaryButton(w.T("words.cancel"), p.cancel)
	title, lead := w.T("welcome.finish"), w.T("welcome.finish_lead", "Host", a.Host().Name)
	objs := []fyne.CanvasObject{kit.Row(12, spin, kit.Grow(kit.Heading(title))), kit.Gap(8), kit.MutedText(lead), kit.Gap(20)}
	if opened != nil {
		objs = append(objs, banner(w, trouble.From(opened)), kit.Gap(16))
	}
	objs = append(objs, kit.FlowWrap(8, copyLink, again, cancel), kit.Gap(8), copied, kit.Gap(12), kit.Small(w.T("welcome.time_limit")))
	p.put(cancel, objs...)
}

// welcome shows who is signed in before the first account opens.
func (p *Page) welcome(who Person) {
	w := p.env.Words
	p.attempt, p.stop = nil, nil
	slog.Debug("signed in", "name", who.Name, "email", who.Email, "host", who.Host)
	p.enter = func() { p.cfg.Done(who) }
	open := kit.PrimaryButton(w.T("welcome.open_accounts"), p.enter)
	objs := []fyne.CanvasObject{
		kit.Heading(w.T("welcome.signed_in")), kit.Gap(16),
		kit.Card(kit.Row(14, kit.NewAvatar(who.Name, who.Email, 48),
			kit.Grow(kit.Column(2, kit.Strong(who.Name).Ellipsis(), kit.Small(who.Email).Ellipsis(), kit.Small(who.Host).Ellipsis())))), kit.Gap(16),
	}
	if who.Unsaved != nil {
		words := say.Trouble(w, who.Unsaved)
		objs = append(objs, kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(say.Words{Title: words.Title}.Text() + " "), kit.P(w.T("welcome.session_only"))}).Container, kit.Gap(16))
	}
	other := kit.LinkButton(w.T("welcome.not_me"), func() { p.form(nil) })
	objs = append(objs, open, kit.Gap(12), kit.Row(0, other, kit.Spacer()))
	p.put(open, objs...)
}
