package check

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// repeatEvery is how often an execution is run a second time, to see whether it is the same.
const repeatEvery = 1000

// executeAlone runs execution 0 twice alone and once on every worker at the same time, before anything is believed. It
// returns the first estimates.
func (x *explorer) executeAlone(workers int) (est strategy.Execution) {
	w := x.workers[0]
	first := x.probe(w, true)
	if first.err != nil && failure.Of(first.err).Kind() == failure.KindUncontrolledGoroutine {
		x.first = found{err: first.err}
		x.limit.Store(0)
		return est
	}
	second := x.probe(w, false)
	est = strategy.Execution{Length: first.picks, Steps: first.steps, Ops: first.ops}
	if d := first.differs(&second); d != nil {
		x.nondeterministic(d)
		return est
	}
	if workers > 1 {
		x.besideOthers(workers, &first)
	}
	return est
}

// probe is one execution 0 with everything kept that can be compared.
type probe struct {
	err               error
	events            []engine.Event
	picks, steps, ops int
}

func (x *explorer) probe(w *worker, lookForGoroutines bool) probe {
	before := runtime.NumGoroutine()
	known := map[string]bool{}
	coros := w.eng.Coroutines()
	o, _, _ := w.run(x.execution(0, strategy.Execution{}), mode{record: true, check: true, fingerprint: lookForGoroutines, reach: lookForGoroutines})
	p := probe{o.Err, append([]engine.Event(nil), o.Events...), o.Picks, o.Steps, o.Ops}
	if lookForGoroutines {
		if o.Shared != nil {
			x.report.note("shared memory: " + o.Shared.Error())
		}
		if err := strayGoroutine(before+w.eng.Coroutines()-coros, known); err != nil {
			p.err = err
		}
	}
	return p
}

var address = regexp.MustCompile(`0x[0-9a-f]+`)

// differs returns the first difference of two executions that should be the same.
func (p *probe) differs(q *probe) *failure.Nondeterminism {
	for i := range max(len(p.events), len(q.events)) {
		a, b := "the execution is over", "the execution is over"
		step := 0
		if i < len(p.events) {
			a, step = tell(&p.events[i]), p.events[i].Step
		}
		if i < len(q.events) {
			b, step = tell(&q.events[i]), q.events[i].Step
		}
		if a != b {
			return &failure.Nondeterminism{Site: failure.Site{Step: step}, First: a, Second: b}
		}
	}
	return nil
}

// tell is one event as a line; addresses may differ.
func tell(e *engine.Event) string {
	s := fmt.Sprintf("%s: %v", e.Who, e.Kind)
	for _, part := range []string{e.Type, e.Value, e.Peer, e.From, e.To} {
		if part != "" {
			s += " " + part
		}
	}
	return address.ReplaceAllString(s, "0x")
}

func (x *explorer) nondeterministic(d *failure.Nondeterminism) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.report.Nondeterminism == nil {
		x.report.Nondeterminism = d
	}
	x.alone = true
}

// besideOthers runs execution 0 on several workers at once: if it differs then, executions share something.
func (x *explorer) besideOthers(n int, alone *probe) {
	for len(x.workers) < n {
		x.workers = append(x.workers, newWorker(x.cfg, x.body, x.outer))
	}
	got := make([]probe, n)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i] = x.probe(x.workers[i], false) })
	}
	wg.Wait()
	for i := range got {
		if d := alone.differs(&got[i]); d != nil {
			d.Concurrent = true
			x.report.note("executions disturb each other: " + d.Error() + "; the run goes on with one worker (check.Serial() says that this is meant)")
			x.alone = true
			for _, w := range x.workers[1:] {
				w.close()
			}
			x.workers = x.workers[:1]
			return
		}
	}
}

// repeat runs an execution a second time.
func (x *explorer) repeat(w *worker, k uint64, est strategy.Execution, o *engine.Outcome) {
	steps, choices, picks := o.Steps, hashChoices(o.Choices), o.Picks
	again, _, _ := w.run(x.execution(k, est), mode{})
	if again.Steps == steps && hashChoices(again.Choices) == choices && again.Picks == picks && again.Err == nil {
		return
	}
	x.nondeterministic(&failure.Nondeterminism{
		Site:   failure.Site{Step: min(steps, again.Steps)},
		First:  fmt.Sprintf("execution %d had %d steps and %d choices", k, steps, picks),
		Second: fmt.Sprintf("it had %d steps and %d choices", again.Steps, again.Picks),
	})
}

// strayGoroutine reports a goroutine that the body has started and that still runs.
func strayGoroutine(expected int, _ map[string]bool) error {
	for range 50 {
		if runtime.NumGoroutine() <= expected {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	for _, g := range strings.Split(string(buf), "\n\n") {
		creator, place := createdBy(g)
		if creator == "" || harmless(creator) {
			continue
		}
		lines := strings.Split(g, "\n")
		name := ""
		if len(lines) >= 3 {
			name = function(lines[len(lines)-4])
		}
		return &failure.UncontrolledGoroutine{Site: failure.Site{Place: place}, Name: name, Stack: g}
	}
	return nil
}

// harmless are creators of goroutines that are not the body's: the test framework, the runtime, and Ravel.
func harmless(creator string) bool {
	for _, p := range []string{"testing.", "runtime.", "iter.", "os/signal.", "github.com/ravelgo/ravel/check.", "github.com/ravelgo/ravel/internal/", "main.main", "sync.(*WaitGroup)"} {
		if strings.HasPrefix(creator, p) && !strings.Contains(creator, "check.Test") {
			return true
		}
	}
	return false
}

func function(line string) string {
	if i := strings.LastIndex(line, "("); i > 0 {
		return line[:i]
	}
	return line
}

// createdBy reads the last frame of a goroutine's stack: who started it, and where.
func createdBy(stack string) (string, failure.Place) {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	if len(lines) < 2 {
		return "", failure.Place{}
	}
	by, ok := strings.CutPrefix(lines[len(lines)-2], "created by ")
	if !ok {
		return "", failure.Place{}
	}
	by, _, _ = strings.Cut(by, " in goroutine")
	file, _, _ := strings.Cut(strings.TrimSpace(lines[len(lines)-1]), " +0x")
	p := failure.Place{File: file, Func: by}
	if i := strings.LastIndex(file, ":"); i > 0 {
		p.File = file[:i]
		fmt.Sscanf(file[i+1:], "%d", &p.Line)
	}
	return by, p
}
