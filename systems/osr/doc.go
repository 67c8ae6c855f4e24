// Package osr is the closed test of the driver in package driver: the power manager that powers the device up and down, the
// switches that somebody moves, the device that takes control transfers, and a specification. It follows a benchmark of the
// literature on delaying explorers (Desai, Qadeer and Seshia, ESEC/FSE 2015, table 1), which goes back to the driver of the
// OSR learning kit for USB.
//
// # What is real and what is modelled
//
// The driver is real, and is the machine that it would be elsewhere. Around it are
//
//   - [User], the power manager: it asks for D0Entry and D0Exit in turn, three of each, waits for the end of each, and may
//     once ask for what it has already got.
//   - [Pipe], the interrupt pipe of the switches: it reports a change whenever it was asked for one, three in all. The
//     change may be none, as switches bounce.
//   - [Board], the rest of the device: it takes control transfers, and each may fail.
//   - The debounce timer of package model/timer, which fires whenever the tester likes, and may be too late to be stopped.
//
// # Specification
//
//   - [PowerMonitor]: there are transfers only while the device is in D0, one at a time, and none while its power changes.
//   - [QueueMonitor]: there is at most one change of the switches on its way to the driver.
//   - [DebounceMonitor]: the LED is set to stable only when the debounce period that was begun last is over.
//   - spec.Progress: each D0Entry and each D0Exit is completed. The monitor is hot until then.
//   - An event that a state of the driver does not know is a failure.
//
// # Seeded bugs
//
// driver.Bugs. The two of the case study are:
//
//   - OSR_1, NoDefer: the switches are moved again while the timer is being stopped because they were moved before.
//   - OSR_2, NoFlush: the timer could not be stopped; it fires in a state that has nothing to do with it, or is taken for the
//     period that was begun next.
//
// The rest are there to show what monitors are for, in the tests of this package.
//
// # Size
//
// The test of the case study, with three power cycles and three changes, has 97,093 states. All of them are visited
// and counted by go test -v -run TestExhausted -exhaust.
package osr
