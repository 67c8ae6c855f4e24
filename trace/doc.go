// Package trace tells what happened in one execution: a list of events and its faces, text for people and lines of JSON
// for programs.
//
// # What a trace is
//
// A Trace is recorded when an execution is replayed. It holds a Header (which execution of which test, under which
// settings), the Events in the order in which they happened, and the Failure, if there is one. An Event belongs to a
// step; all events of one step stand together. A step is a joined step, as all counts of steps are: a machine takes an
// event, runs the handler, and performs the first effect that others can see; each further effect is a step of its own.
//
// Strings in an event are made when it happens, so a trace keeps no memory of the program alive. Payload makes them of
// payloads: no addresses, maps sorted, so the same schedule gives the same trace on every machine.
//
// # Text
//
// Text writes a heading, the steps, and the end:
//
//	example.com/vnext.TestRepair
//	execution 1234, seed 42, strategy random
//	at most 10000 steps, liveness threshold 5000
//
//	   8  Driver         sends SyncReport{From: EN0, Extents: [X]} to Manager
//	   9  Driver         sends Crash to EN0
//	  12  EN0            takes Crash from Driver (sent in step 9)
//	                     goes Up → Down
//	      RepairMonitor  hears ReplicaLost{Extent: X, Node: EN0} from EN0
//	                     goes Repaired → Repairing: now HOT
//
//	FAILURE: liveness, after step 13
//	    everything has come to rest, but monitor RepairMonitor ...
//
// The columns are the step, the machine or monitor, and what it does; a number or name that is missing is that of the line
// above. "Sent in step 9" is the step in which the event came into the inbox. A monitor is HOT while something good has
// yet to happen. Names of packages are left out where the type is clear without; payloads are shortened to fit the line,
// or two where they are new. Choices in a row stand together, and what several monitors hear in one step is said once.
// No line is wider than TextOptions.Width, unless it holds a single word that is wider. Control characters of the program
// are escaped, and what looks like an address (0x and 9 to 12 digits) is written as 0x?, in logs and messages too.
//
// # Goroutines
//
// Executions whose goroutines are controlled have steps of goroutines: what one does from one scheduling point to the next,
// to where it blocks, or to its exit. A goroutine has the name that failure.GoroutineName gives it, but one that runs a
// handler has the name of its machine. A step begins with Did: what the goroutine stood before (Type, one of Operations),
// on which object (Peer, "mutex #1": numbered in the order of their first use), and in which line of the program. Behind it
// stand, with the same step, what the operation came to and what happened up to the next point:
//
//   - Selected: which case a select took
//   - Spawned: a go statement; its own point, of type "go", is the next step
//   - Woken: another goroutine can go on thanks to what Who did
//   - Blocked: the operation could not be done; the goroutine does it in a later step, which begins with Did again
//   - Ended: the goroutine has exited
//
// When no goroutine can move, Ticked tells that the clock advances; whom that wakes follows as Woken without a Peer.
//
// The text tells all steps that a goroutine takes without a switch in one paragraph, whose number is that of its first and
// last step:
//
//	7-8  g1 (bank.go:20)  begins to run (bank.go:20), locks mutex #2 (bank.go:30);
//	                        preempted
//	  9  g2 (bank.go:21)  waits to lock mutex #2 (bank.go:31): g1 holds it
//
// "Preempted" stands where another one goes on although the goroutine could have gone on itself. Operations that are done
// several times in a row are counted, and of more than a few different ones those in the midst, too.
//
// # Order and fields
//
// Executions that are recorded for people also say how the program came to each action (Stack), which earlier events an event
// directly follows from (After), and what has changed in the fields of machines and monitors and in models (Changed). Lanes
// lists who moves, and NewOrder computes which events happen before which. The text has the changes if TextOptions.Fields is
// set, below the step:
//
//	12  Replica        takes Append{Key: x} from Leader (sent in step 9)
//	                     log[3] = {key: x, term: 2}
//	                     commit: 2 → 3
//
// docs/trace-format.md says precisely what follows from what.
//
// # Folding
//
// Steps that take more than TextOptions.Limit lines are folded. The beginning and the end stay, and what the story is
// about: steps in which a fault happens or a monitor changes its state, the chain of messages that leads to the failure, the
// steps since which goroutines of a deadlock or leak hold and wait for what they do, choices, preemptions, lost events and
// log lines, and what stands next to a turning point; if that is still too much, the later ones.
// Rounds that repeat the steps before them, but for their payloads, go first. A line with dots stands for the folded
// steps and says how many there are, which, and who moved; TextOptions.More is the sentence that says how to see them.
//
// The endless part of a livelock (the fair suffix, or the cycle of states that was found) is announced by a line across
// the page, with the number of steps of each machine and the monitors that stay hot, and then gets a quarter of the lines.
//
// # JSON
//
// WriteJSON writes one object on each line, in UTF-8. The first is the header:
//
//	ravel_trace  version of the format, 2
//	package, test, strategy
//	seed, execution      decimal numbers in strings
//	max_steps, threshold
//	clock                "asynchronous" or "ordered"
//	lasso                true if cycles of states were looked for
//	budgets              list of name and units
//
// Then come the events:
//
//	event            word of the kind, see EventKind
//	step
//	who, peer, type, value, from, to, n, sent, now, hot, cold
//	                 the fields of Event of that name, left out if zero
//	file, line, func the line of code, left out if unknown
//	stack            list of file, line and func: how the program came there, innermost first
//	after            indexes, from 0, of the events that this one directly follows from; see Order
//
// And one last line, so that a trace without its end is noticed:
//
//	end                  word of the failure's kind, "none" if there is none
//	events               number of events
//	failed               whether the execution failed
//	error, detail        what is known of the failure, left out if empty, as are
//	machine, state, step, file, line, func, cycle_start, cycle_length
//	goroutines           of a deadlock, leak, panic or fatal error: objects with
//	                     id, machine, created, started, waits, step, at, by, held,
//	                     note, note_step, note_at, holds (what, step, at) and
//	                     stack, as in failure.Goroutine; lines of code are file,
//	                     line and func
//	wait_cycle           those of a deadlock that wait for each other, as indexes
//	                     of goroutines
//
// Names and words are kept; new fields may be added within a version, and ReadJSON disregards those that it does not know. A
// new kind of event raises the version. Traces of earlier versions are read.
// Texts of the program are written as they are: a program that logs addresses has other lines in every run.
package trace
