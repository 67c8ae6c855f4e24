package checkpoint

import (
	"maps"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// rules says which types are not saved by structure. A rules value never changes once published, apart from the plans
// it caches: a registration publishes a new one, and a Saver notices by its address.
type rules struct {
	opaque    map[reflect.Type]bool
	immutable map[reflect.Type]bool

	compiling sync.Mutex
	plans     sync.Map // planKey -> *plan
}

var (
	registering sync.Mutex
	published   atomic.Pointer[rules]
)

func init() {
	published.Store(&rules{
		opaque: map[reflect.Type]bool{},
		immutable: map[reflect.Type]bool{
			reflect.TypeFor[time.Location]():       true,
			reflect.TypeFor[reflect.Type]():        true,
			reflect.TypeOf(reflect.TypeFor[int]()): true,
		},
	})
}

// Opaque registers a type whose values are not part of a state: adapters, loggers, caches, handles of a runtime. They are
// neither followed nor written. A pointer to one, and a variable of an opaque interface, map, function or channel type,
// is saved as the reference that it is. May be called at any time from any goroutine.
func Opaque(t reflect.Type) {
	register(func(r *rules) { r.opaque[t] = true })
}

// Immutable registers a type whose values are never written once they are made, except by assigning a whole one: what
// they refer to is not followed. It covers pointers to the type, which are saved as such, and for a function type it
// declares that the functions capture nothing that changes. May be called at any time from any goroutine.
func Immutable(t reflect.Type) {
	register(func(r *rules) { r.immutable[t] = true })
}

func register(change func(*rules)) {
	registering.Lock()
	defer registering.Unlock()
	old := published.Load()
	next := &rules{
		opaque:    maps.Clone(old.opaque),
		immutable: maps.Clone(old.immutable),
	}
	change(next)
	published.Store(next)
}

// shares reports whether what values of t refer to is taken as never written.
func (r *rules) shares(t reflect.Type) bool { return t.Implements(errorType) || covers(r.immutable, t) }

// skips reports whether t is opaque, or refers to what is opaque.
func (r *rules) skips(t reflect.Type) bool { return covers(r.opaque, t) }

// covers reports whether a type or what it points to is registered. A pointer to a variable that is a reference itself
// leads to that variable, which is part of a state whatever it refers to.
func covers(registered map[reflect.Type]bool, t reflect.Type) bool {
	return registered[t] || t.Kind() == reflect.Pointer && !isReference(t.Elem()) && registered[t.Elem()]
}

// isReference reports whether a t is nothing but a reference.
func isReference(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Interface:
		return true
	}
	return false
}
