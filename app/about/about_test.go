package about

import (
	"os"
	"strings"
	"testing"

	"concierge/assets/locales"
)

func fyneApp(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFyneAppTomlSaysWhatTheProductIs(t *testing.T) {
	a, err := Parse(fyneApp(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range locales.Languages() {
		if name := locales.For(lang).T("words.app_name"); name != a.Name {
			t.Errorf("in %q the product is called %q, FyneApp.toml calls it %q", lang, name, a.Name)
		}
	}
}

func TestWhatPackagesCannotCarryIsRefused(t *testing.T) {
	good := fyneApp(t)
	a := Must(good)
	for name, change := range map[string][2]string{
		"a version of two numbers":  {a.Version, "1.2"},
		"a version with a word":     {a.Version, "1.2.3-beta"},
		"a version that begins v":   {a.Version, "v1.2.3"},
		"an ID of one word":         {a.ID, "concierge"},
		"an ID with capitals":       {a.ID, "example.Concierge"},
		"no name":                   {`"` + a.Name + `"`, `""`},
		"a build that is no number": {"Build = 1", `Build = "one"`},
		"a build of nought":         {"Build = 1", "Build = 0"},
		"a website in clear":        {"https://", "http://"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: %q is not in FyneApp.toml", name, change[0])
		}
		if _, err := Parse(bad); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
