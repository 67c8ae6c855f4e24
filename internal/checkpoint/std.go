package checkpoint

import (
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"
)

var (
	errorType   = reflect.TypeFor[error]()
	anyType     = reflect.TypeFor[any]()
	syncMapType = reflect.TypeFor[sync.Map]()
	condType    = reflect.TypeFor[sync.Cond]()
	poolType    = reflect.TypeFor[sync.Pool]()
	builderType = reflect.TypeFor[strings.Builder]()
	timerType   = reflect.TypeFor[time.Timer]()
	tickerType  = reflect.TypeFor[time.Ticker]()
)

// standard returns the operations for types of the standard library that need a treatment of their own.
func (c *compiler) standard(t reflect.Type) ([]op, bool) {
	switch t {
	case syncMapType:
		c.plan(anyType)
		return []op{{kind: opSyncMap, aux: &aux{typ: t}, elem: c.plan(t)}}, true
	case condType:
		l, _ := t.FieldByName("L")
		n, _ := t.FieldByName("notify")
		return append(c.field(l, c.ops), op{kind: opWaiters, off: n.Offset, aux: &aux{typ: t}}), true
	case poolType:
		return leave(t), true // what it holds may vanish at any time, by its contract
	case builderType:
		if builderKnown {
			return []op{{kind: opBuilder, aux: &aux{typ: t}}}, true
		}
	}
	if why := refusal(t); why != "" {
		return []op{{kind: opRefuse, aux: &aux{typ: t, why: why}}}, true
	}
	switch {
	case t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer["):
		to := t.Field(0).Type.Elem() // a blank field of type [0]*T
		v, _ := t.FieldByName("v")
		v.Type = to
		return c.field(v, c.ops), true
	case t.PkgPath() == "unique" && strings.HasPrefix(t.Name(), "Handle["),
		t.PkgPath() == "weak" && strings.HasPrefix(t.Name(), "Pointer["):
		return c.shallow(t), true
	}
	return nil, false
}

// refusal says why values of t cannot be saved, whatever they hold: they stand for something that the process or the
// operating system keeps for them.
func refusal(t reflect.Type) string {
	switch {
	case t == timerType || t == tickerType:
		return "a timer of the runtime cannot go back"
	case t.PkgPath() == "internal/poll" && t.Name() == "FD":
		return "a file or connection cannot go back"
	case t.PkgPath() == "context" && t.Name() == "cancelCtx":
		return "a context that can be cancelled cannot go back"
	}
	return ""
}

// builder is the memory of a strings.Builder.
type builder struct {
	addr unsafe.Pointer // of the builder itself, once it is in use
	data unsafe.Pointer
	len  int
	cap  int
}

// builderKnown says that the memory of a strings.Builder is known. Otherwise it is a struct like others.
var builderKnown = func() bool {
	t := builderType
	return t.NumField() == 2 && t.Size() == unsafe.Sizeof(builder{}) &&
		t.Field(0).Type == reflect.PointerTo(t) && t.Field(1).Type == reflect.TypeFor[[]byte]()
}()

// restore writes a builder back. What a builder has once written is part of strings, which must not change: that is why
// its bytes are not saved and why, from here on, it does not write where it has been in the time that is taken back, but
// allocates when it grows.
func (b *builder) restore(addr, data unsafe.Pointer, n int) {
	if b.addr != addr {
		b.addr = addr
	}
	if b.data != data {
		b.data = data
	} else if b.len == n {
		return
	}
	b.len, b.cap = n, n
}

// waiting reports whether goroutines wait in a notifyList: tickets given out and tickets served are its first words.
func waiting(at unsafe.Pointer) bool {
	w := (*[2]uint32)(at)
	return w[0] != w[1]
}
