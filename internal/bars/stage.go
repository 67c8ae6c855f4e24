package bars

import "github.com/ravelgo/ravel/strategy"

// stage is a strategy that decides from where the root machine has created all others; until then the root moves. A walk
// among a thousand machines that can move hardly ever picks the root, so it would be with few of them for long, and other
// strategies with others: their steps could not be compared.
type stage struct {
	strategy strategy.Strategy
	now      strategy.Strategy // what decides in this execution: quiet or heard
	quiet    setup
	heard    struct {
		setup
		strategy.Observer
	}
}

// setup is the strategy of an execution.
type setup struct {
	picker strategy.Strategy
	done   bool
}

// Start implements strategy.Strategy.
func (s *stage) Start(e strategy.Execution) bool {
	ok := s.strategy.Start(e)
	begin := setup{picker: strategy.Unwrapped(s.strategy)}
	if o := strategy.ObserverOf(s.strategy); o != nil {
		s.heard.setup, s.heard.Observer = begin, o
		s.now = &s.heard
	} else {
		s.quiet = begin
		s.now = &s.quiet
	}
	return ok
}

// Unwrap implements strategy.Wrapper.
func (s *stage) Unwrap() strategy.Strategy { return s.now }

// Pick implements strategy.Strategy.
func (s *stage) Pick(ops []*strategy.Op) int { return s.now.Pick(ops) }

// Value implements strategy.Strategy.
func (s *stage) Value(v strategy.Value) int { return s.now.Value(v) }

// Finish implements strategy.Finisher.
func (s *stage) Finish(r strategy.Result) {
	if f, ok := s.strategy.(strategy.Finisher); ok {
		f.Finish(r)
	}
}

// Start implements strategy.Strategy; stage has started the strategy.
func (s *setup) Start(strategy.Execution) bool { return true }

// Pick implements strategy.Strategy.
func (s *setup) Pick(ops []*strategy.Op) int {
	if !s.done {
		for i, op := range ops {
			if op.Creator == nil {
				return i
			}
		}
		s.done = true
	}
	return s.picker.Pick(ops)
}

// Value implements strategy.Strategy.
func (s *setup) Value(v strategy.Value) int { return s.picker.Value(v) }
