// Package sct has small concurrent programs with known bugs, each with a correct twin: a benchmark for whatever explores
// the schedules of goroutines.
//
// # Origin
//
// The families are those on which papers about concurrency testing report: the CS programs and the work-stealing queues of
// SCTBench (Thomson, Donaldson, Betts, Concurrency Testing Using Controlled Schedulers: An Empirical Study, TOPC 2016;
// most of CS goes back to Cordeiro, Fischer, Verifying Multi-threaded Software using SMT-based Context-Bounded Model
// Checking, ICSE 2011), with a few classics of the same size. Every program here is a new one in Go, written from what has
// been published about the bug, not a translation. So a published figure stands for the same kind of bug at the same
// size, not for the same program: compare orders of magnitude and the order of strategies, not numbers.
//
// # The programs
//
// A program is an ordinary function. It starts goroutines, shares memory with them, waits for them, and tells a [TB] what
// is wrong. It does not know how it is run: under control, or by go test as it is, where it nearly always passes. Some
// programs fail by a deadlock or a panic instead.
//
// Memory that is shared without a lock is of the types of sync/atomic, also where the originals have plain variables. So
// no program has a data race, and each access is a scheduling point if the explorer makes accesses of atomics points: it
// must, or many of the bugs cannot show. Goroutines are awaited one by one, each through a channel, as by pthread_join.
//
// # Figures
//
// [Program.Ops] and [Program.Failing] are measured, by
//
//	go test ./sct -run TestFigures -update -timeout 2h
//
// in the folder systems, which also writes docs/sct.md. They depend on what the runtime's overlay takes for a scheduling
// point, and change with it; TestFigures says when they have.
package sct
