package strategy

// study is the part of a strategy that needs a forecast: the first executions make profiles, under a random walk. From
// the first lessons on there is a forecast, and it stands aside.
type study struct {
	src       source
	forecast  *forecast // nil in the first round
	profiling bool      // this execution makes a profile
	again     bool      // the next execution makes a profile, whatever is known
	profiler  profiler
	made      *profile // of the execution that has finished
}

// start reports whether the execution is one that profiles.
func (s *study) start(e Execution) bool {
	s.src.seed(e.Seed, streamPicks)
	s.profiling = s.forecast == nil || s.again
	if s.profiling {
		s.profiler.reset()
	}
	s.made = nil
	return s.profiling
}

// enabled and executed follow an execution that profiles.
func (s *study) enabled(op *Op)                { s.profiler.names.of(op) }
func (s *study) executed(op *Op, did []Action) { s.profiler.executed(op, did) }

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

// learn adds profiles to the forecast, up to so many as a round has.
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
		return profileRound
	}
	return profileRound - int(s.forecast.unit)
}

func (s *study) round() int {
	if s.forecast == nil {
		return profileRound
	}
	return 0
}
