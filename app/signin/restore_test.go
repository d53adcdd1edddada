package signin

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concierge/app/trouble"
	"concierge/client"
)

var keyringFailures = []trouble.Kind{trouble.KeyringMissing, trouble.KeyringLocked, trouble.KeyringRefused}

func TestAKeyringThatFailsWhenSigningInCostsOnlyTheNextStart(t *testing.T) {
	for _, kind := range keyringFailures {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			w.keys.fail(kind)
			m := w.window()
			i := w.signIn(m, marie)
			if !i.SessionOnly || kindOf(i.Trouble) != kind || !i.Works() {
				t.Errorf("%+v", i)
			}
			if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
				t.Error(err)
			}
			m.Close()

			m = w.window()
			got, listed := m.Identity(i.ID)
			if !listed || got.Works() || kindOf(got.Trouble) != kind {
				t.Errorf("at the next start: %+v", got)
			}
			w.keys.fail("")
			if err := m.Retry(t.Context(), i.ID); !trouble.Is(err, trouble.SignInNeeded) {
				t.Errorf("an opened keyring without the secret: %v", err)
			}
			if again := w.signIn(m, marie); again.ID != i.ID || again.SessionOnly || again.Trouble != nil {
				t.Errorf("%+v", again)
			}
			w.noSecretsAnywhere()
		})
	}
}

func TestASecretThatCouldNotBeSavedIsSavedWhenTheKeyringOpens(t *testing.T) {
	w := newWorld(t)
	w.keys.fail(trouble.KeyringLocked)
	m := w.window()
	one, two := w.signIn(m, marie), w.signIn(m, sam)
	w.keys.fail("")
	heard := heard(m)
	if err := m.Retry(t.Context(), one.ID); err != nil {
		t.Fatal(err)
	}
	if ids := heard(); !slices.Contains(ids, one.ID) || !slices.Contains(ids, two.ID) {
		t.Errorf("heard %v", ids)
	}
	m.Close()
	m = w.window()
	for _, i := range m.Identities() {
		if i.Trouble != nil || i.SessionOnly {
			t.Errorf("%+v", i)
		}
		w.token(m, i.ID)
	}
}

func TestAKeyringThatFailsAtTheStartLosesNobody(t *testing.T) {
	for _, kind := range keyringFailures {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			m := w.window()
			one, two, three := w.signIn(m, marie), w.signIn(m, sam), w.signIn(m, person{id: "p-lea", name: "Léa", email: "lea@studio.example"})
			m.Close()
			w.keys.fail(kind)
			before := w.keys.count("get")
			m = w.window()
			for _, i := range []Identity{one, two, three} {
				got, listed := m.Identity(i.ID)
				if !listed || kindOf(got.Trouble) != kind || got.SessionOnly || got.Works() || got.Name != i.Name {
					t.Errorf("%+v", got)
				}
				_, err := m.Tokens(i.ID).Token(t.Context())
				if !errors.Is(err, client.ErrSignInNeeded) || !trouble.Is(err, kind) {
					t.Errorf("told %v", err)
				}
			}
			if n := w.keys.count("get") - before; kind != trouble.KeyringRefused && n != 1 {
				t.Errorf("the person was asked %d times", n)
			}
			w.keys.fail("")
			if err := m.Retry(t.Context(), two.ID); err != nil {
				t.Fatal(err)
			}
			for _, i := range m.Identities() {
				if !i.Works() {
					t.Errorf("%+v", i)
				}
				w.token(m, i.ID)
			}
		})
	}
}

func TestAnIdentityWhoseSecretIsGoneHasToSignInAgain(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	delete(w.keys.secrets, i.ID)
	m := w.window()
	if got, _ := m.Identity(i.ID); kindOf(got.Trouble) != trouble.SignInNeeded {
		t.Errorf("%+v", got)
	}
}

