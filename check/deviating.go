package check

import "github.com/ravelgo/ravel/strategy"

// deviating takes its choices from a list of deviations as far as they fit, then 0: another program than the one that was
// recorded may come of it.
type deviating struct {
	naming
	values []int
	next   int
}

func (d *deviating) Start(strategy.Execution) bool {
	d.start()
	d.next = 0
	return true
}

func (d *deviating) take(n int) int {
	if d.next >= len(d.values) {
		return 0
	}
	v := d.values[d.next]
	d.next++
	return min(v, n-1)
}

func (d *deviating) Pick(ops []*strategy.Op) int { return d.PickFault(0, ops, nil) }
func (d *deviating) PickFault(_ int, ops, faults []*strategy.Op) int {
	return d.picked(ops, faults, strategy.Index(ops, faults, d.last, d.take(len(ops)+len(faults))))
}
func (d *deviating) Value(v strategy.Value) int                    { return d.valued(v, d.take(v.N)) }
func (d *deviating) Enabled(*strategy.Op)                          {}
func (d *deviating) Disabled(*strategy.Op)                         {}
func (d *deviating) Executed(op *strategy.Op, _ []strategy.Action) { d.moved(op) }

// exhausted reports whether the list has been used up, and the default order goes on.
func (d *deviating) exhausted(int) bool { return d.next == len(d.values) }
