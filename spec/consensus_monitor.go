package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
)

// consensus is the monitor's state.
type consensus[I, B, P, V comparable] struct {
	acceptors int
	compare   func(a, b B) int `ravel:"-"` // the same in all executions of a test
	any       bool
	valid     validity[I, V]
	ballots   map[ballotOf[I, B]]*ballot[P, V]
}

type ballotOf[I, B comparable] struct {
	instance I
	ballot   B
}

// ballot is what was issued in a ballot, and who has accepted it.
type ballot[P, V comparable] struct {
	value  V
	voters map[P]bool
}

func (s *consensus[I, B, P, V]) start(c *ravel.MonitorContext) {
	c.Assert(s.acceptors > 0, "spec.Consensus has %d acceptors: set the field Acceptors to how many there are", s.acceptors)
	c.Assert(s.compare != nil, "spec.Consensus cannot order ballots: set the field Compare, to cmp.Compare for instance")
}

func (s *consensus[I, B, P, V]) proposed(_ *ravel.MonitorContext, e Proposed[I, V]) {
	s.valid.proposed[e] = true
}

func (s *consensus[I, B, P, V]) submitted(_ *ravel.MonitorContext, e Submitted[V]) {
	s.valid.submitted[e.Value] = true
}

func (s *consensus[I, B, P, V]) issued(c *ravel.MonitorContext, e Issued[I, B, V]) {
	c.Assert(s.any || s.valid.has(e.Instance, e.Value), "Validity: %v, which nobody has proposed", e)
	at := ballotOf[I, B]{e.Instance, e.Ballot}
	if b := s.ballots[at]; b != nil {
		c.Assert(b.value == e.Value, "one proposal for each ballot: %v, but has proposed %v before", e, b.value)
		return
	}
	if o, ok := least(s.ballots, func(o ballotOf[I, B], b *ballot[P, V]) bool {
		return b.value != e.Value && s.above(at, o) && s.chosen(b)
	}); ok {
		c.Fail("P2b: %v, but %s", e, s.choice(o))
	}
	s.ballots[at] = &ballot[P, V]{e.Value, make(map[P]bool)}
}

func (s *consensus[I, B, P, V]) accepted(c *ravel.MonitorContext, e Accepted[I, B, P, V]) {
	at := ballotOf[I, B]{e.Instance, e.Ballot}
	b := s.ballots[at]
	c.Assert(b != nil, "one proposal for each ballot: %v, in which nothing was proposed", e)
	c.Assert(b.value == e.Value, "one proposal for each ballot: %v, which has proposed %v", e, b.value)
	b.voters[e.By] = true
	c.Assert(len(b.voters) <= s.acceptors, "%s have accepted, and spec.Consensus was told of %d acceptors",
		list(ordered(b.voters)), s.acceptors)
	if !s.chosen(b) {
		return
	}
	other := func(o ballotOf[I, B], x *ballot[P, V]) bool { return o.instance == e.Instance && x.value != e.Value }
	if o, ok := least(s.ballots, func(o ballotOf[I, B], x *ballot[P, V]) bool { return other(o, x) && s.chosen(x) }); ok {
		c.Fail("Agreement: in instance %v %s, but %s", e.Instance, s.choice(at), s.choice(o))
	}
	if o, ok := least(s.ballots, func(o ballotOf[I, B], x *ballot[P, V]) bool { return other(o, x) && s.above(o, at) }); ok {
		c.Fail("P2b: %s, but %v", s.choice(at), Issued[I, B, V]{o.instance, o.ballot, s.ballots[o].value})
	}
}

func (s *consensus[I, B, P, V]) learned(c *ravel.MonitorContext, e Chosen[I, P, V]) {
	for o, b := range s.ballots {
		if o.instance == e.Instance && b.value == e.Value && s.chosen(b) {
			return
		}
	}
	c.Fail("%v, which no majority has accepted in one ballot: %s", e, s.votes(e))
}

// above reports whether a is a higher ballot of the same instance.
func (s *consensus[I, B, P, V]) above(a, b ballotOf[I, B]) bool {
	return a.instance == b.instance && s.compare(a.ballot, b.ballot) > 0
}

func (s *consensus[I, B, P, V]) chosen(b *ballot[P, V]) bool { return 2*len(b.voters) > s.acceptors }

func (s *consensus[I, B, P, V]) choice(at ballotOf[I, B]) string {
	b := s.ballots[at]
	return fmt.Sprintf("%v was chosen in ballot %v by %s", b.value, at.ballot, list(ordered(b.voters)))
}

// votes lists who has accepted the value of a learner, in which ballot.
func (s *consensus[I, B, P, V]) votes(e Chosen[I, P, V]) string {
	text := ""
	for _, o := range ordered(s.ballots) {
		if b := s.ballots[o]; o.instance == e.Instance && b.value == e.Value && len(b.voters) > 0 {
			text += fmt.Sprintf("; in ballot %v %s", o.ballot, list(ordered(b.voters)))
		}
	}
	if text == "" {
		return "nobody has"
	}
	return text[len("; "):]
}
