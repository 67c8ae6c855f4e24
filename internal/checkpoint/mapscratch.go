package checkpoint

import (
	"reflect"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// mapScratch is what it takes to handle the maps of one type through package reflect without allocation.
type mapScratch struct {
	word     unsafe.Pointer
	m        reflect.Value // the map that word refers to
	key, val reflect.Value // variables for an entry
	keyAt    unsafe.Pointer
	valAt    unsafe.Pointer
	iter     reflect.MapIter
	ptrs     []unsafe.Pointer // room for an entry
	words    []uint64
	seen     []bool
}

func (p *plan) mapScratch(at unsafe.Pointer) *mapScratch {
	sc, _ := p.entry.scratch.Get().(*mapScratch)
	if sc == nil {
		e := p.entry
		sc = &mapScratch{key: reflect.New(p.typ.Key()).Elem(), val: reflect.New(p.typ.Elem()).Elem()}
		sc.keyAt, sc.valAt = sc.key.Addr().UnsafePointer(), sc.val.Addr().UnsafePointer()
		sc.m = reflect.NewAt(p.typ, unsafe.Pointer(&sc.word)).Elem()
		sc.ptrs, sc.words = make([]unsafe.Pointer, e.ptrs()), make([]uint64, e.words())
	}
	sc.word = at
	return sc
}

// release lets go of all memory of the program.
func (sc *mapScratch) release(p *plan) {
	sc.word = nil
	sc.key.SetZero()
	sc.val.SetZero()
	sc.iter.Reset(reflect.Value{})
	clear(sc.ptrs)
	p.entry.scratch.Put(sc)
}

// current returns the addresses of the iterator's key and value, which are not to be written. The compiler itself relies
// on their place at the start of the runtime's iterator; should that ever change, both are copied.
func (sc *mapScratch) current() (k, v unsafe.Pointer) {
	if iterReadable {
		p := (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(&sc.iter), iterOffset))
		return p[0], p[1]
	}
	sc.key.SetIterKey(&sc.iter)
	sc.val.SetIterValue(&sc.iter)
	return sc.keyAt, sc.valAt
}

var iterOffset, iterReadable = values.MapIter()
