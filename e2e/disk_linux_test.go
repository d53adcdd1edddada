package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"concierge/client/api"
)

// shortest is how long a name must be to be looked for: shorter ones turn up by chance in what is encrypted.
const shortest = 6

// inside are bytes of every database that is not encrypted, whatever it holds.
var inside = []string{"sqlite format", "create table"}

// own are the files that name who is signed in, and the accounts as the person calls them.
var own = []string{"identities.json", "settings.json"}

// nothingReadable looks through every byte that the application has left in the person's home, and through what it has
// logged, for the people of an account and for the account itself. Who is signed in may stand in two files, and nowhere
// else. More words may be given to look for.
func (c *computer) nothingReadable(me api.Me, s api.Snapshot, more ...string) {
	c.t.Helper()
	all := slices.Concat(secretsOf(s), more, inside)
	mine := lower([]byte(me.FirstName + " " + me.LastName + " " + me.Email))
	looked, listed := 0, false
	look := func(path string, content []byte) {
		looked++
		content = lower(content)
		listed = listed || bytes.Contains(content, lower([]byte(me.Email)))
		for _, word := range all {
			w := lower([]byte(word))
			may := slices.Contains(own, filepath.Base(path)) && bytes.Contains(mine, w)
			if len(w) >= shortest && !may && bytes.Contains(content, w) {
				c.t.Errorf("%s says %q", path, word)
			}
		}
	}
	err := filepath.WalkDir(c.home, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == "keyrings" || d.Name() == "bin": // as in noSecrets
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		look(path, b)
		return err
	})
	if err != nil {
		c.t.Error(err)
	}
	logs, err := filepath.Glob(filepath.Join(c.kept, "application-*.log"))
	if err != nil || len(logs) == 0 {
		c.t.Errorf("no logs: %v", err)
	}
	for _, path := range logs {
		b, err := os.ReadFile(path)
		if err != nil {
			c.t.Error(err)
		}
		lines := slices.DeleteFunc(strings.Split(string(b), "\n"), func(l string) bool { return strings.Contains(l, "level=DEBUG") })
		look(path, []byte(strings.Join(lines, "\n"))) // what is logged without being asked for
	}
	if looked < 4 || !listed {
		c.t.Errorf("%d files were looked at; who is signed in was found: %t", looked, listed)
	}
}

// secretsOf are the names and addresses of an account and its people.
func secretsOf(s api.Snapshot) []string {
	a := s.Account
	all := append([]string{a.Name, a.Email, a.Company, a.Phone, a.Address.Line1}, a.Domains...)
	for _, u := range s.Users {
		all = append(all, u.Email, u.FirstName+" "+u.LastName, u.LastName)
	}
	for _, i := range s.Invitations {
		all = append(all, i.Email)
	}
	for _, c := range s.Contacts {
		all = append(all, c.Email, strings.TrimSpace(c.FirstName+" "+c.LastName), c.Phone)
	}
	return all
}

// lower makes A to Z small and leaves every other byte as it is.
func lower(b []byte) []byte {
	b = bytes.Clone(b)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}
