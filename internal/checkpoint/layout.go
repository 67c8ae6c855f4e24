package checkpoint

import (
	"cmp"
	"reflect"
	"slices"
)

// fields lays out the fields of a struct, those with a tag by operations of their own. Blank ones are left alone.
func (c *compiler) fields(t reflect.Type, ops, tagged func(reflect.Type) []op) []op {
	var out []op
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case f.Name == "_":
			out = append(out, c.field(f, leave)...)
		case leftAlone(f):
			out = append(out, c.field(f, tagged)...)
		default:
			out = append(out, c.field(f, ops)...)
		}
	}
	return out
}

func leftAlone(f reflect.StructField) bool { return f.Name == "_" || f.Tag.Get("ravel") == "-" }

func (c *compiler) field(f reflect.StructField, ops func(reflect.Type) []op) []op {
	var out []op
	for _, o := range ops(f.Type) {
		out = append(out, o.shifted(f.Offset, "."+f.Name))
	}
	return out
}

func (c *compiler) array(t reflect.Type, of func(reflect.Type) *plan) []op {
	switch {
	case t.Size() == 0:
		return nil
	case c.isFlat(t):
		return []op{{kind: opBytes, n: t.Size()}}
	}
	return []op{{kind: opArray, n: uintptr(t.Len()), elem: of(t.Elem()), aux: &aux{typ: t}}}
}

// isFlat reports whether a t is bytes that are all saved and nothing else. Padding may be saved with them.
func (c *compiler) isFlat(t reflect.Type) bool {
	switch k := t.Kind(); {
	case c.opaque[t], refusal(t) != "", c.methodOf(t) != nil:
		return false
	case k == reflect.Array:
		return t.Len() == 0 || c.isFlat(t.Elem())
	case k == reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.Type.Size() > 0 && (leftAlone(f) || !c.isFlat(f.Type)) {
				return false
			}
		}
		return true
	default:
		return k >= reflect.Bool && k <= reflect.Complex128
	}
}

// shallow returns operations that save a t and nothing that it refers to.
func (c *compiler) shallow(t reflect.Type) []op {
	list := func(k opKind) []op { return []op{{kind: k, aux: &aux{typ: t}}} }
	switch t.Kind() {
	case reflect.String:
		return list(opString)
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return list(opShare)
	case reflect.Interface:
		return list(opShare2)
	case reflect.Slice:
		return list(opShareList)
	case reflect.Array:
		return c.array(t, c.shallowPlan)
	case reflect.Struct:
		return c.fields(t, c.shallow, c.shallow)
	}
	return []op{{kind: opBytes, n: t.Size()}}
}

// merge orders operations by place and joins neighbouring bytes with the padding between them, but not with what is to
// be left alone.
func merge(ops []op) []op {
	slices.SortStableFunc(ops, func(a, b op) int { return cmp.Compare(a.off, b.off) })
	var all, out []op
	for _, o := range ops {
		k := len(all) - 1
		switch {
		case o.n == 0 && (o.kind == opBytes || o.kind == opLeave):
		case o.kind == opBytes && k >= 0 && all[k].kind == opBytes && o.off-(all[k].off+all[k].n) < 8:
			all[k].n = o.off + o.n - all[k].off
		default:
			all = append(all, o)
		}
	}
	for _, o := range all {
		switch {
		case o.kind == opLeave:
			continue
		case o.kind == opBytes && o.n == wordSize:
			o.kind = opWord
		case o.kind == opBytes && o.n%wordSize == 0 && o.n <= maxPlain:
			o.kind = opPlain
		}
		out = append(out, o)
	}
	return out
}

// maxPlain is the number of bytes up to which whole words are moved one by one.
const maxPlain = 64

// flatten takes arrays apart: a t is n of the returned type, laid out in a row.
func flatten(t reflect.Type) (base reflect.Type, n int) {
	n = 1
	for ; t.Kind() == reflect.Array; t = t.Elem() {
		n *= t.Len()
	}
	return t, n
}

// reflexive reports whether every t equals itself, as keys of maps have to for being found.
func reflexive(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Interface:
		return false
	case reflect.Array:
		return reflexive(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !reflexive(t.Field(i).Type) {
				return false
			}
		}
	}
	return true
}
