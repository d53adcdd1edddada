package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile is the most that is read of a file, in bytes.
const maxFile = 1 << 20

const prefix = "CONCIERGE_"

// Environment variables of the service manager (systemd.exec(5)).
const (
	envCredentials = "CREDENTIALS_DIRECTORY"
	envState       = "STATE_DIRECTORY"
)

// secretsOf is the name by which the unit of our package loads a folder of secrets: systemd puts it before each file's.
const secretsOf = "secrets_"

// loader collects what is set where, and what is wrong.
type loader struct {
	Loaded
	problems Problems
	failed   map[string]bool // keys of what was given and cannot be used
}

// Load reads the file, when one is named, and then what overrides it: environment (as of os.Environ), then given values by
// key, which are what was typed. An error that is Problems says everything that is wrong.
func Load(file string, environment []string, typed map[string]string) (Loaded, error) {
	l := &loader{Loaded: Loaded{from: map[string]string{}}, failed: map[string]bool{}}
	env := map[string]string{}
	for _, e := range environment {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	inFile := map[string]string{}
	if file != "" {
		inFile = l.file(file)
	}
	l.unknown(env)
	for _, s := range settings {
		value, from := l.find(s, inFile, file, env, typed)
		if value == "" {
			value = s.def
		} else {
			l.from[s.key] = from
		}
		if value == "" {
			continue
		}
		if err := s.set(&l.Config, value); err != nil {
			l.problems = append(l.problems, fmt.Sprintf("%s (%s): %v", s.key, from, err))
			l.failed[s.key] = true
		}
	}
	l.problems = append(l.problems, l.missing()...)
	if len(l.problems) > 0 {
		return l.Loaded, l.problems
	}
	return l.Loaded, nil
}

// missing is what is incomplete, but for what was given and is wrong: that has been said.
func (l *loader) missing() Problems {
	return slices.DeleteFunc(l.complete(), func(p string) bool {
		key, is := strings.CutSuffix(strings.SplitAfter(p, " is missing")[0], " is missing")
		return is && l.failed[key]
	})
}

// find returns what a setting is set to, and where.
func (l *loader) find(s setting, inFile map[string]string, file string, env, typed map[string]string) (value, from string) {
	if v, ok := typed[s.key]; ok && v != "" {
		return v, "-" + strings.ReplaceAll(s.key, "_", "-")
	}
	name := prefix + s.env
	if v := env[name]; v != "" {
		if s.secret && env[fileEnv(name)] != "" {
			l.problems = append(l.problems, fmt.Sprintf("%s and %s are both set: keep one", name, fileEnv(name)))
		}
		return v, name
	}
	if path := env[fileEnv(name)]; s.secret && path != "" {
		return l.secret(s.key, path, fileEnv(name))
	}
	if dir := env[envCredentials]; s.secret && dir != "" {
		for _, name := range []string{credential(s.key), secretsOf + credential(s.key)} {
			path := filepath.Join(dir, name)
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				return l.secret(s.key, path, "credential "+name)
			}
		}
	}
	if v := inFile[s.key]; v != "" {
		if s.secret && inFile[fileKey(s.key)] != "" {
			l.problems = append(l.problems, fmt.Sprintf("%s and %s are both set: keep one", s.key, fileKey(s.key)))
		}
		return v, file
	}
	if path := inFile[fileKey(s.key)]; s.secret && path != "" {
		if !filepath.IsAbs(path) { // beside the file that names it
			path = filepath.Join(filepath.Dir(file), path)
		}
		return l.secret(s.key, path, fileKey(s.key))
	}
	if s.key == "data" && env[envState] != "" {
		dir, _, _ := strings.Cut(env[envState], ":")
		return dir, envState
	}
	return "", ""
}

// secret reads a file that holds one secret and, as editors do, a line break at its end.
func (l *loader) secret(key, path, by string) (value, from string) {
	b, err := read(path)
	if err != nil {
		l.problems = append(l.problems, fmt.Sprintf("%s: %v", by, err))
		l.failed[key] = true
		return "", ""
	}
	value = strings.TrimRight(string(b), "\r\n")
	if value == "" {
		l.failed[key] = true
		l.problems = append(l.problems, fmt.Sprintf("%s: %s is empty", by, path))
	}
	return value, path
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("%s is larger than a configuration can be", path)
	}
	return b, err
}

