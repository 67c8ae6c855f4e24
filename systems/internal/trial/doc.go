// Package trial has what the tests of the systems share. A [Study] is a system's test with its options; on top of its
// Explore stand the questions that are asked of every system:
//
//   - the correct code passes: [Study.Passes] samples it, [Study.Exhaust] visits every state of it;
//   - a bug is found, comes back from a saved file, and is the cause: [Study.Find], [Study.Replays], [UpTo]; one that takes
//     long to find is kept in testdata: [Save], [Study.Saved];
//   - each monitor has a defect that it notices: [Study.Shows], and in [Tell] a history;
//   - the test says something: [Study.NotVacuous];
//   - options that make no sense are refused: [Study.Refuses].
//
// What is explored here follows no flags and no saved schedules of go test; for that there is check.Test, with
// [Study.Bounds].
package trial
