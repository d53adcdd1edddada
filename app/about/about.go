// Package about holds what the product is called and which version it is, as FyneApp.toml says: that file is the one place
// for both, and everything else (window, installers, packages, the version that is printed) takes them from here.
package about

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// About is what FyneApp.toml says.
type About struct {
	Name    string // of the product: "Concierge"
	ID      string // reverse domain name under which operating systems know it
	Version string // three numbers, of which Windows and macOS make their own forms
	Build   int    // counts releases of one version
	Website string
}

// The forms that packages and resources of all systems can carry.
var (
	versions = regexp.MustCompile(`^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$`)
	ids      = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)+$`)
)

// Parse reads the text of FyneApp.toml. It knows the lines that are in it (a key, and a string or a number), not all of TOML:
// the program need not carry a reader of TOML for five lines.
func Parse(toml string) (About, error) {
	values := map[string]string{}
	for line := range strings.Lines(toml) {
		key, value, found := strings.Cut(strings.TrimSpace(line), " = ")
		if !found {
			continue
		}
		if s, err := strconv.Unquote(value); err == nil {
			value = s
		}
		values[key] = value
	}
	a := About{Name: values["Name"], ID: values["ID"], Version: values["Version"], Website: values["Website"]}
	var err error
	switch a.Build, err = strconv.Atoi(values["Build"]); {
	case err != nil || a.Build < 1 || a.Build > 65535:
		return a, fmt.Errorf("the build %q in FyneApp.toml is not a number from 1 to 65535", values["Build"])
	case a.Name == "":
		return a, fmt.Errorf("there is no name in FyneApp.toml")
	case !ids.MatchString(a.ID):
		return a, fmt.Errorf("the ID %q in FyneApp.toml is not a domain name in reverse", a.ID)
	case !versions.MatchString(a.Version):
		return a, fmt.Errorf("the version %q in FyneApp.toml is not three numbers", a.Version)
	case !strings.HasPrefix(a.Website, "https://"):
		return a, fmt.Errorf("the website %q in FyneApp.toml is not an https address", a.Website)
	}
	return a, nil
}

// Must is Parse of the text that is built in, which a test has read before.
func Must(toml string) About {
	a, err := Parse(toml)
	if err != nil {
		panic(err)
	}
	return a
}
