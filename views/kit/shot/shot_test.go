package shot

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/test"
)

func TestAPictureHasTheSizeAndTheColoursAskedFor(t *testing.T) {
	test.NewTempApp(t)
	for look, want := range map[kit.Variant]color.NRGBA{kit.Light: {0xF5, 0xF6, 0xF8, 0xff}, kit.Dark: {0x11, 0x17, 0x1C, 0xff}} {
		img := PNG(kit.NewFill(kit.Background, kit.None, 0), fyne.NewSize(200, 100), kit.NewTheme(look, 1))
		if b := img.Bounds(); b.Dx() != 200 || b.Dy() != 100 {
			t.Errorf("the picture is %v", b)
		}
		if got := color.NRGBAModel.Convert(img.At(100, 50)); got != want {
			t.Errorf("its middle is %v, want %v", got, want)
		}
	}
}

func TestCutLabelsAreFound(t *testing.T) {
	wide := func() *canvas.Text { return canvas.NewText("Une assez longue étiquette", color.Black) }
	fixed := func(w float32, o fyne.CanvasObject) fyne.CanvasObject {
		return container.New(layout.NewGridWrapLayout(fyne.NewSize(w, 20)), o)
	}
	for _, c := range []struct {
		name    string
		content fyne.CanvasObject
		cut     bool
	}{
		{"a label with room", kit.Row(0, kit.Body("Court")), false},
		{"a label that goes out of the window", fixed(300, wide()), false},
		{"a label beyond the window's edge", kit.Pad(0, 0, 0, 180, wide()), true},
		{"a label that must not be cut and has too little room", fixed(40, kit.Body("Sans place").OneLine()), true},
		{"a label that ends with dots on purpose", fixed(60, kit.Ellipsis("Une assez longue étiquette")), false},
		{"a label of which nothing is left", fixed(10, kit.Ellipsis("Une assez longue étiquette")), true},
		{"a label that can be scrolled to", kit.Scroll(kit.Column(0, kit.Gap(500), kit.Body("en bas"))), false},
		{"a label cut at the side of what scrolls down", kit.Scroll(kit.Pad(0, 0, 0, 180, kit.Body("Sans aucune place").OneLine())), true},
		{"a button whose words have room", kit.Row(0, kit.PrimaryButton("Inviter", nil)), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			test.NewTempApp(t)
			w := Window(kit.Layers(c.content), fyne.NewSize(200, 120), kit.NewTheme(kit.Light, 1))
			defer w.Close()
			w.Resize(fyne.NewSize(200, 120))
			if got := CutLabels(w); (len(got) > 0) != c.cut {
				t.Errorf("found %q", got)
			}
		})
	}
}

func TestTheTabOrderIsThatOfTheScreen(t *testing.T) {
	test.NewTempApp(t)
	off := kit.SecondaryButton("Interdit", nil)
	off.Disable()
	w := Window(kit.Column(4, kit.NewField("Nom", "", "").Container, off, kit.Row(4, kit.SecondaryButton("Annuler", nil), kit.PrimaryButton("Enregistrer", nil))),
		fyne.NewSize(400, 300), kit.NewTheme(kit.Light, 1))
	defer w.Close()
	if got := TabOrder(w); !slices.Equal(got, []string{"Nom", "Annuler", "Enregistrer"}) {
		t.Errorf("order %q", got)
	}
}

func TestNothingIsCutInTheKitInASmallWindowAtAnyTextSize(t *testing.T) {
	for _, scale := range []float32{1, 1.25, 1.5} {
		test.NewTempApp(t)
		checks := kit.NewCheck("Se connecter aux produits par authentification unique", "Ouvre cPanel sans mot de passe", nil)
		checks.SetBadge("Sensible", kit.ToneDanger)
		seg := kit.NewSegmentedFilter([]kit.Segment{{Label: "Toutes", Count: 9}, {Label: "Utilisateurs", Count: 4}, {Label: "Contacts", Count: 4}, {Label: "Invitations", Count: 1}}, nil)
		w := Window(kit.Inset(24, kit.Scroll(kit.Column(12,
			kit.Row(12, kit.Grow(kit.Column(4, kit.Heading("Personnes"), kit.MutedText("Les utilisateurs peuvent se connecter. Les contacts reçoivent seulement des courriels."))),
				kit.SecondaryButton("Ajouter un contact", nil), kit.PrimaryButton("Inviter un utilisateur", nil)),
			kit.NewBanner(kit.ToneDanger, []kit.Part{kit.B("Personne ne reçoit les courriels Domaines. "), kit.P("Si example.ca arrive à échéance, aucun avis ne sera lu.")}, kit.LinkButton("Ajouter Marie Tremblay", nil)).Container,
			kit.Row(12, seg, kit.Spacer()), kit.Grid(340, 24, 2, checks),
			kit.Grid(200, 16, 4, kit.StatCard("3", "peuvent se connecter", "1 propriétaire, 2 utilisateurs"), kit.StatCard("12", "reçoivent des courriels", "5 types de courriels")),
			kit.NewField("Courriel", "nom@exemple.ca", "Reçoit l'invitation.").Container,
		))), fyne.NewSize(1024, 640), kit.NewTheme(kit.Light, scale))
		if got := CutLabels(w); len(got) > 0 {
			t.Errorf("at %v: %s", scale, strings.Join(got, "\n"))
		}
		if s := w.Canvas().Size(); s.Width > 1024 || s.Height > 640 {
			t.Errorf("at %v the window grows to %v", scale, s)
		}
		w.Close()
	}
}
