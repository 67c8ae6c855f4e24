package check

import "github.com/ravelgo/ravel/schedule"

// A livelock is proved by a fair suffix: the engine gives every operation its turn until the monitor has been hot for two
// thresholds. As it is found the suffix begins when one threshold has passed, and a schedule has to keep the monitor hot until
// then, with thousands of choices perhaps. Shrinking lets the suffix begin where the choices end, as soon as a monitor is hot,
// and last until the same step: what it proves is the same, and the choices that are left are those that matter. Where it
// begins belongs to the settings of the schedule.

// fairFrom is the condition that the fair suffix begins in the place of a choice, numbered from 1; nil for 0.
func fairFrom(choice int) func(choices int) bool {
	if choice == 0 {
		return nil
	}
	return func(choices int) bool { return choices >= choice-1 }
}

// fairIn returns where the fair suffix of a schedule begins, 0 if that is at the threshold.
func fairIn(s *schedule.Settings) int {
	for _, b := range s.Budgets {
		if b.Name == fairSuffix {
			return b.Units
		}
	}
	return 0
}
