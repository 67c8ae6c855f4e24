package check

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// process is a worker in a process of its own, seen from the tester.
type process struct {
	c    *crew
	n    int
	desk *desk

	cmd      *exec.Cmd
	requests *os.File
	answers  *os.File
	reader   *bufio.Reader
	tail     tail
	exited   chan struct{} // closed when the process has ended and was waited for
	orders   chan *roundOrder
	busy     atomic.Bool // it takes part in a round

	// Guarded by explorer.mu.
	tally              *worker // no worker: it holds what was told of executions, to be counted
	lessons            []lesson
	grown              strategy.Execution
	heard, gone, somes []namedCount
	covered            *Coverage
	told               uint64 // claims whose executions it has told of
	taught             int    // rounds whose lessons it has been sent
	ready              bool   // it takes part in rounds
	served             bool   // it has
}

// start starts the process. Its files are in order behind the standard ones, see assignment.
func (p *process) start(memory *os.File) error {
	theirRequests, requests, err := os.Pipe()
	if err != nil {
		return err
	}
	answers, theirAnswers, err := os.Pipe()
	if err != nil {
		theirRequests.Close()
		requests.Close()
		return err
	}
	defer theirRequests.Close()
	defer theirAnswers.Close()
	a := &assignment{requestsFile, answersFile, memoryFile, p.n, p.c.planned, p.c.x.cfg.name}
	cmd, err := a.command(p.c.test)
	if err == nil {
		cmd.ExtraFiles = []*os.File{theirRequests, theirAnswers, memory}
		cmd.Stdout, cmd.Stderr = &p.tail, &p.tail
		cmd.WaitDelay = endTime // processes of its own may hold its output
		err = cmd.Start()
	}
	if err != nil {
		requests.Close()
		answers.Close()
		return err
	}
	p.cmd, p.requests, p.answers = cmd, requests, answers
	p.reader = bufio.NewReaderSize(patient{p}, 64<<10)
	go func() {
		defer close(p.exited)
		cmd.Wait() // its ProcessState tells
	}()
	return nil
}

// run is the life of a process: it gets ready and serves rounds until it is dismissed or ends by itself.
func (p *process) run() {
	defer p.requests.Close()
	defer p.answers.Close()
	if err := p.prepare(); err != nil {
		p.c.lose(p, err)
		return
	}
	for p.c.join(p); ; {
		select {
		case <-p.c.stop:
			return
		case o := <-p.orders:
			err := p.serve(o)
			if p.busy.Store(false); err != nil {
				p.c.lose(p, err)
			}
			p.c.round.Done()
			if err != nil {
				return
			}
		}
	}
}

// prepare waits until the process has come to its test, and finds out whether execution 0 is the same there.
func (p *process) prepare() error {
	if err := p.greet(); err != nil {
		return err
	}
	if err := writeMessage(p.requests, p.c.setup()); err != nil {
		return gone(err)
	}
	switch m, err := readMessage(p.reader); m := m.(type) {
	case *ready:
		if m.differs {
			return &differs{*m}
		}
		return nil
	case *refusal:
		return errors.New(m.why)
	default:
		if err == nil {
			err = errProtocol
		}
		return err
	}
}

// greet waits until the process has come to its test.
func (p *process) greet() error {
	m, err := readMessage(p.reader)
	if err != nil {
		return err
	}
	h, ok := m.(*hello)
	switch {
	case !ok || h.magic != protocolMagic:
		return errProtocol
	case h.version != protocolVersion:
		return fmt.Errorf("%w: it speaks version %d and this process version %d, as if it were another program", errProtocol, h.version, protocolVersion)
	case h.test != p.c.x.cfg.name:
		return errProtocol
	}
	return nil
}

// differs tells that a worker process does something else.
type differs struct{ ready }

func (d *differs) Error() string {
	return "the same schedule did something else there. In the test process: " + d.first + "; in the worker process: " + d.second
}

// serve lets the process take part in a round, until it has nothing left to claim.
func (p *process) serve(o *roundOrder) error {
	c := p.c
	frames, err := c.untaught(p)
	if err != nil {
		return err
	}
	for _, frame := range frames {
		if _, err := p.requests.Write(frame); err != nil {
			return gone(err)
		}
	}
	if err := writeMessage(p.requests, o); err != nil {
		return gone(err)
	}
	for {
		m, err := readMessage(p.reader)
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *batch:
			if err := c.take(p, m); err != nil {
				return err
			}
		case *done:
			c.finish(p, m)
			return nil
		default:
			return errProtocol
		}
	}
}

// gone is the error of a request that nobody reads any more.
func gone(err error) error { return fmt.Errorf("%w: %w", io.EOF, err) }

// patient reads what a process answers, and ends the process if for a long time nothing changes on its desk: code that
// blocks is found by the process itself, before that, unless it is not able to any more.
type patient struct{ p *process }

var errSilent = errors.New("nothing came of it any more, and it did not notice itself: it was ended")

// silences is how often half of the time that Config.Stuck sets may pass without anything.
const silences = 4

func (r patient) Read(b []byte) (int, error) {
	p := r.p
	stuck := p.c.x.cfg.Stuck
	last := p.desk.look()
	for quiet := 0; ; {
		if stuck > 0 {
			p.answers.SetReadDeadline(time.Now().Add(stuck / 2))
		}
		n, err := p.answers.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		switch now := p.desk.look(); {
		case now != last || !p.busy.Load():
			quiet, last = 0, now
		default:
			if quiet++; quiet == silences {
				return 0, errSilent
			}
		}
	}
}

// end makes the process end, and waits until it has. A process that is asked to gets some time for it.
func (p *process) end(ask bool) {
	if ask {
		p.requests.Close()
		select {
		case <-p.exited:
			return
		case <-time.After(endTime):
		}
	}
	p.cmd.Process.Kill()
	<-p.exited
}

// death says how the process has ended, after err kept it from answering. If it has not, it is ended.
func (p *process) death(err error) *died {
	d := &died{}
	gone := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if gone {
		select {
		case <-p.exited:
		case <-time.After(endTime):
			gone = false
		}
	}
	if p.end(false); gone {
		d.how = p.cmd.ProcessState.String()
	} else {
		d.how = err.Error()
	}
	d.output = p.tail.lastWords()
	return d
}
