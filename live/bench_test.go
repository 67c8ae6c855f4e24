package live_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

type ball struct{ n int }

type player struct {
	peer ravel.ID
	done *sync.WaitGroup
}

type meet struct{ peer ravel.ID }

var playerMachine = ravel.Define[player]("Player", ravel.Start("Playing",
	ravel.On(func(p *player, c *ravel.Context, m meet) { p.peer = m.peer }),
	ravel.On(func(p *player, c *ravel.Context, b *ball) {
		if b.n--; b.n < 0 {
			p.done.Done()
			return
		}
		c.Send(p.peer, b)
	})))

// BenchmarkPingPong is one event that goes to and fro between two machines.
func BenchmarkPingPong(b *testing.B) {
	s := start(b, live.Options{})
	var done sync.WaitGroup
	done.Add(1)
	x := create(b, s, playerMachine.New(&player{done: &done}))
	y := create(b, s, playerMachine.New(&player{done: &done, peer: x}))
	if err := s.Send(b.Context(), x, meet{y}); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	if err := s.Send(b.Context(), x, &ball{b.N}); err != nil {
		b.Fatal(err)
	}
	done.Wait()
}

// BenchmarkPingPongFunctions is the same between two plain functions that wait in Receive.
func BenchmarkPingPongFunctions(b *testing.B) {
	s := start(b, live.Options{})
	var done sync.WaitGroup
	done.Add(1)
	play := func(c *ravel.Context) {
		peer := ravel.Receive[meet](c).peer
		for {
			x := ravel.Next(c).(*ball)
			if x.n--; x.n < 0 {
				done.Done()
				return
			}
			c.Send(peer, x)
		}
	}
	x := create(b, s, ravel.Func("x", play))
	y := create(b, s, ravel.Func("y", play))
	_ = s.Send(b.Context(), x, meet{y})
	_ = s.Send(b.Context(), y, meet{x})
	b.ResetTimer()
	_ = s.Send(b.Context(), x, &ball{b.N})
	done.Wait()
}

type hit struct{}

type counter struct {
	n, want int
	done    *sync.WaitGroup
}

var counterMachine = ravel.Define[counter]("Counter", ravel.Start("Counting", ravel.On(func(m *counter, c *ravel.Context, _ hit) {
	if m.n++; m.n == m.want {
		m.done.Done()
	}
})))

type burst struct {
	to ravel.ID
	n  int
}

type source struct{}

var sourceMachine = ravel.Define[source]("Source", ravel.Start("Sending", ravel.On(func(_ *source, c *ravel.Context, b burst) {
	for range min(b.n, 100) {
		c.Send(b.to, hit{})
	}
	if b.n > 100 {
		c.Send(c.Self(), burst{b.to, b.n - 100})
	}
})))

// BenchmarkSend is what one machine sends to another one.
func BenchmarkSend(b *testing.B) {
	for _, v := range []struct {
		name string
		o    live.Options
	}{{"unbounded", live.Options{}}, {"bounded", live.Options{Inbox: live.Inbox{Capacity: 1000}}}, {"recorded", live.Options{Record: 1 << 12}}} {
		b.Run(v.name, func(b *testing.B) {
			s := start(b, v.o)
			var done sync.WaitGroup
			done.Add(1)
			b.ReportAllocs()
			to := create(b, s, counterMachine.New(&counter{want: b.N, done: &done}))
			from := create(b, s, sourceMachine.New(&source{}))
			b.ResetTimer()
			if err := s.Send(b.Context(), from, burst{to, b.N}); err != nil {
				b.Fatal(err)
			}
			done.Wait()
		})
	}
}

// BenchmarkSendFromOutside is what a goroutine sends to a machine.
func BenchmarkSendFromOutside(b *testing.B) {
	s := start(b, live.Options{})
	var done sync.WaitGroup
	done.Add(1)
	to := create(b, s, counterMachine.New(&counter{want: b.N, done: &done}))
	ctx := b.Context()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		_ = s.Send(ctx, to, hit{})
	}
	done.Wait()
}

// BenchmarkIdle is the memory of a machine that has handled an event and has nothing to do.
func BenchmarkIdle(b *testing.B) {
	const machines = 200_000
	for range b.N {
		s := start(b, live.Options{})
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var done sync.WaitGroup
		done.Add(machines)
		ctx := b.Context()
		for range machines {
			id := create(b, s, counterMachine.New(&counter{want: 1, done: &done}))
			_ = s.Send(ctx, id, hit{})
		}
		done.Wait()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/machines, "heap-B/machine")
		b.ReportMetric(float64(int64(after.Sys)-int64(before.Sys))/machines, "sys-B/machine")
		b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
		_ = stop(s)
	}
}
