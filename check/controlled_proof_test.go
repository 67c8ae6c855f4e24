package check

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// A Subject is a body, and what its last execution has observed.
type Subject struct {
	Body func(*T)
	Log  *Transcript
}

// Subjects returns the program number n.
var Subjects func(n uint64) *Subject

// A Transcript is what an execution observes, in the order in which it does.
type Transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Note adds a line.
func (l *Transcript) Note(who int, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.text, "%d: ", who)
	fmt.Fprintf(&l.text, format, args...)
	l.text.WriteByte('\n')
}

// A sight is all that can be compared of one execution.
type sight struct {
	end     string // the kind of its failure, or "passes"
	err     error
	failure string // its text
	steps   int
	digest  uint64 // of who did what kind of operation in which order
	choices []uint32
	log     string

	recorded bool
}

func (x *proof) see(o *engine.Outcome) sight {
	v := sight{end: "passes", err: o.Err, recorded: o.Named != nil, steps: o.Steps, digest: o.Digest, choices: slices.Clone(o.Choices), log: x.subject.Log.text.String()}
	if f := failure.Of(o.Err); f != nil {
		v.end, v.failure = f.Kind().String(), address.ReplaceAllString(f.Error()+"\n"+f.Detail(), "0x")
	} else if o.Err != nil {
		v.end = o.Err.Error()
	}
	if o.Bounded {
		v.end += ", bounded"
	}
	if o.Outside != 0 {
		v.end += fmt.Sprintf(", woken %d times from outside", o.Outside)
	}
	return v
}

// sum is a sight as a number, without the words of a failure, of which recorded executions know more.
func (v *sight) sum() uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, v.end, v.steps, v.digest, v.choices, v.log)
	return h.Sum64()
}

// differs tells what is different about another sight of the same execution, "" if nothing is. All words of a failure
// are compared when both were recorded: others know less.
func (v *sight) differs(w *sight) string {
	switch {
	case v.end != w.end:
		return fmt.Sprintf("it ended with %q, then with %q\n%s\n%s", v.end, w.end, v.failure, w.failure)
	case v.steps != w.steps || v.digest != w.digest:
		return fmt.Sprintf("it %s after %d steps with digest %x, then after %d with %x\nit observed\n%s\nthen\n%s", v.end, v.steps, v.digest, w.steps, w.digest, v.log, w.log)
	case !slices.Equal(v.choices, w.choices):
		return fmt.Sprintf("choices\n%v\n%v", v.choices, w.choices)
	case v.log != w.log:
		return fmt.Sprintf("it observed\n%s\nthen\n%s", v.log, w.log)
	case (v.err != nil || w.err != nil) && !sameBug(v.err, w.err) || v.recorded && w.recorded && v.failure != w.failure:
		return fmt.Sprintf("its failure\n%s\nthen\n%s", v.failure, w.failure)
	}
	return ""
}

// A proof runs executions of one program under one strategy and replays each of them.
type proof struct {
	subject *Subject
	x       *explorer
	first   *worker // runs with the strategy
	again   *worker // replays
	est     strategy.Execution
	k       uint64
	taught  uint64 // where the round ends
}

func newProof(name, spec string, seed uint64, s *Subject) (*proof, error) {
	cfg := &Config{Strategy: spec, Steps: 1000, Seed: seed, Seeded: true, Workers: 1}
	cfg.test, cfg.name, cfg.pkg = name, schedule.FullName("controlled", name), "controlled"
	if err := cfg.normalize(false); err != nil {
		return nil, err
	}
	cfg.goroutines = goSettings{on: true, early: defaultEarlyClock, seeds: defaultValueSeeds}
	p := &proof{subject: s, x: newExplorer(cfg, s.Body, nil)}
	p.first = p.x.workers[0]
	p.again = newWorker(cfg, s.Body, nil)
	if strategy.PropertiesOf(p.first.strat).Exhaustive {
		cfg.goroutines.seeds = 1
	}
	p.taught = p.x.lessonEnd(0)
	return p, nil
}

func (p *proof) close() {
	p.x.close()
	p.again.close()
}

// next runs the next execution of the strategy; ok is false if there is none.
func (p *proof) next() (v sight, ok bool) {
	o, ok := p.first.run(p.x.execution(p.k, p.est), mode{})
	if !ok {
		return v, false
	}
	v = p.see(&o)
	if p.k < 16 {
		p.est = largest(p.est, strategy.Execution{Length: o.Picks, Steps: o.Steps, Ops: o.Ops})
	}
	p.first.keepLesson(p.k)
	p.k++
	if p.k == p.taught {
		p.x.teach()
		p.taught = p.x.lessonEnd(p.k)
	}
	return v, true
}

// replay runs an execution again: from its raw choices, move by move; from them with everything recorded; from the token of
// that; and from its record, with its names. It returns the token.
func (p *proof) replay(v *sight) (token string, err error) {
	p.again.use(newRaw(v.choices))
	o, _ := p.again.run(strategy.Execution{MaxSteps: p.x.cfg.Steps}, mode{})
	w := p.see(&o)
	if d := v.differs(&w); d != "" {
		return "", errors.New("replayed from its choices: " + d)
	}
	o, _ = p.again.run(strategy.Execution{MaxSteps: p.x.cfg.Steps}, mode{record: true})
	recorded := p.see(&o)
	if d := v.differs(&recorded); d != "" {
		return "", errors.New("recorded: " + d)
	}
	var f Failure
	f.fill(p.x.cfg, &o)
	choices := make([]schedule.Choice, len(f.Record.Choices))
	for i, c := range f.Record.Choices {
		choices[i] = c.Choice
	}
	made, err := schedule.NewToken(p.x.cfg.name, f.Record.Settings, choices)
	if err != nil {
		return "", err
	}
	token = made.String()
	if w, err = p.fromToken(token); err != nil {
		return "", err
	}
	if d := v.differs(&w); d != "" {
		return "", errors.New("replayed from its token: " + d)
	}
	s := strategy.NewFollow(f.Record.Follow)
	p.again.use(s)
	o, _ = p.again.run(strategy.Execution{MaxSteps: p.x.cfg.Steps}, mode{record: v.end != "passes"})
	if s.Err() != nil {
		return "", fmt.Errorf("its record does not fit: %w", s.Err())
	}
	w = p.see(&o)
	if d := cmp.Or(v.differs(&w), recorded.differs(&w)); d != "" {
		return "", errors.New("replayed from its record: " + d)
	}
	return token, nil
}

// fromToken replays a token.
func (p *proof) fromToken(token string) (v sight, err error) {
	l, err := load(token)
	if err != nil {
		return v, err
	}
	p.x.cfg.Apply(l.s)
	s := strategy.NewFollow(l.open)
	p.again.use(s)
	o, _ := p.again.run(strategy.Execution{MaxSteps: p.x.cfg.Steps}, mode{})
	if s.Err() != nil {
		return v, fmt.Errorf("its token does not fit: %w", s.Err())
	}
	return p.see(&o), nil
}

// warmUp initializes what is initialized once in a process.
func warmUp(t *testing.T) {
	t.Helper()
	for shape := range uint64(50) {
		p, err := newProof("warm up", "random", shape, Subjects(shape))
		if err != nil {
			t.Fatal(err)
		}
		p.next()
		p.close()
	}
}

// NeedControl is control, for tests outside of this package.
func NeedControl(t testing.TB) { t.Helper(); control(t) }
