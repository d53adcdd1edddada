package kit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/color"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
)

// states are all widgets that can stand one way or another, each by the method that puts it the other way. put does so in
// the way that is asked for; made anew for each, so that nothing is left over from the other.
var states = map[string]func(on bool) fyne.CanvasObject{
	"Button.SetOn": func(on bool) fyne.CanvasObject {
		b := SecondaryButton("Comptable", nil).Small()
		b.SetOn(on)
		return b
	},
	"Check.SetChecked": func(on bool) fyne.CanvasObject {
		c := NewCheck("Consulter les courriels", "", nil)
		c.SetChecked(on)
		return c
	},
	"Pressable.SetOn": func(on bool) fyne.CanvasObject {
		p := NewPressable("Personnes", Inset(10, Body("Personnes")), nil)
		p.SetOn(on)
		return p
	},
	"Pressable.MarkedBy": func(on bool) fyne.CanvasObject {
		mark := NewIcon(icons.Check, OnAvatar, 16)
		bar := ColorBar("")
		bar.SetColor(PaletteColor(2))
		p := NewPressable("Caramel", Inset(8, FixedSize(20, 26, Layers(bar, Centered(mark)))), nil).MarkedBy(mark)
		p.SetOn(on)
		return p
	},
	"SegmentedFilter.Select": func(on bool) fyne.CanvasObject {
		s := NewSegmentedFilter([]Segment{{"Toutes", 9}, {"Contacts", 4}}, nil)
		if on {
			s.Select(1)
		}
		return s
	},
	"Select.Select": func(on bool) fyne.CanvasObject {
		s := NewSelect("Langue", []string{"Français", "English"}, nil)
		if on {
			s.Select(1)
		}
		return s
	},
	"Table.Select": func(on bool) fyne.CanvasObject {
		t := listOf(items(2))
		if on {
			t.Select("id1")
		}
		return t
	},
	"Table.SetSort": func(on bool) fyne.CanvasObject {
		t := listOf(items(2))
		if on {
			t.SetSort(0, false)
		}
		return t
	},
	"Table.SetSort, the other way": func(on bool) fyne.CanvasObject {
		t := listOf(items(2))
		t.SetSort(0, on)
		return t
	},
	"Field.SetError": func(on bool) fyne.CanvasObject {
		f := NewField("Courriel", "", "Reçoit l'invitation.")
		if on {
			f.SetError("Il manque la fin de l'adresse.")
		}
		return f.Container
	},
	"menuLine, the present choice": func(on bool) fyne.CanvasObject {
		return newMenuLine(nil, MenuItem{Label: "Français", Icon: icons.Languages, Checked: on})
	},
	"Progress.SetValue": func(on bool) fyne.CanvasObject {
		p := NewProgress()
		if on {
			p.SetValue(0.5)
		}
		return p
	},
	"Banner, worse": func(on bool) fyne.CanvasObject {
		tone, text := ToneBrass, "Attention"
		if on {
			tone, text = ToneDanger, "Risque"
		}
		return NewBanner(tone, []Part{P(text)}).Container
	},
}

// disabled are the widgets that can be disabled. Grey is how they are seen, which is what people know; that is told besides.
var disabled = map[string]func() fyne.CanvasObject{
	"Button":          func() fyne.CanvasObject { return PrimaryButton("Inviter", nil) },
	"outlined Button": func() fyne.CanvasObject { return SecondaryButton("Ajouter", nil) },
	"danger Button":   func() fyne.CanvasObject { return DangerButton("Révoquer", nil) },
	"Check":           func() fyne.CanvasObject { return NewCheck("Consulter les courriels", "", nil) },
	"SegmentedFilter": func() fyne.CanvasObject { return NewSegmentedFilter([]Segment{{"Jamais", -1}, {"5 minutes", -1}}, nil) },
	"Select":          func() fyne.CanvasObject { return NewSelect("Langue", []string{"Français"}, nil) },
	"Pressable":       func() fyne.CanvasObject { return NewPressable("Personnes", Body("Personnes"), nil) },
	"Input":           func() fyne.CanvasObject { return NewInput().Named("Courriel") },
}

func listOf(of []item) *Table[item] {
	t := NewTable([]Col[item]{{Title: "Personne", Weight: 1, Sortable: true,
		New:  func() fyne.CanvasObject { return Body("").Ellipsis() },
		Bind: func(o fyne.CanvasObject, it item) { o.(*TextBox).SetText(it.name) }}}, func(it item) string { return it.id })
	t.Label = func(it item) string { return it.name }
	t.SetItems(of)
	return t
}

