package check

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/results"
)

// resultsDir is the folder that the command wants the results in. It is read when the process begins, and the tests do not see
// it: what they start is not what the command asks about.
var resultsDir = func() string {
	dir := results.Dir()
	os.Unsetenv(results.Variable)
	return dir
}()

// startDir is where the process began, the folder of the package under test. Tests may go elsewhere.
var startDir, _ = os.Getwd()

// publish leaves what came of a test where the command finds it, if it wants it. The report is nil for a schedule that was run
// again. The failure may hold no error, only a trace; text is what the test says of it.
func (c *Config) publish(t *testing.T, o attr.Outcome, r *Report, f *Failure, saved, text string) {
	t.Helper()
	if resultsDir == "" {
		return
	}
	e := &results.Exploration{Package: strings.TrimSuffix(c.pkg, "_test"), Test: t.Name(), Nth: max(1, c.number), Dir: startDir, Outcome: o, Seed: c.Seed, Deciding: -1}
	if r != nil {
		e.Strategy, e.Seed, e.Elapsed = r.Strategy, r.Seed, r.Elapsed.Milliseconds()
		e.Executions, e.Distinct, e.Steps, e.States = r.Executions, r.Distinct, r.Steps, r.States
		e.Summary, e.Coverage = r.Summary(), r.Coverage
	}
	if f != nil {
		if e.Passing = f.Passing; f.Passing != nil {
			e.Deciding = f.Deciding
		}
		if e.Trace = f.Trace; f.Err != nil {
			e.Failure = f.published(t.Name(), saved, text)
		}
	} else if r != nil && r.Nondeterminism != nil {
		e.Failure = published(r.Nondeterminism, text)
	}
	if err := e.Save(resultsDir); err != nil {
		t.Errorf("ravel: what was found could not be left for the command: %v", err)
	}
}

// published is the failure in the form that the command reads.
func (f *Failure) published(test, saved, text string) *results.Failure {
	p := published(f.Err, text)
	p.Strategy, p.Execution, p.Reproduced = f.Strategy, f.Execution, f.Reproduced
	p.Found = results.Size(f.Found)
	p.Shrunk = results.Size(f.Shrunk)
	p.Saved = saved
	arg := saved
	if f.HasToken {
		p.Token, arg = f.Token, f.Token
	}
	if f.Reproduced && arg != "" {
		p.Replay = replayLine(&f.Record, test, arg)
	}
	return p
}

func published(err error, text string) *results.Failure {
	p := &results.Failure{Kind: kindOf(err), Message: err.Error(), Text: text}
	var k failure.Failure
	if errors.As(err, &k) {
		at := k.Where()
		p.Message, p.Detail, p.Machine, p.State, p.Step = k.Error(), k.Detail(), at.Machine, at.State, at.Step
		p.File, p.Line, p.Func = at.Place.File, at.Place.Line, at.Place.Func
	}
	return p
}
