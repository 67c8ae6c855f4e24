package linear

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// Counter is the specification of a counter that is used by clients C: it adds, and returns the sum. At first it is 0.
type Counter[C comparable] struct {
	// Name is the monitor's name in reports; empty is "Counter".
	Name string
}

// CounterOp adds N and returns the sum, or adds N and returns nothing. To read is to add 0.
type CounterOp struct {
	N      int64
	Silent bool
}

// String shows the operation as a call.
func (o CounterOp) String() string {
	if o.N == 0 && !o.Silent {
		return "read()"
	}
	return fmt.Sprintf("add(%d)", o.N)
}

// Model returns the counter's model; inputs are CounterOps, outputs Results.
func (Counter[C]) Model() porcupine.Model {
	return Sequential(int64(0), func(sum int64, o CounterOp) (int64, Result[int64]) {
		if o.Silent {
			return sum + o.N, wrote[int64](true)
		}
		return sum + o.N, found(sum+o.N, true)
	})
}

// Monitor returns a monitor that hears the events that the other methods make.
func (n Counter[C]) Monitor() ravel.Monitor {
	return Spec[C, CounterOp, Result[int64]]{n.Model(), named(n.Name, "Counter")}.Monitor()
}

// Add returns the event that a client invokes an addition that returns nothing; Done says that it has returned.
func (Counter[C]) Add(client C, n int64) Invoked[C, CounterOp, Result[int64]] {
	return Invoked[C, CounterOp, Result[int64]]{client, CounterOp{n, true}}
}

// Done returns the event that a client's addition has returned.
func (Counter[C]) Done(client C) Returned[C, CounterOp, Result[int64]] {
	return Returned[C, CounterOp, Result[int64]]{client, wrote[int64](true)}
}

// AddAndGet returns the event that a client invokes an addition that returns the sum; Got says that it has returned.
func (Counter[C]) AddAndGet(client C, n int64) Invoked[C, CounterOp, Result[int64]] {
	return Invoked[C, CounterOp, Result[int64]]{client, CounterOp{n, false}}
}

// Read returns the event that a client invokes a read; Got says that it has returned.
func (n Counter[C]) Read(client C) Invoked[C, CounterOp, Result[int64]] {
	return n.AddAndGet(client, 0)
}

// Got returns the event that a client's operation has returned a sum.
func (Counter[C]) Got(client C, sum int64) Returned[C, CounterOp, Result[int64]] {
	return Returned[C, CounterOp, Result[int64]]{client, found(sum, true)}
}

// Failed returns the event that a client's operation has had no effect and never will.
func (Counter[C]) Failed(client C) Failed[C, CounterOp, Result[int64]] {
	return Failed[C, CounterOp, Result[int64]]{client}
}

// Lost returns the event that a client will not hear of its operation.
func (Counter[C]) Lost(client C) Lost[C, CounterOp, Result[int64]] {
	return Lost[C, CounterOp, Result[int64]]{client}
}
