package trace

import (
	"fmt"
	"hash/maphash"
	"math"
	"reflect"
	"unsafe"
)

// node is the picture of one place in a value.
type node struct {
	kind  nodeKind
	of    *kind  // the type of what the place holds
	bits  uint64 // of a number
	text  string // of a string; or what stands for the place
	kids  []node // fields, elements, or entries
	keys  []string
	index map[any]int // of entries, by key
}

type nodeKind uint8

const (
	noNode     nodeKind = iota
	number              // bits
	word                // text, which is a string of the program
	phraseNode          // text, ready to be shown; bits tell it from another one
	structNode          // kids
	listNode            // kids
	mapNode             // kids and keys
	nilNode             // a pointer or an interface
	silentNode          // nothing to tell
)

// silent reports whether a place is never told of.
func (n *node) silent() bool { return n.kind == silentNode }

// look makes the picture of an addressable value.
func (f *Fields) look(v reflect.Value, depth int) node {
	f.spend()
	f.nodes++
	n := node{of: f.kindOf(v.Type())}
	switch n.of.how {
	case silently:
		n.kind = silentNode
		return n
	case asText:
		n.kind, n.text, n.bits = phraseNode, f.texted(v), rawHash(v)
		return n
	case byType:
		return f.handle(v)
	case asAtomic:
		return f.look(atomicValue(v), depth)
	}
	if f.nodes > maxNodes || depth > maxFieldDepth {
		n.kind, n.text, n.bits = phraseNode, "...", beyond
		return n
	}
	switch v.Kind() {
	case reflect.String:
		n.kind, n.text = word, v.String()
	case reflect.Pointer:
		return f.lookBehind(v, depth)
	case reflect.Interface:
		if v.IsNil() {
			n.kind = nilNode
			return n
		}
		return f.look(copyOf(v.Elem()), depth)
	case reflect.Struct:
		n.kind = structNode
		plan := n.of.plan
		n.kids = make([]node, len(plan))
		for i := range plan {
			n.kids[i] = f.look(reach(v.Field(plan[i].index)), depth+1)
		}
	case reflect.Slice, reflect.Map:
		if long(v) {
			n.kind, n.text, n.bits = phraseNode, lengthText(v), uint64(v.Len())
			return n
		}
		if p := v.UnsafePointer(); v.Len() > 0 {
			if !f.enter(p, v.Type()) {
				return f.cyclic(v)
			}
			defer f.leave()
		}
		if v.Kind() == reflect.Map {
			f.lookMap(v, &n, depth)
		} else {
			f.lookList(v, &n, depth)
		}
	case reflect.Array:
		f.lookList(v, &n, depth)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		n.kind, n.text = phraseNode, orNil(v.IsNil(), v.Kind().String())
	case reflect.Complex64, reflect.Complex128:
		n.kind, n.text = phraseNode, scalarText(v)
	default:
		n.kind, n.bits = number, bitsOf(v)
	}
	return n
}

// beyond marks a place that is not followed because of a bound.
const beyond = 1

// handle is the picture of a value of which only the type is shown.
func (f *Fields) handle(v reflect.Value) node {
	n := node{of: f.kindOf(v.Type()), kind: phraseNode}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		n.text = "nil"
	} else {
		n.text = unqualified(v.Type().String())
	}
	return n
}

// visit is a place that is being looked at. A struct and its first field have one address.
type visit struct {
	at  unsafe.Pointer
	typ reflect.Type
}

func (f *Fields) spend() {
	if f.Work != nil {
		*f.Work--
	}
}

// enter notes that a place is being looked at; it reports false if it is already, within itself.
func (f *Fields) enter(p unsafe.Pointer, t reflect.Type) bool {
	v := visit{p, t}
	for i := range f.onPath {
		if f.onPath[i] == v {
			return false
		}
	}
	f.onPath = append(f.onPath, v)
	return true
}

func (f *Fields) leave() { f.onPath = f.onPath[:len(f.onPath)-1] }

func (f *Fields) cyclic(v reflect.Value) node {
	return node{of: f.kindOf(v.Type()), kind: phraseNode, text: "..."}
}

// lookBehind follows a pointer.
func (f *Fields) lookBehind(v reflect.Value, depth int) node {
	if v.IsNil() {
		return node{of: f.kindOf(v.Type()), kind: nilNode}
	}
	p := v.UnsafePointer()
	if name, ok := f.named(p); ok {
		return node{of: f.kindOf(v.Type()), kind: phraseNode, text: name}
	}
	if !f.enter(p, v.Type()) {
		return f.cyclic(v)
	}
	defer f.leave()
	return f.look(v.Elem(), depth+1)
}

// named is the name of memory that somebody else owns.
func (f *Fields) named(p unsafe.Pointer) (string, bool) {
	if f.Name == nil {
		return "", false
	}
	return f.Name(p)
}

// long reports whether a slice or map is too long to be followed.
func long(v reflect.Value) bool {
	return v.Len() > maxLength && (v.Kind() == reflect.Map || v.Type().Elem().Kind() != reflect.Uint8)
}

func lengthText(v reflect.Value) string {
	if v.Kind() == reflect.Map {
		return fmt.Sprintf("{... %d entries}", v.Len())
	}
	return fmt.Sprintf("[... %d elements]", v.Len())
}

func (f *Fields) lookList(v reflect.Value, n *node, depth int) {
	if n.of.raw {
		n.kind, n.text, n.bits = phraseNode, bytesText(v), hashOf(v)
		return
	}
	n.kind = listNode
	n.kids = make([]node, min(v.Len(), max(0, maxNodes-f.nodes+1)))
	for i := range n.kids {
		n.kids[i] = f.look(reach(v.Index(i)), depth+1)
	}
}

var seed = maphash.MakeSeed()

// hashOf tells bytes from others without keeping them.
func hashOf(v reflect.Value) uint64 {
	if v.Len() == 0 {
		return 0
	}
	return maphash.Bytes(seed, unsafe.Slice((*byte)(v.Index(0).Addr().UnsafePointer()), v.Len()))
}

// rawHash tells a value from others by its memory, without what that points to.
func rawHash(v reflect.Value) uint64 {
	return maphash.Bytes(seed, unsafe.Slice((*byte)(v.Addr().UnsafePointer()), v.Type().Size()))
}

func bytesText(v reflect.Value) string {
	p := payload{}
	p.bytes(v)
	return p.b.String()
}

func scalarText(v reflect.Value) string {
	p := payload{}
	p.scalar(v)
	return p.b.String()
}

// texted is the text of a value that shows itself.
func (f *Fields) texted(v reflect.Value) string {
	if s, ok := text(v); ok {
		return quote(s)
	}
	return unqualified(v.Type().String())
}

// bitsOf are those of a number or boolean: equal for equal values, and for all that are not numbers.
func bitsOf(v reflect.Value) uint64 {
	switch {
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	case v.CanInt():
		return uint64(v.Int())
	case v.CanUint():
		return v.Uint()
	}
	return math.Float64bits(v.Float())
}

// numberOf makes a value of a type from its bits.
func numberOf(t reflect.Type, bits uint64) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case v.Kind() == reflect.Bool:
		v.SetBool(bits != 0)
	case v.CanInt():
		v.SetInt(int64(bits))
	case v.CanUint():
		v.SetUint(bits)
	default:
		v.SetFloat(math.Float64frombits(bits))
	}
	return v
}
