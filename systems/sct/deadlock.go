package sct

import "sync"

// runDeadlock01 has two goroutines that each take two locks.
func runDeadlock01(t TB, sameOrder bool) {
	var a, b sync.Mutex
	counter := 0
	add := func(first, second *sync.Mutex) {
		first.Lock()
		defer first.Unlock()
		second.Lock()
		defer second.Unlock()
		counter++
	}
	together(
		func() { add(&a, &b) },
		func() {
			if sameOrder {
				add(&a, &b)
			} else {
				add(&b, &a)
			}
		})
	if counter != 2 {
		t.Errorf("the counter is %d, want 2", counter)
	}
}

// A class of users shares a room with its own kind, and keeps others out: the first one in takes the key, the last one out
// returns it. The door guards the count.
type class struct {
	door   *sync.Mutex
	key    *sync.Mutex
	inside int
}

func (c *class) enter() {
	c.door.Lock()
	defer c.door.Unlock()
	c.inside++
	if c.inside == 1 {
		c.key.Lock() // waits for the other class to leave
	}
}

func (c *class) leave() {
	c.door.Lock()
	defer c.door.Unlock()
	c.inside--
	if c.inside == 0 {
		c.key.Unlock()
	}
}

// runCarter01 has two classes with two users each. With one door for both, who waits for the key keeps the other class
// from leaving.
func runCarter01(t TB, oneDoor bool) {
	var key, door, other sync.Mutex
	a, b := &class{door: &door, key: &key}, &class{door: &other, key: &key}
	if oneDoor {
		b.door = &door
	}
	visit := func(c *class) func() {
		return func() { c.enter(); c.leave() }
	}
	together(visit(a), visit(a), visit(b), visit(b))
	if a.inside != 0 || b.inside != 0 {
		t.Errorf("%d and %d are still inside", a.inside, b.inside)
	}
}

func deadlocks() []Program {
	return []Program{{
		Name: "deadlock01", Family: "deadlock", Threads: 3, Within: 200, Shows: Deadlock,
		Bug:    "two goroutines take two locks in opposite orders",
		Source: sctbench,
		Run:    func(t TB) { runDeadlock01(t, false) },
		Fixed:  func(t TB) { runDeadlock01(t, true) },
	}, {
		Name: "carter01", Family: "deadlock", Threads: 5, Within: 500, Shows: Deadlock,
		Bug: "two classes of goroutines take turns with a resource and count their users under one lock: " +
			"who waits for the resource holds the lock that is needed to give it back",
		Source: sctbench,
		Run:    func(t TB) { runCarter01(t, true) },
		Fixed:  func(t TB) { runCarter01(t, false) },
	}}
}
