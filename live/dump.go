package live

import (
	"cmp"
	"errors"
	"io"
	"runtime"
	"slices"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// ErrNoRecorder says that the system has no flight recorder.
var ErrNoRecorder = errors.New("live: the system has no flight recorder: set Options.Record to the number of events that it is to keep")

// Trace returns what the flight recorder holds: the latest events, oldest first. It may be called at any time, also after
// Stop. Steps are numbered from 1 where the record begins; what an event refers to before that is left out. The failure of
// the trace is the latest one.
func (s *System) Trace() (*trace.Trace, error) {
	if s.rec == nil {
		return nil, ErrNoRecorder
	}
	notes, missing := s.rec.notes()
	events, step, err := printed(notes)
	h := trace.Header{Test: cmp.Or(s.opts.Name, "live"), Strategy: "live", Missing: missing, Encoded: s.rec.codec != nil}
	t := trace.New(h, events, err)
	if t.Failure != nil {
		t.Failure.Step = step
	}
	return t, nil
}

// WriteTrace writes Trace as lines of JSON, which all tools for traces read.
func (s *System) WriteTrace(w io.Writer) error {
	t, err := s.Trace()
	if err != nil {
		return err
	}
	return t.WriteJSON(w)
}

// failure of a note of kind Failed.
type failed struct{ err error }

func failedNote(step uint64, who namer, err error) note {
	x := note{kind: trace.Failed, step: step, who: who, ev: failed{err}, value: err.Error(), word: "error"}
	if f := failure.Of(err); f != nil {
		x.word = f.Kind().String()
	}
	return x
}

// notes returns copies of what the ring holds, in the order of the steps, and how many notes it held before them. They are all
// the notes from one of them on: those of goroutines that are about to write one are waited for, which takes no longer than
// a few instructions, and what is written meanwhile ends the list at its old end.
func (r *recorder) notes() (notes []note, missing uint64) {
	type numbered struct {
		i uint64
		note
	}
	var list []numbered
	size, i := uint64(len(r.slots)), r.n.Load()
	for oldest := i - min(i, size); i > oldest; i-- {
		x, ok := r.slots[(i-1)&(size-1)].read(i)
		if !ok {
			break
		}
		list = append(list, numbered{i, x})
	}
	slices.SortFunc(list, func(a, b numbered) int { return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.i, b.i)) })
	notes = make([]note, len(list))
	for i := range list {
		notes[i] = list[i].note
	}
	return notes, i
}

// read returns the note that makes the slot's number n, as soon as it is there; not ok: a later one has taken its place.
func (s *slot) read(n uint64) (note, bool) {
	for {
		s.mu.Lock()
		set, x := s.set, s.note
		s.mu.Unlock()
		if set >= n {
			return x, set == n
		}
		runtime.Gosched()
	}
}

// printed prints notes. It also returns the latest failure among them, and its step.
func printed(notes []note) (events []trace.Event, at int, last error) {
	steps := map[uint64]int{}
	for i := range notes {
		x := &notes[i]
		if steps[x.step] == 0 {
			steps[x.step] = len(steps) + 1
		}
		ev := trace.Event{
			Step: steps[x.step], Kind: x.kind, Type: x.word, Value: x.value, From: x.from, To: x.to, N: x.n, Sent: steps[x.sent],
			Now: x.at.String(), Hot: x.hot, Cold: x.cold, Encoded: x.encoded,
		}
		ev.Who = outside{}.shownAs()
		if x.who != nil {
			ev.Who = x.who.shownAs()
		}
		if x.peer != nil {
			ev.Peer = x.peer.shownAs()
		}
		if x.typ != nil {
			ev.Type = x.typ.String()
		}
		switch v := x.ev.(type) {
		case nil:
		case failed:
			last, at = v.err, ev.Step
			if f := failure.Of(v.err); f != nil {
				ev.Place = f.Where().Place
			}
		default:
			ev.Value = trace.Payload(v)
		}
		events = append(events, ev)
	}
	return events, at, last
}
