package gocontrol

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A Frame is a position in the program.
type Frame struct {
	Function string
	File     string
	Line     int
}

func (f Frame) String() string { return fmt.Sprintf("%s\n\t%s:%d", f.Function, f.File, f.Line) }

// A Stack is a list of frames, innermost first.
type Stack []Frame

func (s Stack) String() string {
	var b strings.Builder
	for _, f := range s {
		b.WriteString(f.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// User returns the innermost frame outside of the standard library's concurrency packages: the position to name in a
// report.
func (s Stack) User() Frame {
	for _, f := range s {
		if !internalFrame(f.Function) {
			return f
		}
	}
	for i := len(s) - 1; i >= 0; i-- { // only the libraries of concurrency: the last call in a goroutine of WaitGroup.Go
		if !strings.HasPrefix(s[i].Function, "runtime.") {
			return s[i]
		}
	}
	if len(s) > 0 {
		return s[0]
	}
	return Frame{}
}

// internalFrame reports whether a function implements the operation rather than doing it.
func internalFrame(name string) bool {
	for _, p := range []string{"runtime.", "sync.", "internal/sync.", "sync/atomic.", "internal/poll.", "time.", "internal/runtime/",
		"internal/race.", "context.", "reflect."} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// A Goroutine is one that was alive when an execution ended.
type Goroutine struct {
	ID      int    // in order of creation; the main goroutine is 0
	State   string // the runtime's word for what it waits for ("chan receive"), or "runnable"
	Kind    Kind   // of its last scheduling point
	Object  uintptr
	Stack   Stack
	Created Frame // its go statement; for the main goroutine the call of Run

	Moves int    // that it has ended by waiting
	Moved uint64 // number of the last of those moves, as Session.Moves counts: since then it waits
	Timed bool   // it waits for the clock: it sleeps, or one of its channels is that of a timer
	Seen  bool   // it was there when goleak, called by the program, looked last
	Made  Frame  // where the channel was made that it sends to or receives from; zero for select, and if it is not known
}

func (g Goroutine) String() string {
	return fmt.Sprintf("goroutine %d [%s]:\n%screated by %v\n", g.ID, g.State, g.Stack, g.Created)
}

// A Point is one scheduling point of the trace.
type Point struct {
	Goroutine int
	Kind      Kind
	Object    int // objects are numbered from 1 in order of appearance; 0 for none
	Runnable  int // goroutines that could have gone on
	Position  Frame
}

func (res *result) describe(opts Options) Result {
	r := Result{
		End: End(res.end), Steps: res.steps, Switches: res.switches, Digest: res.digest, Elapsed: time.Duration(res.now),
		Outside: res.outside, Panic: res.panicVal, Message: res.fatalMsg, Abandoned: int(res.abandoned),
	}
	if len(res.decisions) > 0 {
		r.Decisions = make([]Decision, len(res.decisions))
		for i, d := range res.decisions {
			r.Decisions[i] = Decision(d)
		}
	}
	if r.End == Finished && opts.Strategy == Replay && res.replayed < len(opts.Replay) {
		r.End = Diverged // over before the list was
	}
	r.Stack = symbolize(res.pcs)
	r.Blocked = res.goroutines()
	r.Trace = points(res.trace)
	return r
}

func (res *result) goroutines() (list []Goroutine) {
	for i := range res.blocked {
		list = append(list, res.blocked[i].goroutine())
	}
	slices.SortFunc(list, func(a, b Goroutine) int { return a.ID - b.ID })
	return list
}

func (b *blocked) goroutine() Goroutine {
	g := Goroutine{ID: int(b.id), State: runnable, Kind: Kind(b.kind), Object: b.obj, Stack: symbolize(b.pcs[:]),
		Moves: int(b.parks), Moved: b.moved, Seen: b.seen}
	if b.waiting {
		g.State, g.Timed = b.reason, b.timed
		if b.made != 0 {
			g.Made = userFrame([]uintptr{b.made})
		}
	}
	for _, f := range symbolize([]uintptr{b.createPC}) {
		g.Created = f
		if !strings.HasPrefix(f.Function, "sync.") { // WaitGroup.Go, inlined where the program calls it
			break
		}
	}
	return g
}

func points(events []event) []Point {
	objects := map[uintptr]int{0: 0}
	var list []Point
	for i := range events {
		e := &events[i]
		n, ok := objects[e.obj]
		if !ok {
			n = len(objects)
			objects[e.obj] = n
		}
		list = append(list, Point{Goroutine: int(e.id), Kind: Kind(e.kind), Object: n, Runnable: int(e.n),
			Position: symbolize(e.pcs[:]).User()})
	}
	return list
}

// mainWrapper is the function in which Run starts the main goroutine.
const mainWrapper = "github.com/ravelgo/ravel/internal/gocontrol.Run.func1"

// symbolize turns return addresses, up to a zero, into frames. It leaves out the runtime's own frames at the innermost
// end, and goexit and the wrapper of Run at the outermost.
func symbolize(pcs []uintptr) Stack {
	if n := slices.Index(pcs, 0); n >= 0 {
		pcs = pcs[:n]
	}
	if len(pcs) == 0 {
		return nil
	}
	var s Stack
	for frames := runtime.CallersFrames(pcs); ; {
		f, more := frames.Next()
		if f.Function != "runtime.goexit" && f.Function != mainWrapper && (len(s) > 0 || !strings.HasPrefix(f.Function, "runtime.")) {
			s = append(s, Frame{f.Function, f.File, f.Line})
		}
		if !more {
			return s
		}
	}
}

// frames remembers what a return address stands for: traces ask for the same ones again and again. One session is open at a
// time, and its owner asks.
var frames = map[uintptr][]Frame{}

// framesAt are what a return address stands for.
func framesAt(pc uintptr) []Frame {
	list, ok := frames[pc]
	if !ok {
		for it := runtime.CallersFrames([]uintptr{pc}); ; {
			f, more := it.Next()
			list = append(list, Frame{f.Function, f.File, f.Line})
			if !more {
				break
			}
		}
		frames[pc] = list
	}
	return list
}

// framesOf are the frames of a stack that ends with a zero.
func framesOf(pcs []uintptr) (s Stack) {
	for _, pc := range pcs {
		if pc == 0 {
			break
		}
		s = append(s, framesAt(pc)...)
	}
	return s
}

// userFrame is the User of a stack.
func userFrame(pcs []uintptr) Frame {
	var last Frame // of the libraries of concurrency, if there are no others: see Stack.User
	for _, pc := range pcs {
		if pc == 0 {
			break
		}
		list := framesAt(pc)
		for _, f := range list {
			if !internalFrame(f.Function) {
				return f
			}
			if last.Function == "" || !strings.HasPrefix(f.Function, "runtime.") {
				last = f
			}
		}
	}
	return last
}
