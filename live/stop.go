package live

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ravelgo/ravel"
)

// stopping is the state of a system that stops.
type stopping struct {
	once   sync.Once
	over   chan struct{}
	err    error
	mu     sync.Mutex
	missed map[string]int
}

// StopError tells what was not done when a system stopped.
type StopError struct {
	Cause   error          // why there was no time for more; nil if there was: what is left was deferred
	Dropped map[string]int // events that nobody has handled, by the machine that they were sent to
	Running []string       // machines whose handlers have not returned; they go on, but nothing that they ask for happens
}

func (e *StopError) Error() string {
	n := 0
	for _, k := range e.Dropped {
		n += k
	}
	var b strings.Builder
	fmt.Fprintf(&b, "live: the system has stopped with %d events unhandled", n)
	if len(e.Dropped) > 0 {
		names := slices.Sorted(maps.Keys(e.Dropped))
		fmt.Fprintf(&b, " (%s)", shortened(names))
	}
	if len(e.Running) > 0 {
		fmt.Fprintf(&b, " and %d handlers that have not returned (%s)", len(e.Running), shortened(e.Running))
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

func (e *StopError) Unwrap() error { return e.Cause }

func shortened(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

// grace is how long handlers that have been told to end may take to run their deferred functions.
const grace = time.Second

// Stop ends the system. From then on nothing is accepted from outside and no timer fires. The machines go on until none has
// anything to do, or until ctx is done; then they are ended, with what waits in their inboxes, and handlers that wait are
// unwound. It returns nil if every event was handled, else a *StopError. Later calls wait for the first and return the
// same. A handler that blocks outside of Ravel cannot be ended: it is named.
func (s *System) Stop(ctx context.Context) error {
	s.stop.once.Do(func() {
		s.closing.Store(true)
		cause := s.activity.await(ctx)
		s.monitors.close()
		s.kill()
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		_ = s.activity.await(ctx) // who is left then is named
		s.stop.err = s.leftOver(cause)
		close(s.stop.over)
	})
	<-s.stop.over
	return s.stop.err
}

// kill ends all machines.
func (s *System) kill() {
	s.killing.Store(true)
	close(s.killed)
	for _, p := range s.all() {
		if p.end(gone, Stopped, nil) {
			s.ended(p, p.definition(), nil)
		}
	}
}

// all returns the machines that have not halted.
func (s *System) all() []*proc {
	var list []*proc
	s.families.Range(func(_, v any) bool {
		f := v.(*family)
		f.mu.Lock()
		list = slices.AppendSeq(list, maps.Values(f.members))
		f.mu.Unlock()
		return true
	})
	return list
}

// missed counts an event that was dropped because the system has stopped.
func (s *System) missed(to ravel.ID) {
	s.stop.mu.Lock()
	defer s.stop.mu.Unlock()
	if s.stop.missed == nil {
		s.stop.missed = map[string]int{}
	}
	s.stop.missed[to.String()]++
}

func (s *System) leftOver(cause error) error {
	e := &StopError{Cause: cause}
	for _, p := range s.all() {
		e.Running = append(e.Running, p.shownAs())
	}
	slices.Sort(e.Running)
	s.stop.mu.Lock()
	e.Dropped = maps.Clone(s.stop.missed)
	s.stop.mu.Unlock()
	if len(e.Dropped)+len(e.Running) == 0 && cause == nil {
		return nil
	}
	return e
}
