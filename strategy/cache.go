package strategy

// cache is a set of states that were reached, by their fingerprints. Two of n different states are taken for one with a
// probability of about n^2/2^129.
type cache struct {
	seen map[State]struct{}
	most int // to remember; 0 is all
}

func newCache(most int) cache { return cache{make(map[State]struct{}), most} }

// visit reports whether a state is new, as far as it is remembered, and remembers it if there is room. To forget a state is
// sound: what is behind it is explored again.
func (c *cache) visit(s State) bool {
	if _, known := c.seen[s]; known {
		return false
	}
	if c.most == 0 || len(c.seen) < c.most {
		c.seen[s] = struct{}{}
	}
	return true
}

// States returns how many states are remembered.
func (c *cache) States() uint64 { return uint64(len(c.seen)) }
