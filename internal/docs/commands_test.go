package docs

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// programs are the programs of which the pages name calls, and how each call is held against what there is.
var programs map[string]func(t *testing.T, c command, args []string)

func init() {
	programs = map[string]func(t *testing.T, c command, args []string){
		"make": makes, "go": goes, "concierge": application, "concierge-host": hosts,
		"apt": apt, "dnf": apt, "zypper": apt,
		"systemctl": unit, "journalctl": unit, "curl": served, "git": plain, "tar": packed, "sha256sum": packed,
		"sqlite3": plain, "psql": plain, "pg_dump": plain, "createuser": plain, "createdb": plain,
		"setup.exe": installer, "uninstall.exe": installer, "icacls": plain,
		"cd": plain, "mkdir": plain, "cat": plain, "cmp": plain, "cp": plain, "chgrp": plain, "umask": plain, "eval": plain, "export": exports,
	}
}

// hold looks for each part of a call where it would be.
func hold(t *testing.T, c command) {
	t.Helper()
	args := c.args
	for len(args) > 0 && assignment.MatchString(args[0]) {
		variable(t, c, args[0])
		args = args[1:]
	}
	if len(args) > 0 && args[0] == "sudo" {
		args = args[1:]
		if len(args) > 1 && args[0] == "-u" {
			if user := args[1]; user != "postgres" && !said(t, "packaging/server/concierge-host.sysusers", "u "+user+" ") {
				t.Errorf("%s: there is no user %s", c.at, user)
			}
			args = args[2:]
		}
	}
	if len(args) == 0 {
		return
	}
	if args[0] == "sh" && len(args) == 3 && args[1] == "-c" {
		inner, err := parse(args[2], c.at)
		if err != nil {
			t.Error(err)
		}
		for _, i := range inner {
			hold(t, i)
		}
		return
	}
	name := strings.TrimPrefix(args[0], "build/")
	switch check := programs[name]; {
	case strings.HasPrefix(name, "tools/"):
		script(t, c, name, args[1:])
	case check == nil:
		t.Errorf("%s: nothing here knows how to check %q", c.at, strings.Join(c.args, " "))
	default:
		check(t, c, args[1:])
	}
}

func TestEveryCommandInABlockIsOneThatThereIs(t *testing.T) {
	n := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if b.lang != "sh" {
				continue
			}
			all, err := parse(b.text, b.at())
			if err != nil {
				t.Error(err)
			}
			for _, c := range all {
				hold(t, c)
				n++
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d commands were found", n)
	}
}

var (
	assignment = regexp.MustCompile(`^[A-Z][A-Z0-9_]*=`)
	target     = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
)

// variable holds NAME=… against the tools, which say what is in the environment.
func variable(t *testing.T, c command, set string) {
	t.Helper()
	name, _, _ := strings.Cut(set, "=")
	if name != "CGO_ENABLED" && !said(t, "tools/", name) && !said(t, "main.go", name) {
		t.Errorf("%s: nobody reads %s", c.at, name)
	}
}

// exports holds the flags of the build against the Makefile's: others compile the toolkit anew.
func exports(t *testing.T, c command, args []string) {
	t.Helper()
	for _, a := range args {
		name, value, _ := strings.Cut(a, "=")
		if name == "GOFLAGS" && !strings.Contains(readFile(t, "Makefile"), "export GOFLAGS := "+value+"\n") {
			t.Errorf("%s: the Makefile's GOFLAGS are not %s", c.at, value)
		} else if name != "GOFLAGS" {
			variable(t, c, a)
		}
	}
}

func makes(t *testing.T, c command, args []string) {
	t.Helper()
	for _, a := range args {
		there := slices.ContainsFunc(target.FindAllStringSubmatch(readFile(t, "Makefile"), -1), func(m []string) bool { return m[1] == a })
		if !there {
			t.Errorf("%s: the Makefile makes no %s", c.at, a)
			continue
		}
		if _, err := exec.LookPath("make"); err == nil {
			cmd := exec.Command("make", "-n", a)
			cmd.Dir = root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: make -n %s: %v\n%s", c.at, a, err, out)
			}
		}
	}
}

// flagsOf are the flags that the sources of a program define, with whether each takes a value.
func flagsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no program in %s: %v", dir, err)
	}
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			kind, in := strings.CutSuffix(fun.Sel.Name, "Var")
			at := 0
			if in {
				at = 1
			}
			if !slices.Contains([]string{"String", "Bool", "Int", "Uint64", "Duration"}, kind) || len(call.Args) < at+3 {
				return true
			}
			if l, ok := call.Args[at].(*ast.BasicLit); ok && l.Kind == token.STRING {
				if flag, err := strconv.Unquote(l.Value); err == nil {
					found[flag] = kind != "Bool"
				}
			}
			return true
		})
	}
	return found
}

