// Package rig has the small parts that harnesses of protocols share: adapters
// between a core's interfaces and Ravel.
package rig

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/network"
)

// Wire carries messages: over the links of a modelled network, or, as the zero Wire
// does, directly into the inbox of the receiver.
type Wire struct {
	linked bool
	links  network.Network
}

// Linked returns a Wire over a new network.
func Linked(t *check.T, cfg network.Config) Wire { return Wire{true, network.New(t.Root(), cfg)} }

// Send sends an event to a machine.
func (w Wire) Send(c *ravel.Context, to ravel.ID, event any) {
	if w.linked {
		w.links.Send(c, to, event)
		return
	}
	c.Send(to, event)
}

// Alarm is the one timer of a core. It is for tests under an ordered clock, where it
// fires when nothing else can happen, or before that out of the budget of early
// timers. So one that runs is left alone by a Reset: if everybody has come to rest
// it is time to fire anyway.
type Alarm struct {
	c     *ravel.Context
	after time.Duration
	event any
	timer ravel.Timer
	armed bool
}

// NewAlarm returns an Alarm that sends its machine an event. The machine calls Fired
// when it takes the event.
func NewAlarm(c *ravel.Context, after time.Duration, event any) *Alarm {
	return &Alarm{c: c, after: after, event: event}
}

// Fired takes note that the alarm has fired, so that it can be started again.
func (a *Alarm) Fired() { a.armed, a.timer = false, ravel.Timer{} }

// Reset starts the alarm unless it runs.
func (a *Alarm) Reset() {
	if !a.armed {
		a.armed = true
		a.timer = a.c.After(a.after, a.event)
	}
}

// Stop stops the alarm if it runs. An event of it that waits in the inbox is taken
// back.
func (a *Alarm) Stop() {
	if a.armed {
		a.c.StopTimer(a.timer)
		a.Fired()
	}
}
