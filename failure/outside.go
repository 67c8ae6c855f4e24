package failure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Waker is what wakes a controlled goroutine from outside of its execution. When it does is up to the operating system,
// so that an execution that was woken need not be repeatable.
type Waker uint8

// The wakers.
const (
	UnknownWaker      Waker = iota
	NetworkWaker            // the network poller: a socket, a pipe, a terminal
	UncontrolledWaker       // a goroutine that was started before the execution, a finalizer, a cleanup
)

// String says who woke.
func (w Waker) String() string {
	switch w {
	case NetworkWaker:
		return "the network or another device"
	case UncontrolledWaker:
		return "a goroutine outside of the execution"
	}
	return "something outside of the execution"
}

// advice says what can be done about it.
func (w Waker) advice() string {
	switch w {
	case NetworkWaker:
		return "use connections in memory (net.Pipe, a listener of your own) instead of sockets, pipes and processes"
	case UncontrolledWaker:
		return "start the goroutine inside the test; what init, TestMain, finalizers and cleanups start is not controlled"
	}
	return "keep sockets, processes and goroutines of package variables out of the test"
}

// Wakeup is how often somebody outside woke goroutines that waited in the same place.
type Wakeup struct {
	By        Waker
	Goroutine string // that was woken, "" if it is not known; see GoroutineName
	Place     Place  // where it waited
	Count     uint64
}

func (w Wakeup) String() string {
	s := fmt.Sprintf("%v woke %s", w.By, cmp.Or(w.Goroutine, "a goroutine"))
	if w.Count != 1 {
		s += fmt.Sprintf(" %s", plural(int(w.Count), "time"))
	}
	if !w.Place.IsZero() {
		s += fmt.Sprintf(" at %v", w.Place)
	}
	return s
}

// Outside tells what reached into an execution whose goroutines are controlled. A nil Outside belongs to an execution
// without controlled goroutines, an empty one to an execution that nothing reached into.
type Outside struct {
	Wakeups []Wakeup
}

// Count is the number of wake-ups.
func (o *Outside) Count() uint64 {
	n := uint64(0)
	if o != nil {
		for _, w := range o.Wakeups {
			n += w.Count
		}
	}
	return n
}

// And tells what reached into either of two executions. Either may be nil.
func (o *Outside) And(p *Outside) *Outside {
	if o == nil || p == nil {
		return cmp.Or(o, p)
	}
	both := &Outside{append([]Wakeup(nil), o.Wakeups...)}
	for _, w := range p.Wakeups {
		at := func(v Wakeup) bool { return v.By == w.By && v.Goroutine == w.Goroutine && v.Place == w.Place }
		if i := slices.IndexFunc(both.Wakeups, at); i >= 0 {
			both.Wakeups[i].Count += w.Count
		} else {
			both.Wakeups = append(both.Wakeups, w)
		}
	}
	return both
}

// Note is a sentence for a report about an execution that did not fail, "" if nothing reached into it.
func (o *Outside) Note() string {
	n := o.Count()
	if n == 0 {
		return ""
	}
	var all []string
	for _, w := range o.Wakeups {
		all = append(all, w.String())
	}
	woken := "goroutines were woken from outside " + plural(int(n), "time")
	if n == 1 {
		woken = "a goroutine was woken from outside"
	}
	return fmt.Sprintf("%s, so the same choices need not lead to the same execution: %s", woken, list(all))
}

// GoroutineSuspects are the usual reasons why the same choices lead to different executions although the goroutines are
// controlled, and with them the clock, random numbers, the order of maps and the cases of a select.
func GoroutineSuspects() []string {
	return []string{
		"package variables, caches and pools that live longer than one execution",
		"maps of more than 8 entries with pointers as keys: their order follows addresses (sort what you range over)",
		"addresses that are printed, compared or hashed",
		"sockets, processes and files, which the operating system and other programs change",
		"finalizers, cleanups and weak pointers, which follow the garbage collector",
		"goroutines that were started before the execution, by init or TestMain",
		"accesses to shared memory that nothing orders (go test -race finds them)",
	}
}

// explain adds what reached into the execution, with what can be done, and the usual suspects.
func (d *detail) explain(o *Outside) {
	if o == nil {
		d.suspects("usual suspects:", Suspects())
		return
	}
	told := map[Waker]bool{}
	for _, w := range o.Wakeups {
		if w.Count == 0 {
			continue
		}
		if len(told) == 0 {
			d.add("likely cause:")
		}
		d.add("    %v", w)
		told[w.By] = true
	}
	for _, w := range []Waker{NetworkWaker, UncontrolledWaker, UnknownWaker} {
		if told[w] {
			d.add("fix: %s", w.advice())
		}
	}
	label := "usual suspects:"
	if len(told) > 0 {
		label = "other usual suspects:"
	}
	d.suspects(label, GoroutineSuspects())
}

func (d *detail) suspects(label string, list []string) {
	d.add("%s", label)
	d.add("    %s", strings.Join(list, "\n    "))
}
