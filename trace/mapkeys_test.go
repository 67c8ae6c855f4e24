package trace_test

import (
	"testing"

	"github.com/ravelgo/ravel/trace"
)

// A map whose keys lead back to it comes to an end.
func TestKeysThatLeadBack(t *testing.T) {
	type ring struct {
		around map[*ring]int
	}
	a, b := &ring{}, &ring{}
	a.around, b.around = map[*ring]int{a: 1, b: 2}, map[*ring]int{b: 3, a: 4}
	var f trace.Fields
	f.Changes(&a)
	a.around[b] = 5
	f.Changes(&a)
}
