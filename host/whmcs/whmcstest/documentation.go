package whmcstest

import (
	"os"
	"path/filepath"
	"testing"
)

// Documentation is what the vendor's documentation says of the API's actions: parameters, sample replies, error messages.
// It is the vendor's, so it is not in this repository: it stands in the folder "shared" beside it, in CI too. Where it is
// missing the test is skipped, and says so; in CI it fails.
func Documentation(t testing.TB) []byte {
	t.Helper()
	root, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("no go.mod above the test")
		}
		root = filepath.Dir(root)
	}
	name := filepath.Join(root, "..", "shared", "whmcs", "actions.json")
	raw, err := os.ReadFile(name)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skipf("NOT COMPARED with the vendor's documentation: %s is not there (it stands in shared/, beside the repository)", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
