package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"concierge/app/about"
	"concierge/assets/locales"
	"concierge/packaging"
)

// authors is who made it, where a system asks for a company.
const authors = "The Concierge authors"

// texts are the words of packages in one language.
type texts struct {
	Generic, Summary, What, How, Keywords string
	StillOpen, RemoveData, KeepData       string // of the Windows installer
}

func spoken(lang string) texts {
	w := locales.For(lang)
	return texts{
		Generic: w.T("packaging.generic"), Summary: w.T("packaging.summary"), What: w.T("packaging.what"), How: w.T("packaging.how"),
		Keywords:  w.T("packaging.keywords"),
		StillOpen: w.T("packaging.still_open"), RemoveData: w.T("packaging.remove_data"), KeepData: w.T("packaging.keep_data"),
	}
}

// filled is what the templates can name.
type filled struct {
	about.About
	Authors   string
	Date      string // of the release
	Dotted    string // version and build as Windows writes them: 1.2.3.4
	Numbers   string // the same as resources want it: 1,2,3,4
	En, Fr    texts
	Installer map[string]texts // by NSIS's names of languages
}

func fill(a about.About, when time.Time) filled {
	dotted := fmt.Sprintf("%s.%d", a.Version, a.Build)
	en, fr := spoken("en"), spoken("fr")
	return filled{About: a, Authors: authors, Date: when.Format(time.DateOnly), Dotted: dotted, Numbers: strings.ReplaceAll(dotted, ".", ","),
		En: en, Fr: fr, Installer: map[string]texts{"ENGLISH": en, "FRENCH": fr}}
}

// files writes everything into dir.
func files(a about.About, when time.Time, dir string) error {
	f := fill(a, when)
	for name, from := range map[string]string{
		a.ID + ".desktop":      "linux/concierge.desktop.tmpl",
		a.ID + ".metainfo.xml": "linux/concierge.metainfo.xml.tmpl",
		"concierge.rc":         "windows/concierge.rc.tmpl",
		"concierge.manifest":   "windows/concierge.manifest.tmpl",
		"texts.nsh":            "windows/texts.nsh.tmpl",
	} {
		b, err := made(from, f)
		if err != nil {
			return err
		}
		if err := write(dir, name, b); err != nil {
			return err
		}
	}
	if err := write(dir, "about.sh", shell(f)); err != nil {
		return err
	}
	return pictures(a.ID, dir)
}

func made(from string, f filled) ([]byte, error) {
	t, err := template.New(filepath.Base(from)).Funcs(template.FuncMap{"xml": escaped, "nsis": nsis}).ParseFS(packaging.Templates, from)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, f)
	return b.Bytes(), err
}

// shell is what the scripts read; the forms that about.Parse lets through need no quoting, but for the name.
func shell(f filled) []byte {
	return fmt.Appendf(nil, "NAME='%s'\nID=%s\nVERSION=%s\nDOTTED=%s\nWEBSITE='%s'\n",
		strings.ReplaceAll(f.Name, "'", `'\''`), f.ID, f.Version, f.Dotted, strings.ReplaceAll(f.Website, "'", `'\''`))
}

func escaped(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

// nsis writes a text as it stands between quotes in the installer's script.
var nsis = strings.NewReplacer("$", "$$", `"`, `$\"`, "\n", `$\r$\n`).Replace

// The sizes that desktops ask for.
var (
	sizes      = []int{16, 22, 24, 32, 48, 64, 128, 256, 512}
	sizesOfICO = []int{16, 20, 24, 32, 40, 48, 64, 256}
)

func pictures(id, dir string) error {
	svg, err := os.ReadFile("assets/icons/concierge.svg")
	if err != nil {
		return err
	}
	if err := write(dir, filepath.Join("icons", "hicolor", "scalable", "apps", id+".svg"), svg); err != nil {
		return err
	}
	whole, err := drawn("assets/icons/concierge.png")
	if err != nil {
		return err
	}
	for _, size := range sizes {
		var b bytes.Buffer
		if err := png.Encode(&b, scaled(whole, size)); err != nil {
			return err
		}
		if err := write(dir, filepath.Join("icons", "hicolor", fmt.Sprintf("%dx%d", size, size), "apps", id+".png"), b.Bytes()); err != nil {
			return err
		}
	}
	ico, err := windowsIcon(whole, sizesOfICO)
	if err != nil {
		return err
	}
	beside, err := sidebar(whole)
	if err != nil {
		return err
	}
	return errors.Join(write(dir, "concierge.ico", ico), write(dir, "sidebar.bmp", beside))
}

func write(dir, name string, content []byte) error {
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}
