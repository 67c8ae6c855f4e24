package enginetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// Row is a program and the outcomes that it must have.
type Row struct {
	Name   string
	Source string // the rule that the row is about

	Config   engine.Config            // MaxSteps and Threshold of 0 stand for 300 and 200
	Strategy func() strategy.Strategy // nil: depth-first search, to its end
	Runs     int                      // executions of another strategy; 0 stands for 200

	Body  func(p *Probe, c *ravel.Context)
	AtEnd func(p *Probe)

	// Want is the set of outcomes: what the program showed to the Probe, then "!" and the failure's kind; see Outcome.
	Want []string
	// Says are texts that the failure of every failing execution must contain, in its sentence or its details.
	Says []string
	// Careful rows are about what only careful executions notice, so they are not explored without.
	Careful bool
	// Finished is called after every recorded execution.
	Finished func(t testing.TB, o engine.Outcome)
}

// Probe collects what an execution shows.
type Probe struct {
	mu   sync.Mutex // production runs machines side by side
	seen []string
}

// See adds a word to the execution's outcome.
func (p *Probe) See(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, format)
}

// Seen reports whether a word was added.
func (p *Probe) Seen(word string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.seen, word)
}

// Program is the row's program, showing its doings to p.
func (r *Row) Program(p *Probe) engine.Program {
	prog := engine.Program{Body: func(c *ravel.Context) { r.Body(p, c) }}
	if r.AtEnd != nil {
		prog.AtEnd = func() { r.AtEnd(p) }
	}
	return prog
}

// Outcome puts an outcome into words: what was seen, and how it ended if not well.
func Outcome(p *Probe, o engine.Outcome) string {
	p.mu.Lock()
	words := slices.Clone(p.seen)
	p.mu.Unlock()
	if o.Bounded {
		words = append(words, "(bounded)")
	}
	if o.Slow {
		words = append(words, "(slow)")
	}
	if o.Err != nil {
		words = append(words, "!"+ending(o.Err))
	}
	return strings.Join(words, " ")
}

func ending(err error) string {
	f := failure.Of(err)
	if f == nil {
		return "error: " + err.Error()
	}
	kind := f.Kind().String()
	switch f := f.(type) {
	case *failure.Misuse:
		if f.Rule != failure.OtherRule {
			kind += ": " + f.Rule.String()
		}
	case *failure.Livelock:
		if f.Length > 0 {
			kind += " (lasso)"
		}
	}
	return kind
}

// mode is a way to explore a row that must not change what happens.
type mode struct {
	name string
	set  func(*engine.Config)
}

var modes = []mode{
	{"plain", func(*engine.Config) {}},
	{"checked", func(c *engine.Config) { c.Check = true }},
	{"fingerprinted", func(c *engine.Config) { c.Check, c.Fingerprint, c.Reach = true, true, true }},
	{"recorded", func(c *engine.Config) { c.Check, c.Record, c.Explain = true, true, true }},
}

func (r *Row) config(set func(*engine.Config)) engine.Config {
	cfg := r.Config
	if cfg.MaxSteps == 0 {
		cfg.MaxSteps = 300
	}
	if cfg.Threshold == 0 {
		cfg.Threshold = 200
	}
	set(&cfg)
	return cfg
}

// Test runs the row as a subtest.
func (r *Row) Test(t *testing.T) {
	t.Run(r.Name, func(t *testing.T) {
		e, again := engine.New(), engine.New()
		defer e.Close()
		defer again.Close()
		var first []string
		for i, m := range modes {
			if r.Careful && i == 0 {
				continue
			}
			ran := r.explore(t, m, e, again)
			r.compare(t, m.name, ran)
			if first == nil {
				first = ran
			} else if !slices.Equal(first, ran) {
				t.Errorf("%s: other executions than in the first mode: %d, not %d", m.name, len(ran), len(first))
			}
			if t.Failed() {
				t.Logf("source: %s", r.Source)
				return
			}
		}
	})
}

// Test runs rows.
func Test(t *testing.T, rows []Row) {
	for i := range rows {
		rows[i].Test(t)
	}
}

// compare compares the set of outcomes with what is wanted.
func (r *Row) compare(t *testing.T, how string, ran []string) {
	t.Helper()
	got := slices.Clone(ran)
	slices.Sort(got)
	got = slices.Compact(got)
	want := slices.Clone(r.Want)
	slices.Sort(want)
	want = slices.Compact(want)
	if slices.Equal(got, want) {
		return
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%s: missing outcome %q", how, w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("%s: unexpected outcome %q", how, g)
		}
	}
}

// Once runs one execution of the row, in the default order.
func (r *Row) Once(e *engine.Engine, cfg engine.Config) engine.Outcome {
	was := r.Config
	defer func() { r.Config = was }()
	r.Config = cfg
	s := strategy.NewReplay(nil)
	s.Start(strategy.Execution{})
	return e.Run(r.config(func(*engine.Config) {}), s, r.Program(&Probe{}))
}
