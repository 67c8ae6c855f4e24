// Package check is the tester: it runs the body of a test again and again, each time along another schedule, and reports the
// first one that breaks a specification.
//
//	func TestCounter(t *testing.T) {
//		check.Test(t, func(t *check.T) {
//			counter := t.Create(CounterMachine.New(&Counter{}))
//			t.Send(counter, Add{1, t.Self()})
//			sum := check.Expect[Sum](t)
//			t.Assert(sum.N == 1, "the sum is %d", sum.N)
//		})
//	}
//
// # What a test is
//
// [Test] is called in an ordinary test function. Its body gets a [T] and is one execution: it creates machines, registers
// monitors, sends events, and says what must hold. The body is itself a machine, the root, and its first handler: what it does
// to others are effects, performed one by one, with scheduling points between them. It may receive events with [Expect], and
// wait with [T.Wait] until nothing can move. When the body returns the execution goes on.
//
// An execution ends when nothing can move any more, at its first failure, at its step bound, or where its strategy ends
// it. If it ends at rest, machines that still wait in a Receive and monitors that are hot are failures; then the functions
// given to [T.AtEnd] run, the place for assertions about the final state.
//
// T implements testing.TB. Log is kept only for the execution that is shown. Cleanup functions, Context and TempDir end
// with the execution. FailNow ends the execution, not the test: what follows is its report. Skip ends the execution without
// a verdict. Parallel, Run, Setenv and Chdir are failures that say what to do instead. A T, and all that comes from it, is of
// no use after its execution.
//
// # Executions
//
// By default a test runs 10,000 executions (1,000 with -short), for at most two seconds. [Schedules] and [Time] set other
// bounds, as do flags; a bound that is set lifts the other one. Before that, the schedules that failed earlier are tried (see
// below). A run stops early when the deadline of the test comes near, and says so.
//
// Which schedules are tried is the matter of a strategy. The default is a portfolio of several (see package strategy).
// [Strategy] names another one, [Custom] brings one of your own.
//
// Executions run side by side on as many workers as there are processors. So the body runs concurrently with itself: it may
// read what it captures and may change only what it has made itself. Machines, monitors and their fields are made in the body,
// anew for each execution. A body that cannot keep to this asks for [Serial].
//
// # Worker processes
//
// Executions side by side in one process share its package variables, its environment and its open files. With [Processes] the
// test process keeps one worker, and each other one is a process of its own: a copy of the test binary, started with the
// arguments, the environment and the directory that the test process was started with, that runs this test and its
// parents and no other. There [Test] does not explore, but runs the executions that it is told to, and then skips what is
// left of the test; other calls of Test on the way return at once. So
//
//   - the report is the same as with one worker, but for the number of workers and the time;
//   - what comes before the call of Test runs in each process: TestMain, the beginning of the test and of its parents.
//     A database or a port that they take has to be there more than once;
//   - processes are started when the run has taken 50 ms, and take part when they are ready. Most tests start none;
//   - what they print is kept for the report of their death, and they write no coverage and no profiles.
//
// A strategy whose executions depend on each other runs in the test process alone, as does one of your own that learns and
// cannot encode its lessons (strategy.LessonCodec). Explore and Bench start no processes, and neither do systems without
// shared memory, such as Windows. The report says so.
//
// An execution that ends its process, by os.Exit, an error of the runtime that cannot be caught, or a signal, is a failure
// of that execution, found when all before it have passed. It is run once more in a new process: if that lives, the
// failure is reported as not reproducible. The report has the last output, and a command that leads to the same execution
// without processes. A process that ends without running an execution is named in the report, and others run what it
// was to run. Processes end when the test process does, however that ends.
//
// With [Isolate] every execution has a process of its own, which ends behind it: then package variables are as new in each. The
// test process itself runs none. Strategies whose executions depend on each other cannot be isolated.
//
// # Determinism
//
// What execution k does depends on the seed and on k: on nothing that another execution does, on no clock, and not on the
// number of workers. (Estimates of an execution's length, which some strategies use, are merged at fixed values of k.)
// Exhaustive strategies are exempt; they run on one worker. A failure at k is reported when all executions below k have
// passed, so the same seed gives the same report on every machine, with any number of workers. A time bound changes how many
// executions run, never what one of them does.
//
// The seed is a hash of the test's name unless [Seed] or a flag sets it: a result that the go command has cached is what a new
// run would find. With -ravel.seed=random every run is another one, and prints its seed.
//
// All this needs a body that depends on nothing but its schedule. The first execution runs twice alone and then beside
// others, and one in a thousand is repeated. A difference is reported as nondeterminism, with the first step that differs; if
// it shows only side by side, the run goes on with one worker and says so; worker processes may be the answer. The first execution also looks for goroutines that
// the body has left behind: Ravel does not control them, so that is a failure which names the one who started it.
//
// # Reports
//
// A failure is replayed before it is reported, twice: from the choices as they were made, and from what is saved. One that
// does not happen again is reported as not reproducible. Unless [Config.NoShrink] is set, a simpler schedule with the same
// failure is looked for first. The report says
//
//   - the kind of the failure, the strategy that found it, the number of the execution, and what was broken;
//   - the trace: every step of the execution, who moved, what it did, and what led to it;
//   - the line that replays it, and the file that it was saved to.
//
// A run without failure says what it did, shown with -v: executions, distinct schedules, steps, the longest execution,
// strategy, seed and workers; what was cut at a bound, and who went on for ever; how many goroutines were allowed to be left,
// and by which pattern; monitors that never heard anything, notifications that nobody heard,
// Sometimes conditions that never held, bounded inboxes that were never full. A run that explored little is thereby told from one that explored much. Only an
// exhaustive strategy proves anything, when it says that every schedule was explored.
//
// [Explore] does the same outside a test and returns the [Report].
//
// # Saved failures
//
// A failing schedule is saved under testdata/ravel, in a folder of the test. Saved schedules are the first thing that the test
// tries. They are followed as far as they fit: code changes, and where it no longer asks for what was recorded, the choices
// that still fit are taken and otherwise the default order. Such a schedule is called stale and is never a failure by itself.
// Delete the file when it is of no more use, or keep it as a regression test.
//
// A replay, by -ravel.replay or [Replay], is strict instead: the first difference is an error that tells where the code and
// the schedule part. It takes the name of a saved file, or a token, which is the schedule as one word. A token of another test
// is refused.
//
// # Flags
//
// They belong to the test binary, so a run of several packages fails where one of them does not use this package. Each has a
// variable, which has no such trouble and which the cache of go test takes into account. A flag wins over its variable, and
// both win over the options of the test, but for patterns of goroutines that may be left, which add up.
//
//	-ravel.schedules  RAVEL_SCHEDULES  number of executions
//	-ravel.time       RAVEL_TIME       how long executions are started, such as 30s
//	-ravel.strategy   RAVEL_STRATEGY   strategy, such as pct:3
//	-ravel.seed       RAVEL_SEED       a number, or random
//	-ravel.workers    RAVEL_WORKERS    executions side by side
//	-ravel.processes  RAVEL_PROCESSES  1: worker processes instead of goroutines
//	-ravel.isolate    RAVEL_ISOLATE    1: a process of its own for each execution
//	-ravel.steps      RAVEL_STEPS      step bound of an execution
//	-ravel.allowleak  RAVEL_ALLOW_LEAK a regular expression of goroutines that may be left; see [AllowLeak]
//	-ravel.replay     RAVEL_REPLAY     token or file to replay instead of exploring
//	-ravel.stuck      RAVEL_STUCK      end the process when code makes no step for so long
//	-ravel.v          RAVEL_V          say what each test explored
//
// # The wall clock
//
// Code that makes no step for ten seconds, because it loops or blocks on something that Ravel does not control, can be neither
// scheduled nor stopped. The process then ends with a diagnosis: the test, the execution, the stack. This is the only thing
// that the wall clock decides, apart from when a run ends.
//
// # Fuzzing and benchmarks
//
// [Fuzz] makes the choices of a body the input of a fuzz test, so that Go's fuzzer mutates schedules under the guidance of
// coverage. [Bench] measures how fast a body is explored.
package check
