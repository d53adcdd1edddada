// Package locales holds every text for people, in French and English, one pair of files per room of the house
// (people.fr.json, people.en.json, …), and gives them out with plurals. Nothing else in the program contains text for
// people; a test sees to it.
//
// It is a leaf: the application's views and the host's own pages both use it, and it knows neither.
package locales

import (
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Languages lists the tags that exist, the first being the fallback.
func Languages() []string { return []string{"en", "fr"} }

// bundles are read when they are first spoken from: most people speak one language, and wait for the window.
var bundles = map[string]func() *i18n.Bundle{
	"en": sync.OnceValue(func() *i18n.Bundle { return load(language.English) }),
	"fr": sync.OnceValue(func() *i18n.Bundle { return load(language.French) }),
}

func load(lang language.Tag) *i18n.Bundle {
	b := i18n.NewBundle(lang)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // embedded: cannot happen in a built program
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "."+lang.String()+".json") {
			continue
		}
		if _, err := b.LoadMessageFileFS(files, e.Name()); err != nil {
			panic(fmt.Sprintf("locales: %s: %v", e.Name(), err))
		}
	}
	return b
}

// Words gives texts in one language.
type Words struct {
	lang string
	loc  func() *i18n.Localizer
}

// For returns the words of the closest language there is: "fr" for "fr-CA", "en" when nothing is close. They are read when the
// first is asked for, or by Read.
func For(lang string) *Words {
	best := "en"
	if base, _ := language.Make(strings.ReplaceAll(lang, "_", "-")).Base(); base.String() == "fr" {
		best = "fr"
	}
	return &Words{lang: best, loc: sync.OnceValue(func() *i18n.Localizer { return i18n.NewLocalizer(bundles[best](), best) })}
}

// Read reads the words, so that whoever asks for the first does not wait.
func (w *Words) Read() { w.loc() }

// Lang is "fr" or "en".
func (w *Words) Lang() string { return w.lang }

// T returns the text of a key. Data are pairs of a name in the text's template and its value:
// T("people.invited_on", "Date", d) for "Invited on {{.Date}}".
func (w *Words) T(key string, data ...any) string {
	return w.text(&i18n.LocalizeConfig{MessageID: key, TemplateData: pairs(data)})
}

// N returns the text of a key in the plural form for n; the template has {{.Count}} besides the data.
func (w *Words) N(key string, n int, data ...any) string {
	m := pairs(data)
	m["Count"] = n
	return w.text(&i18n.LocalizeConfig{MessageID: key, TemplateData: m, PluralCount: n})
}

// Has tells whether a key exists, for keys that come from outside (a permission the host added last week).
func (w *Words) Has(key string) bool {
	_, err := w.loc().Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: map[string]any{}})
	return err == nil
}

func (w *Words) text(c *i18n.LocalizeConfig) string {
	s, err := w.loc().Localize(c)
	if err != nil {
		slog.Error("text is missing", "key", c.MessageID, "language", w.lang, "err", err)
		return "⟦" + c.MessageID + "⟧"
	}
	if data, is := c.TemplateData.(map[string]any); is && w.lang == "fr" {
		return elide(s, data)
	}
	return s
}

func pairs(data []any) map[string]any {
	m := make(map[string]any, len(data)/2+1)
	for i := 0; i+1 < len(data); i += 2 {
		m[fmt.Sprint(data[i])] = data[i+1]
	}
	return m
}
