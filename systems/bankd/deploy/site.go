package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// Net says how a process takes part. The zero values are those of a cluster of one machine.
type Net struct {
	URL     string // of the broker; "" is nats://127.0.0.1:4222
	Cluster string // "" is "bank"

	// Beat is how often connected processes confirm that they are there; 0 is 250 ms. GiveUp is how long one that cannot be
	// reached is waited for, before what is under way to it is lost; 0 is 5 s. It should be a little more than two terms of
	// leases: then a server that others give up has lost its lease, and whoever waits for a dead one does so not for long.
	Beat, GiveUp time.Duration

	Log *slog.Logger // nil is slog.Default
}

func (n Net) defaults() Net {
	n.URL = cmp.Or(n.URL, "nats://127.0.0.1:4222")
	n.Cluster = cmp.Or(n.Cluster, "bank")
	n.Beat = cmp.Or(n.Beat, 250*time.Millisecond)
	n.GiveUp = cmp.Or(n.GiveUp, 5*time.Second)
	if n.Log == nil {
		n.Log = slog.Default()
	}
	return n
}

// answerWithin is how long a process that is not known yet is waited for. A machine that sends to it waits as well.
const answerWithin = 400 * time.Millisecond

// window is how many events may be under way to one process before a machine that sends to it waits. A server that joins is
// sent the whole history, and acknowledges each entry.
const window = 1 << 13

// Process is a part of the deployment that runs in this process of the operating system.
type Process struct {
	name   string
	system *live.System
	node   *nats.Node
	member *live.Member
	log    *slog.Logger

	failed chan error     // of the first failure
	work   sync.WaitGroup // goroutines of this process
	ctx    context.Context
	cancel context.CancelFunc
	close  []func() error // when the machines have stopped
}

// join connects a process under a name. lost hears of each event that was sent and will not be handled; it must not block.
func join(ctx context.Context, n Net, name string, lost func(live.DeadLetter)) (*Process, error) {
	n = n.defaults()
	p := &Process{name: name, log: n.Log.With("process", name), failed: make(chan error, 1)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	var err error
	p.system, err = live.New(live.Options{
		Name: name, Policy: live.Policy{Directive: live.Escalate}, DeadLetters: lost, Logger: slog.New(quieter{p.log.Handler()}),
	})
	if err != nil {
		p.cancel()
		return nil, err
	}
	p.node, err = connect(ctx, nats.Config{
		Node: name, Cluster: n.Cluster, URL: n.URL, Codec: newRegistry(), Delivery: transport.AtLeastOnce,
		Beat: n.Beat, GiveUp: n.GiveUp, Window: window, Answer: answerWithin, Undelivered: p.system.Undelivered, Log: slog.New(quieter{p.log.Handler()}),
	})
	if err == nil {
		p.member, err = live.Join(p.system, p.node)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), p.Stop())
	}
	p.work.Go(func() {
		select {
		case <-p.system.Done():
			p.fail(p.system.Err())
		case <-p.ctx.Done():
		}
	})
	return p, nil
}

// fail has the process end.
func (p *Process) fail(err error) {
	select {
	case p.failed <- err:
	default:
	}
}

// Name is under which other processes know this one.
func (p *Process) Name() string { return p.name }

// Failed says why the process cannot go on. It must be stopped then.
func (p *Process) Failed() <-chan error { return p.failed }

// find returns the machine with an address: node/machine, or that of the process's own name.
func (p *Process) find(address string) ravel.ID {
	if !strings.Contains(address, "/") {
		address += "/" + address
	}
	id, err := p.member.Remote(address)
	if err != nil {
		p.fail(err) // names are checked before; somebody sends us nonsense
	}
	return id
}

// repeat does something again and again until the process is stopped.
func (p *Process) repeat(every time.Duration, do func()) {
	p.work.Go(func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-p.ctx.Done():
				return
			case <-t.C:
				do()
			}
		}
	})
}

// send sends an event from outside. What is lost is lost.
func (p *Process) send(to ravel.ID, event any) {
	if err := p.system.Send(p.ctx, to, event); err != nil && p.ctx.Err() == nil {
		p.log.Debug("not sent", "event", fmt.Sprintf("%T", event), "error", err)
	}
}

// stopWithin is how long a process takes to leave what it does in order.
const stopWithin = 2 * time.Second

// Stop ends everything. It returns an error only of what is stored: what could not be delivered, others do without.
func (p *Process) Stop() error {
	p.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if p.node != nil {
		if err := p.node.Close(ctx); err != nil {
			p.log.Debug("leaving", "error", err)
		}
	}
	if err := p.system.Stop(ctx); err != nil {
		p.log.Debug("stopping", "error", err)
	}
	p.work.Wait()
	var errs []error
	for _, c := range p.close {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}
