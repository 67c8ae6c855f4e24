package gocontrol

import (
	"sync"
	"time"
	"unsafe"
)

// A Session is an execution that its owner drives move by move: a scheduler that has more to schedule than goroutines.
// A move goes from one scheduling point of a goroutine to the next, to where it blocks, or to its exit.
//
// The goroutine that opens a session owns it. All methods are for the owner, while the goroutines of the session stand
// still; the functions [Park], [Halt], [Mask] and [Current] are for the goroutines inside.
type Session struct {
	status status
	cmd    command // here, so that it is allocated once
	look   blocked // the same
	origin uint64  // decisions that have been read
	freed  []Released
	races  raceWatch
}

// SessionOptions of a session.
type SessionOptions struct {
	Seed     uint64 // of the session's own strategy
	Values   uint64 // seed of what the program draws: random numbers, the order of maps
	Strategy Strategy
	Depth    int    // of PCT
	Expect   uint64 // PCT: estimate of the number of decisions
	Plan     *Plan  // of URW and SURW
	Atomics  bool   // operations of sync/atomic are scheduling points
	Memory   bool   // plain memory accesses are, too: in programs built with -race, see MemoryPoints
}

// A How says what a [Command] lets the goroutines do.
type How uint8

// Keep in sync with ctl_host.go of the overlay.
const (
	Move     How = iota // one goroutine makes one move
	MoveFree            // the same, and then as Free
	Free                // goroutines move as the strategy of the session decides, until the owner is needed
	TakeCase            // the goroutine that selects takes a case, and makes the rest of its move
	Await               // wait until something outside of the execution wakes a goroutine, and let it move
	Poll                // see whether something outside has woken a goroutine; nobody moves
)

// A Why is why the owner has control again.
type Why uint8

// Keep in sync with ctl_host.go of the overlay.
const (
	Moved   Why = iota // the goroutine came to a point, blocked or exited
	Quiet              // no goroutine can move
	Parked             // a service goroutine has called Park, or has exited
	Selects            // a select has several ready cases
	Limit              // as many moves were made as allowed
	Over               // a panic, a fatal error or Halt
)

// The methods below tell the state of a session, as of the last call that changed it.

// Why tells why the owner has control.
func (s *Session) Why() Why { return Why(s.status.why) }

// Ended tells how the execution has ended, if Why is Over: Panicked, Fatal, or Stopped by Halt.
func (s *Session) Ended() End { return End(s.status.end) }

// Current returns the number of the goroutine that stands at a scheduling point and may go on, or selects; -1 for none.
func (s *Session) Current() int { return int(s.status.current) }

// Cases returns how many cases of a select are ready, if Why is Selects.
func (s *Session) Cases() int { return int(s.status.cases) }

// Alive returns how many goroutines there are, service goroutines included.
func (s *Session) Alive() int { return int(s.status.alive) }

// Moves returns how many moves have been made.
func (s *Session) Moves() uint64 { return s.status.steps }

// Outside returns how many wake-ups came from the network poller or from goroutines outside.
func (s *Session) Outside() uint64 { return s.status.outside }

// Waits reports whether a goroutine waits for the network poller.
func (s *Session) Waits() bool { return s.status.waits }

// Now returns the time since the start of the clock.
func (s *Session) Now() time.Duration { return time.Duration(s.status.now) }

// Timer returns when the next timer is due, since the start of the clock; negative if there is none.
func (s *Session) Timer() time.Duration { return time.Duration(s.status.timer) }

// Guarded reports whether a timer is pending that keeps timers from firing early: one that the test itself has started.
func (s *Session) Guarded() bool { return s.status.guarded }

// Digest returns the digest of who did what kind of operation in which order.
func (s *Session) Digest() uint64 { return s.status.digest }

// Ready returns how many goroutines can move.
func (s *Session) Ready() int { return len(s.status.ready) }

// ReadyAt tells of one of those: its number, and the operation that it is about to do or has been blocked in. The
// goroutine that stands at a scheduling point comes first, unless it yields to others. The pointer identifies the object for
// as long as it is kept; it is nil if nobody else can meet the goroutine there.
func (s *Session) ReadyAt(i int) (id int, kind Kind, object unsafe.Pointer) {
	r := &s.status.ready[i]
	return int(r.id), Kind(r.kind), r.obj
}

// Born returns how many goroutines have come into being since the state was last told, and still are.
func (s *Session) Born() int { return len(s.status.born) }

// BornAt describes one of them.
func (s *Session) BornAt(i int) Born {
	b := &s.status.born[i]
	return Born{ID: int(b.id), Creator: int(b.creator), Nth: int(b.nth), Start: b.startpc, Created: b.gopc}
}

// Born is a new goroutine.
type Born struct {
	ID      int
	Creator int // -1 for a timer, or for the owner
	Nth     int // creation of its creator, from 0
	Start   uintptr
	Created uintptr // the go statement
}

// firstTimer makes the first timer of the process, which takes a lock of the whole process. Goroutines of the tester may make
// theirs at the same time.
var firstTimer = sync.OnceFunc(func() { time.NewTimer(time.Hour).Stop() })

// Open starts a session without goroutines. One session, or one execution of [Run], is open at a time in a process; Close
// it.
func (s *Session) Open(o SessionOptions) error {
	firstTimer()
	if !o.Plan.fits(o.Strategy) {
		return errPlan
	}
	cfg := config{
		strategy: uint8(o.Strategy), atomics: o.Atomics, seed: o.Seed, values: o.Values, memory: o.Memory, plan: o.Plan, depth: int32(max(o.Depth, 1)), expect: max(o.Expect, 1),
		maxSteps: 1 << 62, decisions: s.status.decisions[:0],
	}
	s.origin = 0
	s.status = status{current: -1, timer: -1, ready: s.status.ready[:0], born: s.status.born[:0], decisions: s.status.decisions}
	if err := startError(hooks.open(&cfg)); err != nil {
		return err
	}
	s.races.open()
	return nil
}

