package gocontrol

import "fmt"

// class is what kind of object operations are done on. A later one is more than an earlier one: an RWMutex has the
// operations of a mutex too, and locks and WaitGroups begin with words that atomic operations change.
type class uint8

const (
	object class = iota
	memory
	atomicWord
	timer
	contextValue
	pool
	syncMap
	once
	channel
	condition
	waitGroup
	mutex
	rwMutex
)

var classWords = [...]string{"object", "variable", "atomic", "timer", "context", "Pool", "Map", "Once", "channel", "Cond", "WaitGroup", "mutex", "RWMutex"}

func (k Kind) class() class {
	switch k {
	case Send, Recv, Close:
		return channel
	case Lock, TryLock, Unlock:
		return mutex
	case RLock, TryRLock, RUnlock:
		return rwMutex
	case WaitGroupAdd, WaitGroupWait:
		return waitGroup
	case CondWait, CondSignal, CondBroadcast:
		return condition
	case AtomicLoad, AtomicStore, AtomicUpdate:
		return atomicWord
	case MemoryRead, MemoryWrite:
		return memory
	case OnceDo:
		return once
	case MapLoad, MapUpdate:
		return syncMap
	case PoolGet, PoolPut:
		return pool
	case ContextErr, ContextCancel:
		return contextValue
	case TimerStart, TimerStop, TimerReset:
		return timer
	}
	return object
}

// Objects names the objects of all points by their numbers: "mutex #1", "channel #2"; the first name is "". What an
// object is follows from what is done with it, and from how goroutines that are left wait for it.
func Objects(points []Point, left []Goroutine) []string {
	var classes []class
	last := map[int]int{}
	of := func(n int) *class {
		for len(classes) <= n {
			classes = append(classes, object)
		}
		return &classes[n]
	}
	of(0)
	for i := range points {
		c := of(points[i].Object)
		*c = max(*c, points[i].Kind.class())
		last[points[i].Goroutine] = points[i].Object
	}
	for i := range left {
		if n, ok := last[left[i].ID]; ok && word(left[i].State) == "sync.RWMutex.Lock" {
			classes[n] = rwMutex
		}
	}
	list := make([]string, len(classes))
	for n := 1; n < len(list); n++ {
		list[n] = fmt.Sprintf("%s #%d", classWords[classes[n]], n)
	}
	return list
}
