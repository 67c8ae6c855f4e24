package check

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Replayer repeats the schedule of a failure.
type Replayer struct {
	x    *explorer
	like *Failure
}

func NewReplayer(cfg Config, f *Failure, body func(*T)) (*Replayer, error) {
	cfg.test, cfg.name, cfg.pkg = f.Record.Test, f.Record.FullName(), f.Record.Package
	if err := cfg.normalize(false); err != nil {
		return nil, err
	}
	cfg.Apply(f.Record.Settings)
	return &Replayer{newExplorer(&cfg, body, nil), f}, nil
}

func (r *Replayer) Run() (*Failure, error) {
	w := r.x.workers[0]
	s := strategy.NewFollow(r.like.Record.Follow)
	w.use(s)
	o, _ := w.only(strategy.Execution{MaxSteps: r.x.cfg.Steps}, mode{record: true, check: true, explain: true})
	f := &Failure{Err: o.Err, Strategy: r.like.Strategy, Execution: r.like.Execution}
	f.fill(r.x.cfg, &o)
	return f, s.Err()
}

func (r *Replayer) Close() { r.x.close() }

// InWorkerProcess reports whether this process was started to work for another one.
func InWorkerProcess() bool { return work != nil }

// SetProtocolVersion makes this process speak another version of the protocol of worker processes.
func SetProtocolVersion(v uint64) { protocolVersion = v }

// AnswersFile is the descriptor on which a worker process answers.
const AnswersFile = answersFile

// ExploreInTest is Test, but for saved failures and flags, and returns the report: nil in a worker process that has another
// test to work for. The tester waits in one of its first executions until all of its processes are ready, so that they take
// part however short the run is.
func ExploreInTest(t *testing.T, cfg Config, body func(*T)) (*Report, error) {
	cfg.identify(t, body)
	if err := cfg.normalize(false); err != nil {
		return nil, err
	}
	if worked(t, &cfg, body) {
		return nil, nil
	}
	var x *explorer
	runs := 0
	x = newExplorer(&cfg, func(t *T) {
		if !cfg.Processes {
			body(t)
			return
		}
		if runs++; runs == 12 && x.crew != nil { // one worker only runs here
			for until := time.Now().Add(20 * time.Second); !x.crew.allReady() && time.Now().Before(until); {
				time.Sleep(time.Millisecond)
			}
		}
		body(t)
	}, t)
	defer x.close()
	return x.explore()
}

func (c *crew) allReady() bool {
	if c.stopped() || c.x.overtime.Load() {
		return true
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	n := 0
	for _, p := range c.procs {
		if p.served || c.x.alone.Load() {
			n++
		}
	}
	return n+len(c.notes) >= c.planned
}

// StartProcess starts a worker process for a test and ends it again.
func StartProcess(test string, body func(*T)) (ready, ended time.Duration, err error) {
	cfg := Config{Schedules: 1, test: test, pkg: packageOf(runtime.FuncForPC(reflect.ValueOf(body).Pointer()).Name())}
	cfg.name = schedule.FullName(cfg.pkg, cfg.test)
	if err := cfg.normalize(false); err != nil {
		return 0, 0, err
	}
	x := newExplorer(&cfg, body, nil)
	defer x.close()
	x.executeAlone(1)
	c := &crew{x: x, planned: 1, test: test, stop: make(chan struct{})}
	if c.pages, c.memory, err = newSharedPages(1); err != nil {
		return 0, 0, err
	}
	x.crew, x.claims = c, c.pages.claims()
	start := time.Now()
	p := c.newProcess(0)
	if err := p.start(c.memory); err != nil {
		return 0, 0, err
	}
	c.procs = append(c.procs, p)
	if err := p.prepare(); err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, p.death(err).output)
	}
	ready = time.Since(start)
	p.end(true)
	return ready, time.Since(start) - ready, nil
}
