package main

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"

	"concierge/app/about"
)

// part is one of what a program is made of: a Go module, Go itself, the icons, the formats of telephone numbers.
type part struct {
	name, version, purl, sum string
	dir                      string // where its files are on this computer
	licence                  string // an SPDX expression
	texts                    []text // what has to be handed on with the program
}

// text is a file in which the authors of a part say what it may be used for.
type text struct{ name, content string }

var (
	// Files that name a licence, and those that go with one: notices have to be handed on, and patents are granted there.
	licenceFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying`)
	noticeFile  = regexp.MustCompile(`(?i)^(notice|patents)`)
	// Where a file says itself which, that counts: of two texts in one file nobody can tell whether both hold or either.
	identifier = regexp.MustCompile(`SPDX-License-Identifier: *(.+)`)
	// What is beside programs and not in them.
	apart = []string{"testdata", "cmd"}
)

// parts are what a program is made of, as the compiler noted it there: our own go.mod names more, for tests and for the host.
// The working directory is in our module. A part whose licence is not recognised is an error: somebody has to read it.
func parts(info *buildinfo.BuildInfo) ([]part, error) {
	goroot, err := asked("env", "GOROOT")
	if err != nil {
		return nil, err
	}
	version := strings.TrimPrefix(info.GoVersion, "go")
	all := []part{
		{name: "std", version: version, purl: "pkg:golang/std@" + version, dir: goroot},
		{name: "lucide", purl: "pkg:npm/lucide-static", dir: "assets/icons/lucide"},
		{name: "libphonenumber", purl: "pkg:github/google/libphonenumber", dir: "assets/phones"}, // its data: the module that has them all does not hand on their licence
	}
	list := []string{"list", "-m", "-f", "{{.Path}} {{.Dir}}"}
	for _, m := range info.Deps {
		list = append(list, m.Path)
	}
	out, err := asked(list...)
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{}
	for line := range strings.Lines(out) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		dirs[path] = dir
	}
	for _, m := range info.Deps {
		p := part{dir: dirs[m.Path]}
		if m.Replace != nil {
			m = m.Replace
		}
		p.name, p.version, p.purl, p.sum = m.Path, m.Version, "pkg:golang/"+m.Path+"@"+m.Version, m.Sum
		all = append(all, p)
	}
	var unknown []error
	for i := range all {
		unknown = append(unknown, all[i].read())
	}
	return all, errors.Join(unknown...)
}

// asked is what the go command answers.
func asked(args ...string) (string, error) {
	out, err := exec.Command("go", args...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("go %s: %s", strings.Join(args, " "), exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// read finds the texts of a part and what they are.
func (p *part) read() error {
	if p.dir == "" {
		return fmt.Errorf("%s: its files are not on this computer", p.name)
	}
	var found []string
	err := filepath.WalkDir(p.dir, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != p.dir && (p.name == "std" || slices.Contains(apart, d.Name())): // Go's own licence is for all of it
			return fs.SkipDir
		case d.IsDir() || !licenceFile.MatchString(d.Name()) && !noticeFile.MatchString(d.Name()) || filepath.Ext(file) == ".go":
			return nil
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(p.dir, file)
		if err != nil {
			return err
		}
		content := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
		p.texts = append(p.texts, text{filepath.ToSlash(name), content})
		if licenceFile.MatchString(d.Name()) {
			found = append(found, recognised(content)...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s: no licence is recognised in %s", p.name, p.dir)
	}
	p.licence = expression(found)
	return nil
}

// recognised are the licences that a text is, each an SPDX expression. Most of the text has to be theirs.
func recognised(content string) []string {
	if said := identifier.FindStringSubmatch(content); said != nil {
		return []string{strings.TrimSpace(said[1])}
	}
	c := licensecheck.Scan([]byte(content))
	if c.Percent < 75 {
		return nil
	}
	var ids []string
	for _, m := range c.Match {
		ids = append(ids, m.ID)
	}
	return ids
}

// expression is all of them at once: what is under several licences in different places is under each of them.
func expression(found []string) string {
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) > 1 {
		for i, one := range found {
			if strings.Contains(one, " ") {
				found[i] = "(" + one + ")"
			}
		}
	}
	return strings.Join(found, " AND ")
}

// licences writes the texts that have to be handed on with a program, the same text once.
func licences(w io.Writer, a about.About, program string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	all, err := parts(info)
	if err != nil {
		return err
	}
	var order []string
	whose := map[string][]string{}
	for _, p := range all {
		for _, t := range p.texts {
			if whose[t.content] == nil {
				order = append(order, t.content)
			}
			whose[t.content] = append(whose[t.content], strings.TrimSpace(p.name+" "+p.version)+" ("+t.name+")")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s contains the following, whose authors ask that these texts go with it.\n", a.Name, a.Version)
	for _, content := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n%[1]s\n\n%[3]s\n", strings.Repeat("-", 78), strings.Join(whose[content], "\n"), content)
	}
	_, err = io.WriteString(w, b.String())
	return err
}
