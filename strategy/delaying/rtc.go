package delaying

import "slices"

// RTC is run to completion: a stack of the enabled machines. The top moves until it blocks; a machine that is created, or
// enabled, goes on top. So the receiver of an event runs before the sender goes on, until it blocks, and causal chains are
// followed depth first; a created machine runs before its creator goes on.
//
// Delay moves the top to the bottom, where it stays until everything above it has blocked.
//
// A machine on the stack keeps its place when it gets another event: one that was delayed stays at the bottom. That is
// Zing's rule; the paper's words, "priority to the receiver of the most recently sent event", are the rule of Raise.
// Zing takes the top away when a machine blocks; here it is that machine, wherever it stands.
type RTC struct {
	// Raise moves the receiver of each event to the top, even if it is on the stack.
	Raise bool
	stack []ID // the top is last
}

// NewRTC returns a run-to-completion explorer.
func NewRTC() *RTC { return new(RTC) }

// Start implements Explorer.
func (r *RTC) Start(id, _ ID) { r.stack = append(r.stack, id) }

// Enabled implements Explorer.
func (r *RTC) Enabled(id ID) { r.stack = append(r.stack, id) }

// Sent implements Sender.
func (r *RTC) Sent(_, target ID) {
	if !r.Raise {
		return
	}
	if i := r.place(target); i >= 0 {
		r.stack = append(slices.Delete(r.stack, i, i+1), target)
	}
}

// Blocked implements Explorer.
func (r *RTC) Blocked(id ID) {
	if i := r.place(id); i >= 0 {
		r.stack = slices.Delete(r.stack, i, i+1)
	}
}

// place returns where a machine is on the stack, most likely on top; -1 when it is not there.
func (r *RTC) place(id ID) int {
	i := len(r.stack) - 1
	for i >= 0 && r.stack[i] != id {
		i--
	}
	return i
}

// Finish implements Explorer.
func (r *RTC) Finish(ID) {}

// Next implements Explorer.
func (r *RTC) Next() ID { return r.stack[len(r.stack)-1] }

// Delay implements Explorer.
func (r *RTC) Delay() {
	top := r.Next()
	copy(r.stack[1:], r.stack)
	r.stack[0] = top
}

// Clone implements Explorer.
func (r *RTC) Clone() Explorer { return &RTC{r.Raise, slices.Clone(r.stack)} }
