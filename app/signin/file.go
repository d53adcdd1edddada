package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"concierge/app/files"
	"concierge/app/trouble"
)

// content is the file of identities. It has no secrets. What a newer version wrote besides is kept.
type content struct {
	Version    int      `json:"version"`
	Identities []record `json:"identities"`
	// Leaving are ids of identities that have signed out and whose secret has not been deleted yet: an id stands here
	// before the keyring is asked, and until it has done it, so that no secret is ever forgotten in the keyring.
	Leaving []string `json:"leaving,omitempty"`
	rest    map[string]json.RawMessage
}

// record is one identity in the file.
type record struct {
	ID         string    `json:"id"`
	HostURL    string    `json:"hostUrl"`
	HostName   string    `json:"hostName,omitempty"`
	Sample     bool      `json:"sample,omitempty"`
	Embedded   bool      `json:"embedded,omitempty"` // at the sample host inside the application, wherever that is now
	Issuer     string    `json:"issuer"`
	ClientID   string    `json:"clientId"`
	PersonID   string    `json:"personId"`
	Name       string    `json:"name,omitempty"`
	Email      string    `json:"email,omitempty"`
	AddedAt    time.Time `json:"addedAt,omitzero"`
	LastUsedAt time.Time `json:"lastUsedAt,omitzero"`
	// Turn is random and new whenever the secret in the keyring is: another process of ours sees by it that its copy
	// of the secret is spent, without asking the keyring each time.
	Turn string `json:"turn,omitempty"`
	rest map[string]json.RawMessage
}

func (c *content) UnmarshalJSON(data []byte) error {
	type plain content
	rest, err := decode(data, (*plain)(c), "version", "identities", "leaving")
	c.rest = rest
	return err
}

func (c content) MarshalJSON() ([]byte, error) {
	type plain content
	return encode(plain(c), c.rest)
}

func (r *record) UnmarshalJSON(data []byte) error {
	type plain record
	rest, err := decode(data, (*plain)(r), "id", "hostUrl", "hostName", "sample", "embedded", "issuer", "clientId", "personId",
		"name", "email", "addedAt", "lastUsedAt", "turn")
	if err == nil && (r.ID == "" || r.HostURL == "" || r.PersonID == "") {
		err = errors.New("an identity without id, host or person")
	}
	r.rest = rest
	return err
}

func (r record) MarshalJSON() ([]byte, error) {
	type plain record
	return encode(plain(r), r.rest)
}

// decode reads an object into v and returns the fields that are not known.
func decode(data []byte, v any, known ...string) (map[string]json.RawMessage, error) {
	var rest map[string]json.RawMessage
	if err := json.Unmarshal(data, &rest); err != nil {
		return nil, err
	}
	if rest == nil {
		return nil, errors.New("null is not an object")
	}
	if err := json.Unmarshal(data, v); err != nil {
		return nil, err
	}
	for _, name := range known {
		delete(rest, name)
	}
	return rest, nil
}

func encode(v any, rest map[string]json.RawMessage) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil || len(rest) == 0 {
		return data, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	for name, raw := range rest {
		if _, ours := all[name]; !ours {
			all[name] = raw
		}
	}
	return json.Marshal(all)
}

func (c *content) find(id string) *record {
	i := slices.IndexFunc(c.Identities, func(r record) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Identities[i]
}

func (c *content) put(r record) {
	if at := c.find(r.ID); at != nil {
		r.rest = at.rest
		*at = r
		return
	}
	c.Identities = append(c.Identities, r)
}

// leave takes an identity out and notes that its secret is still to be deleted.
func (c *content) leave(id string) {
	c.Identities = slices.DeleteFunc(c.Identities, func(r record) bool { return r.ID == id })
	if !slices.Contains(c.Leaving, id) {
		c.Leaving = append(c.Leaving, id)
	}
}

// left notes that an identity's secret is deleted.
func (c *content) left(id string) {
	c.Leaving = slices.DeleteFunc(c.Leaving, func(l string) bool { return l == id })
}

// lockWait is how long to wait for another process that has the file.
const lockWait = 5 * time.Second

// file is the file of identities on disk.
type file struct {
	path string
	now  func() time.Time
}

// read returns what is on disk. A file that cannot be understood is set aside; then the content is empty and the error
// is SetAside. With any other error nothing may be written.
func (f file) read(ctx context.Context) (content, error) {
	unlock, err := f.lock(ctx)
	if err != nil {
		return content{}, err
	}
	defer unlock()
	return f.load()
}

// edit changes what is on disk, as it is there now. With an unreadable file, which is set aside, it starts from
// what instead gives; the error is then SetAside and the file is written nonetheless.
func (f file) edit(ctx context.Context, instead func() content, change func(*content)) error {
	unlock, err := f.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	c, told := f.load()
	if told != nil {
		if !trouble.Is(told, trouble.SetAside) {
			return told
		}
		c = instead()
	}
	change(&c)
	c.Version = max(c.Version, 1)
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	if err := files.Write(f.path, append(data, '\n')); err != nil {
		return err
	}
	return told
}

func (f file) lock(ctx context.Context) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	return files.Lock(ctx, f.path+".lock")
}

func (f file) load() (content, error) {
	data, err := files.Read(f.path)
	if err != nil {
		return content{}, err
	}
	if data == nil {
		return content{}, nil
	}
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return content{}, files.Aside(f.path, f.now(), fmt.Errorf("file of identities: %w", err))
	}
	return c, nil
}
