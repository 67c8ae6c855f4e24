package check

import (
	"slices"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// A livelock is found in executions that are long enough for its proof, and so in most cases late, behind thousands of steps
// that have nothing to do with it but that every candidate of a search has to go through. Taking them out of a schedule one by
// one takes long and ends early: when the fault happens and what is on its way then hang together. But what can happen late can
// happen early, as a rule. So a search begins with a sample of executions that are told to be short, and that are cut where no
// monitor is hot by then.

const (
	// earlierShare is the part of the steps of a search that may be spent on that, as a divisor.
	earlierShare = 5

	// earlyEnough is how many steps before the proof are not worth a sample.
	earlyEnough = 50
)

// earlier looks for executions that fail in the same way ahead of half of the steps before the proof, again and again. It
// returns what it has found behind the first, so that the earliest is the last.
func (s *shrinker) earlier(first schedule.Attempt) []schedule.Attempt {
	w := s.workers[0]
	sampler := strategy.NewPortfolio()
	most := s.steps + s.x.cfg.ShrinkSteps/earlierShare
	all := []schedule.Attempt{first}
	for k := uint64(0); s.steps < most && !s.over(); k++ {
		short := (all[len(all)-1].Steps - s.proof()) / 2
		if short < earlyEnough {
			break
		}
		w.use(sampler)
		x := s.x.execution(k, strategy.Execution{Length: short, Steps: short})
		x.MaxSteps = short
		o, _ := w.run(x, mode{cool: short})
		s.tries++
		s.steps += o.Steps
		if !sameBug(s.like, o.Err) || o.Steps-s.proof() > short {
			continue
		}
		w.use(newRaw(slices.Clone(o.Choices)))
		o, _ = w.run(strategy.Execution{MaxSteps: s.x.cfg.Steps}, mode{record: true})
		s.steps += o.Steps
		if sameBug(s.like, o.Err) {
			all = append(all, schedule.Attempt{Failed: true, Choices: slices.Clone(o.Named), Steps: o.Steps})
		}
	}
	return all
}
