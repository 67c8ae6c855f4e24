package catalog

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// System is a built-in system.
type System struct {
	Name    string
	Summary string // one line
	Bugs    []Bug
}

// Bug is a seeded bug of a system.
type Bug struct {
	Name     string
	Summary  string         // one line: what the code does wrong
	Shows    []failure.Kind // how it shows
	Settings check.Config   // step bounds and what else belongs to the test; no budget, strategy or seed
	Buggy    func(*check.T)
	Correct  func(*check.T)
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
func Systems() []System { return []System{vNext()} }

// Find returns the bugs that a path names: one for system/bug, all of a system
// for its name, all bugs for "". The error of a path that names nothing says
// what there is.
func Find(systems []System, path string) ([]Entry, error) {
	systemName, bugName, one := strings.Cut(path, "/")
	var found []Entry
	for i := range systems {
		s := &systems[i]
		if path != "" && s.Name != systemName {
			continue
		}
		for j := range s.Bugs {
			if b := &s.Bugs[j]; !one || b.Name == bugName {
				found = append(found, Entry{s, b})
			}
		}
		if one && len(found) == 0 {
			return nil, notFound(fmt.Sprintf("bug %q in %s", bugName, s.Name), "bugs are", bugName, bugNames(s))
		}
	}
	if len(found) == 0 {
		return nil, notFound(fmt.Sprintf("system %q", systemName), "systems are", systemName, systemNames(systems))
	}
	return found, nil
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

func bugNames(s *System) []string {
	var names []string
	for _, b := range s.Bugs {
		names = append(names, b.Name)
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
