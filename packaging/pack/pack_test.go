package main

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"concierge/app/about"
)

var when = time.Unix(1764000000, 0).UTC()

// packed makes the files, as tools/dist does from the top of the tree.
func packed(t *testing.T) (about.About, string) {
	t.Helper()
	t.Chdir("../..")
	toml, err := os.ReadFile("FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	a, dir := about.Must(string(toml)), t.TempDir()
	if err := files(a, when, dir); err != nil {
		t.Fatal(err)
	}
	return a, dir
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheDesktopFindsTheProgramItsIconAndItsWindow(t *testing.T) {
	a, dir := packed(t)
	lines := strings.Split(content(t, dir, a.ID+".desktop"), "\n")
	for _, want := range []string{"Name=" + a.Name, "Exec=concierge", "Icon=" + a.ID, "StartupWMClass=" + a.Name, "Terminal=false"} {
		if !slices.Contains(lines, want) {
			t.Errorf("the desktop file lacks %s", want)
		}
	}
	for _, size := range []string{"16x16", "48x48", "128x128", "512x512"} {
		f, err := os.Open(filepath.Join(dir, "icons", "hicolor", size, "apps", a.ID+".png"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(f)
		f.Close()
		if err != nil || !strings.HasPrefix(size, strconv.Itoa(c.Width)+"x"+strconv.Itoa(c.Height)) {
			t.Errorf("%s: %v %v", size, c, err)
		}
	}
}

func TestTheMetainfoSaysWhatFyneAppTomlSays(t *testing.T) {
	a, dir := packed(t)
	var m struct {
		ID       string   `xml:"id"`
		Names    []string `xml:"name"`
		Homepage string   `xml:"url"`
		Launch   string   `xml:"launchable"`
		Release  struct {
			Version string `xml:"version,attr"`
			Date    string `xml:"date,attr"`
		} `xml:"releases>release"`
		Summaries []struct {
			Lang string `xml:"lang,attr"`
			Text string `xml:",chardata"`
		} `xml:"summary"`
	}
	if err := xml.Unmarshal([]byte(content(t, dir, a.ID+".metainfo.xml")), &m); err != nil {
		t.Fatal(err)
	}
	if m.ID != a.ID || len(m.Names) != 1 || m.Names[0] != a.Name || m.Homepage != a.Website || m.Launch != a.ID+".desktop" ||
		m.Release.Version != a.Version || m.Release.Date != "2025-11-24" {
		t.Errorf("%+v", m)
	}
	if len(m.Summaries) != 2 || m.Summaries[1].Lang != "fr" || m.Summaries[0].Text == m.Summaries[1].Text {
		t.Errorf("summaries: %+v", m.Summaries)
	}
}

func TestWindowsReadsTheVersionFromTheProgram(t *testing.T) {
	a, dir := packed(t)
	rc := content(t, dir, "concierge.rc")
	numbers := strings.ReplaceAll(a.Version, ".", ",") + "," + strconv.Itoa(a.Build)
	for _, want := range []string{"FILEVERSION " + numbers, `"ProductVersion", "` + a.Version + `"`, `"ProductName", "` + a.Name + `"`} {
		if !strings.Contains(rc, want) {
			t.Errorf("the resources lack %s", want)
		}
	}
	var whole struct{}
	if err := xml.Unmarshal([]byte(content(t, dir, "concierge.manifest")), &whole); err != nil {
		t.Error(err)
	}
}

func TestTheInstallersTextsEndWhereTheyShould(t *testing.T) {
	_, dir := packed(t)
	for line := range strings.Lines(content(t, dir, "texts.nsh")) {
		if line = strings.TrimSpace(line); line != "" && (!strings.HasPrefix(line, "LangString ") || strings.Count(strings.ReplaceAll(line, `$\"`, ""), `"`) != 2) {
			t.Errorf("not one text: %s", line)
		}
	}
	if got, want := nsis("5 $ for \"it\"\nnow"), `5 $$ for $\"it$\"$\r$\nnow`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTheWindowsIconHasEverySizeWhereItSays(t *testing.T) {
	_, dir := packed(t)
	ico := []byte(content(t, dir, "concierge.ico"))
	n := int(binary.LittleEndian.Uint16(ico[4:]))
	if n != len(sizesOfICO) {
		t.Fatalf("%d pictures", n)
	}
	end := 6 + 16*n
	for i, size := range sizesOfICO {
		e := ico[6+16*i:]
		length, at := int(binary.LittleEndian.Uint32(e[8:])), int(binary.LittleEndian.Uint32(e[12:]))
		if e[0] != uint8(size) || at != end {
			t.Errorf("picture %d is %d wide and begins at %d, want %d at %d", i, e[0], at, size, end)
		}
		end = at + length
		if size < 256 {
			head := ico[at:]
			if w, h := binary.LittleEndian.Uint32(head[4:]), binary.LittleEndian.Uint32(head[8:]); int(w) != size || int(h) != 2*size {
				t.Errorf("the bitmap of %d says %dx%d", size, w, h)
			}
		} else if c, err := png.DecodeConfig(bytes.NewReader(ico[at:end])); err != nil || c.Width != size {
			t.Errorf("the PNG of %d: %v %v", size, c, err)
		}
	}
	if end != len(ico) {
		t.Errorf("%d bytes, the pictures end at %d", len(ico), end)
	}
}

func TestThePictureBesideTheInstallersLastPageHasNoHoles(t *testing.T) {
	_, dir := packed(t)
	b := []byte(content(t, dir, "sidebar.bmp"))
	c, err := bmp.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width != 328 || c.Height != 628 {
		t.Fatal(c, err)
	}
	if bits := binary.LittleEndian.Uint16(b[28:]); bits != 24 {
		t.Errorf("%d bits for each pixel: the installer draws what is seen through as black", bits)
	}
}

func TestAZipDependsOnItsFilesAlone(t *testing.T) {
	made := func(order []string, touched time.Time) []byte {
		dir := filepath.Join(t.TempDir(), "Concierge")
		for _, name := range order {
			if err := write(dir, name, []byte(name)); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(filepath.Join(dir, name), touched, touched); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(dir, "empty"), 0o700); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "x.zip")
		if err := zipped(out, dir, when); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one, two := made([]string{"a", "b/c"}, when), made([]string{"b/c", "a"}, when.Add(time.Hour))
	if !bytes.Equal(one, two) {
		t.Error("the same files made two zips")
	}
	r, err := zip.NewReader(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Concierge/a", "Concierge/b/c", "Concierge/empty"} {
		if _, err := fs.Stat(r, name); err != nil {
			t.Error(err)
		}
	}
}

func TestTheBillOfMaterialsNamesWhatIsInTheProgram(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := packed(t)
	var out, again bytes.Buffer
	if err := sbom(&out, a, when, self); err != nil {
		t.Fatal(err)
	}
	if err := sbom(&again, a, when, self); err != nil || out.String() != again.String() {
		t.Error("twice the same program made two documents", err)
	}
	var b bom
	if err := json.Unmarshal(out.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	if b.Format != "CycloneDX" || b.Metadata.Component.Version != a.Version || len(b.Metadata.Component.Hashes) != 1 {
		t.Errorf("%+v", b.Metadata)
	}
	for _, m := range info.Deps {
		if !slices.ContainsFunc(b.Components, func(c component) bool { return c.PURL == "pkg:golang/"+m.Path+"@"+m.Version }) {
			t.Errorf("%s is not named", m.Path)
		}
	}
	for _, c := range b.Components {
		if len(c.Licenses) != 1 || (c.Licenses[0].License == nil) == (c.Licenses[0].Expression == "") {
			t.Errorf("%s is under %+v", c.Name, c.Licenses)
		}
	}
	if len(b.Dependencies) != 1 || len(b.Dependencies[0].On) != len(b.Components) {
		t.Errorf("%d components, %v", len(b.Components), b.Dependencies)
	}
}

func TestALicenceIsRecognisedByItsTextAndByWhatItSaysOfItself(t *testing.T) {
	mit, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"by its text":                       {map[string]string{"LICENSE": string(mit)}, "MIT"},
		"with Windows' ends of lines":       {map[string]string{"COPYING.txt": strings.ReplaceAll(string(mit), "\n", "\r\n")}, "MIT"},
		"the same in two places":            {map[string]string{"LICENSE": string(mit), "a/LICENCE": string(mit)}, "MIT"},
		"one or the other":                  {map[string]string{"LICENSE": "Either.\nSPDX-License-Identifier: Unlicense OR BSD-3-Clause\n"}, "Unlicense OR BSD-3-Clause"},
		"both, one of them a choice":        {map[string]string{"LICENSE": string(mit), "b/LICENSE": "SPDX-License-Identifier: A OR B"}, "(A OR B) AND MIT"},
		"not what is beside the program":    {map[string]string{"LICENSE": string(mit), "testdata/LICENSE": "SPDX-License-Identifier: GPL-3.0-only"}, "MIT"},
		"not source that is called licence": {map[string]string{"LICENSE": string(mit), "license.go": "SPDX-License-Identifier: GPL-3.0-only"}, "MIT"},
		"none that is known":                {map[string]string{"LICENSE": "Ask the author, who may be in a good mood."}, ""},
		"none":                              {map[string]string{"README": string(mit)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := part{name: "example.org/it", dir: t.TempDir()}
			for file, content := range c.files {
				if err := write(p.dir, file, []byte(content)); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.read(); (err == nil) != (c.want != "") || p.licence != c.want {
				t.Errorf("%q, %v, want %q", p.licence, err, c.want)
			}
		})
	}
}

func TestTheTextsOfEveryPartGoWithTheProgramOnce(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	a, _ := packed(t)
	var out bytes.Buffer
	if err := licences(&out, a, self); err != nil {
		t.Fatal(err)
	}
	all := out.String()
	for _, want := range []string{"std ", "lucide (LICENSE)", "golang.org/x/image ", "Cole Bemis", "libphonenumber (LICENSE)", "The Libphonenumber Authors"} {
		if !strings.Contains(all, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	texts := strings.Split(all, strings.Repeat("-", 78)+"\n")[1:] // whose it is, and the text, in turns
	for i := 1; i < len(texts); i += 2 {
		if strings.Count(all, texts[i]) != 1 {
			t.Errorf("twice, of %s: %s", texts[i-1], texts[i])
		}
	}
}