// flagged takes what a program's flags take from arguments, and returns the rest.
func flagged(t *testing.T, c command, flags map[string]bool, args []string) (rest []string) {
	t.Helper()
	for i := 0; i < len(args); i++ {
		a := args[i]
		if !strings.HasPrefix(a, "-") {
			return args[i:]
		}
		name, _, given := strings.Cut(strings.TrimLeft(a, "-"), "=")
		value, known := flags[name]
		if !known {
			t.Errorf("%s: %s has no flag %s", c.at, c.args[0], a)
		}
		if value && !given {
			i++
			if i == len(args) {
				t.Errorf("%s: %s has no value", c.at, a)
			}
		}
	}
	return nil
}

func application(t *testing.T, c command, args []string) {
	t.Helper()
	if rest := flagged(t, c, flagsOf(t, "."), args); len(rest) > 0 {
		t.Errorf("%s: the application takes no %q", c.at, rest)
	}
}

var inHelp = regexp.MustCompile(`(?m)^  -(\S+)( \S+)?$`)

// hosts holds a call of the provider's program against what -h of that command lists.
func hosts(t *testing.T, c command, args []string) {
	t.Helper()
	if len(args) == 0 {
		return // the program alone is named
	}
	cmd := exec.Command(host(t), args[0], "-h")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v: %s", c.at, err, out)
		return
	}
	flags := map[string]bool{}
	for _, m := range inHelp.FindAllStringSubmatch(string(out), -1) {
		flags[m[1]] = m[2] != ""
	}
	if rest := flagged(t, c, flags, args[1:]); len(rest) > 0 {
		t.Errorf("%s: concierge-host %s takes no %q", c.at, args[0], rest)
	}
}

var linked = regexp.MustCompile(`-X main\.(\w+)=`)

func goes(t *testing.T, c command, args []string) {
	t.Helper()
	if len(args) == 0 {
		t.Errorf("%s: go what?", c.at)
		return
	}
	switch args[0] {
	case "run":
		if len(args) < 2 || !said(t, strings.TrimPrefix(args[1], "./")+"/", "package main\n") {
			t.Errorf("%s: %q is no program", c.at, args[1:])
			return
		}
		rest := args[2:]
		if dir := strings.TrimPrefix(args[1], "./"); dir == "cmd/concierge-manifest" { // its first argument is a command
			if len(rest) == 0 || !said(t, dir+"/", `case "`+rest[0]+`":`) {
				t.Errorf("%s: it does no %q", c.at, rest)
				return
			}
			rest = rest[1:]
		}
		flagged(t, c, flagsOf(t, strings.TrimPrefix(args[1], "./")), rest)
	case "build":
		for _, a := range args[1:] {
			for _, m := range linked.FindAllStringSubmatch(a, -1) {
				if !regexp.MustCompile(`(?m)^\s+` + m[1] + `\s+= ""`).MatchString(readFile(t, "main.go")) {
					t.Errorf("%s: main.go has no text %s that the linker could set", c.at, m[1])
				}
			}
		}
		folder(t, c, args[len(args)-1])
	case "test":
		at := args[len(args)-1]
		folder(t, c, at)
		for i, a := range args {
			if (a != "-run" && a != "-fuzz") || args[i+1] == "xxx" { // none, on purpose
				continue
			}
			if !said(t, strings.TrimPrefix(at, "./")+"/", "func "+args[i+1]+"(") {
				t.Errorf("%s: %s has no %s", c.at, at, args[i+1])
			}
		}
	default:
		t.Errorf("%s: nothing here knows how to check go %s", c.at, args[0])
	}
}

func folder(t *testing.T, c command, name string) {
	t.Helper()
	if !exists(strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/...")) {
		t.Errorf("%s: there is no %s", c.at, name)
	}
}

// script holds a call of a script in tools against its text.
func script(t *testing.T, c command, name string, args []string) {
	t.Helper()
	if info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("%s: %s is no script: %v", c.at, name, err)
		return
	}
	if name == "tools/bench" {
		flagged(t, c, flagsOf(t, "e2e/bench"), args)
		return
	}
	for _, a := range args {
		for one := range strings.SplitSeq(a, "|") {
			if !strings.Contains(readFile(t, name), one) {
				t.Errorf("%s: %s does not know %s", c.at, name, a)
			}
		}
	}
}

var versionIs = regexp.MustCompile(`(?m)^Version = "(.+)"$`)

