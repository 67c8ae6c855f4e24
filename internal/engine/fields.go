package engine

import (
	"reflect"
	"unsafe"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/trace"
)

// fieldWork is how many places of values may be looked at in one execution to find out which fields have changed: about a
// second's worth.
const fieldWork = 10_000_000

// fieldWatch tells what has changed in the fields of machines and monitors and in the state of models, step by step.
type fieldWatch struct {
	work   int
	of     map[any]*trace.Fields // by *mach, *monitor, or name of a model
	owners map[unsafe.Pointer]string
	moved  []watched // in the present step, in the order of their moves
}

// watched is something with fields.
type watched struct {
	key   any
	name  string
	value any
}

func (w *fieldWatch) reset() {
	*w = fieldWatch{work: fieldWork, of: map[any]*trace.Fields{}, owners: map[unsafe.Pointer]string{}}
}

// moves notes that something may have other fields than before.
func (x *explainer) moves(key any, name string, value any) {
	if !x.on || value == nil {
		return
	}
	w := &x.fields
	for i := range w.moved {
		if w.moved[i].key == key {
			return
		}
	}
	w.moved = append(w.moved, watched{key, name, value})
}

// movesMach notes that a handler of a machine has run. It may be known that its fields are as they were.
func (x *explainer) movesMach(m *mach, same bool) {
	if x.on && (!same || x.fields.of[m] == nil) {
		x.moves(m, m.display(), m.Self)
	}
}

// forgets drops what is known of the fields of a machine that begins again.
func (x *explainer) forgets(m *mach) {
	if x.on {
		delete(x.fields.of, m)
	}
}

// tellFields tells what has changed in the step that ends, behind all else that happened in it.
func (e *Engine) tellFields() {
	w := &e.why.fields
	if len(w.moved) == 0 {
		return
	}
	for _, m := range w.moved {
		w.owns(m.name, m.value)
	}
	for _, m := range w.moved {
		f := w.of[m.key]
		if f == nil {
			f = &trace.Fields{Text: showsItself, Work: &w.work}
			f.Name = func(p unsafe.Pointer) (string, bool) {
				name, ok := w.owners[p]
				return name, ok
			}
			w.of[m.key] = f
		}
		list, more := f.Changes(m.value)
		for _, c := range list {
			e.event(Event{Kind: trace.Changed, Who: m.name, Type: c.Path, From: c.From, To: c.To})
		}
		if more > 0 {
			e.event(Event{Kind: trace.Changed, Who: m.name, N: more})
		}
	}
	w.moved = w.moved[:0]
}

// owns notes whose memory a pointer leads to: others show the name of it.
func (w *fieldWatch) owns(name string, value any) {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem().Size() > 0 {
		w.owners[v.UnsafePointer()] = name
	}
}

var idType = reflect.TypeFor[ravel.ID]()

// showsItself reports whether the String method of a type is one of ours.
func showsItself(t reflect.Type) bool { return t == idType }
