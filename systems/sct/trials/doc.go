// Package trials looks for the bugs of package sct: it counts the schedules that a strategy runs until the first one that
// fails.
//
// The programs need goroutines under control, which takes a binary that was built with the overlay of the runtime. So a
// search has two sides. [Build] builds the command scttrials with the overlay, and a [Process] gives searches to a copy of
// it; [Serve], in such a copy, does them one after the other. A process does one search at a time, and a search has one
// worker: what it finds depends on program, strategy, seed and number of schedules, and not on the number of processes.
package trials
