package gocontrol

import "fmt"

// A Kind is what a goroutine is about to do at a scheduling point.
type Kind uint8

// The kinds of scheduling points. Keep in sync with ctl_region.go of the overlay.
const (
	None Kind = iota // has not reached a point yet
	Go
	Yield
	Send
	Recv
	Close
	Select
	Sleep
	Lock
	TryLock
	Unlock
	RLock
	TryRLock
	RUnlock
	WaitGroupAdd
	WaitGroupWait
	CondWait
	CondSignal
	CondBroadcast
	AtomicLoad
	AtomicStore
	AtomicUpdate
	MemoryRead
	MemoryWrite
	OnceDo
	MapLoad // Load and Range of a sync.Map
	MapUpdate
	PoolGet
	PoolPut
	ContextErr // Err and Cause
	ContextCancel
	TimerStart // AfterFunc
	TimerStop
	TimerReset
	Timer
)

var kindNames = [...]string{"none", "go", "yield", "send", "receive", "close", "select", "sleep", "Lock", "TryLock", "Unlock",
	"RLock", "TryRLock", "RUnlock", "WaitGroup.Add", "WaitGroup.Wait", "Cond.Wait", "Cond.Signal", "Cond.Broadcast",
	"atomic load", "atomic store", "atomic update", "memory read", "memory write", "Once.Do", "Map load", "Map update",
	"Pool.Get", "Pool.Put", "context err", "context cancel", "timer start", "timer stop", "timer reset", "timer"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", k)
}

// An End is how an execution ended.
type End uint8

const (
	Finished End = iota
	Deadlock     // the main goroutine can never go on
	Leak         // the main goroutine returned, others can never go on
	Panicked
	Fatal    // a fatal error of the runtime
	Bounded  // reached MaxSteps
	Stopped  // by Choose
	Diverged // from the list to replay
)

var endNames = [...]string{"finished", "deadlock", "leak", "panic", "fatal error", "bounded", "stopped", "diverged"}

func (e End) String() string {
	if int(e) < len(endNames) {
		return endNames[e]
	}
	return fmt.Sprintf("End(%d)", e)
}

// Failed reports whether the end is a failure of the program: a deadlock, leak, panic or fatal error.
func (e End) Failed() bool { return e >= Deadlock && e <= Fatal }

// A Decision is one resolved choice: which goroutine goes on, or which ready case a select takes. Decisions with one
// alternative are not recorded.
type Decision uint32

const selectBit = 1 << 31

// IsSelect reports whether the decision is about the cases of a select.
func (d Decision) IsSelect() bool { return d&selectBit != 0 }

// Value is the number of the goroutine, or the index of the case: sends first, then receives, each in source order.
func (d Decision) Value() int { return int(d &^ selectBit) }

func (d Decision) String() string {
	if d.IsSelect() {
		return fmt.Sprintf("case %d", d.Value())
	}
	return fmt.Sprintf("g%d", d.Value())
}
