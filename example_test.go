package ravel_test

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// explore explores a body and prints what was found, as a test would report it.
func explore(body func(*check.T)) {
	report, err := check.Explore("example", check.Config{Schedules: 1000, Seed: 1, Seeded: true}, body)
	switch {
	case err != nil:
		fmt.Println(err)
	case report.Failure != nil:
		fmt.Println("found:", report.Failure.Err)
	default:
		fmt.Println("nothing found")
	}
}

type (
	Ping struct{ From ravel.ID }
	Pong struct{ N int }
)

type Server struct{ served int }

var ServerMachine = ravel.Define[Server]("Server",
	ravel.Start("Serving", ravel.On((*Server).ping)))

func (s *Server) ping(c *ravel.Context, p Ping) {
	s.served++
	c.Send(p.From, Pong{s.served})
}

// Two clients, each of which believes that it is served first.
func Example() {
	explore(func(t *check.T) {
		server := t.Create(ServerMachine.New(&Server{}))
		for range 2 {
			t.Go("client", func(c *ravel.Context) {
				c.Send(server, Ping{c.Self()})
				pong := ravel.Receive[Pong](c)
				c.Assert(pong.N == 1, "served as number %d", pong.N)
			})
		}
	})
	// Output:
	// found: an assertion in client#2 failed: served as number 2
}

type (
	Coin   struct{}
	Push   struct{}
	Locked struct{}
)

// A Turnstile has two states. What it does with an event depends on the state that it is in.
type Turnstile struct{ passed int }

const (
	Closed ravel.State = "Closed"
	Open   ravel.State = "Open"
)

var TurnstileMachine = ravel.Define[Turnstile]("Turnstile",
	ravel.Start(Closed,
		ravel.Goto[Coin](Open),
		ravel.Ignore[Push]()),
	ravel.In(Open,
		ravel.Entry((*Turnstile).opened),
		ravel.On((*Turnstile).push),
		ravel.Defer[Coin]()))

func (m *Turnstile) opened(c *ravel.Context) { c.Logf("opened by %T", c.Event()) }

func (m *Turnstile) push(c *ravel.Context, _ Push) {
	m.passed++
	c.Goto(Closed)
}

func ExampleDefine() {
	explore(func(t *check.T) {
		turnstile := &Turnstile{}
		id := t.Create(TurnstileMachine.New(turnstile))
		t.Send(id, Coin{})
		t.Send(id, Push{})
		t.AtEnd(func() { t.Assert(turnstile.passed == 1, "%d have passed", turnstile.passed) })
	})
	// Output:
	// nothing found
}

// A definition is checked as a whole.
func ExampleTryDefine() {
	_, err := ravel.TryDefine[Turnstile]("Turnstile",
		ravel.Start(Closed, ravel.Goto[Coin]("Opne")),
		ravel.In(Open))
	for _, problem := range err.(*ravel.DefinitionError).Problems {
		fmt.Println(problem.Text)
	}
	// Output:
	// Goto[ravel_test.Coin] leads to state "Opne", which is not declared
	// state "Open" cannot be reached: no clause leads to it and no handler could
}

type (
	Asked    struct{}
	Answered struct{}
)

// Answers owes an answer for every question.
type Answers struct{ open int }

var AnswersMonitor = ravel.DefineMonitor[Answers]("Answers",
	ravel.Cold("Answered", ravel.On((*Answers).asked)),
	ravel.Hot("Waiting", ravel.On((*Answers).asked), ravel.On((*Answers).answered)))

func (m *Answers) asked(c *ravel.MonitorContext, _ Asked) {
	m.open++
	c.Goto("Waiting")
}

func (m *Answers) answered(c *ravel.MonitorContext, _ Answered) {
	if m.open--; m.open == 0 {
		c.Goto("Answered")
	}
}

// A liveness monitor: a question is asked and, if the tester so chooses, never answered.
func ExampleDefineMonitor() {
	explore(func(t *check.T) {
		t.Monitor(AnswersMonitor.New(&Answers{}))
		t.Go("client", func(c *ravel.Context) {
			c.Notify(Asked{})
			if c.Bool() {
				c.Notify(Answered{})
			}
		})
	})
	// Output:
	// found: everything has come to rest, but monitor Answers (in hot state Waiting) still waits for something good to happen
}

type Timeout struct{}

// A timer may fire at any step, so the answer may come too late, however long the timeout is.
func ExampleContext_After() {
	explore(func(t *check.T) {
		server := t.Create(ServerMachine.New(&Server{}))
		t.Go("client", func(c *ravel.Context) {
			c.Send(server, Ping{c.Self()})
			c.After(time.Hour, Timeout{})
			first := ravel.ReceiveAny(c, ravel.Type[Pong](), ravel.Type[Timeout]())
			_, answered := first.(Pong)
			c.Assert(answered, "no answer after an hour")
		})
	})
	// Output:
	// found: an assertion in client failed: no answer after an hour
}

// Next is the loop of a server that is written as a plain function.
func ExampleNext() {
	explore(func(t *check.T) {
		server := t.Go("server", func(c *ravel.Context) {
			for n := 1; ; n++ {
				switch e := ravel.Next(c).(type) {
				case Ping:
					c.Send(e.From, Pong{n})
				}
			}
		})
		t.Send(server, Ping{t.Self()})
		t.Assert(check.Expect[Pong](t).N == 1, "not the first")
	})
	// Output:
	// nothing found
}

// Disk is a model: what is written to it outlives a crash.
type Disk struct{ lines []string }

func (d *Disk) Apply(op any) { d.lines = append(d.lines, op.(string)) }

// A crash may fall between two effects: here between the answer and the write.
func ExampleContext_Write() {
	explore(func(t *check.T) {
		disk := &Disk{}
		ref := t.Root().Model("disk", disk)
		store := t.Go("store", func(c *ravel.Context) {
			ping := ravel.Receive[Ping](c)
			c.Send(ping.From, Pong{})
			c.Write(ref, "a line")
		})
		t.Send(store, Ping{t.Self()})
		check.Expect[Pong](t)
		t.Root().Crash(store)
		t.AtEnd(func() { t.Assert(len(disk.lines) == 1, "the line was acknowledged and is lost") })
	})
	// Output:
	// found: an assertion in test failed: the line was acknowledged and is lost
}
