package check

import (
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/globals"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// Package variables of the program under test live longer than an execution.

// variables lists those of packages that are neither the standard library's nor Ravel's own.
func variables() ([]globals.Variable, error) {
	return globals.Variables(func(pkg string) bool { return !standard(pkg) && !own(pkg) })
}

// changes tells which variables f changes, or why that is not known.
func changes(f func()) (names []string, unknown string) {
	list, err := variables()
	if err != nil || gocontrol.Available() != nil {
		f()
		if err != nil {
			unknown = err.Error()
		}
		return nil, unknown
	}
	before := globals.Take(list, gocontrol.Memory{})
	f()
	return globals.Changed(list, before, globals.Take(list, gocontrol.Memory{})), ""
}

// noteReleased notes the locks that goroutines of an execution held when it ended although no failure did: it was cut at the
// step bound, say.
func (x *explorer) noteReleased(freed []gocontrol.Released) {
	for _, r := range freed {
		x.mu.Lock()
		known := x.released[r.Address]
		if x.released == nil {
			x.released = map[uintptr]bool{}
		}
		x.released[r.Address] = true
		x.mu.Unlock()
		if known {
			continue
		}
		name := "a package variable"
		if list, err := variables(); err == nil {
			if v, ok := globals.At(list, r.Address); ok {
				name = "package variable " + v.Name
			}
		}
		held := "held the " + r.Kind + " in " + name
		if r.Kind == "sync.WaitGroup" {
			held = "had not called Done of the " + r.Kind + " in " + name
		}
		x.mu.Lock()
		x.report.note("goroutines that were ended with their execution " + held + ": it was set free for the next execution")
		x.mu.Unlock()
	}
}

// standard reports whether a package belongs to the standard library, or is the main package that go test writes.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	_, found := slices.BinarySearch(standardRoots, first)
	return found
}

// standardRoots are the first elements of the standard library's import paths.
var standardRoots = strings.Fields(`archive arena bufio builtin bytes cmp compress container context crypto database debug embed
	encoding errors expvar flag fmt go hash html image index internal io iter log main maps math mime net os path plugin
	reflect regexp runtime simd slices sort strconv strings structs sync syscall testing text time unicode unique unsafe uuid
	vendor weak`)

// own reports whether a package is one of Ravel's that run within a test.
func own(pkg string) bool {
	rest, ours := strings.CutPrefix(pkg, "github.com/ravelgo/ravel")
	if !ours {
		return false
	}
	switch rest {
	case "", "/check", "/failure", "/schedule", "/strategy", "/trace":
		return true
	}
	return strings.HasPrefix(rest, "/internal/")
}
