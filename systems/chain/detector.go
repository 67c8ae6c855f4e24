package chain

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/timer"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// answerWithin is how long a server may take to answer a ping. Under the
// asynchronous clock of the tests it means nothing.
const answerWithin = time.Second

// Detector is a thin machine around the real detector.
type Detector struct {
	real   *chainrep.Detector
	late   int // how many answers may still come too late
	timers map[chainrep.NodeID]timer.Timer
	book   *book `ravel:"-"` // never changes
}

// DetectorMachine is the machine of a Detector.
var DetectorMachine = ravel.Define[Detector]("Detector",
	ravel.Start("Watching",
		ravel.Entry((*Detector).start),
		ravel.On((*Detector).tick),
		ravel.On((*Detector).timedOut),
		ravel.On((*Detector).cancelled),
		ravel.On((*Detector).notCancelled),
		ravel.On((*Detector).handle)))

// Tick is due work of the detector.
type Tick struct{}

func (d *Detector) start(c *ravel.Context) {
	if d.late > 0 {
		c.Sometimes(false, suspected)
	}
}

func (d *Detector) tick(c *ravel.Context, _ Tick) { d.do(c, d.real.Tick()) }

func (d *Detector) handle(c *ravel.Context, event any) {
	out, err := d.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	d.do(c, out)
}

// timedOut passes a timeout on, unless so many answers have been late already: then
// this one is only slow, and the detector goes on waiting for it.
func (d *Detector) timedOut(c *ravel.Context, t timer.Timeout) {
	if d.late == 0 {
		return
	}
	out := d.real.TimedOut(d.server(t.Timer))
	if len(out.Messages) > 0 {
		d.late--
		c.Sometimes(true, suspected)
	}
	d.do(c, out)
}

func (d *Detector) cancelled(_ *ravel.Context, e timer.CancelOK) {
	d.real.Cancelled(d.server(e.Timer), true)
}

func (d *Detector) notCancelled(_ *ravel.Context, e timer.CancelFail) {
	d.real.Cancelled(d.server(e.Timer), false)
}

func (d *Detector) server(t timer.Timer) chainrep.NodeID {
	for id, of := range d.timers {
		if of == t {
			return id
		}
	}
	return ""
}

func (d *Detector) do(c *ravel.Context, out chainrep.DetectorOutput) {
	for _, e := range out.Messages {
		if f, ok := e.Message.(chainrep.FaultDetected); ok && !f.Dead {
			c.Notify(Suspected{f.Server})
		}
	}
	for _, r := range out.Timers {
		t, ok := d.timers[r.Server]
		switch {
		case r.Cancel:
			t.Cancel(c)
		case !ok:
			t = timer.New(c)
			d.timers[r.Server] = t
			fallthrough
		default:
			t.Start(c, answerWithin)
		}
	}
	d.book.post(c, detectorID, out.Messages)
}
