package kit

import (
	"image"
	"testing"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
)

// focusables are all widgets that take the keyboard: what to show, what takes it (the widget itself where it is nil), and
// what it stands on.
var focusables = map[string]func() (show fyne.CanvasObject, takes fyne.Focusable, ground Role){
	"primary button": func() (fyne.CanvasObject, fyne.Focusable, Role) { return PrimaryButton("Inviter", nil), nil, Surface },
	"secondary button": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return SecondaryButton("Ajouter", nil), nil, Background
	},
	"chosen button": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		b := SecondaryButton("Comptable", nil).Small()
		b.SetOn(true)
		return b, nil, Surface
	},
	"danger button": func() (fyne.CanvasObject, fyne.Focusable, Role) { return DangerButton("Révoquer", nil), nil, Surface },
	"link":          func() (fyne.CanvasObject, fyne.Focusable, Role) { return LinkButton("Voir", nil), nil, Surface },
	"icon button": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return IconButton(icons.Close, "Fermer", nil), nil, Surface
	},
	"button, banner": func() (fyne.CanvasObject, fyne.Focusable, Role) { return SecondaryButton("Voir", nil), nil, BrassSoft },
	"check":          func() (fyne.CanvasObject, fyne.Focusable, Role) { return NewCheck("Courriels", "", nil), nil, Surface },
	"ticked check": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		c := NewCheck("Courriels", "", nil)
		c.SetChecked(true)
		return c, nil, Surface
	},
	"segmented filter": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return NewSegmentedFilter([]Segment{{"Toutes", 9}, {"Contacts", 4}}, nil), nil, Background
	},
	"select": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return NewSelect("Langue", []string{"Français"}, nil), nil, Surface
	},
	"entry": func() (fyne.CanvasObject, fyne.Focusable, Role) { return NewInput(), nil, Surface },
	"search": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return NewSearchEntry("Filtrer", nil), nil, Background
	},
	"pressable": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return NewPressable("Personnes", Inset(8, Body("Personnes")), nil), nil, Surface
	},
	"framed": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return NewPressable("Compte", Inset(8, Body("Compte")), nil).Framed(Surface, Border), nil, Surface
	},
	"on the brand": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return NewPressable("English", Inset(8, Body("English").In(OnBrand)), nil).OnBrand(), nil, Brand
	},
	"line of a menu": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		return newMenuLine(nil, MenuItem{Label: "Votre profil"}), nil, Surface
	},
	"chosen line": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		p := NewPressable("Personnes", Inset(8, Body("Personnes")), nil)
		p.SetOn(true)
		return p, nil, Surface
	},
	"rows": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		t := listOf(items(2))
		return t, t.body, Background
	},
	"selected row": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		t := listOf(items(2))
		t.Select("id1")
		return t, t.body, Background
	},
	"title of a column": func() (fyne.CanvasObject, fyne.Focusable, Role) {
		t := listOf(items(2))
		return t, t.heads[0], Background
	},
}

// TestTheFocusStandsOutInBothLooks draws what takes the keyboard with and without it: enough of the picture must change, by a
// contrast of 3:1 between before and after (WCAG 2.2, 2.4.13).
func TestTheFocusStandsOutInBothLooks(t *testing.T) {
	for look, v := range map[string]Variant{"light": Light, "dark": Dark} {
		for name, of := range focusables {
			t.Run(name+", "+look, func(t *testing.T) {
				show, takes, ground := of()
				if takes == nil {
					takes = show.(fyne.Focusable)
				}
				content := Layers(NewFill(ground, None, 0), Inset(12, Column(0, show, Spacer())))
				win := stage(t, content, 240, 190)
				th := NewTheme(v, 1)
				before := software.RenderCanvas(win.Canvas(), th)
				win.Canvas().Focus(takes)
				after := software.RenderCanvas(win.Canvas(), th)
				is := ringOf(takes)
				if is == nil {
					t.Fatal("there is no ring")
				}
				// A line of 2 px around it has 4 px for each px of width and height, less its round corners and soft edges.
				want := int(2.5 * (is.Width + is.Height))
				if n := changed(before, after); n < want {
					t.Errorf("%d px change by 3:1 when the keyboard comes to it, want %d", n, want)
				}
			})
		}
	}
}

// ringOf is the size of the line around what has the focus.
func ringOf(o fyne.Focusable) *fyne.Size {
	switch o := o.(type) {
	case *Input:
		s := o.ring.Size()
		return &s
	case *tableBody[item]:
		for _, r := range o.rows {
			if r.look.ringed {
				s := r.Size()
				return &s
			}
		}
	case interface{ ringSize() fyne.Size }:
		s := o.ringSize()
		return &s
	}
	return nil
}

func (c *control) ringSize() fyne.Size {
	if c.ring == nil || c.ring.Hidden {
		return fyne.Size{}
	}
	return c.ring.Size()
}

func changed(a, b image.Image) int {
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if contrast(a.At(x, y), b.At(x, y)) >= 3 {
				n++
			}
		}
	}
	return n
}
