package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// SARIF 2.1.0, the OASIS standard of 27 March 2020 with errata 01: what analyzers hand to code scanning and editors. The
// sections in the comments are those of the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Roots       map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
		Invocations []sarifInvocation        `json:"invocations"`
		Results     []sarifResult            `json:"results"`
		ColumnKind  string                   `json:"columnKind"`
	}
	sarifInvocation struct {
		Successful bool `json:"executionSuccessful"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID            string    `json:"id"`
		Name          string    `json:"name"`
		Short         sarifText `json:"shortDescription"`
		Full          sarifText `json:"fullDescription"`
		Help          sarifText `json:"help"`
		Configuration struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
		Properties struct {
			Tags []string `json:"tags"`
		} `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		Index        int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Flows        []sarifFlow       `json:"codeFlows,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   map[string]any    `json:"properties,omitempty"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		Line int `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifFlow struct {
		Message sarifText     `json:"message"`
		Threads []sarifThread `json:"threadFlows"`
	}
	sarifThread struct {
		ID        string      `json:"id"`
		Locations []sarifStep `json:"locations"`
	}
	sarifStep struct {
		Location sarifLocation `json:"location"`
		Order    int           `json:"executionOrder"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot   = "SRCROOT"
	homePage    = "https://github.com/ravelgo/ravel"
)

// writeSARIF writes all failures. The rules are the kinds of failures.
func writeSARIF(w io.Writer, g *gathered) error {
	run := sarifRun{Results: []sarifResult{}, ColumnKind: "utf16CodeUnits", Invocations: []sarifInvocation{{true}}}
	run.Tool.Driver = sarifDriver{Name: "Ravel", Version: version(), URI: homePage, Rules: []sarifRule{}}
	if root := g.sources().root; root != "" {
		run.Roots = map[string]sarifArtifact{sarifRoot: {URI: fileURI(root)}}
	}
	for _, f := range g.findings() {
		rule := sarifRuleOf(f.kind)
		i := slices.IndexFunc(run.Tool.Driver.Rules, func(r sarifRule) bool { return r.ID == rule.ID })
		if i < 0 {
			i = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
		}
		r := g.sarifResult(&f)
		r.Rule, r.Index, r.Level = rule.ID, i, "error"
		run.Results = append(run.Results, r)
	}
	return writeJSON(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func (g *gathered) sarifResult(f *finding) sarifResult {
	text := fmt.Sprintf("%s: %s", cmp.Or(f.test, f.pkg), f.message)
	if f.detail != "" {
		text += "\n\n" + f.detail
	}
	if f.replay != "" {
		text += "\n\nreplay: " + f.replay
	}
	r := sarifResult{
		Message:      sarifText{sarifEscape(text)},
		Fingerprints: map[string]string{"ravelFailure/v1": f.fingerprint()},
		Properties:   map[string]any{"package": printable(f.pkg), "test": printable(f.test), "kind": printable(f.kind)},
	}
	if l := f.at.location(); l.Physical != nil {
		r.Locations = []sarifLocation{l}
	}
	if e := f.from; e != nil {
		for name, value := range map[string]string{"token": e.Failure.Token, "schedule": e.Failure.Saved, "replay": f.replay} {
			if value != "" {
				r.Properties[name] = printable(value)
			}
		}
		r.Properties["steps"], r.Properties["executions"] = e.Failure.Shrunk.Steps, e.Executions
	}
	if f.trace != nil {
		r.Flows, r.Related = g.flow(f)
	}
	return r
}

// fingerprint is the same for a failure that is found again, by another schedule, beside other lines of code: see section
// 3.27.17.
func (f *finding) fingerprint() string {
	h := sha256.New()
	for _, s := range []string{f.pkg, f.test, f.kind, f.at.file, f.at.function, steady(f.message)} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// steady is a message without what differs from schedule to schedule: numbers.
func steady(message string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, message)
}

// sarifEscape writes a text so that nothing in it is a placeholder (section 3.11.5) or a link (3.11.6).
var sarifEscapes = strings.NewReplacer("{", "{{", "}", "}}", `\`, `\\`, "[", `\[`, "]", `\]`)

func sarifEscape(s string) string { return sarifEscapes.Replace(printable(s)) }

// location is the place, without a physical location if its file is not known.
func (p place) location() (l sarifLocation) {
	if p.file == "" {
		return l
	}
	l.Physical = &sarifPhysical{Artifact: sarifArtifact{URI: p.uri()}}
	if p.inside {
		l.Physical.Artifact.Base = sarifRoot
	}
	if p.line > 0 {
		l.Physical.Region = &sarifRegion{p.line}
	}
	if p.function != "" {
		l.Logical = []sarifLogical{{printable(p.function), "function"}}
	}
	return l
}
