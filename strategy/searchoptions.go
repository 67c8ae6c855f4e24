package strategy

// Option changes an exhaustive search.
type Option func(*searchOptions)

type searchOptions struct {
	delta  int
	zing   bool
	memory int64
	dir    string
	sample bool
}

// Delta makes a round of a search by delays explore n strata, rather than one, in the order of a depth-first search.
func Delta(n int) Option { return func(o *searchOptions) { o.delta = max(n, 1) } }

// ZingCost counts delays as Zing does: an alternative costs one however many delays lead to it, and the first round already
// has a bound of the increment.
func ZingCost() Option { return func(o *searchOptions) { o.zing = true } }

// Memory bounds what a search that remembers states may use, in bytes: three quarters for the states, one for the frontier,
// which goes on in a temporary file in dir (empty: the system's) where that is not enough. When there is no room for another
// state the search ends, and says what it has not covered.
//
// The branches that a depth-first search is in, and the states saved on its way, come on top.
func Memory(bytes int64, dir string) Option {
	return func(o *searchOptions) { o.memory, o.dir = max(bytes, leastMemory), dir }
}

// ThenSample makes a search whose memory is used up go on without end, sampling executions from its frontier: see sampling.
func ThenSample() Option { return func(o *searchOptions) { o.sample = true } }

// leastMemory holds a few states in each shard of the set.
const leastMemory = 1 << 20

func optionsOf(options []Option) searchOptions {
	o := searchOptions{delta: 1}
	for _, set := range options {
		set(&o)
	}
	return o
}

// apply sets up a tree, and returns the price of its choices.
func (t *tree) apply(options []Option) price {
	o := optionsOf(options)
	t.delta, t.thenSample = o.delta, o.sample
	t.limit = min(o.delta-1, t.bound)
	if o.memory > 0 {
		t.now.most, t.next.most = int(o.memory/8), int(o.memory/8)
		t.now.dir, t.next.dir = o.dir, o.dir
	}
	if o.zing {
		t.limit = min(o.delta, t.bound)
		return flat
	}
	return linear
}

// limited bounds the memory of a cache, and ends the search where there is no more of it.
func (t *tree) limited(c cache, options []Option) cache {
	if c.set.budget = optionsOf(options).memory / 4 * 3; c.set.budget > 0 {
		t.full = c.set.full.Load
	}
	return c
}
