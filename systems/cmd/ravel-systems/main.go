// Command ravel-systems is the part of the ravel command that knows the built-in
// systems. It is a command of its own so that the ravel command stays free of
// what the systems depend on; ravel hunt builds it and runs it with the same
// arguments.
//
//	ravel-systems hunt [SYSTEM[/BUG]] [flags]
//
// Hunt without a system lists the systems and their seeded bugs. With a bug it
// re-introduces the bug, explores until it finds it, replays what it found and
// shows how it came about. With --all it hunts every bug of a system, or of all
// of them, and prints a line for each. With --correct it hunts in the correct
// twins instead, where there is nothing to find.
//
// With --json it prints one line for each bug: an object with the keys system,
// bug, found, kind, strategy, seed, schedules, steps, choices, seconds, replayed
// and token. Schedules is how many were run, the failing one included; steps, in
// joined steps, and choices are those of the failing execution as it was found;
// seconds is the time until then. Token replays it and is empty when the schedule
// is too long for one; with --shrink most are short enough. A twin also has
// correct, which is true.
//
// With --replay it runs the one schedule of a token.
//
// # Exit codes
//
//	0  nothing found
//	1  a bug was found
//	2  usage error
//	3  a failure was found that did not happen again when its schedule was replayed
package main

import "os"

func main() {
	os.Exit(newShell(os.Stdout, os.Stderr).main(os.Args[1:]))
}
