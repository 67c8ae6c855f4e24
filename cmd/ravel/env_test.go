package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// A shell that evaluates the output has the variables, whatever is in them.
func TestEnvInAShell(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	odd := `it's "odd" $HOME` + " `x` \\ ;\n&"
	r := ravel(t, "", []string{"GOENV=off", "GOFLAGS=-tags=a,b -v", "RAVEL_ODD=" + odd, "RAVEL_TIME=9s", "RAVEL_EMPTY=", "RAVEL_ATTR=progress"},
		"env", "--time", "3s", "--strategy", "pct:3")
	if r.code != cli.Clean || r.err != "" {
		t.Fatalf("exit %d, %s", r.code, r.err)
	}
	cmd := exec.Command(sh, "-c", `eval "$1"; printf '%s|' "$GOFLAGS" "$RAVEL_TIME" "$RAVEL_STRATEGY" "$RAVEL_ODD"`, "sh", r.out)
	out, err := cmd.Output()
	if want := "-tags=a,b -v -count=1 -timeout=0|3s|pct:3|" + odd + "|"; err != nil || string(out) != want {
		t.Errorf("%v\ngot  %s\nwant %s\nof   %s", err, out, want, r.out)
	}
	if strings.Contains(r.out, "RAVEL_EMPTY") || strings.Contains(r.out, "RAVEL_ATTR") {
		t.Errorf("too much:\n%s", r.out)
	}
}

func TestEnvJSON(t *testing.T) {
	t.Parallel()
	r := ravel(t, "", []string{"GOENV=off", "GOFLAGS=-count=3 -timeout=5s", "RAVEL_ODD=<&>"}, "env", "--json", "--schedules", "7")
	var got map[string]string
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || r.code != cli.Clean || r.err != "" {
		t.Fatalf("exit %d, %v, %s%s", r.code, err, r.out, r.err)
	}
	want := map[string]string{"GOFLAGS": "-count=3 -timeout=5s", "RAVEL_SCHEDULES": "7", "RAVEL_ODD": "<&>"}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
}

// The go command takes the GOFLAGS, not only go test: an editor runs all of it with them.
func TestGoTakesTheFlags(t *testing.T) {
	t.Parallel()
	dir := sharedFixture(t)
	flags := (&envCommand{settings: settings{Time: new(string)}}).goFlags("")
	for _, command := range []string{"build", "vet", "test", "test"} { // the second time, the test would be cached
		cmd := exec.Command("go", command, "./plain")
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOFLAGS="+flags)
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "(cached)") {
			t.Errorf("go %s: %v\n%s", command, err, out)
		}
	}
}
