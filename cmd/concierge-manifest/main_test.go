package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestAManifestFromTheKeyToWhatTheApplicationUnderstands(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	say := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(args, &out)
		return strings.TrimSpace(out.String()), err
	}
	public, err := say("key", in("release.key"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(in("release.key")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if _, err := say("key", in("release.key")); err == nil {
		t.Error("a key is written over")
	}
	if again, err := say("public", in("release.key")); again != public || err != nil {
		t.Errorf("%q, and %q %v", public, again, err)
	}
	manifest := `{"version":"1.2.0","issued":"2026-11-18T14:00:00Z","url":"https://concierge.example/download","notes":{"fr":"Du nouveau.","en":"News."}}`
	if err := os.WriteFile(in("manifest.json"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	signed, err := say("sign", "-key", in("release.key"), in("manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("signed.json"), []byte(signed), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := say("verify", "-public", public, in("signed.json")); err != nil || !strings.Contains(out, "1.2.0") {
		t.Errorf("%q %v", out, err)
	}
	other, err := say("key", in("other.key"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := say("verify", "-public", other, in("signed.json")); err == nil {
		t.Error("another key fits too")
	}
	for _, bad := range [][]string{{}, {"sign", "-key", in("manifest.json"), in("manifest.json")}, {"sign", "-key", in("release.key"), in("signed.json")}, {"public", in("none")}, {"dance", "x"}} {
		if _, err := say(bad...); err == nil {
			t.Errorf("%q goes well", bad)
		}
	}
}
