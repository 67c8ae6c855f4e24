package failure

import "fmt"

// Kind is the kind of a failure.
type Kind uint8

// The kinds of failures, each with the type that reports it.
const (
	NoKind                    Kind = iota // no failure
	KindAssertion                         // Assertion
	KindMonitor                           // MonitorViolation
	KindUnhandled                         // Unhandled
	KindPanic                             // Panic
	KindTest                              // TestFailure
	KindExit                              // Exit
	KindFatal                             // Fatal
	KindDeadlock                          // Deadlock
	KindLiveness                          // HotAtEnd
	KindLivelock                          // Livelock
	KindBound                             // BoundHit
	KindLeak                              // Leak
	KindDataRace                          // DataRace
	KindChanged                           // Changed
	KindSharedMemory                      // SharedMemory
	KindLockHeld                          // LockHeld
	KindNondeterminism                    // Nondeterminism
	KindNotReproducible                   // NotReproducible
	KindMisuse                            // Misuse
	KindUncontrolledGoroutine             // UncontrolledGoroutine
	KindStuck                             // Stuck
	KindProcess                           // ProcessFailure
	numKinds
)

var kindWords = [numKinds]string{
	NoKind:                    "none",
	KindAssertion:             "assertion",
	KindMonitor:               "monitor",
	KindUnhandled:             "unhandled event",
	KindPanic:                 "panic",
	KindTest:                  "test failure",
	KindExit:                  "exit",
	KindFatal:                 "fatal error",
	KindDeadlock:              "deadlock",
	KindLiveness:              "liveness",
	KindLivelock:              "livelock",
	KindBound:                 "bound",
	KindLeak:                  "leak",
	KindDataRace:              "data race",
	KindChanged:               "event changed",
	KindSharedMemory:          "shared memory",
	KindLockHeld:              "lock held",
	KindNondeterminism:        "nondeterminism",
	KindNotReproducible:       "not reproducible",
	KindMisuse:                "misuse",
	KindUncontrolledGoroutine: "uncontrolled goroutine",
	KindStuck:                 "stuck",
	KindProcess:               "process failure",
}

// String is the kind's word in reports, JSON and saved files. It never changes.
func (k Kind) String() string {
	if k < numKinds {
		return kindWords[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind finds the kind of a word.
func ParseKind(word string) (Kind, bool) {
	for k, w := range kindWords {
		if w == word {
			return Kind(k), true
		}
	}
	return NoKind, false
}

// Kinds lists all kinds of failures.
func Kinds() []Kind {
	list := make([]Kind, 0, numKinds-1)
	for k := NoKind + 1; k < numKinds; k++ {
		list = append(list, k)
	}
	return list
}

// MarshalText writes the kind's word.
func (k Kind) MarshalText() ([]byte, error) {
	if k >= numKinds {
		return nil, fmt.Errorf("failure: unknown kind %d", uint8(k))
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads the kind's word.
func (k *Kind) UnmarshalText(text []byte) error {
	v, ok := ParseKind(string(text))
	if !ok {
		return fmt.Errorf("failure: %q is not a kind of failure; it may come from a newer version of Ravel", text)
	}
	*k = v
	return nil
}

// Kind implements Failure.
func (*Assertion) Kind() Kind             { return KindAssertion }
func (*MonitorViolation) Kind() Kind      { return KindMonitor }
func (*Unhandled) Kind() Kind             { return KindUnhandled }
func (*Panic) Kind() Kind                 { return KindPanic }
func (*TestFailure) Kind() Kind           { return KindTest }
func (*Exit) Kind() Kind                  { return KindExit }
func (*Fatal) Kind() Kind                 { return KindFatal }
func (*Deadlock) Kind() Kind              { return KindDeadlock }
func (*HotAtEnd) Kind() Kind              { return KindLiveness }
func (*Livelock) Kind() Kind              { return KindLivelock }
func (*BoundHit) Kind() Kind              { return KindBound }
func (*Leak) Kind() Kind                  { return KindLeak }
func (*DataRace) Kind() Kind              { return KindDataRace }
func (*Changed) Kind() Kind               { return KindChanged }
func (*SharedMemory) Kind() Kind          { return KindSharedMemory }
func (*LockHeld) Kind() Kind              { return KindLockHeld }
func (*Nondeterminism) Kind() Kind        { return KindNondeterminism }
func (*NotReproducible) Kind() Kind       { return KindNotReproducible }
func (*Misuse) Kind() Kind                { return KindMisuse }
func (*UncontrolledGoroutine) Kind() Kind { return KindUncontrolledGoroutine }
func (*Stuck) Kind() Kind                 { return KindStuck }
func (*ProcessFailure) Kind() Kind        { return KindProcess }
