package trials

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/sct"
)

// A Job is one search.
type Job struct {
	Program   string        `json:"program"`
	Strategy  string        `json:"strategy"` // what strategy.Parse reads
	Seed      uint64        `json:"seed"`
	Schedules uint64        `json:"schedules"` // at most
	Time      time.Duration `json:"time"`      // no execution is started later; 0 is no bound
}

// An Outcome is how a search ended.
type Outcome string

// The outcomes.
const (
	Found         Outcome = "found"          // a schedule failed, and did so again
	NotFound      Outcome = "not found"      // in the schedules that were allowed
	Cut           Outcome = "cut"            // by the time
	NotReproduced Outcome = "not reproduced" // a failure did not happen again, or executions are not deterministic
)

// A Result is what a search found. Any failure counts: the twins of the programs have none, and a bug may show in more than
// one way.
type Result struct {
	Outcome   Outcome `json:"result"`
	Schedules uint64  `json:"schedules"`         // how many were run, the failing one included
	Kind      string  `json:"kind,omitempty"`    // of the failure, if it did not happen again
	Seconds   float64 `json:"seconds,omitempty"` // of a search that was cut
}

// Run does a search in this process, which must have goroutines under control. The error is about the job.
func Run(j Job) (Result, error) {
	p, err := sct.Find(j.Program)
	if err != nil {
		return Result{}, err
	}
	r, err := check.Explore(p.Name, check.Config{
		Strategy: j.Strategy, Schedules: j.Schedules, Time: j.Time, Seed: j.Seed, Seeded: true,
		Workers: 1, NoShrink: true, Goroutines: true,
	}, func(t *check.T) { p.Run(t) })
	if err != nil {
		return Result{}, fmt.Errorf("%s under %s: %w", j.Program, j.Strategy, err)
	}
	return judge(r), nil
}

// judge says how a search ended.
func judge(r *check.Report) Result {
	result := Result{Outcome: NotFound, Schedules: r.Executions}
	f := r.Failure
	switch {
	case f == nil && r.Nondeterminism != nil:
		result.Outcome, result.Kind = NotReproduced, kindOf(r.Nondeterminism).String()
	case f == nil && r.CutByTime:
		result.Outcome, result.Seconds = Cut, math.Round(r.Elapsed.Seconds()*1000)/1000
	case f != nil:
		result.Outcome, result.Schedules = Found, f.Execution+1
		if !f.Reproduced {
			result.Outcome, result.Kind = NotReproduced, kindOf(f.Err).String()
		}
	}
	return result
}

func kindOf(err error) failure.Kind {
	var f failure.Failure
	if !errors.As(err, &f) {
		panic(fmt.Sprintf("trials: an exploration failed with %T, which is no failure", err))
	}
	return f.Kind()
}
