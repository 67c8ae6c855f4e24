// Package timer offers timers in two forms that code is often written for: a timer with a handshake, and a clock for code
// that knows no machines. Machines that need neither use After, Every and CancelTimer of [ravel.Context].
//
// # Handshake
//
// A Timer is a machine that serves one client and tells it what happened:
//
//	t := timer.New(c)
//	t.Start(c, time.Second)
//	...
//	t.Cancel(c)
//
// After Start the client gets exactly one Timeout, unless it cancels. What comes of a Cancel depends on who was faster:
//
//   - The timer is still running, and stops: CancelOK, and no Timeout.
//   - The timer is still running, and it is too late to stop it: CancelFail, and then exactly one Timeout.
//   - The timer has fired: nothing. The Timeout is already in the client's inbox.
//
// So after a Cancel the client waits for CancelOK or Timeout, and takes note of CancelFail. A Start that comes while a late
// Timeout is due is kept until that is out. A Start of a running timer is a mistake.
//
// # Clock
//
// Code that takes an interface with methods such as
//
//	Now() time.Time
//	Every(d time.Duration, f func()) (stop func())
//
// runs inside a machine on a Clock of that machine. Its time is the tester's, and so are the moments of its calls:
//
//	type Host struct {
//		clock   *timer.Clock
//		manager *Manager
//	}
//
//	var HostMachine = ravel.Define[Host]("Host",
//		ravel.Start("Running",
//			ravel.Entry(func(h *Host, c *ravel.Context) {
//				h.clock = timer.NewClock(c)
//				h.manager = NewManager(h.clock)
//			}),
//			ravel.On(func(h *Host, c *ravel.Context, f timer.Fired) { h.clock.Handle(f) }),
//		),
//	)
//
// A call is a Fired in the machine's inbox, and is made when the machine handles that: between two handlers, never within
// one. A machine has one clock at a time; after a crash the new incarnation makes its own. The functions are not part of
// the machine's fingerprint: of calls that wait, only their number counts and when they are due. Code whose waiting
// calls differ in more than that needs other means to be searched by states.
//
// # Mistakes
//
// The zero Timer, the zero ID, negative durations, a nil function, a period of zero, and a Fired that the clock does not
// expect end the execution with a failure of kind misuse.
package timer
