package sct_test

import "testing"

// TestSURWIsExact: SURW fails as often as it should, whichever of the words it draws. It is uniform over the orders of the
// checker and the setters at one of them, so it finds the bug much sooner than the random walk.
func TestSURWIsExact(t *testing.T) {
	control(t)
	for _, name := range []string{"reorder_3", "reorder_4", "reorder_10"} {
		t.Run(name, func(t *testing.T) {
			p, m := modeled(t, name)
			exact(t, p, "surw", surwOf(m))
		})
	}
}
