package driver

import (
	"time"

	"github.com/ravelgo/ravel"
)

// Power is the power manager, which asks for D0Entry and D0Exit.
type Power interface {
	// Completed tells that the device is in the working state D0, or has left it.
	Completed(c *ravel.Context, d0 bool)
}

// Switches is the interrupt pipe on which the device reports its switches, one SwitchChange at a time.
type Switches interface {
	// Next asks for the next SwitchChange. The first one comes unasked.
	Next(c *ravel.Context)
}

// Device takes control transfers, one at a time, and answers each with a TransferDone.
type Device interface {
	// SetBarGraph shows a pattern of switches.
	SetBarGraph(c *ravel.Context, bars uint8)
	// SetLED shows whether the switches are stable.
	SetLED(c *ravel.Context, stable bool)
}

// Timer is the debounce timer, with the handshake and the events of package model/timer.
type Timer interface {
	Start(c *ravel.Context, d time.Duration)
	Cancel(c *ravel.Context)
}

// What the driver is told.
type (
	// D0Entry asks to bring the device into its working state D0.
	D0Entry struct{}
	// D0Exit asks to take the device out of D0.
	D0Exit struct{}
	// SwitchChange is the interrupt: the switches have been moved, and are like this now.
	SwitchChange struct{ Switches uint8 }
	// TransferDone ends a control transfer. One that failed may have had its effect or not.
	TransferDone struct{ OK bool }
)
