package check

import (
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

// TestControlledFresh: an execution is the same in a process of its own as here, from its choices and from its record.
func TestControlledFresh(t *testing.T) {
	control(t)
	body := func(t *T) {
		var n atomic.Int64
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { n.Store(n.Load() + 1) })
		}
		wg.Wait()
		t.Logf("%d", t.Int(10))
		t.Assert(n.Load() == 2, "an update is lost")
	}
	cfg := &Config{Seed: 3, Seeded: true, Goroutines: true, Strategy: "random"}
	cfg.identify(t, body)
	if err := cfg.normalize(true); err != nil {
		t.Fatal(err)
	}
	if worked(t, cfg, body) {
		return
	}
	x := newExplorer(cfg, body, t)
	defer x.close()
	if x.watchGoroutines(); x.broken != nil {
		t.Fatal(x.broken)
	}
	failed := 0
	for k := range uint64(25) {
		w := x.workers[0]
		w.use(cfg.Custom())
		o, _ := w.run(x.execution(k, strategy.Execution{}), mode{record: true, check: true})
		f := &Failure{Err: o.Err, Execution: k}
		f.fill(cfg, &o)
		like, err := trialLike(&f.Record)
		if err != nil {
			t.Fatal(err)
		}
		of := trialOf(k, slices.Clone(o.Choices))
		of.events = true
		for how, m := range map[string]*trial{"choices": of, "record": like} {
			out, err := x.fresh(m)
			if err != nil {
				t.Fatal(err)
			}
			if out.steps != o.Steps || out.picks != o.Picks || out.digest != o.Digest || !slices.Equal(out.choices, o.Choices) || out.stale != "" {
				t.Errorf("execution %d, from its %s: %+v, want %+v", k, how, out, o)
			}
			if (out.err == nil) != (o.Err == nil) || o.Err != nil && !out.is(o.Err) {
				t.Errorf("execution %d, from its %s: it ended with %v, want %v", k, how, out.err, o.Err)
			}
			if a, b := firstDifference(o.Events, out.events); a != b {
				t.Errorf("execution %d, from its %s: %q, want %q", k, how, b, a)
			}
		}
		if o.Err != nil {
			failed++
		}
	}
	if failed == 0 || failed == 25 {
		t.Errorf("%d of 25 executions failed", failed)
	}
}

// TestControlledFreshDies: a process that ends is the outcome of its execution, with what it has written.
func TestControlledFreshDies(t *testing.T) {
	control(t)
	body := func(t *T) {
		go func() {}()
		if work != nil {
			os.NewFile(2, "end").WriteString("its last words")
			os.Exit(7)
		}
	}
	cfg := &Config{Goroutines: true}
	cfg.identify(t, body)
	if err := cfg.normalize(true); err != nil {
		t.Fatal(err)
	}
	if worked(t, cfg, body) {
		return
	}
	x := newExplorer(cfg, body, t)
	defer x.close()
	if x.watchGoroutines(); x.broken != nil {
		t.Fatal(x.broken)
	}
	out, err := x.fresh(&trial{follow: followDefault})
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := out.err.(*failure.ProcessFailure); !ok || p.How != "exit status 7" || !strings.Contains(out.output, "its last words") {
		t.Errorf("%v: %q", out.err, out.output)
	}
}
