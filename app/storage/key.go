package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"concierge/app/files"
	"concierge/app/trouble"
	"concierge/app/vault"
)

// keyFile says under which id the keyring has the key. It holds no secret.
const keyFile = "storage.json"

// keyWait is how long to wait for another window that is asking the keyring, as long as that may ask the person.
const keyWait = 70 * time.Second

// content is the file.
type content struct {
	Version int    `json:"version"`
	Key     string `json:"key"` // the id
}

var errNoKey = errors.New("it names no key")

// decodeKeyFile reads the file. What a later version wrote besides is of no concern here, as long as it names a key.
func decodeKeyFile(data []byte) (id string, err error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return "", err
	}
	if c.Key == "" {
		return "", errNoKey
	}
	return c.Key, nil
}

// key returns the key of the files in a folder; there is a new one when the keyring has none. The file names it before the
// keyring has it, so that there is never a secret that nothing tells of.
func key(ctx context.Context, dir string, v vault.Vault, now time.Time, tell func(*trouble.Trouble)) ([]byte, error) {
	path := filepath.Join(dir, keyFile)
	wait, cancel := context.WithTimeout(ctx, keyWait)
	defer cancel()
	unlock, err := files.Lock(wait, path+".lock") // two windows must not make two keys
	if err != nil {
		return nil, err
	}
	defer unlock()
	data, err := files.Read(path)
	if err != nil {
		return nil, err
	}
	id := ""
	if data != nil {
		if id, err = decodeKeyFile(data); err != nil {
			t := files.Aside(path, now, fmt.Errorf("%s: %w", keyFile, err))
			if t.Kind != trouble.SetAside {
				return nil, t
			}
			tell(t)
		}
	}
	if id == "" {
		id = rand.Text()
		data, err := json.MarshalIndent(content{Version: 1, Key: id}, "", "  ")
		if err != nil {
			return nil, err
		}
		if err := files.Write(path, append(data, '\n')); err != nil {
			return nil, err
		}
	}
	secret, err := v.Get(ctx, id)
	if err != nil && !errors.Is(err, vault.ErrNotFound) {
		return nil, err
	}
	if k, bad := hex.DecodeString(secret); err == nil && bad == nil && len(k) == 32 {
		return k, nil
	}
	k := make([]byte, 32)
	rand.Read(k)
	if err := v.Set(ctx, id, hex.EncodeToString(k)); err != nil {
		return nil, err
	}
	return k, nil
}

// dropKey deletes the key from the keyring, and then the file that names it.
func dropKey(ctx context.Context, dir string, v vault.Vault) error {
	path := filepath.Join(dir, keyFile)
	data, err := files.Read(path)
	if err != nil || data == nil {
		return err
	}
	id, err := decodeKeyFile(data)
	if err != nil {
		return err
	}
	if err := v.Delete(ctx, id); err != nil {
		return err
	}
	return os.Remove(path)
}
