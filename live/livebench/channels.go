package main

import (
	"fmt"
	"sync"
	"time"
)

// channels are goroutines and channels without a runtime: what a message costs at least.
type channels struct{}

type token struct{ left int }

func (channels) ring(size, events int, s *stamps) (time.Duration, error) {
	links := make([]chan *token, size)
	for i := range links {
		links[i] = make(chan *token, 1)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range links {
		wg.Go(func() {
			in, out := links[i], links[(i+1)%size]
			mine := s
			if i > 0 {
				mine = nil
			}
			for {
				select {
				case t := <-in:
					mine.stamp()
					if t.left--; t.left == 0 {
						close(done)
						return
					}
					out <- t
				case <-done:
					return
				}
			}
		})
	}
	start := time.Now()
	links[0] <- &token{events}
	<-done
	took := time.Since(start)
	wg.Wait()
	return took, nil
}

func (channels) fanIn(senders, burst, events int) (time.Duration, error) {
	in := make(chan struct{}, burst*senders)
	each := (events + senders - 1) / senders
	start := time.Now()
	for range senders {
		go func() {
			for range each {
				in <- struct{}{}
			}
		}()
	}
	for range each * senders {
		<-in
	}
	return time.Since(start), nil
}

func (channels) fanOut(receivers, burst, events int) (time.Duration, error) {
	each := (events + receivers - 1) / receivers
	to := make([]chan struct{}, receivers)
	var wg sync.WaitGroup
	for i := range to {
		to[i] = make(chan struct{}, burst)
		wg.Go(func() {
			for range each {
				<-to[i]
			}
		})
	}
	start := time.Now()
	for range each {
		for _, c := range to {
			c <- struct{}{}
		}
	}
	wg.Wait()
	return time.Since(start), nil
}

func (c channels) outside(burst, events int) (time.Duration, error) { return c.fanIn(1, burst, events) }

func (channels) ask(questions int, s *stamps) error {
	type question struct{ answer chan int }
	in := make(chan question)
	defer close(in)
	go func() {
		n := 0
		for q := range in {
			n++
			q.answer <- n
		}
	}()
	s.stamp()
	for i := range questions {
		q := question{make(chan int, 1)}
		in <- q
		if n := <-q.answer; n != i+1 {
			return fmt.Errorf("answer %d to question %d", n, i+1)
		}
		s.stamp()
	}
	return nil
}

func (channels) idle(machines int) (time.Duration, func(), error) {
	var had sync.WaitGroup
	had.Add(machines)
	in := make([]chan struct{}, machines)
	start := time.Now()
	for i := range in {
		in[i] = make(chan struct{}, 1)
		go func() {
			for range in[i] {
				had.Done()
			}
		}()
		in[i] <- struct{}{}
	}
	had.Wait()
	return time.Since(start), func() {
		for _, c := range in {
			close(c)
		}
	}, nil
}
