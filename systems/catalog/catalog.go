package catalog

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// System is a built-in system.
type System struct {
	Name    string
	Summary string // one line
	Bugs    []Bug
	Tests   []Test
	Code    Code // empty if nobody has said what belongs to it
}

// Test is a test of a system without seeded bugs: one scenario, in which nothing
// may be found.
type Test struct {
	Name     string
	Summary  string       // one line: what happens in the scenario
	Settings check.Config // as in Bug
	Body     func(*check.T)
}

// Bug is a seeded bug of a system.
type Bug struct {
	Name     string
	Summary  string         // one line: what the code does wrong
	Shows    []failure.Kind // how it shows
	Settings check.Config   // step bounds and what else belongs to the test; no budget, strategy or seed
	Buggy    func(*check.T)
	Correct  func(*check.T)

	// Scripted is a test that was made for this bug alone, with the bug, if there is one beside Buggy.
	Scripted func(*check.T)

	// Load, if there is one, runs the system with the bug without control, on goroutines under load, until it shows or the
	// context is done. Ordinary is without what the system's own oracle knows.
	Load func(ctx context.Context, ordinary bool, seed uint64) Loaded
}

// Loaded is what a run without control has done and found.
type Loaded struct {
	Runs    uint64 // the one that went wrong included
	Length  uint64 // of that run up to where it went wrong, in accesses to what the system is about
	Elapsed time.Duration
	Err     error // what went wrong, nil if nothing did
}

// Entry is a bug with the system that has it.
type Entry struct {
	System *System
	Bug    *Bug
}

// Path is the name of the entry, system/bug.
func (e Entry) Path() string { return e.System.Name + "/" + e.Bug.Name }

// Systems returns the built-in systems, in the order in which they are listed.
// Every call makes a new list.
func Systems() []System {
	return []System{
		vNext(),
		twoPhase(),
		chainReplication(),
		osrDriver(),
		singleDecree(),
		multiPaxos(),
		transactions(),
		migratingTable(),
		replicatedLedger(),
		cScale(),
	}
}

// Find returns the bugs that a path names: one for system/bug, all of a system
// for its name, all bugs for "". The error of a path that names nothing says
// what there is.
func Find(systems []System, path string) ([]Entry, error) {
	var found []Entry
	err := find(systems, path, "bug", (*System).bugNames, func(s *System, i int) {
		found = append(found, Entry{s, &s.Bugs[i]})
	})
	return found, err
}

// TestEntry is a test with the system that it belongs to.
type TestEntry struct {
	System *System
	Test   *Test
}

// Path is the name of the entry, system/test.
func (e TestEntry) Path() string { return e.System.Name + "/" + e.Test.Name }

// FindTests is Find for the tests without bugs.
func FindTests(systems []System, path string) ([]TestEntry, error) {
	var found []TestEntry
	err := find(systems, path, "test", (*System).testNames, func(s *System, i int) {
		found = append(found, TestEntry{s, &s.Tests[i]})
	})
	return found, err
}

// find calls take for everything that a path names, among what names lists of a
// system.
func find(systems []System, path, what string, names func(*System) []string, take func(*System, int)) error {
	systemName, name, one := strings.Cut(path, "/")
	known, taken := false, 0
	for i := range systems {
		s := &systems[i]
		if path != "" && s.Name != systemName {
			continue
		}
		known = true
		for j, n := range names(s) {
			if !one || n == name {
				take(s, j)
				taken++
			}
		}
		if one && taken == 0 && len(names(s)) > 0 {
			return notFound(fmt.Sprintf("%s %q in %s", what, name, s.Name), what+"s are", name, names(s))
		}
	}
	switch {
	case !known:
		return notFound(fmt.Sprintf("system %q", systemName), "systems are", systemName, systemNames(systems))
	case taken == 0:
		return fmt.Errorf("there are no %ss in %s", what, cmp.Or(systemName, "any system"))
	}
	return nil
}

// notFound says that there is no such name, and which names there are.
func notFound(what, are, name string, names []string) error {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return fmt.Errorf("there is no %s: did you mean %s?", what, n)
		}
	}
	return fmt.Errorf("there is no %s: the %s %s", what, are, strings.Join(names, ", "))
}

func (s *System) bugNames() []string {
	var names []string
	for _, b := range s.Bugs {
		names = append(names, b.Name)
	}
	return names
}

func (s *System) testNames() []string {
	var names []string
	for _, t := range s.Tests {
		names = append(names, t.Name)
	}
	return names
}

func systemNames(systems []System) []string {
	var names []string
	for _, s := range systems {
		names = append(names, s.Name)
	}
	return names
}
