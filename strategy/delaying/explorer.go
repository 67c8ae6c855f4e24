package delaying

// ID identifies a machine during one execution: a small number, at least 0, that never stands for another one. Machines
// created later have larger ones; not every number is a machine.
type ID int

// None is no machine.
const None ID = -1

// Explorer is a delaying explorer. It is told what happens to the machines of one execution, from the first one on, and
// says who moves next. All calls come from one goroutine.
//
// A machine is enabled from Start or Enabled to Blocked. Next and Delay are called between steps, when at least one
// machine is enabled; Delay at most once less than there are enabled machines before one of them moves.
type Explorer interface {
	// Start says that creator, None for the first machine, has created id, which is enabled.
	Start(id, creator ID)
	// Enabled says that id, which was blocked, has something to do.
	Enabled(id ID)
	// Blocked says that id, which was enabled, has nothing more to do.
	Blocked(id ID)
	// Finish says that id has halted for good. It has been Blocked before.
	Finish(id ID)

	// Next returns the enabled machine that is to move. It changes nothing: asked again, it answers the same.
	Next() ID
	// Delay passes over that machine: Next is another one from now on, until all enabled machines have had their turn.
	Delay()

	// Clone returns an explorer that goes on from here on its own. For a plain struct it is
	//
	//	func (e *Mine) Clone() delaying.Explorer { return delaying.Copy(e) }
	Clone() Explorer
}

// Factory makes an explorer for the beginning of an execution. Explorers of the same seed are the same; whoever draws nothing
// ignores it.
type Factory func(seed uint64) Explorer

// The interfaces below are optional.

// Stepper explorers hear of every step: id has moved, be it picked or the only one that could. The other calls about what
// the step did may come before it or behind it.
type Stepper interface{ Step(id ID) }

// Sender explorers hear of every event: source has put one into the inbox of target, which may be enabled or not, and may
// be itself; source is None for a timer. Enabled for target, if the event enables it, may come before it or behind it.
//
// The paper and Zing have one call for this and for Enabled.
type Sender interface{ Sent(source, target ID) }

// Listener explorers hear what machine id of the program tells them with Context.Explorer. A ravel.ID among the arguments
// comes as an ID, a []ravel.ID as []ID; machines that do not exist are None in the former and left out in the latter.
type Listener interface {
	Told(id ID, call string, args []any)
}

// Sealer explorers allow only one schedule while Sealed returns true: no delay, no timer before a machine, no fault.
// Values stay free.
type Sealer interface{ Sealed() bool }
