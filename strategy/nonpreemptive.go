package strategy

// NonPreemptive runs the default order: the machine that moved last as long as it can go on, else the one that appeared
// first; timers when nothing else can move, in the order of their deadlines; no fault, and 0 for every value. Its schedule
// is all zeros.
//
// It costs one execution, finds what breaks without any concurrency, and its failure needs no shrinking.
type NonPreemptive struct{ last *Op }

// NewNonPreemptive returns the default order.
func NewNonPreemptive() *NonPreemptive { return new(NonPreemptive) }

// Start implements Strategy.
func (n *NonPreemptive) Start(Execution) bool {
	n.last = nil
	return true
}

// Pick implements Strategy.
func (n *NonPreemptive) Pick(ops []*Op) int { return Index(ops, nil, n.last, 0) }

// PickFault implements FaultPicker: no offered fault happens.
func (n *NonPreemptive) PickFault(_ int, ops, _ []*Op) int { return n.Pick(ops) }

// Value implements Strategy.
func (n *NonPreemptive) Value(Value) int { return 0 }

// Enabled implements Observer.
func (n *NonPreemptive) Enabled(*Op) {}

// Disabled implements Observer.
func (n *NonPreemptive) Disabled(*Op) {}

// Executed implements Observer.
func (n *NonPreemptive) Executed(op *Op, _ []Action) { n.last = Moved(n.last, op) }
