package strategy

import (
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// delayed is a walker over the delays under an explorer.
type delayed struct {
	composition
	*walker
	alternatives price // of the choices
}

func newDelayed(w *walker, factory delaying.Factory, alternatives price) *delayed {
	d := &delayed{walker: w, alternatives: alternatives}
	d.composition.factory = factory
	d.composition.delays = func(kind schedule.Kind, n int) int { return w.choose(kind, n, alternatives) }
	return d
}

// joined returns the same for another worker.
func (d *delayed) joined() *delayed {
	return newDelayed(d.join(), d.factory, d.alternatives)
}

// Start implements Strategy.
func (d *delayed) Start(e Execution) bool {
	if !d.start() {
		return false
	}
	d.begin(e.Run)
	return true
}

// Saved implements Backtracker.
func (d *delayed) Saved(n int) {
	d.composition.mark(n)
	d.walker.mark(n)
}

// Restored implements Backtracker.
func (d *delayed) Restored(n int) {
	d.composition.reset(n)
	d.walker.reset(n)
}

// Option changes a search by delays.
type Option func(*searchOptions)

type searchOptions struct {
	delta  int
	zing   bool
	memory int64
	dir    string
}

// Delta makes a round of a search explore n strata, rather than one, in the order of a depth-first search.
func Delta(n int) Option { return func(o *searchOptions) { o.delta = max(n, 1) } }

// ZingCost counts delays as Zing does: an alternative costs one however many delays lead to it, and the first round already
// has a bound of the increment.
func ZingCost() Option { return func(o *searchOptions) { o.zing = true } }

// Memory bounds what a search that remembers states may use, in bytes: three quarters for the states, one for the frontier,
// which goes on in a temporary file in dir (empty: the system's) where that is not enough. When there is no room for another
// state the search ends, and says what it has not covered.
func Memory(bytes int64, dir string) Option {
	return func(o *searchOptions) { o.memory, o.dir = bytes, dir }
}

// apply sets up a tree, and returns the price of its choices.
func (t *tree) apply(options []Option) price {
	o := searchOptions{delta: 1}
	for _, set := range options {
		set(&o)
	}
	t.delta = o.delta
	t.limit = min(o.delta-1, t.bound)
	if o.memory > 0 {
		t.now.most, t.next.most = int(max(o.memory/8, 1)), int(max(o.memory/8, 1))
		t.now.dir, t.next.dir = o.dir, o.dir
	}
	if o.zing {
		t.limit = min(o.delta, t.bound)
		return flat
	}
	return linear
}

// budget is the memory for states among the options; 0 is any amount.
func budget(options []Option) int64 {
	var o searchOptions
	for _, set := range options {
		set(&o)
	}
	return o.memory / 4 * 3
}
