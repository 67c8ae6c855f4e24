package gocontrol

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// The simulator below runs goroutines of random operations on a few locks, a Cond and a channel, as package sync implements them,
// notes their points, and knows at every time who holds what.

const (
	simMutexes = 2 // objects 1 and 2
	simRW      = 2 // objects 3 and 4
	simChannel = 5
	simCond    = 6 // its lock is mutex 1; who waits holds no other one for writing
)

type simLock struct {
	writer  *simHold
	readers []simHold
	// Of an RWMutex: who has its Mutex, whether it keeps readers out, and for how many readers it waits.
	inside   int
	announce bool
	leaving  int
}

type simHold struct {
	id, point   int
	read, tried bool
}

type simGoroutine struct {
	id      int
	kind    Kind
	object  int
	phase   int // within an operation of several parts
	point   int
	state   string
	exited  bool
	ops     int
	granted bool // the read lock was handed over
	reads   map[int]int
	writes  map[int]bool
}

type sim struct {
	rng    *rand.Rand
	locks  map[int]*simLock
	gs     []*simGoroutine
	points []Point
	fatal  bool
	// One of TryLocks, Unlocks of others' locks, and waits for Conds: of two together the points do not tell what happened.
	tries, foreign, conds bool
}

func newSim(seed uint64) *sim {
	s := &sim{rng: rand.New(rand.NewPCG(seed, 1)), locks: map[int]*simLock{}, tries: seed%3 == 0, foreign: seed%3 == 1, conds: seed%3 == 2}
	for n := 1; n <= simMutexes+simRW; n++ {
		s.locks[n] = &simLock{inside: -1}
	}
	for id := range 2 + s.rng.IntN(4) {
		g := &simGoroutine{id: id, state: runnable, ops: 1 + s.rng.IntN(7), reads: map[int]int{}, writes: map[int]bool{}}
		s.gs = append(s.gs, g)
		s.reach(g)
	}
	return s
}

// reach takes a goroutine to its next point, or to its exit.
func (s *sim) reach(g *simGoroutine) {
	if g.ops--; g.ops < 0 {
		g.exited = true
		return
	}
	g.object = 1 + s.rng.IntN(simMutexes+simRW)
	rw := g.object > simMutexes
	switch n := s.rng.IntN(20); {
	case n > 15 && s.conds && g.writes[1] && len(g.writes) == 1:
		g.kind, g.object = CondWait, simCond
	case n == 15:
		g.kind, g.object = CondSignal, simCond
	case n == 14:
		g.kind, g.object = CondBroadcast, simCond
	case g.writes[g.object] && n < 14:
		g.kind = Unlock
	case g.reads[g.object] > 0 && n < 10:
		g.kind = RUnlock
	case n < 2 && s.foreign && !rw && s.locks[g.object].writer != nil:
		g.kind = Unlock // of another's lock; a fatal error if that one was quicker
	case n == 2:
		g.kind, g.object = Yield, 0
	case n == 3:
		g.kind, g.object = Recv, simChannel // nobody sends
	case s.tries && rw && n < 7:
		g.kind = TryRLock
	case s.tries && n < 10:
		g.kind = TryLock
	case rw && n < 15:
		g.kind = RLock
	default:
		g.kind = Lock
	}
	s.note(g)
}

func (s *sim) note(g *simGoroutine) {
	g.phase, g.point = 0, len(s.points)
	s.points = append(s.points, Point{Goroutine: g.id, Kind: g.kind, Object: g.object, Position: Frame{"prog.f", "/src/prog.go", g.point + 1}})
}

