package sct

import "sync/atomic"

// driver counts who uses it, so that it can be stopped when nobody does. Who stops it counts as a user until it has set the
// flag.
type driver struct {
	countFirst bool // enter counts itself before it looks at the flag
	stopping   atomic.Bool
	users      atomic.Int64
	drained    chan struct{} // gets a token when the last user leaves
	stopped    atomic.Bool
}

func newDriver(countFirst bool) *driver {
	d := &driver{countFirst: countFirst, drained: make(chan struct{}, 1)}
	d.users.Store(1)
	return d
}

// enter reports whether the caller may use the driver; it must then leave.
func (d *driver) enter() bool {
	if d.countFirst {
		d.users.Add(1)
		if d.stopping.Load() {
			d.leave()
			return false
		}
		return true
	}
	if d.stopping.Load() {
		return false
	}
	d.users.Add(1)
	return true
}

func (d *driver) leave() {
	if d.users.Add(-1) == 0 {
		select {
		case d.drained <- struct{}{}:
		default: // there is a token already
		}
	}
}

func (d *driver) stop() {
	d.stopping.Store(true)
	d.leave()
	<-d.drained
	d.stopped.Store(true)
}

func runBluetooth(t TB, users int, countFirst bool) {
	d := newDriver(countFirst)
	use := func(int) {
		if !d.enter() {
			return
		}
		if d.stopped.Load() {
			t.Errorf("the driver is stopped while it is in use")
		}
		d.leave()
	}
	together(append(times(users, use), d.stop)...)
}

func bluetooths() []Program {
	return []Program{{
		Name: "bluetooth_driver", Family: "bluetooth", Threads: 3, Within: 2000, Shows: Assertion,
		Bug:    "a user looks at the stopping flag and then counts itself: the driver stops in between",
		Source: sctbench + "; the bug: Qadeer, Wu, KISS: Keep It Simple and Sequential, PLDI 2004",
		Run:    func(t TB) { runBluetooth(t, 1, false) },
		Fixed:  func(t TB) { runBluetooth(t, 1, true) },
	}}
}
