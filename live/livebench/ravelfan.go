package main

import (
	"context"
	"sync"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// ravelHit is what a source sends to one receiver again and again.
type ravelHit struct {
	from  ravel.ID // zero: a goroutine
	asks  chan<- struct{}
	tally tally // the receiver's
}

// ravelSource sends to receivers in turn, half a burst at a time.
type ravelSource struct {
	hits  []*ravelHit
	to    []ravel.ID
	left  int // halves
	size  int // of a half
	asked int
}

var sourceMachine = ravel.Define[ravelSource]("Source", ravel.Start("Sending", ravel.On((*ravelSource).more)))

func (r *ravelSource) more(c *ravel.Context, _ more) {
	if r.asked++; r.asked < len(r.to) || r.left == 0 {
		return
	}
	r.asked = 0
	r.left--
	for range r.size {
		for i, to := range r.to {
			c.Send(to, r.hits[i])
		}
	}
}

// ravelSink receives.
type ravelSink struct {
	n, want int
	done    *sync.WaitGroup
}

var sinkMachine = ravel.Define[ravelSink]("Sink", ravel.Start("Counting", ravel.On((*ravelSink).hit)))

func (r *ravelSink) hit(c *ravel.Context, h *ravelHit) {
	if h.tally.hit() {
		if h.asks != nil {
			h.asks <- struct{}{}
		} else {
			c.Send(h.from, more{})
		}
	}
	if r.n++; r.n == r.want {
		r.done.Done()
	}
}

// ravelFan is a program in which each source sends to each sink.
type ravelFan struct {
	sys     *live.System
	done    sync.WaitGroup
	sources []ravel.ID
	sinks   int
}

func newRavelFan(sys *live.System, sources, sinks, burst, events int) (*ravelFan, error) {
	f := &ravelFan{sys: sys, sinks: sinks}
	count, size := halves(burst, (events+sources*sinks-1)/(sources*sinks))
	var to []ravel.ID
	for range sinks {
		f.done.Add(1)
		id, err := sys.Create(sinkMachine.New(&ravelSink{want: sources * count * size, done: &f.done}))
		if err != nil {
			return nil, err
		}
		to = append(to, id)
	}
	for range sources {
		s := &ravelSource{to: to, left: count, size: size}
		id, err := sys.Create(sourceMachine.New(s))
		if err != nil {
			return nil, err
		}
		for range to {
			s.hits = append(s.hits, &ravelHit{from: id, tally: tally{size: size}})
		}
		f.sources = append(f.sources, id)
	}
	return f, nil
}

// run has all sources begin with two halves, and waits until everything has arrived.
func (f *ravelFan) run() (time.Duration, error) {
	start := time.Now()
	for _, id := range f.sources {
		for range 2 * f.sinks {
			if err := f.sys.Send(context.Background(), id, more{}); err != nil {
				return 0, err
			}
		}
	}
	f.done.Wait()
	return time.Since(start), nil
}

func ravelFanned(sources, sinks, burst, events int) (took time.Duration, err error) {
	sys, err := newSystem()
	if err != nil {
		return 0, err
	}
	defer func() { err = closed(sys, err) }()
	f, err := newRavelFan(sys, sources, sinks, burst, events)
	if err != nil {
		return 0, err
	}
	return f.run()
}

func (ravelLive) fanIn(senders, burst, events int) (time.Duration, error) {
	return ravelFanned(senders, 1, burst, events)
}

func (ravelLive) fanOut(receivers, burst, events int) (time.Duration, error) {
	return ravelFanned(1, receivers, burst, events)
}

func (ravelLive) outside(burst, events int) (took time.Duration, err error) {
	sys, err := newSystem()
	if err != nil {
		return 0, err
	}
	defer func() { err = closed(sys, err) }()
	count, size := halves(burst, events)
	asks := make(chan struct{}, count+2)
	hit := &ravelHit{asks: asks, tally: tally{size: size}}
	var done sync.WaitGroup
	done.Add(1)
	to, err := sys.Create(sinkMachine.New(&ravelSink{want: count * size, done: &done}))
	if err != nil {
		return 0, err
	}
	asks <- struct{}{}
	asks <- struct{}{}
	ctx := context.Background()
	start := time.Now()
	for range count {
		<-asks
		for range size {
			if err := sys.Send(ctx, to, hit); err != nil {
				return 0, err
			}
		}
	}
	done.Wait()
	return time.Since(start), nil
}

func (ravelLive) idle(machines int) (took time.Duration, release func(), err error) {
	sys, err := newSystem()
	if err != nil {
		return 0, nil, err
	}
	var done sync.WaitGroup
	done.Add(machines)
	hit := &ravelHit{tally: tally{size: machines + 1}}
	ctx := context.Background()
	start := time.Now()
	for range machines {
		id, err := sys.Create(idleMachine.New(&idler{done: &done}))
		if err == nil {
			err = sys.Send(ctx, id, hit)
		}
		if err != nil {
			return 0, nil, err
		}
	}
	done.Wait()
	took = time.Since(start)
	return took, func() { _ = closed(sys, nil) }, nil
}

// idler handles one event and is idle from then on.
type idler struct{ done *sync.WaitGroup }

var idleMachine = ravel.Define[idler]("Idle", ravel.Start("Waiting", ravel.On((*idler).hit)))

func (i *idler) hit(*ravel.Context, *ravelHit) { i.done.Done() }
