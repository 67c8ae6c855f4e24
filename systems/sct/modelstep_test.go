package sct_test

// mutex is the state of a sync.Mutex and of its semaphore. Starvation mode, which depends on real time, does not occur
// under control.
type mutex struct {
	locked  bool
	woken   bool
	waiters int8 // as the mutex counts them
	queue   int8 // goroutines in the queue of the semaphore
	sema    int8
}

// step lets a thread do its operation and go on to the next one.
func (m *model) step(s *state, i int) {
	t := &s.threads[i]
	if t.at < 0 {
		t.at = 0
		return
	}
	o := m.ops(s, i)[t.at]
	switch o.do {
	case lock:
		if !m.lock(s, i, o.object) {
			return
		}
		t.again = false
	case unlockWrite:
		s.values[o.object] = 1
		m.unlock(s, o.object)
	case unlockRead:
		s.seen[o.object] = s.values[o.object]
		m.unlock(s, o.object)
		if o.object == 0 && s.seen[0] == 0 {
			t.at += 2 // over the second critical section
		}
	case store:
		s.values[o.object] = 1
	case load:
		s.seen[o.object] = s.values[o.object]
	}
	t.at++
}

// lock is Mutex.Lock from its scheduling point, or from where it was woken, to where it has the mutex or waits.
func (m *model) lock(s *state, i, object int) bool {
	t, mu := &s.threads[i], &s.mutexes[object]
	awake := t.woken
	if awake {
		t.woken = false
		if mu.sema == 0 { // somebody who came later has taken what it was woken for
			m.enqueue(s, i, object, t.again)
			return false
		}
		mu.sema--
		t.again = true
	}
	for {
		if awake {
			mu.woken = false
		}
		if !mu.locked {
			mu.locked = true
			return true
		}
		mu.waiters++
		if mu.sema == 0 {
			m.enqueue(s, i, object, t.again)
			return false
		}
		mu.sema--
		t.again, awake = true, true
	}
}

// enqueue makes a thread wait at either end of the queue.
func (m *model) enqueue(s *state, i, object int, front bool) {
	mu := &s.mutexes[object]
	mu.queue++
	if !front {
		s.threads[i].place = mu.queue
		return
	}
	for j := range s.threads {
		if m.queued(s, j, object) {
			s.threads[j].place++
		}
	}
	s.threads[i].place = 1
}

func (m *model) queued(s *state, i, object int) bool {
	return s.threads[i].place > 0 && m.ops(s, i)[s.threads[i].at].object == object
}

func (m *model) unlock(s *state, object int) {
	mu := &s.mutexes[object]
	mu.locked = false
	if mu.waiters == 0 || mu.woken {
		return
	}
	mu.waiters--
	mu.woken = true
	mu.sema++
	if mu.queue == 0 {
		return
	}
	mu.queue--
	for j := range s.threads {
		if m.queued(s, j, object) {
			s.threads[j].place--
			s.threads[j].woken = s.threads[j].place == 0
		}
	}
}
