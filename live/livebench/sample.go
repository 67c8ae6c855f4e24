package main

import (
	"runtime"
	"slices"
	"time"
)

// sample is what was measured. What a program does not measure is 0 and left out.
type sample struct {
	Events int     `json:"events"`              // or machines
	Each   float64 `json:"each_ns,omitempty"`   // nanoseconds for an event, or to create a machine
	Median float64 `json:"median_us,omitempty"` // of the latencies, in microseconds
	P99    float64 `json:"p99_us,omitempty"`
	Bytes  float64 `json:"bytes,omitempty"` // of memory for a machine
}

// span is how long the measured part of a sample is to take.
const span = 300 * time.Millisecond

// throughput runs a program with more and more events until it takes long enough; run returns how long the events took.
func throughput(run func(events int) (time.Duration, error)) (sample, error) {
	for n := 10_000; ; {
		runtime.GC()
		took, err := run(n)
		if err != nil {
			return sample{}, err
		}
		if took >= span/2 {
			return sample{Events: n, Each: float64(took.Nanoseconds()) / float64(n)}, nil
		}
		more := int(float64(n) * float64(span) / float64(max(took, time.Microsecond)))
		n = min(more, 50*n)
	}
}

// stamps are the times between events that come to one place.
type stamps struct {
	last time.Time
	took []time.Duration
}

func newStamps(n int) *stamps { return &stamps{took: make([]time.Duration, 0, n)} }

// stamp notes the time since the last stamp. Without stamps it does nothing.
func (s *stamps) stamp() {
	if s == nil {
		return
	}
	now := time.Now()
	if !s.last.IsZero() {
		s.took = append(s.took, now.Sub(s.last))
	}
	s.last = now
}

// latency returns the quantiles of all but the first tenth of the times, in which the program warms up.
func (s *stamps) latency() sample {
	rest := slices.Clone(s.took[len(s.took)/10:])
	slices.Sort(rest)
	at := func(share float64) float64 {
		return float64(rest[min(int(share*float64(len(rest))), len(rest)-1)].Nanoseconds()) / 1e3
	}
	return sample{Events: len(rest), Median: at(0.5), P99: at(0.99)}
}
