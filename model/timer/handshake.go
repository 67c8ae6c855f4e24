package timer

import (
	"time"

	"github.com/ravelgo/ravel"
)

// Timer is a handshake timer: a machine that serves one client. It is a small value to be copied; the zero Timer is none.
type Timer struct{ id ravel.ID }

// Timeout tells the client that the timer has fired.
type Timeout struct{ Timer Timer }

// CancelOK tells the client that the timer was cancelled: no Timeout will come.
type CancelOK struct{ Timer Timer }

// CancelFail tells the client that the timer could not be cancelled: one Timeout will come.
type CancelFail struct{ Timer Timer }

// New creates a timer for the calling machine.
func New(c *ravel.Context) Timer { return For(c, c.Self()) }

// For creates a timer for another machine, its client.
func For(c *ravel.Context, client ravel.ID) Timer {
	if client.IsZero() {
		c.Misuse("timer.For the zero ID: no such machine")
		return Timer{}
	}
	return Timer{c.Create(handshakeMachine.New(&handshake{client: client}))}
}

// Start starts the timer: a Timeout comes in d or later, unless it is cancelled. Starting a timer that runs is a mistake;
// one of which a late Timeout is due starts behind that.
func (t Timer) Start(c *ravel.Context, d time.Duration) {
	switch {
	case t.id.IsZero():
		c.Misuse("Start of the zero Timer: use timer.New")
	case d < 0:
		c.Misuse("Start(%v) of a timer: the duration cannot be negative", d)
	default:
		c.Send(t.id, start{d})
	}
}

// Cancel asks the timer to stop. While it runs the answer is CancelOK or CancelFail; a timer that does not run does not
// answer.
func (t Timer) Cancel(c *ravel.Context) {
	if t.id.IsZero() {
		c.Misuse("Cancel of the zero Timer: use timer.New")
		return
	}
	c.Send(t.id, cancel{})
}

// String returns the name of the timer's machine.
func (t Timer) String() string { return t.id.String() }

type (
	start  struct{ After time.Duration }
	cancel struct{}
	fired  struct{}
)

const (
	idle    = "Idle"
	running = "Running"
	late    = "Late" // it has refused to be cancelled
)

type handshake struct {
	client ravel.ID
	timer  ravel.Timer
}

var handshakeMachine = ravel.Define[handshake]("Timer",
	ravel.Start(idle,
		ravel.On((*handshake).start),
		ravel.Ignore[cancel](),
	),
	ravel.In(running,
		ravel.On((*handshake).fired),
		ravel.On((*handshake).cancel),
		ravel.On(func(h *handshake, c *ravel.Context, _ start) {
			c.Misuse("%v starts %v, which runs already: cancel it first, or wait for its Timeout", h.client, c.Self())
		}),
	),
	ravel.In(late,
		ravel.On((*handshake).fired),
		ravel.Ignore[cancel](),
		ravel.Defer[start](),
	),
)

func (h *handshake) start(c *ravel.Context, s start) {
	h.timer = c.After(s.After, fired{})
	c.Goto(running)
}

func (h *handshake) fired(c *ravel.Context, _ fired) {
	h.timer = ravel.Timer{}
	c.Send(h.client, Timeout{Timer{c.Self()}})
	c.Goto(idle)
}

func (h *handshake) cancel(c *ravel.Context, _ cancel) {
	if c.Bool() {
		c.Send(h.client, CancelFail{Timer{c.Self()}})
		c.Goto(late)
		return
	}
	c.StopTimer(h.timer)
	h.timer = ravel.Timer{}
	c.Send(h.client, CancelOK{Timer{c.Self()}})
	c.Goto(idle)
}
