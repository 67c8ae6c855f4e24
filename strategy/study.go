package strategy

// study is the part of a strategy that needs a forecast: some executions make profiles, under a random walk. From the
// first lessons on there is a forecast.
//
// Execution 0 is one of them, and then the first execution of each round, of which every one is twice as long as the one
// before: what only few schedules do gets its weight in the end, and what all do is known from the start. A portfolio
// says itself which executions make profiles.
type study struct {
	src       source
	forecast  *forecast // nil in the first round
	directed  bool      // again alone decides who makes profiles
	profiling bool      // this execution makes a profile
	handed    bool      // a runtime has taken the plan of this execution, and makes the walk itself
	again     bool      // the next execution makes a profile, whatever is known
	profiler  profiler
	made      *profile // of the execution that has finished
}

// start reports whether the execution is one that profiles.
func (s *study) start(e Execution) bool {
	s.src.seed(e.Seed, streamPicks)
	s.profiling = s.forecast == nil || s.again || !s.directed && profiles(e.K)
	if s.profiling {
		s.profiler.reset()
	}
	s.made = nil
	s.handed = false
	return s.profiling
}

// hand returns the plan of the execution for a runtime, nil if there is none that it could follow: it makes a profile, or
// others than goroutines have moved in the profiles. Until the next execution the strategy then hears of it only where the
// runtime cannot decide, and makes a random walk there.
func (s *study) hand(o object) *Plan {
	if s.profiling || s.forecast.mixed || o.op != 0 {
		return nil
	}
	s.handed = true
	return s.forecast.plan(o)
}

// walks reports whether the execution is a random walk as far as the strategy decides.
func (s *study) walks() bool { return s.profiling || s.handed }

// mostProfiles is how many profiles a forecast is made of.
const mostProfiles = 16

// profiles reports whether execution k makes a profile: 0, 1, 5, 13, 29 and so on.
func profiles(k uint64) bool { return k == 0 || k < 1<<mostProfiles && (k+3)&(k+2) == 0 }

// enabled and executed follow an execution that profiles.
func (s *study) enabled(op *Op) {
	if s.profiling {
		s.profiler.enabled(op)
	}
}

func (s *study) executed(op *Op, did []Action) {
	if s.profiling {
		s.profiler.executed(op, did)
	}
}

func (s *study) finish() {
	if s.profiling {
		s.made = s.profiler.profile()
	}
}

// lesson, learn and round make a Learner.
func (s *study) lesson() any {
	if s.made == nil {
		return nil
	}
	return s.made
}

// learn adds profiles to the forecast, up to so many as there is room for.
func (s *study) learn(lessons []any) {
	if s.forecast == nil {
		s.forecast = newForecast()
	}
	if n := s.missing(); n > 0 {
		s.forecast.learn(lessons[:min(n, len(lessons))])
	}
}

// missing returns how many profiles there is room for.
func (s *study) missing() int {
	if s.forecast == nil {
		return mostProfiles
	}
	return mostProfiles - int(s.forecast.unit)
}

// round returns how long the present round is.
func (s *study) round() int {
	switch {
	case s.forecast == nil:
		return 1
	case s.missing() == 0:
		return 0
	}
	return 2 << s.forecast.unit
}
