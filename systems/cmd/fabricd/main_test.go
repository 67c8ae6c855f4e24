package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

func TestMain(m *testing.M) { localtest.Main(m, program) }

var (
	shell    = regexp.MustCompile("(?ms)^```sh$(.*?)^```$")
	called   = regexp.MustCompile(`\./fabricd ([a-z]+) ?([^|;>&\n]*)`)
	flagName = regexp.MustCompile(`--[a-z-]+`)
)

// The commands and flags that the operator's page uses exist, those that only fabricd has as well.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/operating-fabric.md")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]int{}
	for _, block := range shell.FindAllSubmatch(page, -1) {
		for _, call := range called.FindAllStringSubmatch(string(block[1]), -1) {
			var out, messages bytes.Buffer
			if code := program.Run([]string{call[1], "--help"}, &out, &messages); code != 0 {
				t.Errorf("%s: exit code %d\n%s", call[0], code, &messages)
			}
			used[call[1]]++
			for _, f := range flagName.FindAllString(call[2], -1) {
				if used[f]++; !strings.Contains(out.String(), f) {
					t.Errorf("%s: the page has %s, which is no flag:\n%s", call[0], f, &out)
				}
			}
		}
	}
	if used["wordcount"] == 0 || used["--text"] == 0 {
		t.Errorf("the page uses %v", used)
	}
}
