package difftest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/strategy"
)

// testedOnly are operations that are not compared with production: models and faults are not there, and a crash may come amid
// a handler, so that what it leaves in the fields is nobody's business.
var testedOnly = []OpKind{OpWrite, OpRead, OpOffer, OpWithdraw, OpCrash, OpRestart}

// TestSameOutcomesInProduction runs random programs in the production runtime. What the fields of the machines are in the
// end, and which kind of failure comes first, must be possible in the tester. Programs that can end in one way only must end
// so in both.
func TestSameOutcomesInProduction(t *testing.T) {
	compared, several, failing := 0, 0, 0
	for seed := range seeds(5 * *programs) { // most are discarded
		p := Generate(seed)
		if uses(p, testedOnly) {
			continue
		}
		want := tested(p, *most)
		if want == nil {
			continue
		}
		compared++
		if len(want) > 1 {
			several++
		}
		for range 5 {
			got := produced(t, p)
			if !want[got] {
				t.Fatalf("seed %d ends in\n%s\nwhich the tester does not reach:\n%s\n%s", seed, got, strings.Join(keys(want), "\n"), p)
			}
			if strings.HasPrefix(got, "!") {
				failing++
			}
		}
	}
	t.Logf("%d programs, %d with more than one end; %d runs failed", compared, several, failing)
	if *programs >= 400 && (compared < 100 || several < 20 || failing == 0) {
		t.Errorf("too few programs say anything")
	}
}

func uses(p *Program, kinds []OpKind) (found bool) {
	p.eachList(func(ops *[]*Op) {
		for _, o := range *ops {
			found = found || slices.Contains(kinds, o.Kind)
		}
	})
	return found
}

func keys(m map[string]bool) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// tested returns the ends of all executions of a program; nil if they are too many, or some does not end.
func tested(p *Program, most int) map[string]bool {
	c, err := compile(p)
	if err != nil {
		return nil
	}
	e := engine.New()
	defer e.Close()
	dfs := strategy.NewDFS(uint64(most))
	ends := map[string]bool{}
	for dfs.Start(strategy.Execution{MaxSteps: maxSteps}) {
		x := c.run()
		x.live = true
		o := e.Run(p.config(), dfs, engine.Program{Body: x.body})
		dfs.Finish(strategy.Result{})
		if o.Bounded {
			return nil
		}
		ends[x.end(o.Err)] = true
	}
	if !dfs.Exhausted() {
		return nil
	}
	return ends
}

// end is the kind of the first failure, or else what the machines' fields are. That somebody still waits, and that a monitor is
// hot, is no failure of a machine.
func (x *run) end(err error) string {
	if f := failure.Of(err); f != nil && f.Kind() != failure.KindDeadlock && f.Kind() != failure.KindLiveness {
		return "!" + f.Kind().String()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	var lines []string
	for _, a := range x.actors {
		lines = append(lines, fmt.Sprint(a.path, " ", a.V, " ", a.Fuel))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

// produced runs a program in production.
func produced(t *testing.T, p *Program) (end string) {
	c, err := compile(p)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		x := c.run()
		x.live = true
		f := &firstFailure{first: make(chan error, 1)}
		s, err := live.New(live.Options{Observer: f, Logger: slog.New(slog.DiscardHandler), Inboxes: p.inboxes()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Go("test", x.body); err != nil {
			t.Fatal(err)
		}
		select {
		case <-time.After(time.Minute): // all timers are a matter of milliseconds, and the fuel for them ends
			synctest.Wait()
			end = x.end(nil)
			over, cancel := context.WithTimeout(t.Context(), time.Second) // who waits for room may do so for ever
			defer cancel()
			_ = s.Stop(over)
		case err := <-f.first: // the others may go on for ever
			end = x.end(err)
			over, cancel := context.WithCancel(t.Context())
			cancel()
			_ = s.Stop(over)
		}
	})
	return end
}

// firstFailure passes on the first failure of a machine or a monitor.
type firstFailure struct {
	live.NoObserver
	first chan error
}

func (f *firstFailure) fails(err error) {
	select {
	case f.first <- err:
	default:
	}
}

func (f *firstFailure) Failed(x live.Failed)         { f.fails(x.Err) }
func (f *firstFailure) Violated(_ string, err error) { f.fails(err) }