// file reads a TOML file into values by key.
func (l *loader) file(path string) map[string]string {
	values := map[string]string{}
	b, err := read(path)
	if err != nil {
		l.problems = append(l.problems, err.Error())
		return values
	}
	var tree map[string]any
	if _, err := toml.Decode(string(b), &tree); err != nil {
		l.problems = append(l.problems, fmt.Sprintf("%s is not TOML: %s", path, syntaxError(err)))
		return values
	}
	flat := map[string]any{}
	flatten("", tree, flat)
	secrets := false
	for _, key := range slices.Sorted(maps.Keys(flat)) {
		s, isFile := named(key)
		if s == nil {
			l.problems = append(l.problems, fmt.Sprintf("%s: there is no setting %q%s", path, key, meant(key)))
			continue
		}
		v, err := plain(flat[key], s.list && !isFile, s.flag)
		if err != nil {
			l.problems = append(l.problems, fmt.Sprintf("%s (%s): %v", key, path, err))
			l.failed[s.key] = true
			continue
		}
		values[key] = v
		secrets = secrets || s.secret && !isFile
	}
	if about, err := os.Stat(path); secrets && err == nil && about.Mode().Perm()&0o007 != 0 {
		l.Warnings = append(l.Warnings, fmt.Sprintf("everybody on this computer can read the secrets in %s: chmod o= %s", path, path))
	}
	return values
}

// syntaxError says where, and not what stands there: it could be a secret.
func syntaxError(err error) string {
	var p toml.ParseError
	if errors.As(err, &p) {
		return fmt.Sprintf("line %d: %s", p.Position.Line, p.Message)
	}
	return err.Error()
}

// named returns the setting of a key in the file, and whether the key names a file with its value.
func named(key string) (s *setting, isFile bool) {
	for i := range settings {
		if settings[i].key == key {
			return &settings[i], false
		}
		if settings[i].secret && fileKey(settings[i].key) == key {
			return &settings[i], true
		}
	}
	return nil, false
}

func keys() []string {
	var all []string
	for _, s := range settings {
		all = append(all, s.key)
		if s.secret {
			all = append(all, fileKey(s.key))
		}
	}
	return all
}

// variables are the names in the environment, without what they all begin with.
func variables() []string {
	var all []string
	for _, s := range settings {
		all = append(all, s.env)
		if s.secret {
			all = append(all, fileEnv(s.env))
		}
	}
	return all
}

// unknown warns of names in the environment that look like settings and are none. They are no errors: others put names
// there too (a container manager names its services after them).
func (l *loader) unknown(env map[string]string) {
	known := variables()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		short, ours := strings.CutPrefix(name, prefix)
		if !ours || slices.Contains(known, short) {
			continue
		}
		if near := closest(short, known); near != "" {
			l.Warnings = append(l.Warnings, fmt.Sprintf("%s in the environment is no setting; is %s%s meant?", name, prefix, near))
		}
	}
}

func flatten(at string, tree, into map[string]any) {
	for name, v := range tree {
		key := name
		if at != "" {
			key = at + "." + name
		}
		if sub, is := v.(map[string]any); is {
			flatten(key, sub, into)
			continue
		}
		into[key] = v
	}
}

// plain writes a value of TOML as it would stand in the environment.
func plain(v any, list, flag bool) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		if flag {
			return strconv.FormatBool(v), nil
		}
	case []any:
		if !list {
			break
		}
		all := make([]string, len(v))
		for i, one := range v {
			s, is := one.(string)
			if !is {
				return "", errors.New("the list must hold strings")
			}
			all[i] = s
		}
		return strings.Join(all, ","), nil
	}
	if list {
		return "", errors.New("it must be a list of strings")
	}
	if flag {
		return "", errors.New("it must be true or false")
	}
	return "", errors.New("it must be a string, in quotation marks")
}

// closest is the known name that differs least, or "" when all differ much.
func closest(name string, known []string) string {
	best, at := "", len(name)/3+2
	for _, k := range known {
		if d := distance(name, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// meant asks whether another key was meant: one that is nearly the same, or the same in another table.
func meant(key string) string {
	known := keys()
	best := closest(key, known)
	if i := slices.IndexFunc(known, func(k string) bool { return tail(k) == tail(key) }); best == "" && i >= 0 {
		best = known[i]
	}
	if best == "" {
		return ""
	}
	return "; is " + best + " meant?"
}

func tail(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// distance is how many letters are to be changed, added or left out to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			last, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, last+cost)
		}
	}
	return row[len(b)]
}
