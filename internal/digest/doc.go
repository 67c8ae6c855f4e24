// Package digest computes 128-bit fingerprints of Go values, and finds mutable
// memory that two owners share.
//
// A state space can be searched for repeated states only if a state has a name
// that depends on nothing but the state: not on addresses, on the order of a
// map's iteration, on the process or on what was digested before.
//
//	var e digest.Env
//	d := e.Value(server) // server and all it refers to
//	if e.Err != nil      // names the first thing that has no digest
//
// # What a digest depends on
//
// Two values have the same digest, up to accidents of probability 2^-128, if
// and only if they have the same dynamic type and the same structure:
//
//   - Booleans, numbers and strings count by value. All NaNs are one value;
//     0 and -0 are two.
//   - Structs count by all their fields, exported or not, except blank ones
//     and those tagged `ravel:"-"`. Padding does not count.
//   - Slices and arrays count by length and elements in order. A nil slice is
//     different from an empty one, as it is for a program; capacity and what
//     lies between length and capacity do not count.
//   - Maps count by their entries, whatever the order. A nil map is different
//     from an empty one.
//   - Pointers count by what they point to, and by which other references of
//     the same value lead to the same place: two aliases are different from two
//     equal copies, a pointer to the first of two equal elements from a
//     pointer to the second. Cycles are fine.
//   - Interfaces count by dynamic type and content. Types go by package path
//     and name.
//   - time.Time counts by its distance from [Env.Now] and by the name of its
//     location; its monotonic reading does not count. The zero time is always
//     the same. *time.Location and reflect.Type count by name.
//   - Locks, sync.Once, sync.WaitGroup and the types of sync/atomic count by
//     state; atomic.Pointer and atomic.Value by what they hold. A sync.Map
//     counts by its entries, a sync.Cond by its lock and the number of its
//     waiters, a sync.Pool not at all.
//
// Digests hold for one kind of machine: word size and byte order count.
//
// Two limits follow from working in one pass. Keys of a map that only their
// addresses tell apart (distinct pointers to equal structures, with equal
// values behind them) count by structure, not by which other references lead
// to them. And types that are declared under one name in two functions of one
// package are one type here.
//
// # What has no digest
//
// A channel, a function or an unsafe.Pointer that is not nil. The first one is
// kept in [Env.Err] with the path that leads to it, such as
// Server.peers["a"].done; all that follows it still counts. A lock that is
// held has a digest, and the first one is kept in [Env.Locked].
//
// Values must not change while they are digested.
//
// # Registrations
//
// [Special] replaces the treatment of a type by a function, [Opaque] leaves
// values of a type out, [Immutable] declares that values of a type are never
// written once shared. Registrations are global, and take effect with the next
// call of a method of [Env] or [Reach].
//
// # Combining
//
// A [Digest] is an element of the integers mod 2^128: the digest of a set of
// components is the sum of theirs, and a component that changed is subtracted
// and added again. A [Hasher] absorbs components in order.
//
// # Shared memory
//
// [Reach] is given the values of several owners and reports the first memory
// that two of them reach. What counts is the pointee of a pointer, the backing
// array of a slice up to its capacity, a map, a channel; overlap is enough.
// Inside one owner everything may be shared.
//
// Not counted and not followed: strings, functions (what a closure captures
// cannot be seen), error values, *time.Location, reflect.Type, pointees of
// size zero, opaque, immutable and special types, fields tagged `ravel:"-"`.
// Package-level variables count like all other memory.
package digest
