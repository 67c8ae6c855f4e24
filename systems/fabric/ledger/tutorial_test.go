package ledger_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/check"
	_ "github.com/ravelgo/ravel/systems/catalog" // part of the command that TestTutorial builds: the test cache is to know
	"github.com/ravelgo/ravel/systems/fabric/ledger"
	"github.com/ravelgo/ravel/systems/internal/tutorial"
)

var update = flag.Bool("update", false, "rewrite the blocks of the tutorial that are kept equal to files and outputs")

// explored is TestPayments with a defect, or none. What is found is not shrunk, since how far that gets depends on the machine.
func explored(bugs ledger.Bugs, schedules uint64) func() (*check.Report, error) {
	return func() (*check.Report, error) {
		return check.Explore("TestPayments", check.Config{
			Schedules: schedules, Seeded: true, OrderedClock: true, NoShrink: true,
		}, payments(ledger.Config{Bugs: bugs}))
	}
}

// TestTutorial compares the blocks of the tutorial with what they show. The prose between them tells what they show: read it
// after -update.
func TestTutorial(t *testing.T) {
	p := tutorial.Page{
		Root:     "../../..",
		File:     "docs/testing-a-service.md",
		Explored: map[string]func() (*check.Report, error){"clean": explored(0, 500), "stale": explored(ledger.F6, 5000)},
		Commands: map[string]string{"list": "hunt fabric"},
	}
	p.Check(t, *update)
}
