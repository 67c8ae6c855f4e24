package difftest

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

var printed = flag.Uint64("printed", 60, "number of random programs whose fingerprints are checked")

func sorted(lines []string) string {
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestFingerprints checks that fingerprints are equal exactly when states are, over all states that random programs reach.
func TestFingerprints(t *testing.T) {
	n := fingerprints(t, *first, *printed)
	bounded := fingerprints(t, *first|Bounds, *printed/2)
	t.Logf("%d states, and %d of programs with bounded inboxes", n, bounded)
}

// fingerprints checks so many programs from a seed on, and counts their states.
func fingerprints(t *testing.T, seed, most uint64) int {
	t.Helper()
	states, programs := 0, uint64(0)
	for ; programs < most; seed++ {
		p := Generate(seed)
		if e, err := Engine(p, 150); err != nil || !e.Full || e.Bounded {
			continue
		}
		programs++
		n, fault := clash(p)
		states += n
		if fault != "" {
			p = Shrink(p, func(q *Program) bool {
				e, err := Engine(q, 150)
				if err != nil || !e.Full || e.Bounded {
					return false
				}
				_, f := clash(q)
				return f != ""
			})
			_, fault = clash(p)
			t.Fatalf("seed %d\n%s\n%s", seed, p, fault)
		}
	}
	return states
}

// clash looks for two states with one fingerprint, or one state with two, and counts the states.
func clash(p *Program) (int, string) {
	c, err := compile(p)
	if err != nil {
		return 0, ""
	}
	b := &book{states: map[[2]uint64]string{}, prints: map[string][2]uint64{}}
	e := engine.New()
	defer e.Close()
	// An execution that is cut after k steps shows its last state: every state is the last one of some cut.
	for k, full := 1, false; !full && b.fault == ""; k++ {
		full = true
		cfg := p.config()
		cfg.MaxSteps, cfg.Fingerprint = k, true
		s := &forgetful{DFS: strategy.NewDFS(0)}
		for s.Start(strategy.Execution{MaxSteps: k}) {
			s.x = c.run()
			s.x.history, s.x.engine = true, e
			o := e.Run(cfg, s, engine.Program{Body: s.x.body})
			s.Finish(strategy.Result{})
			full = full && !o.Bounded
			if o.Err == nil {
				b.enter(e, s.x)
			}
		}
	}
	return len(b.states), b.fault
}

// forgetful is a depth-first search that clears what handlers have learned once they are done.
type forgetful struct {
	*strategy.DFS
	x *run
}

func (s *forgetful) Executed(op *strategy.Op, did []strategy.Action) {
	s.DFS.Executed(op, did)
	for _, a := range s.x.actors {
		if a.live.at == 0 && !a.fn {
			a.past = nil
		}
	}
}

// book keeps the states that were met.
type book struct {
	states map[[2]uint64]string
	prints map[string][2]uint64
	fault  string
}

func (b *book) enter(e *engine.Engine, x *run) {
	hi, lo := e.Fingerprint()
	fp := [2]uint64{hi, lo}
	v := x.viewer(e)
	is, was := v.exact(false), v.exact(true)
	if other, ok := b.states[fp]; ok && other != is {
		b.fault = "one fingerprint for\n" + other + "\nand for\n" + is
	}
	if other, ok := b.prints[was]; ok && other != fp {
		b.fault = "two fingerprints for\n" + was
	}
	b.states[fp], b.prints[was] = is, fp
}
