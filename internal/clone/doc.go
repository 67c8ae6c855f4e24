// Package clone makes deep copies of Go values, so that a search can go on from
// a copy of a state instead of executing its way to that state again.
//
//	var e clone.Env
//	copies := make([]any, len(state))
//	err := e.Clone(copies, state) // machines, events, monitors, models: all at once
//
// # What is copied
//
// A copy is to its original as the original would be to itself if the program
// had been executed a second time: nothing that the one does shows in the
// other, and no program can tell which one it has, except by comparing
// addresses that it kept elsewhere.
//
//   - Structs and arrays are copied with all their fields, exported or not.
//   - A slice's backing array is copied up to the capacity of the slice,
//     contents included: append and reslicing do what they would have done.
//     A nil slice stays nil, an empty one empty.
//   - Maps are copied entry by entry. Keys that hold pointers hold those of the
//     copy.
//   - Interfaces hold a copy of what they held. A value that refers to nothing
//     that is copied stays where it is: an interface's content never changes.
//   - Locks, sync.Once, sync.WaitGroup and the numbers of sync/atomic are
//     copied by value, a locked lock as locked; atomic.Pointer and atomic.Value
//     hold a copy of what they held. A sync.Map is copied by its entries. A
//     sync.Cond gets the copy of its lock. A sync.Pool starts empty.
//
// # Identity
//
// All values of one call of [Env.Clone] are one state: two references that led
// to one variable lead to one variable in the copy, and two that led to
// different ones to different ones. That includes cycles, slices that overlap,
// pointers to fields and elements, pointers as keys of maps, and one address
// that is known as two types. What the language allows counts; memory whose
// parts meet only by use of package unsafe may fall apart, or is refused.
//
// Pointers to values of size zero have no identity.
//
// # What is shared
//
// Original and copies share
//
//   - strings, and the contents of interfaces that refer to nothing copied;
//   - error values, that is whatever has a type that implements error, except
//     what a root points to: a machine with a method Error is a machine;
//   - *time.Location, reflect.Type, unique.Handle, weak.Pointer;
//   - values of types registered with [Immutable] or [Opaque], fields tagged
//     `ravel:"-"`, and blank fields, bit by bit;
//   - handles (see [Handle]), unless [Env.Handle] replaces them.
//
// Functions are shared only if their type is registered as immutable, which
// declares that they capture nothing that changes.
//
// A package-level variable that a state points to is copied like all else. Code
// that compares with its address (a sentinel node) needs a registration of its
// type.
//
// # What is refused
//
// Unless it is nil: a channel, a function, an unsafe.Pointer. Always: a
// time.Timer or time.Ticker, a context that can be cancelled, an open file or
// connection, a sync.Cond with waiters. [Check] says what types tell beforehand;
// what interfaces hold shows only when it is copied. An [Error] names all places
// with their paths, such as Server.peers["a"].done.
//
// # A type's own copy
//
// A type with a method
//
//	func (t *T) CloneRavel() *T // or func (t T) CloneRavel() T
//
// is copied by calling it, once for each variable of the type; the method must
// leave the original as it is. What it returns is taken as it is: what inside it
// refers to the rest of the state is the method's business. A method for *T also
// serves variables of type T, whose copy is then assigned from the result. Other
// methods of that name do not count.
//
// # Cost
//
// Types are compiled into plans once per process, and an [Env] keeps its tables,
// so that a copy costs its memory and little else: one pass over the state, in
// which each reference costs one look-up. Small variables are allocated
// together, in chunks of up to a kilobyte that belong to one copy; a state is
// expected to live and die as a whole. Hence runtime.SetFinalizer, which wants a
// variable of its own, does not work on them; runtime.AddCleanup does.
//
// Where references into the middle of other variables or overlapping slices are
// met, the state is copied again in two passes, at several times the cost; the
// Env remembers and tries the short way less and less often. What has to be
// watched for that follows from the types. A type's own method, a sync.Map and a
// map whose keys hold pointers or handles are slow as well, so a type that may be
// registered as immutable had better not be a handle.
//
// An Env keeps the last copy it made alive.
//
// # Concurrency
//
// An Env serves one goroutine at a time; different ones are independent. A state
// must not change while it is copied; any number of goroutines may copy the same
// one. Registrations may be made at any time and take effect with the next call.
package clone
