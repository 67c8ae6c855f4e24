package live

import (
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/transport"
)

// maxRecord is the most events that a flight recorder keeps.
const maxRecord = 1 << 24

// recorder is a ring of the latest events. A nil recorder records nothing.
//
// Steps are numbered from one counter. A send takes its number under the lock of the receiver's inbox, so that the numbers
// of the sends to a machine are in the order in which they arrive, and that of taking an event is larger than that of its
// send: the order of the numbers is one in which a single thread could have done the same.
type recorder struct {
	sys      *System
	start    time.Time
	payloads bool
	codec    *transport.Registry // of notifications, if they are kept
	reads    transport.Versions
	steps    atomic.Uint64
	n        atomic.Uint64
	slots    []slot
}

type slot struct {
	mu  sync.Mutex
	set uint64 // 1 + number of the note in it
	note
}

// note is an event before it is printed.
type note struct {
	kind      trace.EventKind
	step      uint64
	sent      uint64
	at        time.Duration
	who, peer namer
	typ       reflect.Type
	ev        any    // a payload of plain values, printed when somebody looks
	value     string // else
	word      string // Type of an event that is about none
	from, to  string
	n         int
	hot, cold bool
	encoded   *trace.Encoded
}

// namer is a machine, a monitor or a remote machine; nil is outside.
type namer interface{ shownAs() string }

func (p *proc) shownAs() string     { return p.DisplayName(nil) }
func (r *remote) shownAs() string   { return r.name }
func (mo *monitor) shownAs() string { return mo.Def.Name }

func newRecorder(s *System, o Options) *recorder {
	n := 1
	for n < o.Record {
		n *= 2
	}
	r := &recorder{sys: s, start: time.Now(), payloads: o.Payloads, codec: o.Notifications, slots: make([]slot, n)}
	if r.codec != nil {
		r.reads = r.codec.Reads()
	}
	return r
}

func (r *recorder) step() uint64 { return r.steps.Add(1) }

func (r *recorder) put(x note) {
	x.at = time.Since(r.start)
	i := r.n.Add(1) - 1
	s := &r.slots[i&uint64(len(r.slots)-1)]
	s.mu.Lock()
	if s.set <= i { // else a later one was faster
		s.set, s.note = i+1, x
	}
	s.mu.Unlock()
}

// carrying fills in what an event is and carries.
func (r *recorder) carrying(x note, ev any) note {
	if ev == nil {
		return x
	}
	x.typ = reflect.TypeOf(ev)
	switch {
	case !r.payloads:
	case plain(x.typ):
		x.ev = ev
	default:
		x.value = trace.Payload(ev)
	}
	return x
}

var plainTypes sync.Map // reflect.Type to bool

// plain reports whether values of a type reach no memory that somebody may change.
func plain(t reflect.Type) bool {
	if v, ok := plainTypes.Load(t); ok {
		return v.(bool)
	}
	ok := isPlain(t)
	plainTypes.Store(t, ok)
	return ok
}

func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return isPlain(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[ravel.ID]() || t == reflect.TypeFor[time.Time]() {
			return true
		}
		for i := range t.NumField() {
			if !isPlain(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Interface:
		return false
	}
	return true
}
