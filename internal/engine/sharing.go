package engine

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
)

// lookForSharing looks for memory that two machines, monitors or events on their way reach. The events of timers and
// faults do not count: they stay with their owner, and a timer delivers the same value again and again by contract.
// Neither do models: several machines may refer to one.
func (e *Engine) lookForSharing() {
	r := &e.fp.reach
	r.Reset()
	add := func(v any, owner string, args ...any) {
		if e.fp.shared == nil {
			if len(args) > 0 {
				owner = fmt.Sprintf(owner, args...)
			}
			e.fp.shared = r.Add(owner, v)
		}
	}
	for _, m := range e.machs[:e.nmachs] {
		if m.status != alive && m.status != created || e.fp.shared != nil {
			continue
		}
		name := m.display()
		add(m.Self, name)
		for i := 0; i < m.In.Len(); i++ {
			if en := m.In.At(i); en.Timer == 0 {
				add(en.Ev, "event %d in the inbox of %s", i, name)
			}
		}
		for i := m.outh; i < len(m.Out); i++ {
			switch ef := &m.Out[i]; ef.Kind {
			case machine.Send:
				add(ef.Ev, "event that %s sends to %s", name, ef.To)
			case machine.Create:
				add(e.machs[ef.To.Slot].Self, "%s, which %s creates", ef.To, name)
			case machine.Restart:
				add(ef.Ev.(*machine.Spec).Self, "%s, which %s restarts", ef.To, name)
			case machine.Write:
				add(ef.Ev, "what %s writes to %s", name, e.models[ef.N].name)
			}
		}
	}
	for _, mo := range e.mons[:e.nmons] {
		add(mo.Self, "monitor %s", mo.name)
	}
}

// modelTypes are the types of models that have been declared to package digest.
var modelTypes sync.Map

// declareModel makes memory that machines share through a model count as shared by intent.
func declareModel(m any) {
	t := reflect.TypeOf(m)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, known := modelTypes.LoadOrStore(t, true); !known {
		digest.Immutable(t)
	}
}