func TestNoStateIsToldByColourAlone(t *testing.T) {
	for name, of := range states {
		t.Run(name, func(t *testing.T) {
			inTwoColours(t)
			win := stage(t, of(false), 320, 200)
			shapes, picture, heard := shapesOf(win.Content()), software.RenderCanvas(win.Canvas(), fyne.CurrentApp().Settings().Theme()), saidOf(win.Content())
			win.SetContent(WithTips(of(true), win))
			if slices.Equal(shapes, shapesOf(win.Content())) {
				t.Errorf("both states are drawn with the same shapes: %q", shapes)
			}
			if samePicture(picture, software.RenderCanvas(win.Canvas(), fyne.CurrentApp().Settings().Theme())) {
				t.Error("with two colours, both states look the same")
			}
			if name != "Progress.SetValue" && slices.Equal(heard, saidOf(win.Content())) { // what it counts stands beside it in words
				t.Errorf("screen readers are told the same of both: %q", heard)
			}
		})
	}
}

func TestScreenReadersAreToldWhatIsDisabled(t *testing.T) {
	for name, of := range disabled {
		o := of()
		stage(t, Column(0, o), 320, 200)
		before := saidOf(o)
		o.(fyne.Disableable).Disable()
		if after := saidOf(o); slices.Equal(before, after) {
			t.Errorf("%s: they are told %q", name, after)
		}
		if b, ok := o.(interface{ DisableBecause(string) }); ok {
			b.DisableBecause("Seul le propriétaire")
			if after := saidOf(o); !strings.HasSuffix(after[0], "(Seul le propriétaire)") {
				t.Errorf("%s: the reason is not told: %q", name, after)
			}
		}
	}
}

// TestEveryStateOfAWidgetIsLookedAt keeps the list above whole: a method that shows a state, of an exported widget, is on it.
func TestEveryStateOfAWidgetIsLookedAt(t *testing.T) {
	shows := []string{"SetOn", "SetChecked", "Select", "SetSort", "SetError", "MarkedBy"}
	all := methods(t)
	for _, m := range all {
		typ, method, _ := strings.Cut(m, ".")
		if _, ok := states[m]; slices.Contains(shows, method) && ast.IsExported(typ) && !ok {
			t.Errorf("%s shows a state that no test looks at in two colours", m)
		}
	}
	for name := range maps.Keys(states) {
		if strings.Contains(name, ".") && !slices.Contains(all, strings.Split(name, ",")[0]) {
			t.Errorf("there is no %s", name)
		}
	}
}

// methods lists the methods of this package's types as Type.Method.
func methods(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil {
				continue
			}
			typ := fn.Recv.List[0].Type
			if p, ok := typ.(*ast.StarExpr); ok {
				typ = p.X
			}
			if g, ok := typ.(*ast.IndexExpr); ok {
				typ = g.X
			}
			out = append(out, fmt.Sprintf("%s.%s", typ, fn.Name))
		}
	}
	return out
}

// inTwoColours replaces the light look: what is drawn on is white and what is drawn is black, whatever its role.
func inTwoColours(t *testing.T) {
	t.Helper()
	had := maps.Clone(lightColors)
	t.Cleanup(func() { lightColors = had })
	lightColors = map[Role]color.Color{}
	for r := range had {
		lightColors[r] = color.Black
	}
	for _, r := range []Role{Background, Surface, FieldFill, NeutralSoft, PrimarySoft, BrassSoft, DangerSoft, OKSoft, InfoSoft, OnPrimary, OnBrand, OnAvatar, BrandKey} {
		lightColors[r] = color.White
	}
	lightColors[Backdrop], lightColors[None] = color.Transparent, color.Transparent
}

// shapesOf lists what is drawn with its place and form, without its colours: a ground that is filled otherwise does not
// count, a symbol, a weight, a line around or something that was not there does.
func shapesOf(o fyne.CanvasObject) []string {
	var out []string
	eachDrawn(o, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
		where := fmt.Sprintf("%.0f,%.0f %.0f×%.0f ", at.X, at.Y, o.Size().Width, o.Size().Height)
		switch o := o.(type) {
		case *canvas.Text:
			out = append(out, fmt.Sprintf("%s%q %v", where, o.Text, o.TextStyle))
		case *canvas.Image:
			out = append(out, where+colourOfSymbol.ReplaceAllString(o.Resource.Name(), ""))
		case *canvas.Rectangle:
			line := o.StrokeWidth
			if line < 2 { // around a ground it is not what is seen first
				line = 0
			}
			out = append(out, fmt.Sprintf("%sline of %.0f, corner %.0f", where, line, o.CornerRadius))
		}
	})
	return out
}

var colourOfSymbol = regexp.MustCompile(`-[0-9a-f]{6}\.svg$`)

func saidOf(o fyne.CanvasObject) []string {
	var out []string
	eachDrawn(o, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if a, ok := o.(fyne.Accessible); ok && a.AccessibilityLabel() != "" {
			out = append(out, a.AccessibilityLabel())
		}
	})
	return out
}

// eachDrawn goes through all that can be seen.
func eachDrawn(o fyne.CanvasObject, at fyne.Position, do func(fyne.CanvasObject, fyne.Position)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	do(o, at)
	var inside []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		inside = o.Objects
	case *container.Scroll:
		inside = []fyne.CanvasObject{o.Content}
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	}
	for _, ch := range inside {
		eachDrawn(ch, at, do)
	}
}

func samePicture(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if r != r2 || g != g2 || b1 != b2 {
				return false
			}
		}
	}
	return true
}
