package delaying

import "slices"

// RR is round-robin: a queue of the enabled machines. The head moves until it blocks; a machine that is created, or enabled
// again, goes to the tail.
//
// Delay moves the head to the tail, where it stays until its turn comes: the machine changes only by a Delay, or because
// the current one blocks.
//
// In the paper a machine that blocks moves to the tail of the queue; here it leaves the queue and comes back at the tail,
// which differs for machines that are enabled again in another order than they blocked in. So does Zing.
type RR struct{ queue []ID }

// NewRR returns a round-robin explorer.
func NewRR() *RR { return new(RR) }

// Start implements Explorer.
func (r *RR) Start(id, _ ID) { r.queue = append(r.queue, id) }

// Enabled implements Explorer.
func (r *RR) Enabled(id ID) { r.queue = append(r.queue, id) }

// Blocked implements Explorer.
func (r *RR) Blocked(id ID) { r.queue = without(r.queue, id) }

// Finish implements Explorer.
func (r *RR) Finish(ID) {}

// Next implements Explorer.
func (r *RR) Next() ID { return r.queue[0] }

// Delay implements Explorer.
func (r *RR) Delay() {
	head := r.queue[0]
	copy(r.queue, r.queue[1:])
	r.queue[len(r.queue)-1] = head
}

// Clone implements Explorer.
func (r *RR) Clone() Explorer { return &RR{slices.Clone(r.queue)} }

// without takes id out of a list, in place.
func without(list []ID, id ID) []ID {
	if i := slices.Index(list, id); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}
