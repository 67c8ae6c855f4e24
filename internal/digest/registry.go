package digest

import (
	"maps"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// rules says which types are not treated by structure. A rules value never
// changes once published, apart from the plans it caches: a registration
// publishes a new one, and environments notice by its address.
type rules struct {
	special   map[reflect.Type]func(unsafe.Pointer, *Hasher)
	opaque    map[reflect.Type]bool
	immutable map[reflect.Type]bool

	compiling sync.Mutex
	plans     sync.Map // reflect.Type -> *plan
}

var (
	registering sync.Mutex
	published   atomic.Pointer[rules]
)

func init() {
	published.Store(&rules{
		special:   standardSpecials(),
		opaque:    map[reflect.Type]bool{reflect.TypeFor[sync.Pool](): true},
		immutable: map[reflect.Type]bool{},
	})
}

// Special registers how values of type t are absorbed: f is called with the
// address of such a value, for a pointer type with the address of the pointer.
// Reach does not follow them. It replaces an earlier registration of t.
// To be called from the initialisation of packages only.
func Special(t reflect.Type, f func(p unsafe.Pointer, h *Hasher)) {
	register(func(r *rules) { r.special[t] = f })
}

// Opaque registers a type whose values are not part of a state, such as an
// adapter or a logger: neither digested nor followed by Reach. For an
// interface type it covers the variables declared with that type; for any
// other type also pointers to it, and values that an interface variable holds,
// of which only the type counts. May be
// called at any time from any goroutine.
func Opaque(t reflect.Type) {
	register(func(r *rules) { r.opaque[t] = true })
}

// Immutable registers a type whose values are never written once they are
// shared: Reach neither follows nor counts them. They are digested as usual,
// except that functions of an immutable function type are digested by their
// name in the program: the registration declares that they capture nothing.
// May be called at any time from any goroutine.
func Immutable(t reflect.Type) {
	register(func(r *rules) { r.immutable[t] = true })
}

func register(change func(*rules)) {
	registering.Lock()
	defer registering.Unlock()
	old := published.Load()
	next := &rules{
		special:   maps.Clone(old.special),
		opaque:    maps.Clone(old.opaque),
		immutable: maps.Clone(old.immutable),
	}
	change(next)
	published.Store(next)
}
