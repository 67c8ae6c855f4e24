package difftest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// search is an exhaustive strategy.
type search interface {
	strategy.Strategy
	strategy.FaultPicker
	strategy.Finisher
	Exhausted() bool
	Err() error
}

// ends are the ways in which the executions of a program end: states by what can be observed and by fingerprint, and
// failures. Pruned executions have no end.
type ends struct {
	outcomes   map[string][]uint32 // with the choices that led there first
	executions int
	pruned     int
	full       bool
	err        error
}

// endsOf runs the executions of a program under a search. Run runs one, and returns what tells how it ended.
func endsOf(s search, limit int, run func(*engine.Engine) (engine.Outcome, func() string)) ends {
	r := ends{outcomes: map[string][]uint32{}}
	e := engine.New()
	defer e.Close()
	for s.Start(strategy.Execution{MaxSteps: maxSteps}) {
		if r.executions == limit {
			return r
		}
		o, tell := run(e)
		s.Finish(strategy.Result{Bounded: o.Bounded})
		r.executions++
		if o.Bounded {
			r.err = errors.New("does not end")
			return r
		}
		if o.Pruned {
			r.pruned++
			continue
		}
		text := tell()
		if o.Err == nil {
			text += fmt.Sprintf("\n%x", o.State)
		}
		if r.outcomes[text] == nil {
			r.outcomes[text] = append([]uint32{}, o.Choices...)
		}
	}
	r.err, r.full = s.Err(), s.Exhausted()
	return r
}

// programEnds runs the executions of a program under a search.
func programEnds(p *Program, s search, limit int) ends {
	c, err := compile(p)
	if err != nil {
		return ends{err: err}
	}
	cfg := p.config()
	cfg.Fingerprint = true
	return endsOf(s, limit, func(e *engine.Engine) (engine.Outcome, func() string) {
		x := c.run()
		o := e.Run(cfg, s, engine.Program{Body: x.body})
		return o, func() string { return x.viewer(e).outcome(o.Err) }
	})
}

// compare tells what differs from the ends that a reduction has found, "" if nothing does.
func (all *ends) compare(some *ends, wasted int) string {
	switch {
	case some.err != nil:
		return some.err.Error()
	case !some.full:
		return "not exhausted"
	case some.executions > all.executions+wasted:
		return fmt.Sprintf("%d executions, %d of them wasted; DFS has %d", some.executions, wasted, all.executions)
	}
	var lines []string
	for o := range all.outcomes {
		if some.outcomes[o] == nil {
			lines = append(lines, fmt.Sprintf("missing, though reached by %d: %s", all.outcomes[o], o))
		}
	}
	for o := range some.outcomes {
		if all.outcomes[o] == nil {
			lines = append(lines, "extra: "+o)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// timekeeper is a DPOR that takes the program for one that reads the clock: how long an armed timer still has in the end,
// when its last tick was never read, depends on it.
type timekeeper struct{ *strategy.DPOR }

func (s timekeeper) Executed(op *strategy.Op, did []strategy.Action) {
	if op.Index == 0 {
		did = append(slices.Clip(did), strategy.Action{Kind: strategy.Read, Object: strategy.Clock})
	}
	s.DPOR.Executed(op, did)
}

func (p *Program) has(k OpKind) (yes bool) {
	p.eachList(func(ops *[]*Op) {
		for _, o := range *ops {
			yes = yes || o.Kind == k
		}
	})
	return yes
}

// reduction compares DPOR with the enumeration of all schedules of a program. Fault tells what differs.
func reduction(p *Program, limit int) (all, some ends, fault string) {
	all = programEnds(p, strategy.NewDFS(0), limit)
	if !all.full || all.err != nil {
		return all, some, ""
	}
	d := strategy.NewDPOR()
	by := search(d)
	if p.has(OpEvery) {
		by = timekeeper{d}
	}
	some = programEnds(p, by, 3*limit)
	fault = all.compare(&some, int(d.Wasted()))
	return all, some, fault
}

// found are the seeds of programs with ends that the reduction once missed: an event in place of the default handler; an
// early timer; the crash of a machine whose next step slept; the time that an armed timer has left.
var found = []uint64{35, 1478, 2005556, 2006913}

// TestReductionReachesAllEnds compares random programs. A campaign is, for instance,
//
//	go test ./internal/engine/difftest -run Reduction -v -timeout 2h -first 1000000 -programs 50000 -most 4000
func TestReductionReachesAllEnds(t *testing.T) {
	compared, several, differ := 0, 0, 0
	executions := map[string]int{}
	for i, seed := range slices.AppendSeq(slices.Clone(found), seeds(*programs)) {
		p := Generate(seed)
		all, some, fault := reduction(p, max(*most, 2000*number(i < len(found))))
		if !all.full {
			continue
		}
		compared++
		if fault != "" {
			differ++
			if differ <= 3 {
				p = Shrink(p, func(q *Program) bool { _, _, f := reduction(q, *most); return f != "" })
				_, _, fault = reduction(p, *most)
				t.Errorf("seed %d\n%s\n%s", seed, p, fault)
			}
			continue
		}
		if len(all.outcomes) > 1 {
			several++
		}
		executions["dfs"] += all.executions
		executions["dpor"] += some.executions
		executions["blocked"] += some.pruned
		executions["ends"] += len(all.outcomes)
	}
	t.Logf("%d programs compared, %d with several ends, %d differ; %v", compared, several, differ, executions)
}

// TestReductionOfSketches compares sketches.
func TestReductionOfSketches(t *testing.T) {
	compared, several, differ, executions := 0, 0, 0, [3]int{}
	for seed := *first; seed < *first+*programs; seed++ {
		s := newSketch(seed)
		all := sketchEnds(s, strategy.NewDFS(0), *most)
		if !all.full || all.err != nil {
			continue
		}
		compared++
		d := strategy.NewDPOR()
		some := sketchEnds(s, d, 3**most)
		if fault := all.compare(&some, int(d.Wasted())); fault != "" {
			if differ++; differ <= 3 {
				t.Errorf("seed %d\n%+v\n%s", seed, *s, fault)
			}
			continue
		}
		if len(all.outcomes) > 1 {
			several++
		}
		executions[0] += all.executions
		executions[1] += some.executions
		executions[2] += some.pruned
	}
	t.Logf("%d sketches compared, %d with several ends, %d differ; executions by dfs, by dpor, blocked ones among these: %d", compared, several, differ, executions)
}

// sketchEnds runs the executions of a sketch under a search.
func sketchEnds(s *sketch, by search, limit int) ends {
	return endsOf(by, limit, func(e *engine.Engine) (engine.Outcome, func() string) {
		d := &drawing{s: s}
		o := e.Run(s.cfg, by, engine.Program{Body: d.body})
		return o, func() string { return d.end(e, o.Err) }
	})
}
