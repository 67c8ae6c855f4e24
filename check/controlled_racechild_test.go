package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
)

// byChance is a racer that only some schedules show.
func byChance(t *check.T, fixed bool) {
	for _, p := range racers {
		if p.name == "a lock that is held by chance" {
			p.body(t, fixed)
		}
	}
}

func init() {
	children["Racy"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) { byChance(t, variant() == "fixed") }, check.Strategy("random"), check.Schedules(5000))
	}
	children["RacyElsewhere"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			n := 0
			race := t.Int(20) == 11 && check.InWorkerProcess()
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					if !race {
						mu.Lock()
						defer mu.Unlock()
					}
					inc(&n)
				})
			}
			wg.Wait()
		}, check.Strategy("random"), check.Workers(3), check.Time(30*time.Second))
	}
	// It passes: the races of the exploration are the exploration's business.
	children["RacesExpected"] = func(t *testing.T) {
		for range 3 {
			r, err := check.Explore("races", check.Config{Schedules: 5000, NoShrink: true}, func(t *check.T) { byChance(t, false) })
			if err != nil || r.Failure == nil || failure.Of(r.Failure.Err).Kind() != failure.KindDataRace {
				t.Errorf("%v %v", err, r)
			}
		}
	}
	// What races outside of executions is not.
	children["RacesOutside"] = func(t *testing.T) {
		children["RacesExpected"](t)
		n := 0
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { inc(&n) })
		}
		wg.Wait()
	}
	// Nor is what happens beside them. (The first exploration tests control with thousands of goroutines: the detector loses
	// sight of those that wait meanwhile.)
	children["RacesBeside"] = func(t *testing.T) {
		check.Explore("first", check.Config{Schedules: 1, Goroutines: true}, func(*check.T) { aside(func() {}) })
		n := 0
		begun, ask, answered := make(chan bool, 1), make(chan bool), make(chan bool, 2)
		for range 2 {
			go func() {
				<-ask
				inc(&n)
				answered <- true
			}()
		}
		go func() {
			for len(begun) == 0 {
				time.Sleep(time.Millisecond)
			}
			close(ask)
		}()
		r, err := check.Explore("quiet", check.Config{Schedules: 1, NoShrink: true, Goroutines: true}, func(*check.T) {
			if len(begun) == 0 {
				begun <- true
			}
			for len(answered) < 2 {
				os.Getpid() // no scheduling point: this execution lasts until the others have raced
			}
			aside(func() {})
		})
		if err != nil || r.Failure != nil {
			t.Errorf("%v %v", err, r.Failure)
		}
	}
}

var tokenLine = regexp.MustCompile(`(?m)replay: ravel replay --race --run '\^Racy\$' (\S+) `)

// TestControlledRaceReport: a test that races fails with a report of both accesses; its token and its file show the race
// again in other processes, and the fixed program passes with both.
func TestControlledRaceReport(t *testing.T) {
	detector(t)
	dir := t.TempDir()
	silent := func(r result) {
		t.Helper()
		r.ours(t)
		if strings.Contains(r.out, "race detected during execution") || strings.Contains(r.out, "data race(s)") {
			t.Errorf("the detector speaks, too:\n%s", r.out)
		}
	}
	r := runChild(t, dir, "Racy")
	silent(r)
	t.Log(r.out)
	r.has(t, `data race found by random in execution [\d,]+:`,
		`nothing orders a write in check_test\.\S+ at controlled_race_test\.go:\d+ and a read in check_test\.\S+ at controlled_race_test\.go:\d+`,
		`g1 \(controlled_race_test\.go:\d+\) writes`, `g2 \(controlled_race_test\.go:\d+\) reads in step \d+`,
		`at: /\S+/controlled_race_test\.go:\d+`, `created: /\S+/controlled_race_test\.go:\d+`, `^\s+fix: `, `saved: testdata`)
	if r.code != 1 {
		t.Errorf("exit code %d", r.code)
	}
	m := tokenLine.FindStringSubmatch(r.out)
	if m == nil || !schedule.LooksLikeToken(m[1]) {
		t.Fatalf("no token:\n%s", r.out)
	}
	for range 3 {
		r = runChild(t, dir, "Racy", "-ravel.replay="+m[1])
		silent(r)
		r.has(t, `replay fails as recorded: data race: nothing orders`)
	}
	// Who wants the detector's own reports in a file gets them.
	log := filepath.Join(dir, "reports")
	r = runChild(t, dir, "Racy", "GORACE=log_path="+log)
	silent(r)
	r.has(t, `a saved failure fails again: data race: nothing orders`)
	if files, _ := filepath.Glob(log + ".*"); len(files) == 0 {
		t.Error("no reports of the detector")
	}
	r = runChild(t, dir, "Racy", "CHECK_TEST_VARIANT=fixed", "-test.v")
	silent(r)
	r.has(t, `saved failure testdata\S+ \(data race\)`, `passes now`, `--- PASS: Racy`)
	r = runChild(t, dir, "Racy", "CHECK_TEST_VARIANT=fixed", "-test.v", "-ravel.replay="+m[1])
	if silent(r); r.code != 0 && !matches(r.out, `the replay left its schedule`) {
		t.Errorf("exit code %d\n%s", r.code, r.out)
	}
}

// TestControlledRaceInWorker: what a worker process has seen of a race is known to the test process. Here it never comes to
// one itself, so that it says what was seen first.
func TestControlledRaceInWorker(t *testing.T) {
	detector(t)
	r := runChild(t, t.TempDir(), "RacyElsewhere")
	r.ours(t)
	r.has(t, `not reproducible found by random`, `first seen was: nothing orders a write and a read in check_test\.inc at controlled_race_test\.go:\d+;`,
		`g[12] \(\S+\) (reads|writes) in step \d+`)
}

// TestControlledRaceJudged: who explores decides what a race means. Package testing has no more to do with it, nor has the end of the
// process; with others it has.
func TestControlledRaceJudged(t *testing.T) {
	detector(t)
	r := runChild(t, t.TempDir(), "RacesExpected")
	r.ours(t)
	if r.code != 0 || strings.Contains(r.out, "data race(s)") {
		t.Errorf("exit code %d:\n%s", r.code, r.out)
	}
	for _, name := range []string{"RacesOutside", "RacesBeside"} {
		r = runChild(t, t.TempDir(), name)
		r.has(t, `^WARNING: DATA RACE`, `race detected during execution of test`)
		if r.code == 0 || strings.Count(r.out, "WARNING: DATA RACE") != 1 || strings.Contains(r.out, "??") {
			t.Errorf("%s: exit code %d:\n%s", name, r.code, r.out)
		}
	}
}
