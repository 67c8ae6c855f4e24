// Package gocontrol runs unmodified Go code with its goroutines under control: one of them runs at a time, and which one
// goes on at each scheduling point is a decision that a strategy takes, or a recorded list repeats.
//
// The control is in the runtime, put there by the overlay of package [overlay]. A program built without it links and
// runs; [Available] then says how to build it. This package is the Go side: it starts executions and describes what
// happened in them. It knows failures, and nothing of tests or reports.
//
// # An execution
//
// [Run] calls a function on a new goroutine, the main goroutine of the execution, and controls it and every goroutine
// started below it. The caller waits outside. Time is virtual and starts at 2000-01-01 00:00 UTC; it advances only when
// no goroutine can run, to the next timer. The execution is over when nothing can move: when the main goroutine has
// returned and
//   - no goroutine is left, it has [Finished];
//   - goroutines are left and blocked, it is a [Leak]. Time stops with the main goroutine, so one that sleeps is a leak;
//
// when the main goroutine has not returned, it is a [Deadlock]. A panic that nobody recovers and a fatal error of the
// runtime that a program can cause (unlock of an unlocked mutex, concurrent map writes) end the execution, not the
// process. So does the step bound ([Bounded]): a goroutine that ticks for ever is no failure by itself.
//
// Goroutines that are left then end by [runtime.Goexit] where they stand, so their deferred functions run; one that
// blocks in a deferred function skips it. Coroutines of an [iter.Pull] whose stop was never called are left alone, as
// they are without control.
//
// # Scheduling points
//
// An operation that the program does is one point, before it, whatever it is made of:
//   - go (after it), Gosched; send, receive, close, select, also by package reflect; Sleep;
//   - the methods of Mutex, RWMutex, WaitGroup, Cond, Once, sync.Map and Pool;
//   - the cancel function, Err and Cause of a context; AfterFunc, Stop and Reset of a timer;
//   - on request ([Options].Atomics), every function of sync/atomic and every method of its types. The functions take the
//     build flags of overlay.BuildFlags, without the race detector;
//   - on request, in a program that is built with -race on amd64 or arm64, every plain access of memory that the compiler
//     instruments: of variables that others may reach, of whole structs, of maps. Not: what copy, append and delete
//     access, and the next step of a range over a map.
//
// A select with several ready cases is a decision too, and so is who goes on where a goroutine blocks or exits.
//
// What the standard library does inside is no point, except Gosched, unless that is asked for: when the program calls
// fmt.Println or conn.Write, the locks and channels in there are part of its step, up to where they block. Functions that
// the program passes to the library, as to slices.SortFunc or Once.Do, are the program. Who does an operation is read
// from the stack. The standard library is what lies below GOROOT/src, with package testing; golang.org/x is the program.
//
// A schedule means the same with and without the race detector, coverage and -trimpath.
//
// # Determinism
//
// The same options and the same function give the same execution, provided that the function depends on nothing else.
// Also controlled, by the seed: math/rand without a seed, crypto/rand, the order of map iteration, the order of equal
// timers; sync.Pool hands out nothing old. The first execution in a process may differ, because it initializes what the
// standard library and the program initialize once: run one and throw it away.
//
// # Not controlled
//
//   - The length of a channel, time.Now and operations of the standard library that have no point: a loop that waits for
//     one of them to change has no scheduling point.
//   - Timers fire in the order of their deadlines and only when nothing can run, unless the owner of a [Session] advances
//     the clock.
//   - System calls, cgo calls and file accesses are part of the step they are in. One that never returns stops the
//     process, and so does a loop without scheduling points: the time limit of the test is the guard.
//   - The network poller: goroutines may wait for it, and Result.Outside counts the wakeups, but when they come is up to
//     the kernel. Such an execution need not be repeatable.
//   - Goroutines started before the execution. One inside that waits for one outside counts as blocked.
//   - A timer that outlives its execution in a package variable is a fatal error when it is used in the next.
//   - [testing/synctest] inside of an execution works: the bubble has its own clock, and who runs in it is a decision. A
//     timer made before the bubble cannot be waited for in it. [Run] inside of a bubble or an execution returns an error.
//   - Values that depend on addresses: printed pointers, hashes of pointer keys.
//   - A goroutine that is ended while it holds a mutex of a package variable leaves it locked, unless it unlocks it in a
//     deferred function.
//
// One execution runs at a time in a process; parallel exploration takes processes.
package gocontrol
