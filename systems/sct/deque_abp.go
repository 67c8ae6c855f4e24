package sct

import "sync/atomic"

// abp is the queue of Arora, Blumofe and Plaxton: without locks, in an array that is used from its beginning again whenever
// it has become empty. The tag counts how often that happened, so that the compare-and-swap of a thief who has slept
// through it fails.
type abp struct {
	untagged bool          // the tag stays 0
	age      atomic.Uint64 // tag and, in the lower half, the index of the top
	bottom   atomic.Int64  // changed by the owner only
	items    [8]atomic.Int64
}

func (q *abp) push(item int64) bool {
	bottom := q.bottom.Load()
	if int(bottom) == len(q.items) {
		return false
	}
	q.items[bottom].Store(item)
	q.bottom.Store(bottom + 1)
	return true
}

func (q *abp) take() (int64, bool) {
	bottom := q.bottom.Load()
	if bottom == 0 {
		return 0, false
	}
	bottom--
	q.bottom.Store(bottom)
	item := q.items[bottom].Load()
	age := q.age.Load()
	top := int64(uint32(age))
	if bottom > top {
		return item, true
	}
	q.bottom.Store(0)
	restarted := (age>>32 + 1) << 32
	if q.untagged {
		restarted = 0
	}
	if bottom == top && q.age.CompareAndSwap(age, restarted) {
		return item, true
	}
	q.age.Store(restarted)
	return 0, false
}

func (q *abp) steal() (int64, bool) {
	age := q.age.Load()
	top := int64(uint32(age))
	if q.bottom.Load() <= top {
		return 0, false
	}
	item := q.items[top].Load()
	return item, q.age.CompareAndSwap(age, age+1)
}

func abpDeques() []Program {
	return []Program{{
		Name: "wsq_abp", Family: "wsq", Threads: 3, Within: 3000, Shows: Assertion,
		Bug:    "ABP: without a tag, a thief does not notice that the array has been emptied and filled again (ABA)",
		Source: "the algorithm: Arora, Blumofe, Plaxton, Thread Scheduling for Multiprogrammed Multiprocessors, SPAA 1998",
		Run:    func(t TB) { runDeque(t, &abp{untagged: true}, 1, "-+", 1) },
		Fixed:  func(t TB) { runDeque(t, new(abp), 1, "-+", 1) },
	}}
}