// released are the names of what is released, as the tools make them.
func released(t *testing.T) []string {
	t.Helper()
	m := versionIs.FindStringSubmatch(readFile(t, "FyneApp.toml"))
	if m == nil {
		t.Fatal("FyneApp.toml has no version")
	}
	var out []string
	for _, r := range []struct{ name, tool, as string }{
		{"concierge_V_amd64.deb", "tools/dist", `concierge_${VERSION}_$ARCH.deb`},
		{"concierge-V-1.x86_64.rpm", "tools/dist", `concierge-$VERSION-1.$rpmarch.rpm`},
		{"concierge-V-linux-amd64.tar.xz", "tools/dist", `tree=concierge-$VERSION-linux-$ARCH`},
		{"concierge-V-windows-amd64-setup.exe", "tools/dist", `base=$dist/concierge-$VERSION-windows-amd64`},
		{"concierge-V-windows-amd64-portable.zip", "tools/dist", `$base-portable.zip`},
		{"SHA256SUMS", "tools/dist-lib", `> SHA256SUMS`},
		{"SHA256SUMS.asc", "tools/dist-lib", `SHA256SUMS.asc`},
		{"concierge-V-macos-arm64.dmg", "tools/dist-macos", `concierge-$VERSION-macos-$ARCH.dmg`},
		{"concierge-host_V_amd64.deb", "tools/dist-server", `concierge-host_${VERSION}_${ARCH}.deb`},
	} {
		if !strings.Contains(readFile(t, r.tool), r.as) {
			t.Errorf("%s no longer makes %s", r.tool, r.as)
		}
		out = append(out, strings.Replace(r.name, "V", m[1], 1))
		out = append(out, strings.Replace(r.name, "V", "VERSION", 1), strings.Replace(r.name, "V", "NEW", 1)) // what readers fill in
	}
	return out
}

func apt(t *testing.T, c command, args []string) {
	t.Helper()
	if len(args) == 0 || !slices.Contains([]string{"install", "remove", "purge"}, args[0]) {
		t.Errorf("%s: %q", c.at, args)
		return
	}
	for _, a := range args[1:] {
		file, local := strings.CutPrefix(a, "./")
		switch {
		case local && !slices.Contains(released(t), file):
			t.Errorf("%s: no such file is made: %s", c.at, file)
		case !local && args[0] != "install" && !said(t, "packaging/", "name: "+a+"\n"):
			t.Errorf("%s: no package of ours is %s", c.at, a)
		case !local && args[0] == "install" && programs[a] == nil: // one whose program the page goes on to call
			t.Errorf("%s: what is %s?", c.at, a)
		}
	}
}

func unit(t *testing.T, c command, args []string) {
	t.Helper()
	name := args[len(args)-1]
	if !exists("packaging/server/" + name + ".service") {
		t.Errorf("%s: there is no unit %s", c.at, name)
	}
	for _, a := range args[:len(args)-1] {
		if !slices.Contains([]string{"enable", "--now", "status", "restart", "reload", "edit", "-u"}, a) {
			t.Errorf("%s: %s?", c.at, a)
		}
	}
	if slices.Contains(args, "reload") && !said(t, "packaging/server/"+name+".service", "ExecReload=") {
		t.Errorf("%s: %s cannot be reloaded", c.at, name)
	}
}

func served(t *testing.T, c command, args []string) {
	t.Helper()
	if url := args[len(args)-1]; !said(t, "host/gateway/", `"`+path.Join("/", path.Base(url))+`"`) && !said(t, "host/gateway/", " "+path.Join("/", path.Base(url))+`"`) {
		t.Errorf("%s: the gateway answers nothing at %s", c.at, url)
	}
}

// packed holds what names files of a release; owners_test.go runs it.
func packed(t *testing.T, c command, args []string) {
	t.Helper()
	plain(t, c, args)
	for _, a := range args {
		if strings.HasPrefix(a, "concierge") && !slices.Contains(released(t), a) {
			t.Errorf("%s: no such file is made: %s", c.at, a)
		}
	}
}

func installer(t *testing.T, c command, args []string) {
	t.Helper()
	for _, a := range args {
		name, _, _ := strings.Cut(a, "=")
		if !said(t, "packaging/windows/installer.nsi", name) {
			t.Errorf("%s: the installer knows no %s", c.at, a)
		}
	}
}

// plain is a program of the system: its long flags are looked for in its own help, where this computer has it.
func plain(t *testing.T, c command, args []string) {
	t.Helper()
	var long []string
	for _, a := range args {
		if strings.HasPrefix(a, "--") {
			flag, _, _ := strings.Cut(a, "=")
			long = append(long, flag)
		}
		ours := []string{"/etc/concierge-host", "/var/lib/concierge-host", "/var/log/concierge-host"}
		if slices.ContainsFunc(ours, func(dir string) bool { return a == dir || strings.HasPrefix(a, dir+"/") }) {
			if !said(t, "packaging/", a) && !said(t, "host/", `"`+path.Base(a)+`"`) {
				t.Errorf("%s: %s is nowhere", c.at, a)
			}
		}
	}
	i := slices.IndexFunc(c.args, func(a string) bool { return programs[a] != nil })
	if len(long) == 0 || i < 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	help, err := exec.CommandContext(ctx, c.args[i], "--help").CombinedOutput()
	if err != nil { // it is not here, or is a wrapper that wants something first
		return
	}
	for _, l := range long {
		if !strings.Contains(string(help), l) {
			t.Errorf("%s: the help of %s does not say %s", c.at, c.args[i], l)
		}
	}
}
