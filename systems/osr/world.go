package osr

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

// Join tells a machine of the environment which machine is the driver.
type Join struct{ Driver ravel.ID }

// User is the power manager: it asks for D0Entry and D0Exit in turn and waits for the end of each. Once it may ask again
// for what it has got, which must not matter.
type User struct {
	Cycles int // so many entries, and as many exits

	driver ravel.ID
	asked  int  // requests so far
	spare  bool // it has asked again
}

// UserMachine is the machine of a User.
var UserMachine = ravel.Define[User]("User",
	ravel.Start("Waiting",
		ravel.On((*User).join),
		ravel.On((*User).completed)),
	ravel.In("Done"))

// Request is a request of the power manager.
type Request struct {
	Exit bool
	N    int
}

func (r Request) String() string {
	if r.Exit {
		return fmt.Sprintf("D0Exit %d", r.N)
	}
	return fmt.Sprintf("D0Entry %d", r.N)
}

// progress makes the notifications of the monitor spec.Progress.
var progress = spec.Progress[Request]{Once: true}

// request is the n-th request.
func request(n int) Request { return Request{n%2 == 1, n/2 + 1} }

func (u *User) join(c *ravel.Context, j Join) {
	u.driver = j.Driver
	u.next(c)
}

func (u *User) next(c *ravel.Context) {
	if u.asked == 2*u.Cycles {
		c.Goto("Done")
		return
	}
	r := request(u.asked)
	u.asked++
	c.Notify(progress.Asked(r))
	u.send(c, r)
}

func (u *User) send(c *ravel.Context, r Request) {
	if r.Exit {
		c.Send(u.driver, driver.D0Exit{})
	} else {
		c.Send(u.driver, driver.D0Entry{})
	}
}

func (u *User) completed(c *ravel.Context, e Completed) {
	r := request(u.asked - 1)
	c.Assert(e.D0 != r.Exit, "%v ends with a device whose D0 is %v", r, e.D0)
	c.Notify(progress.Answered(r))
	if !u.spare && c.Bool() {
		u.spare = true
		u.send(c, r)
	}
	u.next(c)
}

// Pipe is the interrupt pipe of the switches, which somebody moves so many times.
type Pipe struct {
	Changes int

	driver   ravel.ID
	switches uint8
}

// PipeMachine is the machine of a Pipe.
var PipeMachine = ravel.Define[Pipe]("Switches",
	ravel.Start("Reporting",
		ravel.On((*Pipe).join),
		ravel.On((*Pipe).next)),
	ravel.In("AtRest", ravel.Ignore[Next]()))

func (p *Pipe) join(c *ravel.Context, j Join) {
	p.driver = j.Driver
	p.report(c)
}

func (p *Pipe) next(c *ravel.Context, _ Next) { p.report(c) }

// report sends a change, which may have changed nothing: switches bounce.
func (p *Pipe) report(c *ravel.Context) {
	if p.Changes == 0 {
		c.Goto("AtRest")
		return
	}
	p.Changes--
	if !c.Bool() {
		p.switches ^= 1
	}
	c.Notify(SwitchQueued{})
	c.Send(p.driver, driver.SwitchChange{Switches: p.switches})
}

// Board is the rest of the device: it takes control transfers, each of which may fail.
type Board struct{ driver ravel.ID }

// BoardMachine is the machine of a Board.
var BoardMachine = ravel.Define[Board]("Device",
	ravel.Start("Working",
		ravel.On(func(b *Board, _ *ravel.Context, j Join) { b.driver = j.Driver }),
		ravel.On((*Board).transfer)))

func (b *Board) transfer(c *ravel.Context, t Transfer) {
	failed := c.Bool()
	c.Notify(TransferEnded{})
	c.Send(b.driver, driver.TransferDone{OK: !failed})
}