func TestASecretTheHostRefusedIsNotTriedAgain(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	w.host.set(func() {
		for _, f := range w.host.families {
			f.over = true
		}
	})
	m := w.window()
	if _, err := m.Tokens(i.ID).Token(t.Context()); !errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
	if err := m.Retry(t.Context(), i.ID); !trouble.Is(err, trouble.SignInNeeded) {
		t.Errorf("told %v", err)
	}
	// In another window the person signs in again; then this one finds it.
	w.signIn(w.window(), marie)
	if err := m.Retry(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	w.token(m, i.ID)
}

func TestTokensMayBeWantedBeforeTheSecretsAreRead(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	m := New(w.cfg)
	defer m.Close()
	if err := m.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(m.Identities()) != 1 {
		t.Fatal("not listed")
	}
	w.token(m, i.ID)
}

func TestACorruptFileOfIdentitiesIsSetAsideAndTold(t *testing.T) {
	for name, content := range map[string]string{"cut off": `{"version":1,"identities":[{"id":"a`, "empty": "", "null": "null", "without a host": `{"identities":[{"id":"a","personId":"p"}]}`} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if err := os.WriteFile(w.cfg.File, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			m := New(w.cfg)
			defer m.Close()
			err := m.Restore(t.Context())
			tr := trouble.From(err)
			if kindOf(tr) != trouble.SetAside {
				t.Fatalf("told %v", err)
			}
			if kept, err := os.ReadFile(tr.Path); err != nil || string(kept) != content {
				t.Errorf("kept %q, %v", kept, err)
			}
			i := w.signIn(m, marie)
			if !i.Works() || i.SessionOnly {
				t.Errorf("%+v", i)
			}
		})
	}
}

func TestAFileThatBreaksWhileWeRunIsWrittenAnew(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	one := w.signIn(m, marie)
	var told []*trouble.Trouble
	m.FileTrouble.Listen(func(tr *trouble.Trouble) { told = append(told, tr) })
	if err := os.WriteFile(w.cfg.File, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	two := w.signIn(m, sam)
	if len(told) != 1 || told[0].Kind != trouble.SetAside {
		t.Errorf("told %v", told)
	}
	m.Close()
	m = w.window()
	for _, id := range []string{one.ID, two.ID} {
		if _, listed := m.Identity(id); !listed {
			t.Error("somebody was lost")
		}
	}
}

func TestAFileThatCannotBeWrittenKeepsTheSecretOutOfTheKeyring(t *testing.T) {
	w := newWorld(t)
	w.cfg.File = filepath.Join(w.dir, "gone", "identities.json")
	m := New(w.cfg)
	defer m.Close()
	if err := m.Restore(t.Context()); !trouble.Is(err, trouble.DiskTrouble) {
		t.Errorf("told %v", err)
	}
	i := w.signIn(m, marie)
	if !i.SessionOnly || kindOf(i.Trouble) != trouble.DiskTrouble || len(w.keys.ids()) != 0 {
		t.Errorf("%+v, keyring %v", i, w.keys.ids())
	}
	w.token(m, i.ID)
	if err := os.Mkdir(filepath.Dir(w.cfg.File), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := m.Retry(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	m.Close()
	w.token(w.window(), i.ID)
}

func TestWhatANewerVersionWroteIntoTheFileIsKept(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	m.Close()
	spoiled := strings.Replace(w.file(), `"hostUrl"`, `"avatar": "🥐", "hostUrl"`, 1)
	spoiled = strings.Replace(spoiled, `"version": 1`, `"version": 4, "order": ["x"]`, 1)
	if err := os.WriteFile(w.cfg.File, []byte(spoiled), 0o600); err != nil {
		t.Fatal(err)
	}
	m = w.window()
	w.signIn(m, sam)
	w.signIn(m, marie)
	if err := m.SetProfile(t.Context(), i.ID, "Marie T.", "", "Boréal"); err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal([]byte(w.file()), &c); err != nil {
		t.Fatal(err)
	}
	record := c["identities"].([]any)[0].(map[string]any)
	if c["version"] != 4.0 || c["order"] == nil || record["avatar"] != "🥐" || record["name"] != "Marie T." || record["email"] != marie.email || record["hostName"] != "Boréal" {
		t.Errorf("%s", w.file())
	}
	if got, _ := m.Identity(i.ID); got.Name != "Marie T." || got.HostName != "Boréal" {
		t.Errorf("%+v", got)
	}
}

func TestTheMostRecentlyUsedIdentityIsFirst(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	one, two := w.signIn(m, marie), w.signIn(m, sam)
	if err := m.Tokens(one.ID).Refresh(t.Context(), w.token(m, one.ID)); err != nil {
		t.Fatal(err)
	}
	m.Close()
	got := w.window().Identities()
	if len(got) != 2 || got[0].ID != one.ID || got[1].ID != two.ID {
		t.Errorf("%+v", got)
	}
}