// step lets a goroutine go on from its point, or from where it was woken.
func (s *sim) step(g *simGoroutine) {
	l := s.locks[g.object]
	rw := g.object > simMutexes
	hold := simHold{id: g.id, point: g.point}
	switch g.kind {
	case Yield:
	case Recv:
		g.state = "chan receive"
		return
	case CondSignal, CondBroadcast:
		for s.wakeOne(simCond, "sync.Cond.Wait") && g.kind == CondBroadcast {
		}
	case CondWait:
		l = s.locks[1]
		if g.phase == 0 {
			delete(g.writes, 1)
			l.writer, l.inside, l.announce = nil, -1, false
			s.wakeOne(1, "sync.Mutex.Lock")
			g.phase, g.state = 1, "sync.Cond.Wait"
			return
		}
		if l.inside >= 0 {
			g.state = "sync.Mutex.Lock"
			return
		}
		l.inside, l.announce, l.writer, g.writes[1] = g.id, true, &hold, true
	case Lock, TryLock:
		hold.tried = g.kind == TryLock
		if g.phase == 0 { // the Mutex
			if l.inside >= 0 {
				if g.kind == Lock {
					g.state = "sync.Mutex.Lock"
					return
				}
				break
			}
			l.inside = g.id
			if rw && len(l.readers) > 0 {
				if g.kind == TryLock {
					l.inside = -1
					s.wakeOne(g.object, "sync.Mutex.Lock")
					break
				}
				l.announce, l.leaving, g.phase, g.state = true, len(l.readers), 1, "sync.RWMutex.Lock"
				return
			}
		}
		l.announce = true
		l.writer, g.writes[g.object] = &hold, true
	case Unlock:
		if l.writer == nil {
			s.fatal = true
			return
		}
		delete(s.gs[l.writer.id].writes, g.object)
		l.writer, l.announce, l.inside = nil, false, -1
		s.wakeReaders(g.object)
		s.wakeOne(g.object, "sync.Mutex.Lock")
	case RLock, TryRLock:
		hold.read, hold.tried = true, g.kind == TryRLock
		if l.announce && !g.granted {
			if g.kind == RLock {
				g.state = "sync.RWMutex.RLock"
				return
			}
			break
		}
		if !g.granted {
			l.readers = append(l.readers, hold)
		}
		g.granted = false
		g.reads[g.object]++
	case RUnlock:
		for i := len(l.readers) - 1; i >= 0; i-- {
			if l.readers[i].id == g.id {
				l.readers = slices.Delete(l.readers, i, i+1)
				break
			}
		}
		g.reads[g.object]--
		if l.leaving > 0 {
			if l.leaving--; l.leaving == 0 {
				s.wakeOne(g.object, "sync.RWMutex.Lock")
			}
		}
	}
	s.reach(g)
}

// wakeReaders hands the lock to all readers that wait.
func (s *sim) wakeReaders(object int) {
	for _, g := range s.gs {
		if g.state == "sync.RWMutex.RLock" && g.object == object {
			g.state, g.granted = runnable, true
			s.locks[object].readers = append(s.locks[object].readers, simHold{id: g.id, point: g.point, read: true})
		}
	}
}

// waitsFor is the object that a goroutine is blocked in: that of its point, or the lock of the Cond when it has been woken.
func (g *simGoroutine) waitsFor() int {
	if g.kind == CondWait && g.state == "sync.Mutex.Lock" {
		return 1
	}
	return g.object
}

// wakeOne wakes one who waits; it tries again when it runs.
func (s *sim) wakeOne(object int, state string) bool {
	for _, i := range s.rng.Perm(len(s.gs)) {
		if g := s.gs[i]; g.state == state && g.waitsFor() == object {
			g.state = runnable
			return true
		}
	}
	return false
}

// run runs until nobody can move, or for so many steps.
func (s *sim) run(most int) {
	for range most {
		var ready []*simGoroutine
		for _, g := range s.gs {
			if !g.exited && g.state == runnable {
				ready = append(ready, g)
			}
		}
		if len(ready) == 0 || s.fatal {
			return
		}
		s.step(ready[s.rng.IntN(len(ready))])
	}
}

func (s *sim) history() History {
	h := History{Points: s.points}
	for _, g := range s.gs {
		if !g.exited {
			h.Left = append(h.Left, Goroutine{ID: g.id, State: g.state, Kind: g.kind})
		}
	}
	return h
}

func (s *sim) String() string {
	var parts []string
	for _, p := range s.points {
		parts = append(parts, fmt.Sprintf("%d %v %d", p.Goroutine, p.Kind, p.Object))
	}
	text := strings.Join(parts, "; ") + "\nleft"
	for _, g := range s.gs {
		if !g.exited {
			text += fmt.Sprintf(" %d %s;", g.id, g.state)
		}
	}
	return text
}
