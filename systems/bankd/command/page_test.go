package command_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/bankd/command"
)

const page = "../../../docs/operating-bank.md"

var (
	shell  = regexp.MustCompile("(?ms)^```sh$(.*?)^```$")
	called = regexp.MustCompile(`\./bankd ([a-z]+)([^|;&}\n]*)`)
	flags  = regexp.MustCompile(`--[a-z-]+`)
)

// TestPageFlags: the commands and flags that the operator's page uses exist.
func TestPageFlags(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, block := range shell.FindAllSubmatch(text, -1) {
		for _, call := range called.FindAllStringSubmatch(string(block[1]), -1) {
			seen[call[1]] = true
			var out, messages bytes.Buffer
			if code := command.Run([]string{call[1], "--help"}, &out, &messages); code != 0 {
				t.Errorf("%s: exit code %d\n%s", call[1], code, &messages)
			}
			for _, f := range flags.FindAllString(call[2], -1) {
				if !strings.Contains(out.String(), f) {
					t.Errorf("%s: the page has %s, which is no flag:\n%s", call[1], f, &out)
				}
			}
		}
	}
	for _, name := range strings.Fields("broker master server coordinator transfer balances set get status load") {
		if !seen[name] {
			t.Errorf("the page does not show %s", name)
		}
	}
}

// TestUsage: mistakes are told, with what to do.
func TestUsage(t *testing.T) {
	const nobody = "--url=nats://127.0.0.1:1"
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"", 2, "bankd --help"},
		{"server --name=1", 2, "--group=N"},
		{"server --name=1 --group=1 --keys=keys", 2, "can't be used together"},
		{"master --group=1", 2, "--dir=DIR"},
		{"master --dir=DIR --group=-1", 1, "groups are numbered from 1"},
		{"master --dir=DIR --keys=a/b", 1, "want letters, digits"},
		{"master --dir=DIR --keys=keys --servers=0", 1, "a chain begins with at least 1"},
		{"server --name=a/b --group=1", 1, "want letters, digits"},
		{"coordinator --dir=DIR --groups=0 " + nobody, 1, "one group at least"},
		{"transfer 1 2 0", 1, "it must be at least 1"},
		{"balances --timeout=300ms " + nobody, 1, "no NATS server answers"},
		{"load --clients=0", 1, "want at least 1 client"},
	} {
		args := strings.Fields(strings.ReplaceAll(test.args, "DIR", t.TempDir()))
		var out, messages bytes.Buffer
		if code := command.Run(args, &out, &messages); code != test.code || !strings.Contains(messages.String(), test.says) {
			t.Errorf("%q: exit code %d, want %d with %q\n%s", args, code, test.code, test.says, &messages)
		}
	}
}
