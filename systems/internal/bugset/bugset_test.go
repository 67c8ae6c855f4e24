package bugset_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/internal/bugset"
)

type Bugs uint8

const (
	skipCheck Bugs = 1 << iota
	loseReply
	numBugs = iota
)

var names = []string{"SkipCheck", "LoseReply"}

func TestString(t *testing.T) {
	for b, want := range map[Bugs]string{
		0:                     "",
		loseReply:             "LoseReply",
		skipCheck | loseReply: "SkipCheck|LoseReply",
		skipCheck | 0xc0:      "SkipCheck|Bugs(0xc0)",
		1 << numBugs:          "Bugs(0x4)",
	} {
		if got := bugset.String(b, names); got != want {
			t.Errorf("%#x: %q, want %q", uint8(b), got, want)
		}
	}
}

// Every bit may have a name: nothing is left then.
func TestFull(t *testing.T) {
	all := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	if got := bugset.String(Bugs(0x81), all); got != "a|h" {
		t.Error(got)
	}
	if err := bugset.Check(Bugs(0xff), 0xff); err != nil {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	const known = 1<<numBugs - 1
	for b := range Bugs(known + 1) {
		if err := bugset.Check(b, known); err != nil {
			t.Error(err)
		}
	}
	const want = "bugset_test: Bugs has unknown bits 0x84: combine the named ones"
	if err := bugset.Check(skipCheck|0x84, known); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
