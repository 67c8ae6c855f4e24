package strategy_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// learners are all strategies of the package that learn.
var learners = []string{"urw", "surw", "feedback", "feedback:pos", "ql", "ss", "ss:rr", "portfolio", "portfolio:ss:rr,ql,feedback:pos,urw"}

// travelling is a strategy whose lessons can be encoded.
type travelling interface {
	strategy.Strategy
	strategy.LessonCodec
}

func learner(t testing.TB, spec string) travelling {
	t.Helper()
	factory, err := strategy.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	c, ok := factory().(travelling)
	if !ok {
		t.Fatalf("the lessons of %s cannot be encoded", spec)
	}
	return c
}

func TestEveryLearnerHasACodec(t *testing.T) {
	known := map[string]bool{}
	for _, spec := range learners {
		known[spec] = true
		learner(t, spec)
	}
	for _, e := range strategy.List() {
		factory, err := strategy.Parse(e.Name)
		if err != nil {
			continue // it wants a parameter
		}
		if _, learns := factory().(strategy.Learner); learns && !known[e.Name] {
			t.Errorf("%s learns and is not tested", e.Name)
		}
	}
}

// Who is taught what was encoded and decoded does what the one does that was taught the lessons themselves.
func TestLessonsTravel(t *testing.T) {
	for _, spec := range learners {
		for _, p := range Programs() {
			home, abroad, lessons := learner(t, spec), learner(t, spec), 0
			sim := NewSimulator(t, p)
			for from, round := uint64(0), 0; from < 600; round++ {
				n := uint64(home.Round())
				if n == 0 {
					n = 100
				}
				if m := uint64(abroad.Round()); m != 0 && m != n {
					t.Fatalf("%s, %s: rounds of %d and %d", spec, p.Name, n, m)
				}
				var all, sent []any
				for k := from; k < from+n; k++ {
					e := strategy.Execution{K: k, Run: 1, Seed: SeedOf(1, k), Length: 10, MaxSteps: 60}
					want := sim.Run(home, e).Clone()
					if l := home.Lesson(); l != nil {
						b := home.AppendLesson(nil, l)
						got, err := abroad.ReadLesson(b)
						if err != nil {
							t.Fatalf("%s, %s: execution %d: %v", spec, p.Name, k, err)
						}
						if again := abroad.AppendLesson(nil, got); !bytes.Equal(again, b) {
							t.Fatalf("%s, %s: execution %d: encoded as %x, and after decoding as %x", spec, p.Name, k, b, again)
						}
						clear(b) // nothing refers to it
						all, sent = append(all, l), append(sent, got)
					}
					if got := sim.Run(abroad, e); got.Key() != want.Key() {
						t.Fatalf("%s, %s: execution %d is %s, with lessons that travelled %s", spec, p.Name, k, want.Key(), got.Key())
					}
				}
				lessons += len(all)
				if len(all) > 0 {
					home.Learn(all)
					abroad.Learn(sent)
				}
				from += n
			}
			if lessons == 0 {
				t.Errorf("%s, %s: no lessons", spec, p.Name)
			}
		}
	}
}

// The encodings are part of the protocol of worker processes (package check): whoever changes them counts its version up.
func TestLessonsGolden(t *testing.T) {
	var b bytes.Buffer
	for _, spec := range learners {
		s := learner(t, spec)
		sim := NewSimulator(t, Programs()[0])
		for k := range uint64(6) {
			sim.Run(s, strategy.Execution{K: k, Run: 1, Seed: SeedOf(1, k), Length: 10, MaxSteps: 60})
			if l := s.Lesson(); l != nil {
				fmt.Fprintf(&b, "%s %d %s\n", spec, k, hex.EncodeToString(s.AppendLesson(nil, l)))
			}
		}
	}
	golden := filepath.Join("testdata", "lessons.txt")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("the encodings differ from %s; if they may, run with -update:\n%s", golden, b.Bytes())
	}
}

// Whatever is read is refused, or is the encoding of what was read.
func FuzzReadLesson(f *testing.F) {
	for i, spec := range learners {
		s := learner(f, spec)
		sim := NewSimulator(f, Programs()[0])
		for k := range uint64(4) {
			sim.Run(s, strategy.Execution{K: k, Run: 1, Seed: SeedOf(1, k), Length: 10, MaxSteps: 60})
			if l := s.Lesson(); l != nil {
				b := s.AppendLesson(nil, l)
				f.Add(i, b)
				f.Add(i, b[:len(b)-1])
			}
		}
	}
	f.Fuzz(func(t *testing.T, i int, b []byte) {
		if i < 0 || i >= len(learners) {
			t.Skip()
		}
		s := learner(t, learners[i])
		l, err := s.ReadLesson(b)
		if err != nil {
			return
		}
		if again := s.AppendLesson(nil, l); !bytes.Equal(again, b) {
			t.Errorf("%s: %x was read, which is encoded as %x", learners[i], b, again)
		}
	})
}
