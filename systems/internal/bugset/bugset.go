// Package bugset has what sets of seeded bugs share: types with a bit for each defect, such as
//
//	type Bugs uint8
//
//	const (
//		SkipCheck Bugs = 1 << iota
//		LoseReply
//		numBugs = iota
//	)
//
// The package imports nothing of Ravel: it is for the protocols themselves, which carry the defects.
package bugset

import (
	"fmt"
	"strings"
)

// Set is a set of defects, a bit each. The empty set is the correct code.
type Set interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64
}

// String joins the names of the defects in a set. Those that have no name come last, as a number: "SkipCheck|Bugs(0x80)".
// The name of bit i is names[i].
func String[S Set](s S, names []string) string {
	var in []string
	for i, name := range names {
		if s>>i&1 != 0 {
			in = append(in, name)
		}
	}
	if rest := s >> len(names) << len(names); rest != 0 {
		_, kind := typeOf(s)
		in = append(in, fmt.Sprintf("%s(%#x)", kind, uint64(rest)))
	}
	return strings.Join(in, "|")
}

// Check returns an error if a set has bits that are not known ones. It tells the package and the type.
func Check[S Set](s, known S) error {
	if rest := s &^ known; rest != 0 {
		pkg, kind := typeOf(s)
		return fmt.Errorf("%s: %s has unknown bits %#x: combine the named ones", pkg, kind, uint64(rest))
	}
	return nil
}

func typeOf[S Set](s S) (pkg, name string) {
	pkg, name, _ = strings.Cut(fmt.Sprintf("%T", s), ".")
	return pkg, name
}
