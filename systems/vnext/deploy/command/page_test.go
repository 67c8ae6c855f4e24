package command_test

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
)

const page = "../../../../docs/operating-vnext.md"

var (
	shell  = regexp.MustCompile("(?ms)^```sh$(.*?)^```$")
	called = regexp.MustCompile(`\./(extmgrd|extnoded|extctl) ([^|;\n]*)`)
	flags  = regexp.MustCompile(`--[a-z-]+`)
	metric = regexp.MustCompile("`(vnext_[a-z_]+)`")
)

// TestPageFlags: the flags that the operator's page uses exist.
func TestPageFlags(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	run := map[string]func([]string, io.Writer, io.Writer) int{
		"extmgrd": command.Manager, "extnoded": command.Node, "extctl": command.Tool,
	}
	seen := make(map[string]bool)
	for _, block := range shell.FindAllSubmatch(text, -1) {
		for _, call := range called.FindAllStringSubmatch(string(block[1]), -1) {
			name, args := call[1], strings.Fields(call[2])
			seen[name] = true
			help := []string{"--help"}
			if name == "extctl" {
				help = []string{args[0], "--help"}
			}
			var out, messages bytes.Buffer
			if code := run[name](help, &out, &messages); code != 0 {
				t.Errorf("%s %v: exit code %d\n%s", name, help, code, &messages)
			}
			for _, f := range flags.FindAllString(call[2], -1) {
				if !strings.Contains(out.String(), f) {
					t.Errorf("%s: the page has %s, which is no flag:\n%s", name, f, &out)
				}
			}
		}
	}
	if len(seen) != len(run) {
		t.Errorf("the page calls %v only", seen)
	}
}

// TestPageMetrics: the metrics that the page tells to look at are there.
func TestPageMetrics(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	names := deploy.MetricNames()
	found := metric.FindAllSubmatch(text, -1)
	for _, m := range found {
		if !names[string(m[1])] {
			t.Errorf("the page has %s, which is no metric", m[1])
		}
	}
	if len(found) == 0 {
		t.Error("the page has no metrics")
	}
}

// TestUsage: mistakes on the command line are told, with what to do.
func TestUsage(t *testing.T) {
	for _, test := range []struct {
		run  func([]string, io.Writer, io.Writer) int
		args []string
		code int
		says string
	}{
		{command.Manager, nil, 2, "--dir=DIR"},
		{command.Node, []string{"--dir=x"}, 2, "--id=NAME"},
		{command.Tool, nil, 2, "extctl --help"},
		{command.Tool, []string{"--timeout=100ms", "--mgr=127.0.0.1:1", "status"}, 1, "no answer from extmgr at 127.0.0.1:1: gave up after 100ms (--timeout): is it running there"},
		{command.Tool, []string{"get", "12"}, 1, `"12" is no extent: want 32 hexadecimal digits`},
		{command.Tool, []string{"put", "no-such-file"}, 1, "no such file"},
		{command.Manager, []string{"--dir=" + t.TempDir(), "--target=-1"}, 1, "Target is -1: want at least 1 replica"},
		{command.Node, []string{"--id=en1", "--dir=" + t.TempDir(), "--quota=-5"}, 1, "the quota is -5: want 0 or more bytes"},
		{command.Node, []string{"--id=en1", "--dir=" + t.TempDir(), "--listen=nonsense"}, 1, "want an address of this machine"},
		{command.Node, []string{"--id=en1", "--dir=" + t.TempDir(), "--mgr=nonsense"}, 1, `the address of the manager is "nonsense": want host and port`},
		{command.Tool, []string{"--mgr=nonsense", "ls"}, 1, `the address of the manager is "nonsense": want host and port`},
		{command.Node, []string{"--id=en1", "--dir=page_test.go"}, 1, "not a directory: want a folder that this process can make"},
		{command.Node, []string{"--id=extmgr", "--dir=" + t.TempDir()}, 1, "want two names"},
	} {
		var out, messages bytes.Buffer
		if code := test.run(test.args, &out, &messages); code != test.code || !strings.Contains(messages.String(), test.says) {
			t.Errorf("%q: exit code %d, want %d with %q\n%s", test.args, code, test.code, test.says, &messages)
		}
	}
}
