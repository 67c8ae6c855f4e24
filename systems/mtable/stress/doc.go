// Package stress tests the migrating table (package mtable) as one would without a tester that controls it: tables in memory
// are migrated again and again, on goroutines that the runtime schedules as it likes, while clients load them with calls.
//
// It is the other side of a comparison: package harness runs the same library with the same mistakes, the same kinds of calls
// and faults, and the same oracle, but decides itself who goes on. So what differs is control. To give the load the best
// chance the oracle stays exact: an access to the two tables and the annotation that says what it meant are one critical
// section, in which the reference is changed as well; everything between two accesses runs in parallel. Accesses take times
// that are drawn, as those of real tables differ.
//
// With [Options].Ordinary it is the stress test that one writes for a library of which one knows nothing but its interface:
// clients who each have rows of their own, and find in them what they have written; the migrator may be killed.
//
// What is found cannot be replayed. All there is to look at is the error, and the accesses of the migration that went wrong.
package stress
