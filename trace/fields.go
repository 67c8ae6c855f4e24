package trace

import (
	"reflect"
	"unsafe"
)

// Bounds of Fields.
const (
	MaxChanges    = 64     // changes that one call of Changes returns
	maxFieldDepth = 10     // levels below a value that are followed
	maxNodes      = 50_000 // places within one value that are followed
	maxLength     = 5_000  // of a list or map; of a longer one only the length is told
)

// Fields follows what a value consists of from one look to the next. It keeps a picture of its own, made of numbers and
// strings, and writes texts only of what has changed. Fields that are not exported are followed, those tagged `ravel:"-"` are
// not; nor is what package sync holds, or what belongs to files, loggers and the like, of which only the type is shown.
//
// Methods of the value are not called, as they may lock, loop or fail, with these exceptions: the String or Error method of a
// type that is a number, a boolean or a string; errors of packages errors and fmt; and what Text allows. Cycles, maps with
// keys that are not equal to themselves, and values of any size and depth are fine: what is beyond the bounds is not followed.
type Fields struct {
	Text func(t reflect.Type) bool             // reports whether the String method of a type is safe to be called
	Name func(p unsafe.Pointer) (string, bool) // names memory that somebody else owns: it is not followed, its name is shown
	Work *int                                  // how many more places may be looked at; when it is spent, Changes returns nothing

	root    node
	begun   bool
	nodes   int
	path    []byte
	onPath  []visit
	kinds   map[reflect.Type]*kind
	changes []Change
	more    int
}

// Change is what has become of one field.
type Change struct {
	Path     string // "log[3].key"; "value" for all of a value that is no struct
	From, To string // as Payload shows them; "" if it was not there, or is not any more
}

// Changes looks at a value and returns what is different from the last look, in the order of the fields, elements, and keys;
// at the first look, each field. More counts the changes beyond MaxChanges. The list is valid until the next call.
func (f *Fields) Changes(v any) (list []Change, more int) {
	if f.Work != nil && *f.Work <= 0 {
		return nil, 0
	}
	f.changes, f.more, f.path, f.onPath = f.changes[:0], 0, f.path[:0], f.onPath[:0]
	at := f.addressable(reflect.ValueOf(v))
	if !at.IsValid() {
		return nil, 0
	}
	if !f.begun {
		f.begun = true
		f.root = f.look(at, 0)
		f.first()
	} else {
		f.update(at, &f.root, 0)
	}
	return f.changes, f.more
}

// addressable follows pointers to what they point to, and copies what they do not point to.
func (f *Fields) addressable(v reflect.Value) reflect.Value {
	for v.IsValid() && v.Kind() == reflect.Pointer && !v.IsNil() && f.enter(v.UnsafePointer(), v.Type()) {
		v = v.Elem()
	}
	if v.IsValid() && !v.CanAddr() {
		v = copyOf(v)
	}
	return v
}

// first tells all fields of the first look.
func (f *Fields) first() {
	if f.root.kind != structNode {
		f.report("value", "", f.show(&f.root))
		return
	}
	plan := f.root.of.plan
	for i := range f.root.kids {
		if kid := &f.root.kids[i]; !kid.silent() {
			f.report(plan[i].name, "", f.show(kid))
		}
	}
}

// report adds a change.
func (f *Fields) report(path, from, to string) {
	if len(f.changes) >= MaxChanges {
		f.more++
		return
	}
	f.changes = append(f.changes, Change{path, from, to})
}

// changed tells that a place is another one: it came, went, or is different. Texts are made only if they are told.
func (f *Fields) changed(from, to *node) {
	if len(f.changes) >= MaxChanges {
		f.more++
		return
	}
	if from != nil && from.silent() && (to == nil || to.silent()) || from == nil && to.silent() {
		return
	}
	a, b := "", ""
	if from != nil {
		a = f.show(from)
	}
	if to != nil {
		b = f.show(to)
	}
	path := string(f.path)
	if path == "" {
		path = "value"
	}
	f.report(path, a, b)
}

// at runs a function with one more step in the path.
func (f *Fields) at(step string, dot bool, do func()) {
	n := len(f.path)
	if dot && n > 0 {
		f.path = append(f.path, '.')
	}
	f.path = append(f.path, step...)
	do()
	f.path = f.path[:n]
}
