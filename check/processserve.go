package check

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

// work is what this process has to do if it is a worker of another one, nil if it is none. workErr tells that it was asked
// for what makes no sense.
var (
	work    *assignment
	workErr error
)

// worked does the part of a worker process in a call of Test or Replay. It returns false in other processes. A test that is
// not the one to work for passes at once.
func worked(t *testing.T, cfg *Config, body func(*T)) bool {
	t.Helper()
	switch {
	case workErr != nil:
		misused(t, workErr)
	case work == nil:
		return false
	case work.test == cfg.name:
		serve(t, cfg, body)
		t.SkipNow() // what follows in the test judges a run that has not taken place here
	}
	return true
}

// server is the worker of a process that was started for it. It does what it is told until its requests end.
type server struct {
	x     *explorer
	w     *worker
	desk  *desk
	in    <-chan message
	out   io.Writer
	grown strategy.Execution // the largest in this round

	orphan  atomic.Bool // nobody wants to know any more
	told    uint64      // claims whose executions were told of
	noted   int         // notes of the report that the tester has made itself
	flushed time.Time
}

// orphanTime is how long a worker process without a tester may still run, with what the user's tests do at their end.
const orphanTime = 10 * time.Second

// serve explores for another process.
func serve(t *testing.T, cfg *Config, body func(*T)) {
	requests, answers := os.NewFile(uintptr(work.requests), "requests"), os.NewFile(uintptr(work.answers), "answers")
	memory := os.NewFile(uintptr(work.memory), "memory")
	if requests == nil || answers == nil || memory == nil {
		misused(t, errWorkerVariable(work.String()))
	}
	pages, err := mapSharedPages(memory, work.of)
	if err != nil {
		misused(t, fmt.Errorf("ravel: worker process: %w", err))
	}
	if err := writeMessage(answers, &hello{protocolMagic, protocolVersion, work.test}); err != nil {
		return // nobody is there
	}
	in := make(chan message)
	s := &server{desk: pages.desk(work.n), in: in, out: answers}
	go s.read(requests, in)
	var orders *setup
	var once *trial
	switch m := (<-in).(type) {
	case *setup:
		orders = m
	case *trial:
		orders, once = &m.setup, m
	default:
		return
	}
	if err := cfg.follow(orders); err != nil {
		writeMessage(answers, &refusal{err.Error()})
		return
	}
	if once != nil {
		cfg.goroutines = once.goroutines
	}
	s.x = newExplorer(cfg, body, t)
	defer s.x.close()
	s.x.claims, s.x.server = pages.claims(), s
	s.w = s.x.workers[0]
	defer s.x.watch()()
	s.x.knows(s.w)
	if once != nil {
		s.answer(once)
		return
	}
	first := s.compare(orders.zero)
	s.noted = len(s.x.report.Notes)
	if writeMessage(answers, first) != nil {
		return
	}
	s.obey()
}

// answer runs one execution and tells what came of it.
func (s *server) answer(m *trial) {
	o, err := s.trial(m)
	if err != nil {
		writeMessage(s.out, &refusal{err.Error()})
		return
	}
	writeMessage(s.out, o)
}

// read passes requests on. When they end the process has to, whatever it is doing.
func (s *server) read(requests io.Reader, in chan<- message) {
	r := bufio.NewReader(requests)
	for {
		m, err := readMessage(r)
		if err != nil {
			break
		}
		in <- m
	}
	s.orphan.Store(true)
	close(in)
	time.Sleep(orphanTime)
	os.Exit(1)
}

// follow takes over the settings of the tester: some of them may be its own, a random seed say.
func (c *Config) follow(m *setup) error {
	if c.foreign != m.foreign || c.foreign && c.Strategy != m.strategy {
		return fmt.Errorf("the test wants strategy %s here, and %s in the test process", c.Strategy, m.strategy)
	}
	if !c.foreign {
		f, err := strategy.Parse(m.strategy)
		if err != nil {
			return err
		}
		c.Strategy, c.Custom = m.strategy, f
	}
	c.Seed, c.Seeded = m.seed, true
	c.Steps, c.Threshold, c.EarlyTimers = m.steps, m.threshold, m.early
	c.OrderedClock, c.Lasso, c.BoundIsFailure = m.ordered, m.lasso, m.bound
	c.Schedules, c.Time, c.Workers, c.Progress = 0, 0, 1, nil
	if m.counts {
		c.Progress = func(Progress) {} // the tester reads the desk
	}
	return nil
}

// compare runs execution 0 as the tester has done, to see whether it is the same.
func (s *server) compare(want []eventLine) *ready {
	x := s.x
	x.executeAlone(1)
	switch d := x.report.Nondeterminism; {
	case x.broken != nil:
		return &ready{differs: true, first: "it ran", second: x.broken.Error()}
	case x.first.err != nil:
		return &ready{differs: true, first: "it ran", second: x.first.err.Error()}
	case d != nil:
		return &ready{true, d.Step, d.First, d.Second}
	}
	const over = "the execution is over"
	got := x.zeroLines()
	for i := range max(len(want), len(got)) {
		a, b := eventLine{text: over}, eventLine{text: over}
		if i < len(want) {
			a = want[i]
		}
		if i < len(got) {
			b = got[i]
		}
		if a.text != b.text {
			return &ready{true, max(a.step, b.step), a.text, b.text}
		}
	}
	return &ready{}
}

