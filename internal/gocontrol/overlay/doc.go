// Package overlay makes the overlay of the standard library that puts goroutines under control.
//
// An overlay (go help build, flag -overlay) replaces files in the view of the build; nothing is written below GOROOT.
// This one is made for one toolchain at a time: a table of splices, a few lines each, is applied to that toolchain's own
// files, and a few files of ours are added to package runtime and to those packages above it that call it. No file of
// the Go project is part of this repository.
//
// # Splices
//
// A splice names a file, a declaration in it and an anchor that must occur exactly once there. A toolchain in which one
// does not is refused, with all misses in one error: a guess would patch a runtime that nobody has looked at. Inserted
// lines are followed by a line directive, so positions in stack traces are those of the original file. Every result is
// parsed before it is written.
//
// Two edits are derived from the files themselves instead, as they are many and alike. Methods of the types of
// sync/atomic get a scheduling point by their syntax tree; its functions, which have no bodies, get another name in their
// declarations and in the assembly, and are declared anew with a point and a call of the old ones. And with the race
// detector, the assembly that instrumented code calls before each access of memory starts with a test of a flag.
//
// # Where it goes
//
// Files go to <cache>/ravel/overlay/<hash>/, where cache is [os.UserCacheDir] and the hash covers the text of every file,
// the toolchain's version and its GOROOT, GOOS and GOARCH, and the user's own overlay. A second call with the same inputs
// finds the directory and only reads. Concurrent calls are safe, also from several processes: a directory appears whole, by a rename.
//
// The go command hashes contents: the first build with a new overlay compiles the standard library again, the next
// ones find it in the build cache.
//
// # Versions
//
// Go 1.25, 1.26 and 1.27 of the gc toolchain, on every platform but wasm. Tests run on linux/amd64, on
// linux/386, and on linux/arm64 in an emulator; for darwin and windows they are only built. A newer release is
// tried: see [Toolchain.Newer].
package overlay
