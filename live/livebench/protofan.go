package main

import (
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// protoHit is what a source sends to one receiver again and again.
type protoHit struct {
	from  *actor.PID // nil: a goroutine
	asks  chan<- struct{}
	tally tally // the receiver's
}

// protoSource sends to receivers in turn, half a burst at a time.
type protoSource struct {
	hits  []*protoHit
	to    []*actor.PID
	left  int // halves
	size  int // of a half
	asked int
}

func (p *protoSource) Receive(c actor.Context) {
	if _, ok := c.Message().(more); ok {
		p.more(c)
	}
}

func (p *protoSource) more(c actor.Context) {
	if p.asked++; p.asked < len(p.to) || p.left == 0 {
		return
	}
	p.asked = 0
	p.left--
	for range p.size {
		for i, to := range p.to {
			c.Send(to, p.hits[i])
		}
	}
}

// protoSink receives.
type protoSink struct {
	n, want int
	done    *sync.WaitGroup
}

func (p *protoSink) Receive(c actor.Context) {
	if h, ok := c.Message().(*protoHit); ok {
		p.hit(c, h)
	}
}

func (p *protoSink) hit(c actor.Context, h *protoHit) {
	if h.tally.hit() {
		if h.asks != nil {
			h.asks <- struct{}{}
		} else {
			c.Send(h.from, more{})
		}
	}
	if p.n++; p.n == p.want {
		p.done.Done()
	}
}

// protoFanned is a program in which each source sends to each sink.
func protoFanned(sources, sinks, burst, events int) (time.Duration, error) {
	sys := newActors()
	defer sys.Shutdown()
	count, size := halves(burst, (events+sources*sinks-1)/(sources*sinks))
	var done sync.WaitGroup
	done.Add(sinks)
	var to, from []*actor.PID
	for range sinks {
		to = append(to, spawn(sys, &protoSink{want: sources * count * size, done: &done}))
	}
	for range sources {
		s := &protoSource{to: to, left: count, size: size}
		pid := spawn(sys, s)
		for range to {
			s.hits = append(s.hits, &protoHit{from: pid, tally: tally{size: size}})
		}
		from = append(from, pid)
	}
	start := time.Now()
	for _, pid := range from {
		for range 2 * sinks {
			sys.Root.Send(pid, more{})
		}
	}
	done.Wait()
	return time.Since(start), nil
}

func (protoActor) fanIn(senders, burst, events int) (time.Duration, error) {
	return protoFanned(senders, 1, burst, events)
}

func (protoActor) fanOut(receivers, burst, events int) (time.Duration, error) {
	return protoFanned(1, receivers, burst, events)
}

func (protoActor) outside(burst, events int) (time.Duration, error) {
	sys := newActors()
	defer sys.Shutdown()
	count, size := halves(burst, events)
	asks := make(chan struct{}, count+2)
	hit := &protoHit{asks: asks, tally: tally{size: size}}
	var done sync.WaitGroup
	done.Add(1)
	to := spawn(sys, &protoSink{want: count * size, done: &done})
	asks <- struct{}{}
	asks <- struct{}{}
	start := time.Now()
	for range count {
		<-asks
		for range size {
			sys.Root.Send(to, hit)
		}
	}
	done.Wait()
	return time.Since(start), nil
}
