package main

import (
	"strings"
	"testing"
	"time"
)

// All events of all programs arrive on all contenders, each of which takes some time for them.
func TestPrograms(t *testing.T) {
	const events = 3_000
	for name, c := range contenders {
		for program, run := range map[string]func() (time.Duration, error){
			"ring of 2":    func() (time.Duration, error) { return c.ring(2, events, nil) },
			"ring of many": func() (time.Duration, error) { return c.ring(100, events, nil) },
			"send":         func() (time.Duration, error) { return c.fanIn(1, burst, events) },
			"fan-in":       func() (time.Duration, error) { return c.fanIn(10, 7, events) },
			"fan-out":      func() (time.Duration, error) { return c.fanOut(10, 7, events) },
			"outside":      func() (time.Duration, error) { return c.outside(burst, events) },
		} {
			t.Run(program+" on "+name, func(t *testing.T) {
				if took, err := run(); err != nil || took <= 0 {
					t.Errorf("%v, %v", took, err)
				}
			})
		}
		t.Run("stamps on "+name, func(t *testing.T) {
			trips, answers := newStamps(100), newStamps(100)
			if _, err := c.ring(2, 200, trips); err != nil || len(trips.took) != 99 {
				t.Errorf("%d trips, %v", len(trips.took), err)
			}
			if err := c.ask(100, answers); err != nil || len(answers.took) != 100 {
				t.Errorf("%d answers, %v", len(answers.took), err)
			}
		})
		t.Run("idle on "+name, func(t *testing.T) {
			if s, err := memory(c, events); err != nil || s.Bytes <= 0 || s.Each <= 0 || s.Events != events {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	for name, c := range farContenders {
		t.Run("remote on "+name, func(t *testing.T) {
			if underRace && name == "protoactor" {
				t.Skip("protoactor sets the logger of gRPC when a second remote starts, while the first one's server reads it: a race of its own")
			}
			if took, err := c.stream(farBurst, events); err != nil || took <= 0 {
				t.Errorf("%v, %v", took, err)
			}
			s := newStamps(100)
			if err := c.trip(100, s); err != nil || len(s.took) != 100 {
				t.Errorf("%d trips, %v", len(s.took), err)
			}
		})
	}
}

// Latencies are those behind the first tenth.
func TestLatency(t *testing.T) {
	s := newStamps(110)
	for range 11 {
		s.took = append(s.took, time.Hour)
	}
	for i := range 99 {
		s.took = append(s.took, time.Duration(99-i)*time.Microsecond)
	}
	if got, want := s.latency(), (sample{Events: 99, Median: 50, P99: 99}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A throughput is that of the first run that takes long enough.
func TestThroughput(t *testing.T) {
	var runs []int
	s, err := throughput(func(n int) (time.Duration, error) {
		runs = append(runs, n)
		return time.Duration(n) * 100, nil
	})
	if err != nil || s.Each != 100 || len(runs) != 3 || s.Events != runs[2] || time.Duration(s.Events)*100 < span/2 {
		t.Errorf("%+v after runs of %v events, %v", s, runs, err)
	}
}

// Arguments that name nothing are refused with what there is.
func TestArguments(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"", "the programs are ask, fanin,"},
		{"sand live", `no program "sand": the programs are ask,`},
		{"remote channel", `remote is not measured on "channel", but on live, nats, protoactor`},
	} {
		if err := run(strings.Fields(test.args)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.args, err, test.want)
		}
	}
}
