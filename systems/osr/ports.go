package osr

import (
	"fmt"

	"github.com/ravelgo/ravel"
)

// What the driver tells its environment.
type (
	Completed struct{ D0 bool } // to the power manager
	Next      struct{}          // to the pipe of the switches
	Transfer  struct {          // to the device
		LED bool // or the bar graph
		To  uint8
	}
)

func (t Transfer) String() string {
	switch {
	case !t.LED:
		return fmt.Sprintf("bar graph %d", t.To)
	case t.To == 0:
		return "LED unstable"
	}
	return "LED stable"
}

// ports connect the driver with the machines of its environment, and tell the monitors what it does there.
type ports struct{ user, pipe, board ravel.ID }

func (p ports) Completed(c *ravel.Context, d0 bool) {
	c.Notify(Powered{d0})
	c.Send(p.user, Completed{d0})
}

func (p ports) Next(c *ravel.Context) {
	c.Notify(NextAsked{})
	c.Send(p.pipe, Next{})
}

func (p ports) SetBarGraph(c *ravel.Context, bars uint8) { p.transfer(c, Transfer{To: bars}) }

func (p ports) SetLED(c *ravel.Context, stable bool) {
	t := Transfer{LED: true}
	if stable {
		t.To = 1
		c.Notify(LEDStable{})
	}
	p.transfer(c, t)
}

func (p ports) transfer(c *ravel.Context, t Transfer) {
	c.Notify(TransferBegan{})
	c.Send(p.board, t)
}
