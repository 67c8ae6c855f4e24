package extmgr

import (
	"fmt"
	"time"
)

// NetworkEngine is the manager's only way out. An engine moves messages and
// decides nothing: everything that is known about extents is in this package.
type NetworkEngine interface {
	// SendMessage takes ownership of m and passes it on towards to, some time
	// later or never. It is called with the manager's mutex held, so it may
	// neither wait nor call the manager. An error says that m will certainly
	// not be delivered; nil promises nothing.
	SendMessage(to Endpoint, m Message) error
}

// Clock tells the time. Readings never go backwards.
type Clock interface {
	Now() time.Time
}

// InternalEvent is something a manager does periodically.
type InternalEvent uint8

// The internal events.
const (
	ExpirationTick InternalEvent = iota + 1 // forget silent nodes; due every Config.HeartbeatEvery
	RepairTick                              // order copies; due every Config.RepairEvery
)

// String returns the event's name.
func (e InternalEvent) String() string {
	switch e {
	case ExpirationTick:
		return "ExpirationTick"
	case RepairTick:
		return "RepairTick"
	}
	return fmt.Sprintf("InternalEvent(%d)", uint8(e))
}

// Timers produces periodic events. No result of the manager may hinge on the
// relative speed of two timers.
type Timers interface {
	// Every calls sink(e) about every d, from any goroutine but never from
	// within Every, until stop is called. After stop has returned sink is not
	// called again; stop may be called once, and not from within sink.
	Every(d time.Duration, e InternalEvent, sink func(InternalEvent)) (stop func())
}

// Logger receives what a manager did and why, as a message and alternating keys
// and values; *slog.Logger is one. It is called with the manager's mutex held,
// so it may not call the manager.
type Logger interface {
	Debug(msg string, args ...any) // messages dropped, slots freed: part of normal work
	Info(msg string, args ...any)  // nodes come and go, tasks are sent
	Warn(msg string, args ...any)  // someone should look
}

// NoLog is the Logger that discards everything.
type NoLog struct{}

func (NoLog) Debug(string, ...any) {}
func (NoLog) Info(string, ...any)  {}
func (NoLog) Warn(string, ...any)  {}
