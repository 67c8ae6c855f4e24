package gocontrol

import (
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// How a goroutine that has ended has left a lock. Keep in sync with ctl_hold.go of the overlay.
const (
	leftWrite = iota
	leftRead
	leftWait     // it was ended while it waited for it: for the Mutex,
	leftPending  // as the writer that comes next,
	leftWaitRead // or as a reader
	leftGroup
)

// Released is a lock that goroutines had not released when their execution ended, or a WaitGroup that they had not counted
// down. It is part of a package variable, so that the next execution would have waited for goroutines that are no more.
type Released struct {
	Address uintptr
	Kind    string // "sync.Mutex", "sync.RWMutex" or "sync.WaitGroup"
}

// releaseLeft releases the locks that the goroutines of the last execution have left.
func releaseLeft(list []Released) []Released {
	all := hooks.left()
	for len(all) > 0 {
		obj := all[0].obj
		var of []left
		all = slices.DeleteFunc(all, func(l left) bool {
			if l.obj == obj {
				of = append(of, l)
			}
			return l.obj == obj
		})
		r := Released{Address: uintptr(obj), Kind: "sync.Mutex"}
		freed := true
		switch {
		case of[0].how == leftGroup:
			r.Kind = "sync.WaitGroup" // the runtime has done it
		case of[0].rw:
			r.Kind = "sync.RWMutex"
			freed = releaseRW(obj, of)
		default:
			freed = releaseMutex(obj, of)
		}
		if freed && of[0].global {
			list = append(list, r)
		}
	}
	return list
}

func count(of []left, how uint8) (n uint32) {
	for _, l := range of {
		if l.how == how {
			n++
		}
	}
	return n
}

// Bits of a Mutex (internal/sync), and the words of an RWMutex (sync): the Mutex, two semaphores, the number of readers, from
// which most is taken while a writer is pending, and how many readers the writer waits for.
const (
	locked, woken, starving = 1, 2, 4
	waitersShift            = 3

	writerSem, readerCount, readerWait = 2, 4, 5
	most                               = 1 << 30
)

// releaseMutex makes a Mutex free again that goroutines have left. If goroutines outside wait for it, one of them gets it;
// if one has it, it keeps it.
func releaseMutex(obj unsafe.Pointer, of []left) bool {
	ours := count(of, leftWrite) > 0
	words := (*[2]uint32)(obj)
	state := atomic.LoadUint32(&words[0])
	waited := state >> waitersShift
	gone := count(of, leftWait) // some of which are not counted: they were woken
	if gone > 0 && state&woken != 0 {
		gone--
	}
	switch gone = min(gone, waited); {
	case state&locked != 0 && !ours:
		atomic.AddUint32(&words[0], -(gone << waitersShift))
		return false
	case waited == gone:
		atomic.StoreUint32(&words[0], 0)
		atomic.StoreUint32(&words[1], 0)
	default:
		atomic.AddUint32(&words[0], -(gone << waitersShift))
		if state&locked != 0 {
			(*sync.Mutex)(obj).Unlock()
		}
	}
	return ours && state != 0
}

// releaseRW makes an RWMutex free again that goroutines have left, but for what goroutines outside have of it. It may be in
// any state: a program that unlocks what is not locked spoils it.
func releaseRW(obj unsafe.Pointer, of []left) bool {
	rw, words := (*sync.RWMutex)(obj), (*[6]uint32)(obj)
	// state returns how many readers there are, and whether a writer keeps new ones out.
	state := func() (readers int32, pending, ok bool) {
		readers = int32(atomic.LoadUint32(&words[readerCount]))
		if pending = readers < 0; pending {
			readers += most
		}
		return readers, pending, 0 <= readers && readers < most && (!pending || atomic.LoadUint32(&words[0])&locked != 0)
	}
	readers, pending, ok := state()
	reads, writes := count(of, leftRead), count(of, leftWrite)
	if !ok || uint32(readers) < reads+count(of, leftWaitRead) {
		for i := range words {
			atomic.StoreUint32(&words[i], 0)
		}
		return true
	}
	for range reads {
		rw.RUnlock()
	}
	readers = int32(atomic.AddUint32(&words[readerCount], -count(of, leftWaitRead)))
	switch {
	case pending && count(of, leftPending) > 0:
		if readers += most; uint32(readers) != atomic.LoadUint32(&words[readerWait]) {
			return false // readers outside wait behind a writer that is no more: nobody can wake them
		}
		atomic.StoreUint32(&words[readerCount], uint32(readers))
		atomic.StoreUint32(&words[readerWait], 0)
		atomic.StoreUint32(&words[writerSem], 0)
		of = append(of, left{how: leftWrite}) // it has got the Mutex
	case pending && writes > 0 && readers+most > 0:
		rw.Unlock() // lets the readers in that wait outside
		return true
	case pending && writes > 0:
		atomic.StoreUint32(&words[readerCount], 0)
	}
	return releaseMutex(obj, of) || reads > 0
}
