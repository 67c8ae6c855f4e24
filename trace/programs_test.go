package trace_test

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// program is a small program and the settings under which it runs.
type program struct {
	name string
	cfg  engine.Config
	body func(c *ravel.Context)
	want string // word of the failure's kind, "" if it passes
}

var programs = []program{
	{"pingpong", engine.Config{MaxSteps: 200, Threshold: 100}, pingpong, "assertion"},
	{"deadlock", engine.Config{MaxSteps: 200, Threshold: 100}, deadlock, "deadlock"},
	{"livelock", engine.Config{MaxSteps: 3000, Threshold: 400}, quarrel, "livelock"},
	{"lasso", engine.Config{MaxSteps: 3000, Threshold: 1000, Lasso: true}, quarrel, "livelock"},
	{"crash", engine.Config{MaxSteps: 200, Threshold: 100}, crash, "monitor"},
	{"timers", engine.Config{MaxSteps: 200, Threshold: 100}, timers, "assertion"},
	{"passes", engine.Config{MaxSteps: 200, Threshold: 100}, passes, ""},
}

// Two machines pass a number to and fro; one of them does not expect it to grow.
type (
	Start struct{ Peer ravel.ID }
	Ping  struct {
		N    int
		From ravel.ID
	}
	Pong struct {
		N    int
		note *string
	}
	pinger struct{ peer ravel.ID }
	ponger struct{ seen int }
)

var pingerMachine = ravel.Define[pinger]("Pinger",
	ravel.Start("Waiting", ravel.On(func(p *pinger, c *ravel.Context, s Start) {
		p.peer = s.Peer
		c.Send(p.peer, Ping{1, c.Self()})
		c.Goto("Active")
	})),
	ravel.In("Active", ravel.On(func(p *pinger, c *ravel.Context, pong Pong) {
		c.Assert(pong.N < 4, "the peer counts to %d", pong.N)
		c.Send(p.peer, Ping{pong.N, c.Self()})
	})),
)

var pongerMachine = ravel.Define[ponger]("Ponger",
	ravel.Start("Ready", ravel.On(func(p *ponger, c *ravel.Context, ping Ping) {
		p.seen++
		c.Logf("ping number %d", p.seen)
		note := "well received, thank you"
		c.Send(ping.From, Pong{ping.N + 1 + c.Int(2), &note})
	})),
)

func pingpong(c *ravel.Context) {
	pong := c.Create(pongerMachine.New(&ponger{}))
	ping := c.Create(pingerMachine.New(&pinger{}))
	c.Send(ping, Start{pong})
}

// A client waits for a second answer that the server never gives.
type (
	Write struct {
		Key, Value string
		From       ravel.ID
	}
	WriteOK struct{ Version int }
)

func deadlock(c *ravel.Context) {
	server := c.Go("server", func(c *ravel.Context) {
		done := map[string]int{}
		for {
			w := ravel.Next(c).(Write)
			if done[w.Key]++; done[w.Key] == 1 {
				c.Send(w.From, WriteOK{1})
			}
		}
	})
	c.Go("client", func(c *ravel.Context) {
		for range 2 {
			c.Send(server, Write{"a", "one two", c.Self()})
			c.Yield()
			ok := ravel.Receive[WriteOK](c)
			c.Assert(ok.Version == 1, "version %d", ok.Version)
		}
	})
}

// Two neighbours hand a token to each other, but nobody ever eats: the monitor stays hot.
type (
	Token  struct{}
	Hungry struct{ Who ravel.ID }
	Ate    struct{ Who ravel.ID }
	eater  struct{ next ravel.ID }
	dinner struct{}
)

var eaterMachine = ravel.Define[eater]("Eater",
	ravel.Start("Thinking",
		ravel.On(func(e *eater, c *ravel.Context, s Start) { e.next = s.Peer }),
		ravel.On(func(e *eater, c *ravel.Context, _ Token) { c.Send(e.next, Token{}) }),
	),
)

var dinnerMonitor = ravel.DefineMonitor[dinner]("DinnerMonitor",
	ravel.Cold("Fed", ravel.On(func(d *dinner, c *ravel.MonitorContext, _ Hungry) { c.Goto("Waiting") })),
	ravel.Hot("Waiting",
		ravel.On(func(d *dinner, c *ravel.MonitorContext, _ Ate) { c.Goto("Fed") }),
		ravel.On(func(d *dinner, c *ravel.MonitorContext, _ Hungry) {})),
)

