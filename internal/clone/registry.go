package clone

import (
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// rules says which types are not copied by structure. A rules value never changes once published, apart from the plans
// it caches: a registration publishes a new one, and environments notice by its address.
type rules struct {
	opaque    map[reflect.Type]bool
	immutable map[reflect.Type]bool
	handle    map[reflect.Type]bool

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
		handle: map[reflect.Type]bool{},
	})
}

// Opaque registers a type whose values are not part of a state: original and copies share them. For an interface type
// it covers the variables declared with that type; for any other type also pointers to it. May be called at any time
// from any goroutine.
func Opaque(t reflect.Type) {
	register(func(r *rules) { r.opaque[t] = true })
}

// Immutable registers a type whose values are never written: original and copies share them. It covers pointers to the
// type, and for a function type declares that the functions capture nothing that changes. May be called at any time
// from any goroutine.
func Immutable(t reflect.Type) {
	register(func(r *rules) { r.immutable[t] = true })
}

// Handle registers a pointer type whose values stand for something outside the state: a copy gets what [Env.Handle]
// returns. To be called from the initialisation of packages only.
func Handle(t reflect.Type) {
	if t.Kind() != reflect.Pointer {
		panic("clone: a handle is a pointer, " + t.String() + " is not")
	}
	register(func(r *rules) { r.handle[t] = true })
}

func register(change func(*rules)) {
	registering.Lock()
	defer registering.Unlock()
	old := published.Load()
	next := &rules{
		opaque:    copyMap(old.opaque),
		immutable: copyMap(old.immutable),
		handle:    copyMap(old.handle),
	}
	change(next)
	published.Store(next)
}

func copyMap(m map[reflect.Type]bool) map[reflect.Type]bool {
	c := make(map[reflect.Type]bool, len(m)+1)
	for k, v := range m {
		c[k] = v
	}
	return c
}

// shares reports whether values of t, and what they refer to, are taken as never written.
func (r *rules) shares(t reflect.Type) bool {
	return t.Implements(errorType) || r.immutable[t] || t.Kind() == reflect.Pointer && r.immutable[t.Elem()]
}

// skips reports whether t or what it points to is opaque.
func (r *rules) skips(t reflect.Type) bool {
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		if r.opaque[t] {
			return true
		}
	}
	return r.opaque[t]
}
