package bars

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// countTo is how far the machines of Counting count.
const countTo = 9

// abacus is a machine that counts by itself.
type abacus struct{ n int }

func (a *abacus) count(c *ravel.Context) {
	if a.n++; a.n == countTo {
		c.Goto("Done")
	}
}

var abacusMachine = ravel.Define[abacus]("Abacus",
	ravel.Start("Counting", ravel.OnDefault((*abacus).count)),
	ravel.In("Done"))

// Counting is the body of a test in which n machines count to 9. They have nothing to do with each other, so all
// interleavings happen: like threads that count by an atomic operation each.
//
// When i machines have been created, each has not started or shows a number up to 9, so there are (9+2)^i states; and
// as the machines are created one after the other, there are that many for each i from 1 to n.
func Counting(n int) func(*check.T) {
	return func(t *check.T) {
		for range n {
			t.Create(abacusMachine.New(&abacus{}))
		}
	}
}
