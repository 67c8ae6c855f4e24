package host

// turn is the right to run user code of a replica. It goes to those who wait in the order in which they have asked.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take() { t <- struct{}{} }

func (t turn) give() {
	select {
	case <-t:
	default:
		panic("fabric: a method of Partition that waits was called by a goroutine of the service's own, or behind the call that it was part of; use Partition.Go")
	}
}
