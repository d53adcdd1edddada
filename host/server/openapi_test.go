package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"concierge/host/server"
)

var update = flag.Bool("update", false, "write client/api/openapi.yaml anew")

func TestTheCommittedContractIsTheServersOwn(t *testing.T) {
	file := filepath.Join("..", "..", "client", "api", "openapi.yaml")
	doc, err := server.OpenAPI(false)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, doc, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, doc) {
		t.Error("client/api/openapi.yaml is not what the server does; write it with: go test ./host/server -run Contract -update")
	}
}

func TestTheContractRefusesUnknownFieldsInRequestsAndAllowsThemInAnswers(t *testing.T) {
	doc, err := server.OpenAPI(true)
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		OpenAPI    string `json:"openapi"`
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(doc, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s, want 3.1.0", spec.OpenAPI)
	}
	for name, closed := range map[string]bool{"NewContact": true, "Address": true, "PermissionSet": true, "Contact": false, "Snapshot": false, "Problem": false} {
		schema := spec.Components.Schemas[name]
		if schema == nil {
			t.Errorf("no schema %s", name)
			continue
		}
		if got := schema["additionalProperties"] == false; got != closed {
			t.Errorf("%s refuses unknown fields: %v, want %v", name, got, closed)
		}
	}
}
