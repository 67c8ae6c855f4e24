package command_test

import (
	"bytes"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/command"
)

const page = "../../../../docs/operating-fabric.md"

var (
	shell  = regexp.MustCompile("(?ms)^```sh$(.*?)^```$")
	called = regexp.MustCompile(`\./fabricd ([a-z]+) ?([^|;\n]*)`)
	flags  = regexp.MustCompile(`--[a-z-]+`)
)

func run(args ...string) (code int, out, messages string) {
	var o, m bytes.Buffer
	p := command.Program{Name: "fabricd", Description: "A test.", Services: func() []local.Service { return nil }}
	code = p.Run(args, &o, &m)
	return code, o.String(), m.String()
}

// The commands and flags that the operator's page uses exist. What fabricd has of its own is tested there.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, block := range shell.FindAllSubmatch(text, -1) {
		for _, call := range called.FindAllStringSubmatch(string(block[1]), -1) {
			name := call[1]
			if name == "wordcount" {
				continue // fabricd's own
			}
			seen[name] = true
			code, out, messages := run(name, "--help")
			if code != 0 {
				t.Errorf("%s: exit code %d\n%s", name, code, messages)
			}
			for _, f := range flags.FindAllString(call[2], -1) {
				if f != "--text" && !strings.Contains(out, f) {
					t.Errorf("%s: the page has %s, which is no flag:\n%s", name, f, out)
				}
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("the page calls %v", seen)
	}
}

// A cluster that has not begun yet is not whole, though no partition lacks anything.
func TestStatusBeforeTheBegin(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nodes := map[string]string{"a": l.Addr().String(), "b": "127.0.0.1:1", "c": "127.0.0.1:2"}
	n, err := local.Start(local.Config{Node: "a", Nodes: nodes, Listener: l, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	code, out, messages := run("status", "--nodes=a="+l.Addr().String())
	if code != 1 || !strings.Contains(messages, "no partitions yet") {
		t.Errorf("exit code %d, %s%s", code, out, messages)
	}
	if err := n.Stop(); err != nil {
		t.Error(err)
	}
}

// Mistakes on the command line are told, with what to do.
func TestUsage(t *testing.T) {
	three := "--nodes=a=127.0.0.1:1;b=127.0.0.1:2;c=127.0.0.1:3"
	dir := "--dir=" + t.TempDir()
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{nil, 2, "expected one of"},
		{[]string{"run", "a"}, 2, "--dir=DIR"},
		{[]string{"run", "x", three, dir}, 1, `"x" is not in Nodes, which has [a b c]`},
		{[]string{"run", "a", "--nodes=a=127.0.0.1:1;b=127.0.0.1:2", dir}, 1, "2 nodes: take an odd number"},
		{[]string{"run", "a", three, dir, "--lease=1ms"}, 1, "a Lease of 1ms is too short"},
		{[]string{"run", "a", three, dir, "--listen=127.0.0.1:none"}, 1, "listen"},
		{[]string{"status", three, "--timeout=100ms"}, 1, "no node answers"},
		{[]string{"call", "nobody", "hello", three, "--timeout=100ms"}, 1, "no primary is known"},
	} {
		if code, _, messages := run(test.args...); code != test.code || !strings.Contains(messages, test.says) {
			t.Errorf("%v: exit code %d, %s", test.args, code, messages)
		}
	}
}
