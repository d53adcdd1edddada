package kit

import (
	"math"
	"time"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// EmptyState fills a screen that has nothing to show yet; action may be nil.
func EmptyState(symbol icons.Name, title, text string, action fyne.CanvasObject) *fyne.Container {
	return state(symbol, Muted, title, text, action)
}

// ErrorState says what went wrong and lets people try again; retry may be nil.
func ErrorState(title, detail, retryLabel string, retry func()) *fyne.Container {
	var action fyne.CanvasObject
	if retry != nil {
		action = SecondaryButton(retryLabel, retry).WithIcon(icons.Refresh)
	}
	return state(icons.Warning, Danger, title, detail, action)
}

func state(symbol icons.Name, r Role, title, text string, action fyne.CanvasObject) *fyne.Container {
	col := Column(8, NewIcon(symbol, r, 40), Gap(4), Title(title).Centered(), MutedText(text).Centered())
	if action != nil {
		col.Add(Gap(4))
		col.Add(Centered(action))
	}
	return Pad(32, 24, 32, 24, Centered(MaxWidth(440, col)))
}

// AfterFunc starts a function later, as time.AfterFunc does, and returns what cancels it. Tests hand in their own.
type AfterFunc func(d time.Duration, f func()) (cancel func())

// RealAfter is AfterFunc on the real clock; f runs on the UI goroutine.
func RealAfter(d time.Duration, f func()) func() {
	t := time.AfterFunc(d, func() { fyne.Do(f) })
	return func() { t.Stop() }
}

const loadingDelay = 150 * time.Millisecond

// Loading says that something is being fetched. It appears only when that takes longer than a blink.
type Loading struct {
	widget.BaseWidget
	spin   *Spinner
	text   *TextBox
	after  AfterFunc
	cancel func()
	seen   bool
}

// NewLoading makes it; after may be nil for the real clock.
func NewLoading(text string, after AfterFunc) *Loading {
	if after == nil {
		after = RealAfter
	}
	l := &Loading{spin: NewSpinner(20), text: MutedText(text), after: after}
	l.ExtendBaseWidget(l)
	return l
}

// Start begins to wait; call it when the work begins.
func (l *Loading) Start() {
	l.Stop()
	l.Show()
	l.cancel = l.after(loadingDelay, func() {
		l.seen = true
		l.spin.Start()
		l.Refresh()
	})
}

// Stop hides it; call it when the work has ended.
func (l *Loading) Stop() {
	if l.cancel != nil {
		l.cancel()
		l.cancel = nil
	}
	l.seen = false
	l.spin.Stop()
	l.Hide()
}

// Appeared tells whether people see it.
func (l *Loading) Appeared() bool { return l.seen }

// AccessibilityLabel implements fyne.Accessible.
func (l *Loading) AccessibilityLabel() string {
	if !l.seen {
		return ""
	}
	return l.text.Text()
}

// AccessibilityRole implements fyne.Accessible.
func (l *Loading) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (l *Loading) CreateRenderer() fyne.WidgetRenderer {
	row := Centered(Row(12, l.spin, l.text))
	p := &parts{objs: []fyne.CanvasObject{row}}
	p.min = func() fyne.Size { return fyne.NewSize(Scaled(160), Scaled(64)) }
	p.layout = func(s fyne.Size) { row.Resize(s) }
	p.refresh = func() {
		row.Hidden = !l.seen
		p.layout(l.Size())
		row.Refresh()
	}
	p.refresh()
	return p
}

// Spinner is a ring of dots that turns.
type Spinner struct {
	widget.BaseWidget
	px    float32
	phase float32
	anim  *fyne.Animation
}

// NewSpinner makes a spinner of px pixels; Start makes it turn.
func NewSpinner(px float32) *Spinner {
	s := &Spinner{px: px}
	s.ExtendBaseWidget(s)
	return s
}

// Start makes it turn.
func (s *Spinner) Start() {
	if s.anim != nil {
		return
	}
	s.anim = &fyne.Animation{Duration: time.Second, RepeatCount: fyne.AnimationRepeatForever, Curve: fyne.AnimationLinear,
		Tick: func(v float32) { s.phase = v; s.Refresh() }}
	s.anim.Start()
}

// Stop makes it stand.
func (s *Spinner) Stop() {
	if s.anim != nil {
		s.anim.Stop()
		s.anim = nil
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Spinner) CreateRenderer() fyne.WidgetRenderer {
	const n = 8
	var dots [n]*canvas.Circle
	p := &parts{destroy: s.Stop}
	for i := range dots {
		dots[i] = canvas.NewCircle(Color(Primary))
		p.objs = append(p.objs, dots[i])
	}
	p.min = func() fyne.Size { return fyne.NewSquareSize(Scaled(s.px)) }
	p.layout = func(size fyne.Size) {
		d := min(size.Width, size.Height)
		r := d / 10
		for i, c := range dots {
			a := float64(i) / n * 2 * math.Pi
			c.Resize(fyne.NewSquareSize(2 * r))
			c.Move(fyne.NewPos(size.Width/2+(d/2-r)*float32(math.Sin(a))-r, size.Height/2-(d/2-r)*float32(math.Cos(a))-r))
		}
	}
	p.refresh = func() {
		for i, c := range dots {
			age := float32(math.Mod(float64(s.phase)-float64(i)/n+1, 1))
			c.FillColor = withAlpha(Color(Primary), uint8(255*(1-0.85*age)))
			c.Refresh()
		}
	}
	p.refresh()
	return p
}

// Progress is a bar of how much of long work is done.
type Progress struct {
	widget.BaseWidget
	value float32
}

// NewProgress makes a bar at 0.
func NewProgress() *Progress {
	p := &Progress{}
	p.ExtendBaseWidget(p)
	return p
}

// SetValue moves the bar; v is 0 to 1.
func (b *Progress) SetValue(v float32) {
	b.value = min(max(v, 0), 1)
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Progress) CreateRenderer() fyne.WidgetRenderer {
	track, bar := canvas.NewRectangle(Color(Line)), canvas.NewRectangle(Color(Primary))
	track.CornerRadius, bar.CornerRadius = 4, 4
	p := &parts{objs: []fyne.CanvasObject{track, bar}}
	p.min = func() fyne.Size { return fyne.NewSize(40, 8) }
	p.layout = func(s fyne.Size) {
		track.Move(fyne.NewPos(0, (s.Height-8)/2))
		track.Resize(fyne.NewSize(s.Width, 8))
		bar.Move(track.Position())
		bar.Resize(fyne.NewSize(s.Width*b.value, 8))
	}
	p.refresh = func() {
		track.FillColor, bar.FillColor = Color(Line), Color(Primary)
		p.layout(b.Size())
		track.Refresh()
		bar.Refresh()
	}
	return p
}