// Spawn starts a goroutine and returns its number. It does not move before it is told to. A service goroutine runs code of
// the owner's, whose memory is ordered with the owner's for the race detector.
func (s *Session) Spawn(f func(), service bool) int { return int(hooks.spawn(f, service)) }

// A Command says how goroutines are to go on.
type Command struct {
	How    How
	Which  int    // Move, MoveFree: an index as in ReadyAt; TakeCase: the number of the ready case
	Atomic bool   // the move has no scheduling points
	Limit  uint64 // no free moves beyond so many, counted from the opening

	// Early makes it one more alternative of every decision, while a timer is pending, that it fires before its turn. The
	// session decides against it, and returns, with Limit, before the first decision from EarlyAt moves on at which a
	// timer is pending.
	Early   bool
	EarlyAt uint64
	Slack   time.Duration // timers that are due within this time
}

// Go lets goroutines move until the owner is needed.
func (s *Session) Go(c Command) {
	s.cmd = command{how: uint8(c.How), atomic: c.Atomic, early: c.Early, arg: int32(c.Which), limit: c.Limit, earlyAt: c.EarlyAt, slack: int64(c.Slack)}
	if c.How == Move || c.How == MoveFree {
		s.cmd.arg = s.status.ready[c.Which].slot
	}
	hooks.resume(&s.cmd, &s.status)
}

// Advance moves the clock, and lets the timers fire that are due then.
func (s *Session) Advance(to time.Duration) { hooks.advance(int64(to), &s.status) }

// Look brings the status up to date after Spawn, Wake and End.
func (s *Session) Look() { hooks.look(&s.status) }

// Wake lets a service goroutine that has parked go on, when it is told to move.
func (s *Session) Wake(id int) { hooks.wake(int32(id)) }

// End makes a goroutine run its deferred functions and exit, when it is told to move. It reports false for the coroutine of
// an iterator, which ends with who uses it.
func (s *Session) End(id int) bool { return hooks.end(int32(id)) }

// Close ends the goroutines that are left; their deferred functions run. Locks that goroutines of the session have got and
// not released are released then. It returns how many goroutines could not be ended.
func (s *Session) Close() int {
	n := int(hooks.close())
	s.races.close()
	s.freed = releaseLeft(s.freed[:0])
	return n
}

// Released returns what Close has released of what is in package variables.
func (s *Session) Released() []Released { return s.freed }

// Decisions returns what the strategy of the session has decided since the last call: places among the alternatives, as
// in ReadyAt, or among the ready cases of a select. Decisions with one alternative are left out. Goroutines of the session
// may ask, too.
func (s *Session) Decisions(to []uint32) []uint32 {
	all := hooks.decided()
	for _, d := range all[s.origin:] {
		to = append(to, uint32(d>>32))
	}
	s.origin = uint64(len(all))
	return to
}

// At makes a scheduling point: the calling goroutine is about to do an operation on an object of the owner's.
func At(kind Kind, object unsafe.Pointer) { hooks.point(uint32(kind), object) }

// Interrupt makes the present move of the calling goroutine the last one before the owner has control.
func Interrupt() { hooks.interrupt() }

// Goroutines describes all goroutines, with their stacks.
func (s *Session) Goroutines() []Goroutine {
	var res result
	hooks.snapshot(&res)
	return res.goroutines()
}

// Goroutine describes one goroutine.
func (s *Session) Goroutine(id int) (Goroutine, bool) {
	var b blocked
	if !hooks.describe(int32(id), &b) {
		return Goroutine{}, false
	}
	return b.goroutine(), true
}

// Position returns what a goroutine that stands at a scheduling point is about to do, and where.
func (s *Session) Position(id int) (Kind, Frame, bool) {
	s.look = blocked{}
	if !hooks.describe(int32(id), &s.look) {
		return None, Frame{}, false
	}
	return Kind(s.look.kind), userFrame(s.look.pcs[:]), true
}

// Stack returns the frames of a goroutine that stands at a scheduling point or is blocked, none if there is no such one.
func (s *Session) Stack(id int) Stack {
	s.look = blocked{}
	if !hooks.describe(int32(id), &s.look) {
		return nil
	}
	return framesOf(s.look.pcs[:])
}

// Failure describes the panic or fatal error that has ended the execution.
func (s *Session) Failure() Failure {
	var res result
	hooks.snapshot(&res)
	return Failure{End: End(res.end), Goroutine: int(res.failed), Panic: res.panicVal, Message: res.fatalMsg, Stack: symbolize(res.pcs)}
}

// A Failure is a panic that nobody recovered, or a fatal error of the runtime.
type Failure struct {
	End       End
	Goroutine int
	Panic     any
	Message   string
	Stack     Stack
}

// Park hands control from a service goroutine to the owner of the session, until that lets it move again.
func Park() { hooks.park() }

// Halt ends the execution where the calling goroutine stands: the owner gets control, and cannot let it go on.
func Halt() { hooks.halt() }

// Mask switches the scheduling points of the calling goroutine off, or on again, and returns what they were. What is done
// meanwhile is the owner's business: it draws from other random numbers, and is ordered with the owner's memory.
func Mask(off bool) (was bool) { return hooks.mask(off) }

// Current returns the number of the calling goroutine; -1 if it is not controlled.
func Current() int {
	if hooks == nil {
		return -1
	}
	return int(hooks.current())
}
