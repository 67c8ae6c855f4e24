// Command ravel-systems is the part of the ravel command that knows the built-in
// systems. It is a command of its own so that the ravel command stays free of
// what the systems depend on; ravel hunt and ravel bench build it and run it with
// the same arguments.
//
//	ravel-systems hunt [SYSTEM[/BUG]] [flags]
//	ravel-systems bench speed [flags]
//	ravel-systems bench difficulty [SYSTEM[/BUG]] [flags]
//	ravel-systems bench correct [SYSTEM[/TEST]] [flags]
//	ravel-systems bench traces [flags]
//	ravel-systems bench explorers [--report FILE...] [flags]
//	ravel-systems bench states [flags]
//	ravel-systems bench samplers [flags]
//	ravel-systems bench migration [flags]
//	ravel-systems bench stress [flags]
//
// # Hunt
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
// # Bench
//
// Bench speed measures the programs of package bars and compares the medians with
// what they have to be. With --json it prints an object: the medians by the names
// of the figures, null if the machine has too few processors for one; values has
// every sample, sorted; go, os, arch, cpus and runs say where and how. The steps
// of each sampling strategy are in strategy_step_ns: by its name, nanoseconds with
// 8 and 1,000 operations in ops8 and ops1000, and their ratios to the random walk
// in ratio8 and ratio1000; with bare_ before it, those without the engine.
//
// Bench difficulty looks for each seeded bug once with each of the seeds 1 to
// --seeds, and counts the executions until it is found. Only a failure of a kind
// that the bug is known for counts, and only if it happens again when it is
// replayed. What was found with a seed depends on seed, strategy, step bound and
// the code, not on workers or time. Quantiles are by nearest rank among all seeds:
// one that did not find the bug counts as longer than those that did. With --json
// it prints an object for each bug, with the result of each seed in trials.
//
// Bench correct explores the tests without bugs, in which nothing may be found.
//
// Bench traces explores small programs to the end, threads that increment one
// counter, once by enumerating all schedules and once with partial order
// reduction, and prints the executions of each beside the number of Mazurkiewicz
// traces. With --json it prints an object for each program: program, threads,
// increments, traces, dfs and dpor, the executions of both; capped, if the first
// is where --most stopped; blocked, how many of the second ended early; and
// shuttle and loom, what the exhaustive modes of those tools ran, or null.
//
// Bench states explores all states of small programs, and prints how many there
// are and how many a worker explores in a second. With --json it prints an object
// for each program: program, with its size; states, those of the start-up not
// counted, which are start_up; generated, how often a state was reached;
// states_per_second and generated_per_second, for each worker; bytes_per_state, of
// the set of states; rewound, the executions that began in a saved state; workers;
// seconds; and notes, if there was something to say. Its --out is like that of
// difficulty.
//
// Bench explorers makes the table of the paper on delaying explorers (Desai, Qadeer,
// Seshia, ESEC/FSE 2015) with the seeded bugs of the same protocols: the schedules
// that each strategy takes to find each bug where it samples, the different states
// where it searches them all, in the median of the seeds, beside what the paper
// has. Program, step bound and budget of a bug are the same for all strategies.
// With --twins it explores the same programs without the bugs, in which nothing
// may be found. With --json it prints an object for each bug: system, bug, paper,
// its name there, and cells, one for each column: column, strategy, unit, which is
// schedules or states, found, how many seeds found it, median, null if it is among
// the others, shown, what the table has, published, what the paper has, or mark if
// that is no number, and attempts with the result of each seed.
//
// Bench samplers looks for the bugs of package sct, small programs with goroutines,
// --trials times with each strategy, and counts the schedules until the first that
// fails, beside published figures. It builds the programs with the overlay
// of the runtime, which takes Ravel's sources, and searches in processes of their
// own; what a search finds depends on program, strategy, --seed and trial alone. It
// ends with what became of two bars: that SURW takes at most as many schedules as
// the random walk on every program, and at most its published mean where the size is
// part of the name. With --json it prints an object for each program: program;
// failing and schedules, how many schedules fail and how many there are; random, the
// probability that a random walk fails; samplers, by strategy the trials, how many
// found it, their mean or null, and the results; and published, by strategy, mean
// and found. The last object has the bars.
//
// Bench migration makes the table of the study of the migrating table (Deligiannis and others, FAST 2016, table 2):
// executions and seconds until each of its bugs is found under random scheduling, under priority-based scheduling with two
// changes of priority, and under the portfolio, beside what the study has. A bug with a test that was made for it has a
// second row, marked *. With --json it prints a line for each search, as it is kept in the file of --out.
//
// Bench stress makes the baseline of the study (FAST 2016): the extent store as it is deployed, a manager and nodes as processes on
// temporary folders, under kills, restarts, partitions, bad disks and load, with one seeded bug of system vnext on, until something is
// noticed or --time is over; and beside it a hunt of Ravel for the same time. It builds extmgrd and extnoded from the checkout that it
// runs in. A bug named none is the correct code, in which nothing may be noticed. With --json it prints an object for each side and
// seed: bug; side, which is stress or ravel; seed; result, which is found or cut; seconds; shows, what was noticed; of the stress test
// rounds, and of its last one faults, messages and lines; of the hunt schedules, and steps and switches of what was shrunk.
//
// Bench live measures machines in production, of package live, beside actors of protoactor-go and beside what
// their events cost at least: goroutines with channels, and between nodes NATS. It builds package livebench from
// the checkout that it runs in, a module of its own, and runs it once for each sample. With --json it prints an
// object for each figure: program; figure, with its unit, which is each_ns, median_us, p99_us or bytes; medians, by
// contender; ratio, of live to protoactor; bar, bar_of, which is ratio or live, and meets, if it has a bar; and
// values, by contender in the order of the runs. The last object has go, os, arch, cpus and runs.
//
// With --out, difficulty, correct, explorers, samplers, migration and stress append each result to a
// file of JSON lines as soon as there is one, and skip what the file has: a run that was
// interrupted goes on where it was. Results that --time cut are made anew when
// there is more time. The first line of the file holds the settings; a file of
// other settings is refused. The file knows nothing of the code: after a change
// begin another one.
//
// # Exit codes
//
//	0    nothing found, or everything measured
//	1    a bug was found, by hunt or bench correct, or in a twin
//	2    usage error
//	3    a failure was found that did not happen again when its schedule was replayed
//	130  bench was interrupted
package main

import "os"

func main() {
	os.Exit(newShell(os.Stdout, os.Stderr).main(os.Args[1:]))
}
