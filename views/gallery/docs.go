package main

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"concierge/views/gallery/scene"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
)

// The documentation itself says which screens it shows: a page that links pictures/fr/people.png has the scene "people"
// drawn in French. With "-wide" behind the name the window is a large one.
const (
	pictures = "docs/pictures"
	wide     = "-wide"
)

// The windows of the documentation's pictures. Pages are narrow: in a larger window nobody could read the words.
var narrowWindow, wideWindow = fyne.NewSize(1024, 760), fyne.NewSize(1280, 800)

// picture is one that the documentation shows.
type picture struct {
	file  string // from the repository's root, with slashes
	scene string
	cfg   scene.Config
}

var linked = regexp.MustCompile(`!\[([^\]]*)\]\(([^)\s]+)\)`)

// shown are the pictures of the README and the pages beside it, by file.
func shown(root string) ([]picture, error) {
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		return nil, err
	}
	found := map[string]picture{}
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		content, err := os.ReadFile(page)
		if err != nil {
			return nil, err
		}
		dir, err := filepath.Rel(root, filepath.Dir(page))
		if err != nil {
			return nil, err
		}
		for _, m := range linked.FindAllStringSubmatch(string(content), -1) {
			p, err := parse(path.Join(filepath.ToSlash(dir), m[2]))
			if err == nil && strings.TrimSpace(m[1]) == "" {
				err = fmt.Errorf("%s has no words for who does not see it", m[2])
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(page), err)
			}
			found[p.file] = p
		}
	}
	var all []picture
	for _, p := range found {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b picture) int { return cmp.Compare(a.file, b.file) })
	return all, nil
}

// parse reads what a picture shows from its path.
func parse(file string) (picture, error) {
	p := picture{file: file, cfg: scene.Config{Lang: path.Base(path.Dir(file)), Size: narrowWindow}}
	name, is := strings.CutSuffix(path.Base(file), ".png")
	if !is || path.Dir(path.Dir(file)) != pictures || (p.cfg.Lang != "fr" && p.cfg.Lang != "en") {
		return p, fmt.Errorf("%s is not %s/LANGUAGE/SCENE.png", file, pictures)
	}
	if name, is = strings.CutSuffix(name, wide); is {
		p.cfg.Size = wideWindow
	}
	p.scene = name
	if !slices.ContainsFunc(scene.All(), func(s scene.Scene) bool { return s.Name == name }) &&
		!slices.ContainsFunc(scene.Entries(), func(e scene.Entry) bool { return e.Name == name }) {
		return p, fmt.Errorf("%s: there is no scene %q", file, name)
	}
	return p, nil
}

// document draws the pictures that the documentation below a folder shows, and removes those that it no longer shows.
func document(root, only string) error {
	all, err := shown(root)
	if err != nil {
		return err
	}
	for _, p := range all {
		if !strings.Contains(p.file, only) {
			continue
		}
		if err := saveSmall(p.draw(), filepath.Join(root, filepath.FromSlash(p.file))); err != nil {
			return err
		}
	}
	old, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pictures), "*", "*.png"))
	for _, file := range old {
		if !slices.ContainsFunc(all, func(p picture) bool { return filepath.Join(root, filepath.FromSlash(p.file)) == file }) {
			err = errors.Join(err, os.Remove(file))
		}
	}
	return err
}

func (p picture) draw() image.Image {
	for _, e := range scene.Entries() {
		if e.Name == p.scene {
			w, done := scene.Enter(cannot{}, e, p.cfg)
			defer done()
			return shot.Capture(w.Window)
		}
	}
	for _, sc := range scene.All() {
		if sc.Name == p.scene {
			s := scene.Play(cannot{}, sc, p.cfg)
			defer s.Close()
			return shot.Capture(s.Window)
		}
	}
	panic("no scene " + p.scene) // parse has looked
}

// saveSmall writes a picture in the 256 colours that it needs most: everybody who clones the repository carries it.
func saveSmall(img image.Image, file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, paletted(img))
	return errors.Join(err, f.Close())
}
