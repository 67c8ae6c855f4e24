package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/internal/coverage"
)

const savedCoverage = "../../internal/coverage/testdata/coverage.json"

func TestCoverFiles(t *testing.T) {
	t.Parallel()
	both := filepath.Join(t.TempDir(), "both.json")
	r := ravel(t, ".", nil, "cover", savedCoverage, savedCoverage, "--cover", both)
	if r.code != cli.Clean || r.err != "" {
		t.Fatalf("exit %d, %s", r.code, r.err)
	}
	has(t, "output", r.out, `^kv\.Server +2/3 +4/8 +1/3 +50 +100$`, `^never visited$`, `^    state Frozen, with its 2 pairs +/src/kv/server\.go:19$`,
		`^kv\.TestWrites +900 +700 `)
	text, err := os.ReadFile(both)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := coverage.Decode(text); err != nil || c.Executions != 2000 {
		t.Errorf("%+v, %v", c, err)
	}
	r = ravel(t, ".", nil, "cover", both, "--machine", "Repair$")
	has(t, "output", r.out, `^kv_test\.Repair +2/2 `, `^everything that is declared was visited$`)
	if strings.Contains(r.out, "Server") {
		t.Errorf("other machines are there:\n%s", r.out)
	}
	r = ravel(t, ".", nil, "cover", both, "--diagram", "mermaid", "--machine", "Server")
	has(t, "output", r.out, `^flowchart TD$`, `m0s0 -->\|"kv.Shutdown ×80"\| m0s1`, `m0s0 -.->\|"push: kv.Freeze \(never\)"\| m0s2`)
	r = ravel(t, ".", nil, "cover", both, "--diagram=dot")
	has(t, "output", r.out, `^digraph machines {$`, `style=dashed`)
}

func TestCoverMistakes(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.json")
	write(t, bad, "{}")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"cover", bad}, "ravel test --cover FILE writes one"},
		{[]string{"cover", savedCoverage, "./..."}, "either packages are run or files are added up"},
		{[]string{"cover", savedCoverage, "--diagram=svg"}, "there are mermaid and dot"},
		{[]string{"cover", savedCoverage, "--machine=("}, "--machine=("},
		{[]string{"cover", savedCoverage, "--machine=Nobody"}, "no machine or monitor that was run is called so"},
		{[]string{"cover", savedCoverage, "--", "-v"}, "files are not run"},
		{[]string{"cover", savedCoverage, "--cover", filepath.Join(bad, "x")}, "--cover: "},
	} {
		r := ravel(t, ".", nil, c.args...)
		text := strings.Join(strings.Fields(r.err), " ")
		if r.code != cli.Usage || !strings.Contains(text, c.want) || r.out != "" {
			t.Errorf("%q: exit %d, %s%s", c.args, r.code, r.out, r.err)
		}
	}
}

// The table is all that stands on the standard output: what tests print goes elsewhere.
func TestCoverPackages(t *testing.T) {
	t.Parallel()
	dir := fixture(t)
	file := filepath.Join(dir, "bad.json")
	r := ravel(t, dir, alone, "cover", "./bad", "./good", "--schedules=50", "--strategy=random", "--seed=1", "--control=off", "--cover", file)
	if r.code != cli.Found {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
	has(t, "standard error", r.err, `^--- FAIL: TestOrder`, `^--- PASS: TestPing`)
	has(t, "output", r.out, `^machine +states +pairs`, `^good\.\w+ +`, `^bad\.TestOrder`, `^good\.TestPing +50 `)
	if strings.Contains(r.out, "--- ") {
		t.Errorf("tests print among the table:\n%s", r.out)
	}
	again := ravel(t, dir, alone, "cover", file)
	if again.code != cli.Clean || again.out != r.out {
		t.Errorf("the saved file shows something else:\n%s", again.out)
	}
	r = ravel(t, dir, alone, "cover", "./good", "--run=Plain", "--control=off")
	if r.code != cli.Clean || r.out != "" || !strings.Contains(r.err, "no test was explored") {
		t.Errorf("without a Ravel test: exit %d, %s%s", r.code, r.out, r.err)
	}
}
