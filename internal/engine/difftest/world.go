package difftest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// world is a state of the reference: a thread of control for each machine.
type world struct {
	p       *Program
	bend    Bend
	threads []*thread // in the order of their creation
	statics []string  // paths
	mon     struct{ state, heard int }
	disk    int
	units   int
	early   int
	now     int
	fail    string
}

// Bend names a deliberate mistake in the reference, which the comparison must find.
type Bend uint8

// The mistakes.
const (
	Straight        Bend = iota
	SendAtOnce           // no scheduling point before a send
	WriteAtOnce          // nor before a write
	LIFO                 // inboxes are stacks
	KeepIgnored          // an idle machine keeps what it ignores
	CrashKeeps           // a crash leaves the inbox for the restarted machine
	PushExits            // a push runs the exit of the state below
	TicksTakeRoom        // ticks count in a bounded inbox
	IgnoredTakeNone      // an event that an idle machine ignores takes no room
	StopKeepsTick        // a stopped timer's unread tick stays
	ReceiveDefers        // Receive does not see events that the state defers
	numBends
)

var bendNames = [...]string{
	"straight", "send at once", "write at once", "LIFO", "keep ignored events", "crash keeps the inbox", "push runs an exit",
	"ticks take room", "ignored events take none", "stop keeps the tick", "receive respects defer",
}

func (b Bend) String() string { return bendNames[b] }

type status uint8

const (
	created status = iota
	alive
	halted
	crashed
)

var statusNames = [...]string{"created", "alive", "halted", "crashed"}

type event struct {
	kind, v int
	from    string // path
	timer   int    // 1 + number of the timer whose tick it is
}

type timer struct {
	armed, unread, every bool
	period, deadline     int
	ev                   event
}

type offer struct {
	on bool
	ev event
}

// thread is a machine. What it still has to do before it comes to rest is its agenda: the last item is next.
type thread struct {
	path, parent string
	kids         int
	def          int // -1: the root
	status       status
	stack        []int // bottom first
	f            fields
	at           int // remembered time, -1 none
	slots        [2]int
	lastOffer    int
	room         int // of its inbox, if that is bounded
	reject       bool
	inbox        []event
	timers       []timer
	offers       []offer

	agenda []item
	cur    *event // being handled
	pend   transition
	now    int // constant while it runs
	local  int
	from   string
	atomic bool // a fault is handled: no scheduling points
	faulty bool // a fault is handled: no waits
}

type transition struct {
	verb Verb
	to   int
	ev   event
}

// todo is the kind of an item of an agenda.
type todo uint8

const (
	doOps    todo = iota // go on with a list of operations
	doCall               // begin a function
	doEntry              // call the entry of the top state
	doExit               // call the exit of the top state
	doSet                // replace the top state
	doPush               // put a state on top
	doPop                // drop the top state
	doSettle             // perform the pending transition
	doHalt               // halt: an effect
)

type item struct {
	todo   todo
	ops    []*Op
	pc     int
	rounds int // doOps: further rounds
	to     int
}

func (w *world) clone() *world {
	c := *w
	c.threads = make([]*thread, len(w.threads))
	for i, t := range w.threads {
		u := *t
		u.stack = slices.Clone(t.stack)
		u.inbox = slices.Clone(t.inbox)
		u.timers = slices.Clone(t.timers)
		u.offers = slices.Clone(t.offers)
		u.agenda = slices.Clone(t.agenda)
		c.threads[i] = &u
	}
	return &c
}

func (w *world) thread(path string) *thread {
	for _, t := range w.threads {
		if t.path == path {
			return t
		}
	}
	return nil
}

// key identifies the state.
func (w *world) key() string {
	b := make([]byte, 0, 256)
	num := func(n int) { b = append(strconv.AppendInt(b, int64(n), 10), ' ') }
	ev := func(e event) {
		num(e.kind)
		num(e.v)
		b = append(b, e.from...)
		num(e.timer)
	}
	ts := slices.Clone(w.threads)
	slices.SortFunc(ts, func(a, b *thread) int { return strings.Compare(a.path, b.path) })
	for _, t := range ts {
		ran := 0
		if len(t.agenda) > 0 {
			ran = w.now - t.now
		}
		b = fmt.Appendf(b, "%s<%s %d %v %v %d %d %d %v %v %d %v %d %d %s %v %v|", t.path, t.parent, t.room, t.reject, t.faulty, t.kids, t.def, t.status, t.stack, t.f, w.age(t.at), t.slots, t.lastOffer, t.local, t.from, t.pend, ran)
		for _, e := range t.inbox {
			ev(e)
		}
		b = append(b, '|')
		for _, x := range t.timers {
			b = fmt.Appendf(b, "%v%v%v%d %d ", x.armed, x.unread, x.every, x.period, x.deadline-w.now)
			ev(x.ev)
		}
		for _, o := range t.offers {
			b = fmt.Appendf(b, "%v", o.on)
			ev(o.ev)
		}
		if t.cur != nil {
			b = append(b, '!')
			ev(*t.cur)
		}
		for _, it := range t.agenda {
			id := 0
			if len(it.ops) > 0 {
				id = it.ops[0].ID
			}
			b = fmt.Appendf(b, "%d.%d.%d.%d.%d ", it.todo, id, it.pc, it.rounds, it.to)
		}
		b = append(b, '\n')
	}
	b = fmt.Appendf(b, "%v %d %d %d %s", w.mon, w.disk, w.units, w.early, w.fail)
	return string(b)
}

// age is how long ago an instant is, -1 if there is none.
func (w *world) age(at int) int {
	if at < 0 {
		return -1
	}
	return w.now - at
}

// state translates to the common form.
func (w *world) state() *state {
	s := &state{disk: w.disk, units: w.units, early: w.early}
	if w.p.Monitor != nil {
		s.monitor = fmt.Sprintf("S%d heard %d", w.mon.state, w.mon.heard)
	}
	for _, t := range w.threads {
		m := machineState{path: t.path, status: statusNames[t.status], stack: fmt.Sprint(t.stack), fields: t.f}
		m.fields.age, m.fields.parent = w.age(t.at), t.parent
		for _, e := range t.inbox {
			m.inbox = append(m.inbox, eventText(e.kind, e.v, e.from))
		}
		for _, o := range t.offers {
			if o.on {
				m.offers = append(m.offers, eventText(Boom, o.ev.v, o.ev.from))
			}
		}
		for _, x := range t.timers {
			if x.armed || x.unread {
				m.timers = append(m.timers, timerText(x.armed, x.unread, x.every, x.period, x.deadline-w.now, x.ev.v))
			}
		}
		if len(t.agenda) > 0 {
			m.waits = "next"
		}
		s.machines = append(s.machines, m)
	}
	return s
}

func timerText(armed, unread, every bool, period, left, v int) string {
	if !armed {
		left, period = 0, 0
	}
	return fmt.Sprintf("(armed=%v unread=%v every=%v period=%d left=%d v=%d)", armed, unread, every, period, max(0, left), v)
}
