package trace

// Order is the happens-before order of the events of a trace: the smallest transitive order in which the events of one lane
// stand as they happened, and every event stands behind those that Event.After lists. It is kept as vector clocks
// (F. Mattern, "Virtual time and global states of distributed systems", 1989; C. Fidge, 1988), so that two events compare in
// constant time.
//
// A machine's lane holds what comes into its inbox and what its timers do as well, so an event that it takes later is behind
// one that it has only received. Traces of version 1 have no After: there only events of one lane are ordered.
type Order struct {
	lanes  []Lane
	lane   []int32   // of each event
	nth    []int32   // number of each event in its lane, from 1
	clocks [][]int32 // of each event: of every other lane, the number of its last event that is before it
}

// NewOrder computes the order of a trace's events. It disregards numbers in After that are not those of earlier events.
func NewOrder(t *Trace) *Order {
	n := len(t.Events)
	o := &Order{lanes: Lanes(t), lane: make([]int32, n), nth: make([]int32, n), clocks: make([][]int32, n)}
	index := make(map[string]int32, len(o.lanes))
	for i := range o.lanes {
		index[o.lanes[i].Name] = int32(i)
	}
	last := make([][]int32, len(o.lanes)) // clock of the last event of each lane
	for i := range last {
		last[i] = make([]int32, len(o.lanes))
	}
	count := make([]int32, len(o.lanes))
	for i := range t.Events {
		lane := index[LaneOf(&t.Events[i])]
		count[lane]++
		o.lane[i], o.nth[i] = lane, count[lane]
		last[lane] = o.join(last[lane], lane, i, t.Events[i].After)
		o.clocks[i] = last[lane]
	}
	return o
}

// join returns the clock of event i of a lane, whose events before it have clock c. Events that learn nothing new share the
// clock of the event before them.
func (o *Order) join(c []int32, lane int32, i int, after []int) []int32 {
	own := false
	for _, j := range after {
		if j < 0 || j >= i || o.lane[j] == lane || c[o.lane[j]] >= o.nth[j] {
			continue // its past is known with it
		}
		if !own {
			c, own = append([]int32(nil), c...), true
		}
		for k, v := range o.clocks[j] {
			if int32(k) != lane {
				c[k] = max(c[k], v)
			}
		}
		c[o.lane[j]] = o.nth[j]
	}
	return c
}

// Lanes lists the lanes, as the function Lanes does.
func (o *Order) Lanes() []Lane { return o.lanes }

// Lane returns the index in Lanes of the lane of event i.
func (o *Order) Lane(i int) int { return int(o.lane[i]) }

// Clock returns the vector clock of event i: for each lane, how many of its events are i itself or before it.
func (o *Order) Clock(i int) []int {
	c := make([]int, len(o.lanes))
	for k, v := range o.clocks[i] {
		c[k] = int(v)
	}
	c[o.lane[i]] = int(o.nth[i])
	return c
}

// Before reports whether event i happens before event j: j may be as it is because of i. If neither is before the other, they
// are concurrent. Indexes are those of Trace.Events.
func (o *Order) Before(i, j int) bool {
	if o.lane[i] == o.lane[j] {
		return o.nth[i] < o.nth[j]
	}
	return o.clocks[j][o.lane[i]] >= o.nth[i]
}

// Past lists the events before event i, in the order of the trace.
func (o *Order) Past(i int) []int {
	var list []int
	for j := range i {
		if o.Before(j, i) {
			list = append(list, j)
		}
	}
	return list
}

// Future lists the events that event i is before, in the order of the trace.
func (o *Order) Future(i int) []int {
	var list []int
	for j := i + 1; j < len(o.lane); j++ {
		if o.Before(i, j) {
			list = append(list, j)
		}
	}
	return list
}
