package explorertest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/strategy/delaying"
	"github.com/ravelgo/ravel/strategy/delaying/explorertest"
)

func TestEveryExplorerIsSound(t *testing.T) {
	for _, name := range delaying.Names() {
		t.Run(name, func(t *testing.T) { explorertest.Soundness(t, delaying.Named(name)) })
	}
}

// failure keeps what a test would fail with.
type failure struct {
	testing.TB
	text string
}

func (f *failure) Helper() {}

func (f *failure) Errorf(format string, args ...any) { f.text = fmt.Sprintf(format, args...) }

// broken is RR with a defect.
type broken struct {
	delaying.RR
	Defect string
	Asked  int
	Since  int // delays since the last step
	Kept   []delaying.ID
	Cloned bool
}

var global int

func (b *broken) Clone() delaying.Explorer {
	switch b.Defect {
	case "clone type":
		return b.RR.Clone()
	case "clone shares":
		c := delaying.Copy(b)
		c.Kept, c.Cloned = b.Kept, true
		return c
	}
	return delaying.Copy(b)
}

func (b *broken) Step(delaying.ID) { b.Since = 0 }

func (b *broken) Start(id, creator delaying.ID) {
	b.Kept = append(b.Kept, id)
	b.RR.Start(id, creator)
}

func (b *broken) Blocked(id delaying.ID) {
	if b.Defect != "disabled" {
		b.RR.Blocked(id)
	}
}

func (b *broken) Enabled(id delaying.ID) {
	if b.Defect != "lost" && b.Defect != "disabled" {
		b.RR.Enabled(id)
	}
}

func (b *broken) Delay() {
	b.Since++
	switch {
	case b.Defect == "repeats" && b.Since == 2:
		return
	case b.Defect == "skips" && b.Since == 2:
		b.RR.Delay()
	case b.Defect == "clone shares":
		b.Kept[0] = 1 << 20
	}
	b.RR.Delay()
}

func (b *broken) Next() delaying.ID {
	b.Asked++
	global++
	switch {
	case b.Defect == "moody" && b.Asked%7 == 6:
		c := delaying.NewRR()
		*c = *b.RR.Clone().(*delaying.RR)
		c.Delay()
		return c.Next()
	case b.Defect == "clone shares" && b.Kept[0] == 1<<20 && !b.Cloned:
		return 1 << 20
	case b.Defect == "global" && global%3 == 0:
		b.RR.Delay()
	}
	return b.RR.Next()
}

func (b *broken) Told(_ delaying.ID, call string, args []any) {
	if call == "reverse" && b.Defect == "told" {
		b.RR.Blocked(args[0].([]delaying.ID)[0])
	}
}

func TestSoundnessFindsDefects(t *testing.T) {
	reverse := explorertest.Call{Name: "reverse", Args: func(_ *rand.Rand, ids []delaying.ID) []any {
		return []any{slices.Clone(ids)}
	}}
	for defect, want := range map[string]string{
		"":             "",
		"skips":        "twice in one state",
		"repeats":      "twice in one state",
		"lost":         "twice in one state",
		"disabled":     "but the enabled machines are",
		"moody":        "asked again",
		"clone type":   "Clone of a *explorertest_test.broken is a *delaying.RR",
		"clone shares": "when the clone had been delayed",
		"global":       "",
		"told":         "in one state",
	} {
		f := new(failure)
		explorertest.Soundness(f, func(uint64) delaying.Explorer { return &broken{Defect: defect} }, reverse)
		if !strings.Contains(f.text, want) || (f.text == "") != (defect == "") {
			t.Errorf("defect %q: %q, expected %q", defect, f.text, want)
		}
	}
}

// An explorer that draws from a generator of its own is not the same when it is made again.
func TestSoundnessFindsHiddenRandomness(t *testing.T) {
	f := new(failure)
	n := uint64(0)
	explorertest.Soundness(f, func(uint64) delaying.Explorer {
		n++
		return delaying.NewPRR(n)
	})
	if !strings.Contains(f.text, "another explorer of the same seed") {
		t.Errorf("%q", f.text)
	}
}
