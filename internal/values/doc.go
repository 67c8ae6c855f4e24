// Package values has what the packages that go through values in memory, digest and checkpoint, have in common: the names of
// places in values, and two facts about memory that package reflect knows and does not tell.
package values
