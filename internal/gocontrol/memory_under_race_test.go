package gocontrol_test

import (
	"os"
	"strings"
	"testing"
)

// TestMemoryUnderRace runs TestMemoryPoints in a child process that is built with the race detector.
func TestMemoryUnderRace(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		t.Skip("this is the child process")
	}
	if testing.Short() {
		t.Skip("with -short, nothing is built with the race detector")
	}
	b := build(t, "", "-race")
	cmd := b.command(t, "-test.run=^TestMemoryPoints$", "RAVEL_GOCONTROL_MEMORY=1", "GORACE=exitcode=0")
	out, err := cmd.CombinedOutput()
	for _, want := range []string{"memory points: as wanted", "WARNING: DATA RACE", "memory_test.go:", "counter: "} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("%v, without %q:\n%s", err, want, out)
		}
	}
}
