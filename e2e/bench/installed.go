//go:build linux

package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// packages are what make dist has left, with how large each may be. Windows' installer cannot be unpacked here: the zip holds
// the same files but for the uninstaller.
var packages = []struct {
	figure, form string
	limit        float64 // MB; 0 is none
}{
	{"installed.deb", "concierge_*_amd64.deb", 20},
	{"installed.rpm", "concierge-*.x86_64.rpm", 20},
	{"installed.tar_xz", "concierge-*-linux-amd64.tar.xz", 20},
	{"installed.windows_setup", "concierge-*-windows-amd64-setup.exe", 25},
	{"installed.windows_zip", "concierge-*-windows-amd64-portable.zip", 0},
}

// installed measures what make dist has left: how large it is as a file and unpacked, and how the program of the Debian package
// starts beside the plain build.
func installed(c config) error {
	found := map[string]string{}
	for _, p := range packages {
		files, err := filepath.Glob(filepath.Join(c.dist, p.form))
		switch {
		case err != nil:
			return err
		case len(files) > 1:
			return fmt.Errorf("which of them? %s", strings.Join(files, ", "))
		case len(files) == 0:
			fmt.Fprintf(os.Stderr, "bench: %s is not measured: there is no %s; make dist makes it\n", p.figure, filepath.Join(c.dist, p.form))
			continue
		}
		found[p.figure] = files[0]
		f, err := os.Stat(files[0])
		if err != nil {
			return err
		}
		report(p.figure, mb(f.Size()), "MB", p.limit, nil, filepath.Base(files[0])+" as a file")
	}
	if file := found["installed.windows_zip"]; file != "" {
		size, err := unzipped(file)
		if err != nil {
			return err
		}
		report("installed.windows_size", mb(size), "MB", 0, nil, "what Windows' installer puts there, without the uninstaller")
	}
	if file := found["installed.deb"]; file != "" {
		return unpacked(c, file)
	}
	return nil
}

// unpacked compares the program of a Debian package with the plain build: the usual start, all accounts kept, in turns.
func unpacked(c config, deb string) (err error) {
	root := filepath.Join(c.dir, "root")
	if out, err := exec.Command("dpkg-deb", "--extract", deb, root).CombinedOutput(); err != nil {
		return fmt.Errorf("dpkg-deb: %w: %s", err, out)
	}
	of := c
	of.app = filepath.Join(root, "usr", "bin", "concierge")
	size, err := sizeBelow(root)
	if err != nil {
		return err
	}
	program, err := os.Stat(of.app)
	if err != nil {
		return err
	}
	plain, err := os.Stat(c.app)
	if err != nil {
		return err
	}
	report("installed.size", mb(size), "MB", 0, map[string]float64{"program": mb(program.Size()), "plain": mb(plain.Size())},
		"what the Debian package puts on the disk; its program, and the plain build of it")

	u, err := newCustomer(c, "installed", accounts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.end()) }()
	if _, err := u.fetchAll(c); err != nil {
		return err
	}
	a, b := func() (oneStart, error) { return u.cachedStart(of) }, func() (oneStart, error) { return u.cachedStart(c) }
	for _, start := range []func() (oneStart, error){a, b} { // the first ones fill the system's caches
		if _, err := start(); err != nil {
			return err
		}
	}
	var ours, theirs []oneStart
	if err := inTurns(c.runs, turn{a, &ours}, turn{b, &theirs}); err != nil {
		return err
	}
	for _, f := range []struct {
		figure, unit string
		of           func(oneStart) float64
		says         string
	}{
		{"installed.start", "ms", ready, fmt.Sprintf("start.cached (%d accounts kept) of the Debian package's program; the plain build is 1", accounts)},
		{"installed.start_cpu", "ms", processor, "processor time of that"},
		{"installed.memory", "MB", memory, "resident a second after that"},
	} {
		x, y := median(ours, f.of), median(theirs, f.of)
		report(f.figure, x/y, "ratio", 0, map[string]float64{"installed_" + f.unit: x, "plain_" + f.unit: y, "runs": float64(len(ours))}, f.says)
	}
	return nil
}

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }

func unzipped(file string) (size int64, err error) {
	r, err := zip.OpenReader(file)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, f := range r.File {
		size += int64(f.UncompressedSize64) //nolint:gosec // our own zip
	}
	return size, nil
}

func sizeBelow(root string) (size int64, err error) {
	err = filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
