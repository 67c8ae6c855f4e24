// Package driver is the driver of a USB board with switches, a bar graph and an LED. It shows the switches on the bar graph,
// and on the LED whether they have come to rest.
//
// # Why a machine
//
// A driver of this kind is nothing but its states: what waits, what is ignored and what interrupts differs from one to the
// next, and stopping the timer is a subroutine that two of them use. A machine of Ravel says that as a table, with Defer,
// Ignore and Push, and is the program that runs. What the driver does to the world goes through the small interfaces of
// this package, so a host decides what a timer or a control transfer is.
//
// # States
//
//	Dx                  out of D0: the switches have to wait, D0Exit means nothing
//	WaitSwitch          in D0, and nothing to do
//	UpdateBarGraph      the switches were moved: a control transfer shows them
//	LedUnstable         a control transfer says that they are moving
//	WaitTimer           the debounce timer runs
//	LedStable           it has fired: a control transfer says that they are at rest
//	StopTimerOnSwitch   the switches are moved while the timer runs
//	StopTimerOnD0Exit   the device is to leave D0 while the timer runs
//	StopTimer           pushed by these two: the timer is asked to stop
//	WaitFlush           it is too late: its Timeout is awaited, and swallowed
//
// There are five more that are left in the step in which they are entered: Init, CompleteD0Entry, CompleteD0Exit,
// StoreSwitch and StopDone.
//
// While the driver is busy with a transfer or with stopping the timer, D0Exit and the switches wait, and D0Entry is ignored:
// the device is in D0 already. StopTimer inherits nothing from the states that push it. What it does with each event stands
// in its own row.
//
// A control transfer that fails is not repeated: the next change of the switches brings the next one.
//
// # What a host must keep to
//
// It sends SwitchChange when Switches.Next has asked for it, and the first one unasked. It answers each control transfer
// with one TransferDone. It sends D0Exit only when a D0Entry was completed, though either may come again. The timer
// keeps to the handshake of package model/timer.
package driver
