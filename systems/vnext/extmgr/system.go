package extmgr

import "time"

// SystemClock is the [Clock] of the machine.
type SystemClock struct{}

// Now returns time.Now().
func (SystemClock) Now() time.Time { return time.Now() }

// SystemTimers are [Timers] on the machine's clock: one goroutine for each call
// of Every, which lives until its stop has returned. A sink that is slower than
// its period loses ticks.
type SystemTimers struct{}

// Every implements [Timers].
func (SystemTimers) Every(d time.Duration, e InternalEvent, sink func(InternalEvent)) (stop func()) {
	ticker := time.NewTicker(d)
	quit := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
				sink(e)
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}
