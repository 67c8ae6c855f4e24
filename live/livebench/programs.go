package main

import (
	"runtime"
	"time"
)

// The sizes of the programs, which are the same on all contenders. The document of the command names them.
const (
	burst     = 1000 // so many events are under way between one sender and one receiver
	fan       = 100  // so many machines send to one, or are sent to by one
	fanBurst  = 100  // so many events are under way between each of them and the one
	ringSize  = 1000
	trips     = 200_000 // round trips and questions are counted one by one
	farTrips  = 5_000
	idle      = 1_000_000
	payload   = 64 // bytes, of an event that goes to another node
	farBurst  = 256
	askWithin = 10 * time.Second
	// farPatience is how long the events of a sample may take that go to another node.
	farPatience = time.Minute
)

// contender is a runtime for machines within one process. Each method runs a program and returns how long its events took,
// or what it has measured. A method checks that all events have arrived.
type contender interface {
	// ring passes one event round a ring until it has been sent so often. The first machine stamps it.
	ring(size, events int, s *stamps) (time.Duration, error)
	// fanIn has senders send to one receiver, which asks each of them for the next burst.
	fanIn(senders, burst, events int) (time.Duration, error)
	// fanOut has one sender send to receivers in turn, the next burst when each of them has had the last one.
	fanOut(receivers, burst, events int) (time.Duration, error)
	// outside has a goroutine that is no machine send to one.
	outside(burst, events int) (time.Duration, error)
	// ask has such a goroutine ask and wait for the answer, again and again, and stamps the answers.
	ask(questions int, s *stamps) error
	// idle creates machines, has each of them handle an event, and keeps them until release is called.
	idle(machines int) (took time.Duration, release func(), err error)
}

var contenders = map[string]contender{"live": ravelLive{}, "protoactor": protoActor{}, "channel": channels{}}

// farContender carries events from one node to another over a socket.
type farContender interface {
	// stream sends to a receiver on the other node, which asks for the next burst.
	stream(burst, events int) (time.Duration, error)
	// trip sends an event to and fro and stamps it.
	trip(events int, s *stamps) error
}

var farContenders = map[string]farContender{"live": ravelNats{}, "protoactor": protoRemote{}, "nats": bareNats{}}

// programs are all of them, with the contenders that run them.
var programs = map[string]map[string]func() (sample, error){}

func init() {
	for name, c := range contenders {
		add := func(program string, run func() (sample, error)) { addProgram(program, name, run) }
		timed := func(program string, run func(int) (time.Duration, error)) {
			add(program, func() (sample, error) { return throughput(run) })
		}
		timed("send", func(n int) (time.Duration, error) { return c.fanIn(1, burst, n) })
		timed("outside", func(n int) (time.Duration, error) { return c.outside(burst, n) })
		timed("pingpong", func(n int) (time.Duration, error) { return c.ring(2, n, nil) })
		timed("ring", func(n int) (time.Duration, error) { return c.ring(ringSize, n, nil) })
		timed("fanin", func(n int) (time.Duration, error) { return c.fanIn(fan, fanBurst, n) })
		timed("fanout", func(n int) (time.Duration, error) { return c.fanOut(fan, fanBurst, n) })
		add("trip", func() (sample, error) {
			s := newStamps(trips)
			_, err := c.ring(2, 2*trips, s)
			return summed(s, err)
		})
		add("ask", func() (sample, error) {
			s := newStamps(trips)
			return summed(s, c.ask(trips, s))
		})
		add("idle", func() (sample, error) { return memory(c, idle) })
	}
	for name, c := range farContenders {
		addProgram("remote", name, func() (sample, error) {
			return throughput(func(n int) (time.Duration, error) { return c.stream(farBurst, n) })
		})
		addProgram("remotetrip", name, func() (sample, error) {
			s := newStamps(farTrips)
			return summed(s, c.trip(farTrips, s))
		})
	}
}

func addProgram(program, contender string, run func() (sample, error)) {
	if programs[program] == nil {
		programs[program] = map[string]func() (sample, error){}
	}
	programs[program][contender] = run
}

func summed(s *stamps, err error) (sample, error) {
	if err != nil {
		return sample{}, err
	}
	return s.latency(), nil
}

// memory is what an idle machine takes of heap and stacks, and how long it takes to create one that handles an event.
func memory(c contender, machines int) (sample, error) {
	before := inUse()
	took, release, err := c.idle(machines)
	if err != nil {
		return sample{}, err
	}
	each := (float64(inUse()) - float64(before)) / float64(machines)
	release()
	return sample{Events: machines, Each: float64(took.Nanoseconds()) / float64(machines), Bytes: each}, nil
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC() // what the first one left to finalizers
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
