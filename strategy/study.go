package strategy

// study is the part of a strategy that needs a forecast: in the first round it makes profiles, under a random walk, and
// from then on it stands aside.
type study struct {
	src      source
	forecast *forecast // nil in the first round
	profiler profiler
	made     *profile // of the execution that has finished
}

// start reports whether the execution is one that profiles.
func (s *study) start(e Execution) bool {
	s.src.seed(e.Seed, streamPicks)
	if s.forecast == nil {
		s.profiler.reset()
	}
	return s.forecast == nil
}

func (s *study) enabled(op *Op) bool {
	if s.forecast == nil {
		s.profiler.names.of(op)
	}
	return s.forecast == nil
}

func (s *study) executed(op *Op, did []Action) bool {
	if s.forecast == nil {
		s.profiler.executed(op, did)
	}
	return s.forecast == nil
}

func (s *study) finish() {
	if s.forecast == nil {
		s.made = s.profiler.profile()
	}
}

// lesson, learn and round make a Learner.
func (s *study) lesson() any {
	if s.forecast != nil || s.made == nil {
		return nil
	}
	return s.made
}

func (s *study) learn(lessons []any) {
	if s.forecast == nil {
		s.forecast = newForecast(lessons)
		s.profiler, s.made = profiler{}, nil
	}
}

func (s *study) round() int {
	if s.forecast == nil {
		return profileRound
	}
	return 0
}
