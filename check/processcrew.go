package check

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// crew are the worker processes of an explorer. The explorer keeps one worker of its own, which never waits for them but at
// the end of a round: they are started when the run has taken a while, and take part from when they are ready.
type crew struct {
	x       *explorer
	test    string // as go test names it
	planned int
	pages   *sharedPages
	memory  *os.File
	codec   strategy.LessonCodec // nil if the strategy does not learn

	round    sync.WaitGroup // of the processes in a round
	launcher sync.WaitGroup // of the goroutine that starts processes
	lives    sync.WaitGroup // of those that talk to one each
	stop     chan struct{}
	stopOnce sync.Once

	// Guarded by explorer.mu.
	procs    []*process // that were started
	open     bool       // a round is on
	from, to uint64
	est      strategy.Execution
	lost     []stretch // executions of this round that a process has claimed and not told of
	history  [][]byte  // a lessons message for each round but the dropped ones
	dropped  int
	bytes    int // in history
	notes    []string
}

// startAfter is how long a run has to take before processes are started: most tests do not need more.
const startAfter = 50 * time.Millisecond

// historyMost bounds what a crew remembers of lessons for processes that are still to come, in bytes.
const historyMost = 64 << 20

// enlist lets all workers but one be processes, if that is wanted and possible. It is called while no worker runs.
func (x *explorer) enlist() {
	if !x.cfg.Processes || x.cfg.isolation != nil || x.cfg.Workers < 2 || x.alone.Load() || x.server != nil {
		return
	}
	c, err := newCrew(x, x.cfg.Workers-1)
	if err != nil {
		x.report.note("all executions ran in the test process: " + err.Error())
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.crew, x.claims = c, c.pages.claims()
	c.launcher.Go(func() { c.launch(time.Until(x.start.Add(startAfter))) })
}

// newCrew makes a crew that has not been started.
func newCrew(x *explorer, n int) (*crew, error) {
	w := x.workers[0]
	c := &crew{x: x, planned: n, stop: make(chan struct{})}
	t, tested := x.outer.(*testing.T)
	learns := false
	if w.learner != nil {
		c.codec, learns = w.strat.(strategy.LessonCodec)
	}
	switch {
	case !processesWork:
		return nil, errors.New("worker processes do not work on this system")
	case !tested || t.Name() == "":
		return nil, errors.New("a worker process runs one test of this test binary, and only check.Test says which")
	case x.report.Exhaustive || w.back:
		return nil, fmt.Errorf("the executions of strategy %s depend on each other", x.cfg.Strategy)
	case w.learner != nil && !learns:
		return nil, fmt.Errorf("strategy %s learns, and does not say how its lessons can be taken to another process (strategy.LessonCodec)", x.cfg.Strategy)
	}
	c.test = t.Name()
	var err error
	c.pages, c.memory, err = newSharedPages(n)
	if err != nil {
		return nil, fmt.Errorf("no memory to share with worker processes: %w", err)
	}
	return c, nil
}

// launch starts the processes after some time.
func (c *crew) launch(after time.Duration) {
	select {
	case <-c.stop:
		return
	case <-time.After(after):
	}
	x := c.x
	for n := range c.planned {
		if c.stopped() || x.alone.Load() || x.overtime.Load() {
			return
		}
		p := c.newProcess(n)
		if err := p.start(c.memory); err != nil {
			c.note("a worker process could not be started: " + err.Error() + ". The run went on with the workers that there were")
			return
		}
		x.mu.Lock()
		c.procs = append(c.procs, p)
		x.mu.Unlock()
		c.lives.Go(p.run)
	}
}

func (c *crew) newProcess(n int) *process {
	return &process{
		c: c, n: n, desk: c.pages.desk(n), tally: &worker{}, exited: make(chan struct{}), orders: make(chan *roundOrder, 1),
	}
}

// note keeps a sentence for the report.
func (c *crew) note(s string) {
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	c.notes = append(c.notes, s)
}

func (c *crew) stopped() bool {
	select {
	case <-c.stop:
		return true
	default:
		return false
	}
}

// dismiss ends all processes and waits until they have ended. No round is on, and none will be.
func (c *crew) dismiss() {
	if c == nil {
		return
	}
	c.stopOnce.Do(func() { close(c.stop) })
	c.launcher.Wait()
	var wg sync.WaitGroup
	for _, p := range c.procs {
		wg.Go(func() { p.end(true) })
	}
	wg.Wait()
	c.lives.Wait()
}

// close gives back what the crew holds. The explorer does nothing any more.
func (c *crew) close() {
	if c == nil {
		return
	}
	c.dismiss()
	c.memory.Close()
	c.x.claims = new(claims)
	c.pages.close()
}
