package extmgr_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// bugNames are all seeded defects. V8 is one of the extent node.
var bugNames = map[string]Bugs{
	"V1": V1, "V2": V2, "V3": V3, "V4": V4, "V5": V5, "V6": V6,
	"V7": V7, "V9": V9, "V10": V10, "V11": V11, "V12": V12,
}

func TestMeasure(t *testing.T) {
	for name, bug := range bugNames {
		cfg := testConfig()
		cfg.Bugs = bug
		cfg.Incarnation = 2
		cfg.WarmUp = 30 * time.Second
		correct := cfg
		correct.Bugs = 0
		set := map[string]int{}
		maxStep := 0
		differ := 0
		for seed := range uint64(20) {
			first := map[string]int{}
			got := runRandom(t, cfg, seed, 1000, func(step int, f *fixture) bool {
				for _, v := range violationsOf(f.Snapshot().Check()) {
					if _, ok := first[v]; !ok {
						first[v] = step
						set[v]++
						maxStep = max(maxStep, step)
					}
				}
				return true
			})
			want := runRandom(t, correct, seed, 1000, func(step int, f *fixture) bool {
				return true
			})
			if got != want {
				differ++
			}
		}
		fmt.Println(name, set, maxStep, differ)
	}
}

func violationsOf(err error) (names []string) {
	if err == nil {
		return nil
	}
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var broken *InvariantError
		if errors.As(e, &broken) {
			names = append(names, broken.Invariant)
		}
	}
	return names
}
