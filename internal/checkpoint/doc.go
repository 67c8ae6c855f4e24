// Package checkpoint lets the state of a program go back to what it was, in
// place. A search saves a state, lets the program go on, and later writes the
// saved contents back to where they were, instead of executing its way to the
// state again.
//
//	var s checkpoint.Saver
//	var img checkpoint.Image
//	err := s.Save(&img, roots...) // machines, events, monitors, models: all at once
//	...                           // the program goes on
//	img.Restore()                 // as often as needed
//
// An image is the contents of all memory that the roots reach. Nothing moves:
// every variable goes back to what it held, at its own address. So whatever
// refers to the state from anywhere stays right, identity is kept, and slices
// that overlap and pointers into the middle of other variables are nothing
// special: the same contents are saved several times and written back several
// times. What the program has allocated since is no longer referred to, and what
// it has let go of is kept by the image.
//
// Images of one state may be restored in any order, not only last in, first out.
//
// # What is saved
//
//   - Structs and arrays with all their fields, exported or not.
//   - What pointers lead to, and the backing arrays of slices up to the capacity
//     of the slice: append and reslicing will do what they would have done.
//   - The entries of maps, NaN keys included. The map stays the same map; the
//     order of its iteration was never fixed. Keys and values are saved whole:
//     fields with a tag are saved with them, without being followed.
//   - What interfaces refer to. The value in an interface never changes, so it is
//     not written; the variable that holds the interface is.
//   - Locks, sync.Once, sync.WaitGroup and sync/atomic as they are, a locked lock
//     as locked. A sync.Map by its entries, a sync.Cond by its lock.
//   - A strings.Builder by what it has written. It allocates when it next grows,
//     so that no string that it has given out ever changes.
//
// The roots themselves are values that nobody can write to. A root that is a
// pointer or a map has what it leads to saved; of any other root only what is
// inside is followed.
//
// # What is not followed
//
// Of the following the reference is saved, and not what it leads to:
//
//   - error values, that is whatever has a type that implements error, except
//     what a root points to: a machine with a method Error is a machine;
//   - strings, *time.Location, reflect.Type, unique.Handle, weak.Pointer;
//   - values of types registered with [Immutable], and pointers to them;
//   - pointers to values of types registered with [Opaque], and variables of
//     opaque interface, pointer, map, channel and function types.
//
// A string whose bytes the program changes by package unsafe does not go back.
//
// # What is left alone
//
// Restore leaves fields tagged `ravel:"-"`, blank fields, variables of opaque
// types that are no references, and sync.Pool as they are, and Save does not look
// at them. Other memory that a state refers to only by way of them, or by way of
// what is not followed, is not saved.
//
// A package-level variable is saved if the state refers to it, and not if only
// code does.
//
// # What is refused
//
// Unless it is nil: a channel, a function, an unsafe.Pointer. Always: a
// time.Timer or time.Ticker, a context that can be cancelled, an open file or
// connection, a sync.Cond with waiters. What lies between the length and the
// capacity of a slice counts. [Check] says what types tell beforehand; what
// interfaces hold shows only when it is saved. An [Error] names the places with
// their paths, such as Server.peers["a"].done, up to twenty.
//
// # A type's own copy
//
// A variable of a type with a method
//
//	func (t *T) CloneRavel() *T // or func (t T) CloneRavel() T
//
// is saved by calling the method once, and written back by assigning what the
// method returns for the saved clone, so that the clone stays as it is. The
// method must leave its receiver as it is. What it returns is taken as it is: what
// inside it refers to the rest of the state is the method's business. Such values
// may be variables of their own, fields, elements, values of maps, and the value
// of an interface in a variable. They are refused where nothing can be assigned:
// as keys, and inside the value of an interface, unless behind a pointer. Other
// methods of that name do not count. A method that returns nil or panics is an
// error of Save; if it does so for its own clone, Restore panics.
//
// # Cost
//
// Types are compiled into plans once per process. An image is three lists:
// regions of memory, the words in them that hold pointers, and all other contents.
// Save costs one look-up for each reference and one pass over the contents;
// Restore is one pass over the image without look-ups. Neither allocates, once
// Saver and Image have the memory they need, except that a map may when entries
// come back, as may a sync.Map that has changed, and that methods do.
//
// Restore compares before it writes, word by word. Only what differs is written,
// so memory that does not change costs no write barrier and no page, and may even
// be read-only. Only values with a method CloneRavel and what holds them are
// written always. Of maps too only the entries that differ are written; those whose keys
// may not equal themselves (floats, interfaces) are emptied and filled if anything
// differs.
//
// Memory that is reached by n slices of different ends is saved n times.
//
// BenchmarkSave, BenchmarkRestore and BenchmarkRestoreChanged measure all this:
//
//	go test ./internal/checkpoint -run xxx -bench . -benchmem
//
// # Concurrency
//
// A Saver serves one goroutine at a time; different ones are independent. The
// state must not change while it is saved or restored, and nothing may read what
// Restore changes. What is as it was is only read: states that share memory which
// never changes may be saved and restored on different goroutines at once, while
// others read that memory. Entries of a sync.Map are looked up by its methods.
// Registrations may be made at any time and take effect with the next Save.
package checkpoint
