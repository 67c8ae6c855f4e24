package flight

import (
	"bytes"
	"flag"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live/observe"
)

var update = flag.Bool("update", false, "write what is recorded into testdata")

func options() observe.Options {
	return observe.Options{
		Events:       &Events,
		Monitors:     []ravel.Monitor{LeaseOrderMonitor.New(&LeaseOrder{}), AlternationMonitor.New(&Alternation{})},
		SuffixClosed: []string{"LeaseOrder"}, // a lower number after a higher one is wrong wherever one begins
	}
}

// TestObserve listens to the log that ravel observe names.
func TestObserve(t *testing.T) { observe.Test(t, options()) }

// A client that pauses for longer than its lease writes when another one has written: what the tests find happens in production.
// Where the beginning is lost, a monitor that counts from the beginning knows nothing for certain.
func TestRecorded(t *testing.T) {
	for _, c := range []struct {
		file    string
		clients int
		pause   time.Duration
		record  int
		want    [2]observe.Outcome // of LeaseOrder, Alternation
	}{
		{"holds.jsonl", 2, 0, 1000, [2]observe.Outcome{observe.NoViolation, observe.NoViolation}},
		{"violated.jsonl", 2, 15 * time.Second, 1000, [2]observe.Outcome{observe.Violated, observe.Violated}},
		{"middle.jsonl", 4, 0, 32, [2]observe.Outcome{observe.NoViolation, observe.Suspected}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			if err := Run(t.Context(), &log, c.clients, c.pause, c.record); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile("testdata/"+c.file, log.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			r, err := observe.Log(&log, options())
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.want {
				if v := r.Verdicts[i]; v.Outcome != want || v.Heard == 0 {
					t.Errorf("%s: %s: %v, want %v\n%v", c.file, v.Monitor, v.Outcome, want, r)
				}
			}
		})
	}
}
