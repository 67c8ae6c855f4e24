package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
)

// sessions is the monitor's state.
type sessions[C, K, V comparable] struct {
	only   Guarantee
	busy   map[C]operation[K]       // what clients are doing
	writes map[K]map[C][]written[V] // by key and writer, in the order begun
	views  map[view[C, K]]*seen[C]
}

type operation[K comparable] struct {
	write bool
	key   K
}

func (o operation[K]) String() string {
	if o.write {
		return fmt.Sprintf("write of %v", o.key)
	}
	return fmt.Sprintf("read of %v", o.key)
}

// written is a write.
type written[V comparable] struct {
	value   V
	over    bool // outcome is meaningful
	outcome Outcome
	dirty   bool // somebody has read it before it was over, and it is the only write of the value
}

// failed reports whether the write has no effect.
func (w written[V]) failed() bool { return w.over && w.outcome == Failed }

// floating reports whether the write may take effect at any time: it keeps no order with others of its session.
func (w written[V]) floating() bool { return w.over && w.outcome == Unknown }

type view[C, K comparable] struct {
	client C
	key    K
}

// seen is what a client must see when it reads a key: the number of a write of each writer, and all that follow it. Numbers
// start from 1, so that 0 demands nothing.
type seen[C comparable] struct {
	own  int       // the last own write that has succeeded
	read map[C]int // the last write of each writer that it has read
}

func newSessions[C, K, V comparable](only Guarantee) *sessions[C, K, V] {
	return &sessions[C, K, V]{
		only: only, busy: make(map[C]operation[K]),
		writes: make(map[K]map[C][]written[V]), views: make(map[view[C, K]]*seen[C]),
	}
}

func (s *sessions[C, K, V]) view(client C, key K) *seen[C] {
	at := view[C, K]{client, key}
	if s.views[at] == nil {
		s.views[at] = &seen[C]{read: make(map[C]int)}
	}
	return s.views[at]
}

// begin and end keep a session sequential.
func (s *sessions[C, K, V]) begin(c *ravel.MonitorContext, client C, o operation[K]) {
	before, busy := s.busy[client]
	c.Assert(!busy, "%v begins a %v while its %v is not over: a session does one operation at a time; "+
		"end what the client has given up as Unknown", client, o, before)
	s.busy[client] = o
}

func (s *sessions[C, K, V]) end(c *ravel.MonitorContext, client C, o operation[K]) {
	before, busy := s.busy[client]
	c.Assert(busy && before == o, "%v ends a %v that it has not begun", client, o)
	delete(s.busy, client)
}

func (s *sessions[C, K, V]) writeBegan(c *ravel.MonitorContext, e WriteBegan[C, K, V]) {
	s.begin(c, e.Client, operation[K]{true, e.Key})
	writers := s.writes[e.Key]
	if writers == nil {
		writers = make(map[C][]written[V])
		s.writes[e.Key] = writers
	}
	writers[e.Client] = append(writers[e.Client], written[V]{value: e.Value})
}

func (s *sessions[C, K, V]) writeEnded(c *ravel.MonitorContext, e WriteEnded[C, K, V]) {
	s.end(c, e.Client, operation[K]{true, e.Key})
	c.Assert(e.Outcome == OK || e.Outcome == Failed || e.Outcome == Unknown,
		"%v: a write ends as OK, Failed or Unknown", e)
	mine := s.writes[e.Key][e.Client]
	w := &mine[len(mine)-1]
	c.Assert(e.Outcome != Failed || !w.dirty, "a failed write had an effect: %v, but its value %v has been read", e, w.value)
	w.over, w.outcome, w.dirty = true, e.Outcome, false
	if e.Outcome == OK {
		s.view(e.Client, e.Key).own = len(mine)
	}
}

func (s *sessions[C, K, V]) readBegan(c *ravel.MonitorContext, e ReadBegan[C, K, V]) {
	s.begin(c, e.Client, operation[K]{false, e.Key})
}

func (s *sessions[C, K, V]) readEnded(c *ravel.MonitorContext, e ReadEnded[C, K, V]) {
	s.end(c, e.Client, operation[K]{false, e.Key})
	switch e.Outcome {
	case OK:
		s.found(c, e)
	case Missing:
		s.missing(c, e)
	default:
		c.Assert(e.Outcome == Failed || e.Outcome == Unknown, "%v: a read ends as OK, Missing, Failed or Unknown", e)
	}
}

// missing judges a read that has found no value.
func (s *sessions[C, K, V]) missing(c *ravel.MonitorContext, e ReadEnded[C, K, V]) {
	v := s.view(e.Client, e.Key)
	if s.only&ReadYourWrites != 0 && v.own > 0 {
		c.Fail("ReadYourWrites: %v, after it has written %v", e, s.writes[e.Key][e.Client][v.own-1].value)
	}
	if by, ok := least(v.read, func(C, int) bool { return true }); ok && s.only&MonotonicReads != 0 {
		c.Fail("MonotonicReads: %v, after it has read %v, written by %v", e, s.writes[e.Key][by][v.read[by]-1].value, by)
	}
}

// found judges a read that has found a value.
func (s *sessions[C, K, V]) found(c *ravel.MonitorContext, e ReadEnded[C, K, V]) {
	v := s.view(e.Client, e.Key)
	var by C
	number, candidates := 0, 0
	for writer, writes := range s.writes[e.Key] {
		for i, w := range writes {
			if w.value == e.Value && s.stale(v, e, writer, i+1) == "" {
				by, number, candidates = writer, i+1, candidates+1
			}
		}
	}
	switch candidates {
	case 0:
		c.Fail("%s", s.refuse(v, e))
	case 1:
		v.read[by] = max(v.read[by], number)
		if w := &s.writes[e.Key][by][number-1]; !w.over {
			w.dirty = true
		}
	default:
		// Which of them was read is not known.
	}
}

// refuse says why a read can have returned none of the writes.
func (s *sessions[C, K, V]) refuse(v *seen[C], e ReadEnded[C, K, V]) string {
	for _, writer := range ordered(s.writes[e.Key]) {
		for i, w := range s.writes[e.Key][writer] {
			if w.value == e.Value {
				return s.stale(v, e, writer, i+1)
			}
		}
	}
	return fmt.Sprintf("no other values: %v, which nobody has written", e)
}

// stale says why a read cannot have returned a write; "" means that it can.
func (s *sessions[C, K, V]) stale(v *seen[C], e ReadEnded[C, K, V], writer C, number int) string {
	writes := s.writes[e.Key][writer]
	w := writes[number-1]
	switch read := v.read[writer]; {
	case w.failed():
		return fmt.Sprintf("a failed write had an effect: %v, whose write by %v has failed", e, writer)
	case w.floating():
		return ""
	case s.only&ReadYourWrites != 0 && writer == e.Client && number < v.own:
		return fmt.Sprintf("ReadYourWrites: %v, after it has written %v", e, writes[v.own-1].value)
	case s.only&MonotonicReads != 0 && number < read:
		return fmt.Sprintf("MonotonicReads: %v, after it has read %v, which %v has written later", e, writes[read-1].value, writer)
	}
	return ""
}