func quarrel(c *ravel.Context) {
	c.Monitor(dinnerMonitor.New(&dinner{}))
	var ids [3]ravel.ID
	for i := range ids {
		ids[i] = c.Create(eaterMachine.New(&eater{}))
	}
	for i := range ids {
		c.Send(ids[i], Start{ids[(i+1)%3]})
		c.Notify(Hungry{ids[i]})
	}
	c.Send(ids[0], Token{})
}

// A store that acknowledges before it has written loses a write when it crashes.
type (
	Put   struct{ Data []byte }
	Saved struct{ Data []byte }
	Crash struct{}
	Acked struct{ N int }
	Found struct{ N int }
	disk  struct{ n int }
	store struct {
		disk   ravel.ModelRef
		image  *disk
		client ravel.ID
	}
	durable struct{ acked int }
)

func (d *disk) Apply(op any) { d.n += len(op.(Saved).Data) }

var storeMachine = ravel.Define[store]("Store",
	ravel.Start("Up",
		ravel.Entry(func(s *store, c *ravel.Context) {
			s.disk = c.Model("disk", s.image)
			c.Notify(Found{s.image.n})
		}),
		ravel.On(func(s *store, c *ravel.Context, p *Put) {
			c.Notify(Acked{len(p.Data)})
			c.Send(s.client, WriteOK{len(p.Data)})
			c.Write(s.disk, Saved{p.Data})
		}),
	),
)

type nemesis struct {
	target ravel.ID
	next   store
}

var nemesisMachine = ravel.Define[nemesis]("Nemesis",
	ravel.Start("Lurking",
		ravel.Entry(func(n *nemesis, c *ravel.Context) { c.OfferFault(c.Budget("crash", 1), Crash{}) }),
		ravel.On(func(n *nemesis, c *ravel.Context, _ Crash) {
			c.Crash(n.target)
			c.Restart(n.target, storeMachine.New(&n.next))
		}),
	),
)

var durableMonitor = ravel.DefineMonitor[durable]("Durable",
	ravel.Warm("Watching",
		ravel.On(func(d *durable, c *ravel.MonitorContext, a Acked) { d.acked += a.N }),
		ravel.On(func(d *durable, c *ravel.MonitorContext, f Found) {
			c.Assert(f.N >= d.acked, "acknowledged %d bytes, found %d", d.acked, f.N)
		})),
)

func crash(c *ravel.Context) {
	c.Monitor(durableMonitor.New(&durable{}))
	image := &disk{}
	s := c.Create(storeMachine.New(&store{image: image, client: c.Self()}))
	c.Create(nemesisMachine.New(&nemesis{s, store{image: image, client: c.Self()}}))
	for range 3 {
		c.Send(s, &Put{[]byte("hello")})
		ravel.Receive[WriteOK](c)
	}
}

// A leader must hear of its followers before its lease ends.
type (
	Beat   struct{}
	Expire struct{ Lease string }
	leader struct {
		beats int
		lease ravel.Timer
	}
)

var leaderMachine = ravel.Define[leader]("Leader",
	ravel.Start("Leading",
		ravel.Entry(func(l *leader, c *ravel.Context) {
			l.lease = c.After(10*time.Second, Expire{"first lease"})
			c.Every(3*time.Second, Beat{})
		}),
		ravel.On(func(l *leader, c *ravel.Context, _ Beat) {
			if l.beats++; l.beats == 2 {
				c.StopTimer(l.lease)
				l.lease = c.After(10*time.Second, Expire{"second lease"})
			}
		}),
		ravel.On(func(l *leader, c *ravel.Context, e Expire) {
			c.Assert(l.beats >= 3, "%s expired after %d beats", e.Lease, l.beats)
			c.Halt()
		})),
)

func timers(c *ravel.Context) {
	c.Create(leaderMachine.New(&leader{}).Named("a-leader-with-a-rather-long-name"))
}

func passes(c *ravel.Context) {
	for _, name := range []string{"left", "right"} {
		c.Go(name, func(c *ravel.Context) { c.Logf("chose %v", c.Bool()) })
	}
}
