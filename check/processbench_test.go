package check_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/bars"
)

// speedBodies are executions of several sizes: a small one takes some two microseconds.
var speedBodies = map[string]struct {
	body       func(*check.T)
	executions int
}{
	"Small":  {ring(3, 4), 2_500_000},
	"Medium": {ring(5, 100), 500_000},
}

func init() {
	for name, s := range speedBodies {
		for _, strat := range []string{"random", "portfolio"} {
			children["Speed"+name+"_"+strat] = func(t *testing.T) {
				start := time.Now()
				check.Test(t, s.body, check.Schedules(uint64(s.executions)), check.Strategy(strat), check.Processes())
				fmt.Println("took", time.Since(start).Nanoseconds())
			}
		}
	}
}

// BenchmarkProcesses compares one worker with two, of which one is a process, over whole tests of some seconds: what it
// costs to start a process, and what the rounds of strategies that learn cost, is in it. The processors may be busy with
// other things: the metric possible says how much faster two goroutines were that shared nothing, measured in turn with the
// others, and cpu-speedup what the speedup is in processor time, had nobody else used the processors. All are medians over
// the iterations.
func BenchmarkProcesses(b *testing.B) {
	const spins = 200_000_000
	explore := func(b *testing.B, name string, workers int) (took, cpu float64) {
		r := runChild(b, b.TempDir(), name, fmt.Sprint("-ravel.workers=", workers), "-ravel.v")
		_, printed, _ := strings.Cut(r.out, "took ")
		took, err := strconv.ParseFloat(strings.Fields(printed + " x")[0], 64)
		if err != nil || r.code != 0 || workers == 2 && !matches(r.out, "2 workers, one in a process of its own") {
			b.Fatal(r.out)
		}
		return took, r.cpu.Seconds()
	}
	for name, s := range speedBodies {
		for _, strat := range []string{"random", "portfolio"} {
			b.Run(name+"/"+strat, func(b *testing.B) {
				var speedup, inCPU, possible, one []float64
				for b.Loop() {
					t1, c1 := explore(b, "Speed"+name+"_"+strat, 1)
					t2, c2 := explore(b, "Speed"+name+"_"+strat, 2)
					speedup, inCPU = append(speedup, t1/t2), append(inCPU, 2*c1/c2)
					one = append(one, t1/float64(s.executions))
					possible = append(possible, bars.Spin(1, spins).Seconds()/bars.Spin(2, spins).Seconds())
				}
				b.ReportMetric(median(speedup), "speedup")
				b.ReportMetric(median(inCPU), "cpu-speedup")
				b.ReportMetric(median(possible), "possible")
				b.ReportMetric(median(one), "ns/execution")
			})
		}
	}
}

// TestProcessTarget is the test that processes of BenchmarkProcessStart come to.
func TestProcessTarget(t *testing.T) {
	if r, err := check.ExploreInTest(t, check.Config{Schedules: 100}, passing); err != nil || r != nil && r.Failure != nil {
		t.Error(r, err)
	}
}

// BenchmarkProcessStart is what it takes from starting a process to when it is ready for a round, and until it has ended: the
// start of this test binary, and execution 0.
func BenchmarkProcessStart(b *testing.B) {
	var ready, ended []float64
	for b.Loop() {
		r, e, err := check.StartProcess("TestProcessTarget", passing)
		if err != nil {
			b.Fatal(err)
		}
		ready, ended = append(ready, r.Seconds()*1e3), append(ended, e.Seconds()*1e3)
	}
	b.ReportMetric(median(ready), "ms-ready")
	b.ReportMetric(median(ended), "ms-end")
}
