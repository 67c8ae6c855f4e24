package check

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
)

// Racers are bodies that race, in all schedules or in some.
var Racers func() []func(*T)

// TestControlledRaceReplay is TestControlledReplay with programs that race: an execution that ends with a data race does so
// in every replay, at the same step, between the same two lines and goroutines; and the thousands of executions before in
// the same process, with the same races, change nothing about that.
func TestControlledRaceReplay(t *testing.T) {
	control(t)
	if !gocontrol.RaceDetector {
		t.Skip("needs the race detector")
	}
	ends := map[string]int{}
	for n, body := range Racers() {
		for _, spec := range controlledStrategies {
			name := fmt.Sprintf("%d/%s", n, spec)
			s := &Subject{Log: &Transcript{}, Body: body}
			p, err := newProof(name, spec, uint64(n), s)
			if err != nil {
				t.Fatal(err)
			}
			for range eachExecutions {
				v, ok := p.next()
				if !ok {
					break
				}
				if _, err := p.replay(&v); err != nil {
					t.Fatalf("program %d, strategy %s, execution %d: %v", n, spec, p.k-1, err)
				}
				ends[v.end]++
			}
			p.close()
		}
	}
	t.Logf("figures: executions of programs that race, each replayed 4 times: %s", told(ends))
	if ends["data race"] < 300 || ends["passes"] < 30 {
		t.Errorf("too few end in one of the two ways: %v", ends)
	}
}
