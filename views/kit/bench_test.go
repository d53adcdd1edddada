package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// BenchmarkResize is what every frame costs while somebody drags the window's edge.
func BenchmarkResize(b *testing.B) {
	app := test.NewTempApp(b)
	app.Settings().SetTheme(NewTheme(Light, 1))
	made := 0
	tb := aTable(&made)
	tb.SetItems(items(400))
	group := func() fyne.CanvasObject {
		col := Column(8)
		for range 10 {
			c := NewCheck("Consulter et payer les factures", "Peut utiliser la carte au dossier", nil)
			c.SetBadge("Sensible", ToneDanger)
			col.Add(c)
		}
		return Card(Column(8, Row(8, Grow(Title("Facturation")), SecondaryButton("Modifier", nil)), Body("Une phrase qui a besoin de plus d'une ligne quand la fenêtre est étroite."), col))
	}
	win := test.NewTempWindow(b, Row(16, Grow(tb), Grow(Scroll(Grid(300, 16, 2, group(), group(), group(), group())))))
	b.ResetTimer()
	for i := range b.N {
		win.Resize(fyne.NewSize(1200+float32(i%200), 800))
	}
}
