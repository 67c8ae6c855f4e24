// Package catalog lists the built-in systems and their seeded bugs, each with
// the test that shows it. It is what the commands that hunt and measure bugs
// work from.
//
// A bug is named by its path, system/bug, such as vnext/V1. Names are kept:
// figures are published under them.
//
// # Hunts
//
// A [Bug] has two tests under the same settings. Buggy re-introduces the defect,
// and its exploration must find a failure of one of the kinds that Shows lists.
// Correct is its twin without the defect, in which nothing may be found. Both
// are for check.Explore.
//
// A [Test] explores one scenario of the system as it should be, and nothing may
// be found either.
//
// A seeded bug is never made easier to find afterwards.
package catalog
