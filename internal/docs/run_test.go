package docs

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"concierge/host/sample"

	_ "github.com/ncruces/go-sqlite3/driver" // sqlite3
)

// These are the commands that can be run here: they need no root, no network, no display and no other system.

// blockWith is the block for the shell that has a line beginning so, taken apart.
func blockWith(t *testing.T, name, begins string) []command {
	t.Helper()
	for _, b := range find(t, name).blocks {
		if b.lang != "sh" || !strings.Contains("\n"+b.text, "\n"+begins) {
			continue
		}
		all, err := parse(b.text, b.at())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	t.Fatalf("%s has no block with %s", name, begins)
	return nil
}

// run runs a program to its end.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s%s", filepath.Base(program), args, err, out, &errOut)
	}
	return string(out)
}

func TestAManifestIsMadeSignedAndVerifiedAsFirmsAreTold(t *testing.T) {
	dir, public, steps := t.TempDir(), "", 0
	for _, b := range find(t, "docs/firms.md").blocks {
		if b.lang == "json" && strings.Contains(b.text, `"issued"`) {
			if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range blockWith(t, "docs/firms.md", "go run ./cmd/concierge-manifest") {
		if c.args[1] != "run" {
			continue // the build is held in commands_test.go
		}
		args := slices.Clone(c.args[3:])
		for i, a := range args {
			if a == "PUBLIC" {
				args[i] = public
			}
		}
		out := run(t, dir, manifest(t), args...)
		if args[0] == "key" {
			public = strings.TrimSpace(out)
		}
		if c.out != "" {
			if err := os.WriteFile(filepath.Join(dir, c.out), []byte(out), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		steps++
	}
	if steps != 3 {
		t.Errorf("%d steps were run", steps)
	}
}

func TestTheSampleHostIsServedAsTheReadmeSays(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent SIGTERM on Windows")
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	i := slices.IndexFunc(blockWith(t, "README.md", "build/concierge-host serve"), func(c command) bool { return c.args[0] == "build/concierge-host" })
	serve := slices.Clone(blockWith(t, "README.md", "build/concierge-host serve")[i].args[1:])
	for i, a := range serve {
		switch a {
		case "--data":
			serve[i+1] = data
		case "--listen":
			serve[i+1] = "127.0.0.1:0" // whatever port is free here
		}
	}
	cmd := exec.CommandContext(t.Context(), host(t), serve...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || !strings.HasPrefix(first, "http://127.0.0.1:") {
		t.Errorf("its first line is %q, %v", first, err)
	}
	// What stands in the text, with what readers fill in.
	for _, s := range find(t, "README.md").spans {
		args := strings.Fields(s.text)
		if args[0] != "concierge-host" || len(args) < 2 || !slices.Contains([]string{"token", "seed", "openapi"}, args[1]) {
			continue
		}
		for i, a := range args {
			switch {
			case a == "D" && args[1] == "seed":
				args[i] = filepath.Join(dir, "seeded")
			case a == "D":
				args[i] = data
			case a == "EMAIL":
				args[i] = sample.OwnerEmail
			}
		}
		if args[1] == "seed" {
			args = append(args, "-accounts", "2", "-people", "3")
		}
		if out := run(t, dir, host(t), args[1:]...); strings.TrimSpace(out) == "" {
			t.Errorf("%s: it prints nothing", s.at())
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	everybodyOut(t, filepath.Join(data, "host.db"))
}

var deletes = regexp.MustCompile(`(PRAGMA [^;]+; )?DELETE FROM \w+`)

// everybodyOut runs the statements with which providers sign everybody out on the tables of a host.
func everybodyOut(t *testing.T, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := deletes.FindAllString(find(t, "docs/providers.md").text, -1)
	if len(all) != 3 {
		t.Errorf("%d statements: %q", len(all), all)
	}
	for _, s := range all {
		if _, err := db.Exec(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestTheConfigurationThatProvidersWriteIsPrinted(t *testing.T) {
	p := find(t, "docs/providers.md")
	i := slices.IndexFunc(p.blocks, func(b block) bool { return b.lang == "toml" })
	file := configuration(t, p.blocks[i])
	out := run(t, t.TempDir(), host(t), "config", "--config", file)
	for _, s := range []string{"https://concierge.example", "CONCIERGE_WHMCS_URL", "CONCIERGE_WHMCS_SECRET"} {
		if !strings.Contains(out, s) {
			t.Errorf("it does not say %s:\n%s", s, out)
		}
	}
}

// The archive for any Linux is unpacked as both pages say, into a home of its own.
func TestTheArchiveUnpacksWhereThePagesSay(t *testing.T) {
	for _, tool := range []string{"sh", "tar", "xz", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("this computer has no %s", tool)
		}
	}
	for name := range owners {
		var archive, check string
		var script strings.Builder
		for _, c := range blockWith(t, name, "tar ") {
			for _, a := range c.args {
				if strings.HasSuffix(a, ".tar.xz") {
					archive = a
				}
			}
			script.WriteString(strings.Join(c.args, " ") + "\n") // without quotes in it
		}
		for _, s := range find(t, name).spans {
			if strings.HasPrefix(s.text, "sha256sum ") {
				check = s.text
			}
		}
		home := t.TempDir()
		top := strings.TrimSuffix(archive, ".tar.xz")
		for _, f := range []string{"bin/concierge", "share/applications/a.desktop"} {
			at := filepath.Join(home, top, filepath.FromSlash(f))
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		run(t, home, "tar", "-cJf", archive, top)
		if err := os.WriteFile(filepath.Join(home, "SHA256SUMS"), []byte(run(t, home, "sha256sum", archive)+strings.Repeat("0", 64)+"  not-here.deb\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("HOME", home)
		run(t, home, "sh", "-ec", check+"\n"+script.String())
		if _, err := os.Stat(filepath.Join(home, ".local", "bin", "concierge")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
