package check

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/failure"
)

// died is how a worker process ended that was not asked to.
type died struct {
	how    string
	output string // the lines of it that tell most
}

// failed notes a failure that a process has met.
func (x *explorer) failed(f found) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if f.k < x.first.k {
		x.first = f
	}
	x.lower(f.k)
}

// lose goes on without a process that err keeps from answering. Whatever it was doing is reported, or done by others.
func (c *crew) lose(p *process, err error) {
	x := c.x
	if c.stopped() {
		return
	}
	var other *differs
	if errors.As(err, &other) {
		c.note("executions in a worker process are not the same: " + err.Error() + ". The run went on with one worker")
		x.alone.Store(true)
		x.dismissed.Store(1)
		p.end(true)
		return
	}
	d := p.death(err)
	x.mu.Lock()
	p.ready = false
	now, ended := p.desk.now.Load(), p.desk.ended.Load()
	spans, sure := p.desk.untold(p.told)
	if p.served {
		c.lost = append(c.lost, spans...)
	}
	x.mu.Unlock()
	switch blamed := err != errLate && !errors.Is(err, errProtocol); {
	case p.served && !sure:
		c.failed(spans[len(spans)-1].from, d) // then, or just before
	case p.served && now > ended && blamed:
		c.failed(now-1, d)
	default:
		where := "before it was ready"
		if p.served {
			where = "between two executions"
		}
		words := strings.Join(strings.FieldsFunc(d.output, func(r rune) bool { return r == '\n' }), " / ")
		if words != "" {
			words = "; its last output: " + words
		}
		c.note(fmt.Sprintf("a worker process ended %s: %s%s. The run went on without it", where, d.how, words))
	}
}

// failed notes that execution k has ended its process.
func (c *crew) failed(k uint64, d *died) {
	err := &failure.ProcessFailure{How: d.how, Output: d.output, Repeat: c.x.cfg.repeatLine(c.test, k)}
	c.x.failed(found{k: k, err: err})
}

// repeatLine is a command that runs the executions up to k in the test process itself.
func (c *Config) repeatLine(test string, k uint64) string {
	pkg := strings.TrimSuffix(c.pkg, "_test")
	if pkg == "" || pkg == "command-line-arguments" {
		pkg = "."
	}
	command, run, prefix := "go test ", " -run '", " -ravel."
	if c.goroutines.on {
		command, run, prefix = "ravel test ", " --run '", " --"
	}
	line := command + pkg + run + strings.ReplaceAll(runPattern(test), "'", `'\''`) + "'"
	line += fmt.Sprintf("%sworkers=1%sseed=%d%sschedules=%d", prefix, prefix, c.Seed, prefix, k+1)
	if v, _ := setting("strategy", flags.strategy); v != "" {
		line += prefix + "strategy=" + v
	}
	if v, _ := setting("steps", flags.steps); v != "" {
		line += prefix + "steps=" + v
	}
	return line
}

// againTime bounds how long an execution that has ended its process may take in another one, beside what a process takes to
// be found stuck.
const againTime = 30 * time.Second

// again runs an execution that has ended its process in a new one, to see whether it is the execution that does that. It
// returns what to report.
func (c *crew) again(f found, p *failure.ProcessFailure) error {
	x := c.x
	if c.dropped > 0 || x.cfg.late() {
		p.Again = "not tried: there was no time, or too much to learn for another process"
		return p
	}
	y := &explorer{cfg: x.cfg, body: x.body, outer: x.outer, start: time.Now(), workers: x.workers[:1], zero: x.zero}
	y.report = &Report{Name: x.report.Name}
	y.first.k = math.MaxUint64
	d, err := newCrew(y, 1)
	if err != nil {
		p.Again = "not tried: " + err.Error()
		return p
	}
	y.crew, y.claims = d, d.pages.claims()
	defer d.close()
	d.history = c.history
	d.from, d.to, d.est = c.from, c.to, c.est
	y.next.Store(f.k)
	y.limit.Store(f.k + 1)
	err = d.once(x.cfg.report)
	var second *failure.ProcessFailure
	switch {
	case errors.As(y.first.err, &second):
		p.Again = "it ended another process as well: " + second.How
		return p
	case y.first.err != nil || err == nil && len(d.notes) == 0:
		return &failure.NotReproducible{First: p, Second: y.first.err}
	case err != nil:
		p.Again = "not tried: " + err.Error()
	default:
		p.Again = "not tried: " + strings.Join(d.notes, "; ")
	}
	return p
}

// once lets one process take part in the present round, from its start to its end. It gives up in time for a report at the
// given time, if that is not zero.
func (c *crew) once(report time.Time) error {
	p := c.newProcess(0)
	if err := p.start(c.memory); err != nil {
		return err
	}
	c.procs = append(c.procs, p)
	limit := againTime + 2*max(c.x.cfg.Stuck, 0)
	if !report.IsZero() {
		limit = min(limit, time.Until(report))
	}
	var late atomic.Bool
	defer time.AfterFunc(limit, func() {
		late.Store(true)
		p.cmd.Process.Kill()
	}).Stop()
	err := p.prepare()
	if err == nil {
		c.open, p.ready = true, true
		c.add(p)
		err = p.serve(<-p.orders)
		c.round.Done()
	}
	switch {
	case late.Load():
		return errors.New("nothing had come of it when the time was over")
	case err != nil:
		c.lose(p, err)
	}
	return nil
}
