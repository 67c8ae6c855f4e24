package gocontrol

// A History is what happened in one execution, without a gap: else nobody can tell who holds what.
type History struct {
	// Points are all scheduling points, in the order in which goroutines came to them. A goroutine does the operation of
	// a point when it goes on from there; its next point shows that it has. Locks without a number (Object 0) are left
	// out of account.
	Points []Point
	// Left are the goroutines that had not exited when the execution ended, by ID.
	Left []Goroutine
	// Origin tells which goroutine created another one, and how many it had created before. It may be nil, and need not
	// know of all.
	Origin func(id int) (creator, nth int, ok bool)
}

// An Explanation tells what the goroutines that are left wait for.
type Explanation struct {
	Waits []Waiting      // one for each goroutine that is left, in their order
	Holds map[int][]Hold // by goroutine, in the order of Hold.Point; also of goroutines that have exited
	// Cycle is a shortest cycle of goroutines, by ID, each of which waits for the next, and the last for the first. It
	// begins with the smallest ID. A cycle of waits that cannot end otherwise goes before a shorter one in which a
	// goroutine may only be meant to help another.
	Cycle []int
	// Objects has the names of the objects by the numbers that points have of them, such as "mutex #1"; the first is "".
	Objects []string

	history *History
}

// A Hold is a lock that a goroutine holds.
type Hold struct {
	Object int
	Point  int  // index of the point at which it asked for the lock
	Read   bool // for reading
	Tried  bool // by a TryLock or TryRLock, which is taken to have succeeded because nothing was in its way
}

// A Waiting is what one goroutine waits for.
type Waiting struct {
	ID     int
	Kind   Kind // of the operation that blocks; None if it could go on, or waits for something that has no points
	Object int  // 0 if there is none, or it is not known
	Point  int  // index of the point of the operation, -1 if it is not known
	// For are the goroutines, by ID, that must act before it can go on: those that hold the lock; or else those that are
	// left and have done before what it waits for, so that they may do it again.
	For    []int
	Held   bool // those in For hold the lock
	Reason Reason
	Past   int // index of the point that the reason is about
}

// A Reason is what else is known of a wait.
type Reason uint8

const (
	NoReason        Reason = iota
	ReasonNil              // the channel is nil
	ReasonNoCases          // the select has no cases
	ReasonAlone            // no other goroutine is left
	ReasonNobody           // nobody who is left has done before what the goroutine waits for
	ReasonExited           // who got the lock at Past has exited without unlocking it
	ReasonFree             // nobody in the execution has the lock
	ReasonWriter           // a writer that waits keeps new readers out
	ReasonSignal           // the last signal came before the goroutine waited, at Past
	ReasonCases            // no case becomes ready
	ReasonClock            // time has stopped
	ReasonOutside          // only something outside of the execution can wake it
	ReasonUnstarted        // it has not run yet
)

// firm reports whether the wait cannot end before those in For act.
func (w *Waiting) firm() bool { return w.Held || w.Reason == ReasonWriter }

// Explain finds out who holds what, who waits for whom, and whether the waits form a cycle.
func Explain(h History) *Explanation {
	e := &Explanation{Objects: Objects(h.Points, h.Left), history: &h}
	a := newAnalysis(&h)
	e.Holds = a.holds()
	for i := range h.Left {
		e.Waits = append(e.Waits, a.wait(&h.Left[i], e.Holds))
	}
	e.Cycle = shortestCycle(e.Waits)
	return e
}
