package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"concierge/app/about"
)

// The part of CycloneDX 1.5 that is said here: https://cyclonedx.org/docs/1.5/json/
type (
	bom struct {
		Format       string      `json:"bomFormat"`
		Spec         string      `json:"specVersion"`
		Serial       string      `json:"serialNumber"`
		Version      int         `json:"version"`
		Metadata     metadata    `json:"metadata"`
		Components   []component `json:"components"`
		Dependencies []depends   `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Ref        string     `json:"bom-ref"`
		Type       string     `json:"type"`
		Name       string     `json:"name"`
		Version    string     `json:"version,omitempty"`
		PURL       string     `json:"purl,omitempty"`
		Licenses   []licensed `json:"licenses,omitempty"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	// licensed has one of both: the format knows single licences apart from expressions.
	licensed struct {
		License    *license `json:"license,omitempty"`
		Expression string   `json:"expression,omitempty"`
	}
	license struct {
		ID string `json:"id"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	depends struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	}
)

// under is a licence or an expression of SPDX as the format has it.
func under(spdx string) []licensed {
	if strings.Contains(spdx, " ") {
		return []licensed{{Expression: spdx}}
	}
	return []licensed{{License: &license{spdx}}}
}

// sbom writes what is in a program.
func sbom(w io.Writer, a about.About, when time.Time, program string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	all, err := parts(info)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	name := path.Base(info.Path)
	self := component{Ref: name, Type: "application", Name: name, Version: a.Version, Licenses: under("MIT"),
		Hashes: []hash{{"SHA-256", fmt.Sprintf("%x", sum)}}, Properties: []property{{"concierge:file", filepath.Base(program)}}}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "-tags":
			self.Properties = append(self.Properties, property{"go:build:" + s.Key, s.Value})
		}
	}
	b := bom{Format: "CycloneDX", Spec: "1.5", Serial: serial(sum), Version: 1,
		Metadata: metadata{Timestamp: when.Format(time.RFC3339), Component: self}}
	on := depends{Ref: self.Ref}
	for _, p := range all {
		c := component{Ref: p.purl, Type: "library", Name: p.name, Version: p.version, PURL: p.purl, Licenses: under(p.licence)}
		if p.sum != "" { // that of go.sum, which is of the module's files and none of the format's kinds
			c.Properties = []property{{"go:sum", p.sum}}
		}
		b.Components = append(b.Components, c)
		on.On = append(on.On, c.Ref)
	}
	b.Dependencies = []depends{on}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(b)
}

// serial is the document's number: another program, another number, and the same for the same.
func serial(sum [32]byte) string {
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80 // version 8 of RFC 9562: its maker's own way
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