// obey does what it is told.
func (s *server) obey() {
	for m := range s.in {
		switch m := m.(type) {
		case *lessons:
			if err := s.learn(m.list); err != nil {
				fmt.Fprintln(os.Stderr, "ravel: a lesson cannot be read:", err)
				return
			}
		case *roundOrder:
			if !s.round(m) {
				return
			}
		default:
			return
		}
	}
}

func (s *server) learn(list []sentLesson) error {
	codec, ok := s.w.learner.(strategy.LessonCodec)
	if !ok {
		return errProtocol
	}
	all := make([]any, len(list))
	for i, l := range list {
		var err error
		if all[i], err = codec.ReadLesson(l.what); err != nil {
			return err
		}
	}
	s.x.learn(s.w, all)
	return nil
}

// round runs what it can claim of a round, and reports how it ends. It returns false if there is nobody to tell.
func (s *server) round(m *roundOrder) bool {
	x := s.x
	x.hands = m.hands
	s.grown, s.flushed = strategy.Execution{}, time.Now()
	if x.broken == nil {
		x.work(s.w, m.size, strategy.Execution{Length: m.length, Steps: m.steps, Ops: m.ops})
	}
	if s.flush() != nil {
		return false
	}
	end := &done{}
	x.mu.Lock()
	if f := x.first; f.err != nil {
		end.failed, end.k, end.failure, end.choices = true, f.k, remoteOf(f.err), f.choices
	}
	if x.broken != nil {
		end.broken, end.brokenBy = true, x.broken.Error()
		var b *broken
		if errors.As(x.broken, &b) {
			end.brokenAt, end.brokenBy = b.k, fmt.Sprint(b.value)
		}
	}
	if d := x.report.Nondeterminism; d != nil {
		end.nondeterminism, end.step, end.first, end.second, end.concurrent = true, d.Step, d.First, d.Second, d.Concurrent
	}
	end.spinAt, end.spinning = x.spin.k, x.spin.note
	end.endAt, end.ending = x.ending.k, x.ending.note
	end.notes = x.report.Notes[s.noted:]
	if c := s.w.eng.Coverage(); c != nil {
		end.covered = c.Encode()
	}
	x.mu.Unlock()
	return writeMessage(s.out, end) == nil
}

// claim claims executions. What was claimed before is told of first, if there is no room to remember more.
func (s *server) claim(n uint64) uint64 {
	if s.desk.made.Load()-s.told >= claimsOpen-1 {
		s.flush()
	}
	return s.desk.claim(&s.x.next, n)
}

// Workers tell what came of their executions when there is so much of it, or so long after they did the last time.
const (
	flushAt    = 512
	flushEvery = 20 * time.Millisecond
)

// chunk is called when the executions of a claim have run. It returns false if no more are wanted.
func (s *server) chunk(now time.Time) bool {
	if len(s.w.log) >= flushAt || now.Sub(s.flushed) >= flushEvery {
		if s.flush() != nil {
			return false
		}
		s.flushed = now
	}
	return s.x.dismissed.Load() == 0 && !s.orphan.Load()
}

// flush tells what came of the executions since it last did.
func (s *server) flush() error {
	w := s.w
	made := s.desk.made.Load()
	b := &batch{
		claims: made, entries: w.log, length: s.grown.Length, steps: s.grown.Steps, ops: s.grown.Ops,
		heard: counts(w.eng.Heard()), gone: counts(w.eng.Gone()),
	}
	b.somes = held(w.eng.Sometimes())
	if w.unhashable != nil {
		b.unhashable = w.unhashable.Error()
	}
	if codec, ok := w.learner.(strategy.LessonCodec); ok {
		for _, l := range w.lessons {
			b.lessons = append(b.lessons, sentLesson{l.k, codec.AppendLesson(nil, l.what)})
		}
	}
	err := writeMessage(s.out, b)
	w.log, w.unhashable = w.log[:0], nil
	clear(w.lessons)
	w.lessons = w.lessons[:0]
	if s.told = made; err != nil {
		s.orphan.Store(true)
	}
	return err
}

func counts(m map[string]int) (list []namedCount) {
	for _, name := range sortedKeys(m) {
		list = append(list, namedCount{name, uint64(m[name])})
	}
	return list
}

// begins and ends show on the desk what runs.
func (s *server) begins(k uint64) { s.desk.now.Store(k + 1) }

func (s *server) ends(k, ran uint64, steps int) {
	s.desk.ran.Store(s.desk.ran.Load() + ran)
	s.desk.steps.Store(s.desk.steps.Load() + uint64(steps))
	s.desk.ended.Store(k + 1)
}

// zeroLines is what execution 0 did when it ran alone.
func (x *explorer) zeroLines() []eventLine {
	lines := make([]eventLine, len(x.zero))
	for i := range x.zero {
		lines[i] = eventLine{x.zero[i].Step, tell(&x.zero[i])}
	}
	return lines
}

// nondeterministicElsewhere is the difference that a worker process has found.
func (m *done) nondeterministicElsewhere() *failure.Nondeterminism {
	return &failure.Nondeterminism{
		Site: failure.Site{Step: m.step}, First: m.first, Second: m.second, Concurrent: m.concurrent,
	}
}
