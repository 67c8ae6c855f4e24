package trace

import "reflect"

// same reports whether a value is as its picture shows it. It allocates nothing but for interfaces and keys of maps.
func (f *Fields) same(v reflect.Value, n *node, depth int) bool {
	if n.kind == phraseNode && n.bits == beyond && n.text == "..." {
		return true
	}
	f.spend()
	t := v.Type()
	k := n.of
	if k.typ != t {
		k = f.kindOf(t)
	}
	switch k.how {
	case silently:
		return n.kind == silentNode
	case asText:
		return n.of == k && n.kind == phraseNode && (n.bits == rawHash(v) || n.text == f.texted(v))
	case byType:
		return n.of == k && (v.Kind() != reflect.Pointer || v.IsNil() == (n.text == "nil"))
	case asAtomic:
		return f.same(atomicValue(v), n, depth)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return f.sameBehind(v, n, depth)
	case reflect.Interface:
		if v.IsNil() {
			return n.of == k && n.kind == nilNode
		}
		return f.same(copyOf(v.Elem()), n, depth)
	}
	if n.of != k {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		return n.text == v.String()
	case reflect.Struct:
		return f.sameStruct(v, n, depth)
	case reflect.Slice, reflect.Map:
		if long(v) {
			return n.kind == phraseNode && n.bits == uint64(v.Len())
		}
		if v.Len() > 0 {
			if !f.enter(v.UnsafePointer(), t) {
				return n.kind == phraseNode && n.text == "..."
			}
			defer f.leave()
		}
		if v.Kind() == reflect.Map {
			return f.sameMap(v, n, depth)
		}
		return f.sameList(v, n, depth)
	case reflect.Array:
		return f.sameList(v, n, depth)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return v.IsNil() == (n.text == "nil")
	case reflect.Complex64, reflect.Complex128:
		return n.text == scalarText(v)
	}
	return n.kind == number && n.bits == bitsOf(v)
}

func (f *Fields) sameBehind(v reflect.Value, n *node, depth int) bool {
	if v.IsNil() {
		return n.of.typ == v.Type() && n.kind == nilNode
	}
	p := v.UnsafePointer()
	if name, ok := f.named(p); ok {
		return n.of.typ == v.Type() && n.kind == phraseNode && n.text == name
	}
	if !f.enter(p, v.Type()) {
		return n.kind == phraseNode && n.text == "..."
	}
	defer f.leave()
	return f.same(v.Elem(), n, depth+1)
}

func (f *Fields) sameStruct(v reflect.Value, n *node, depth int) bool {
	if n.kind != structNode {
		return false
	}
	for i, p := range n.of.plan {
		if !f.same(reach(v.Field(p.index)), &n.kids[i], depth+1) {
			return false
		}
	}
	return true
}

func (f *Fields) sameList(v reflect.Value, n *node, depth int) bool {
	if n.of.raw {
		return n.kind == phraseNode && n.bits == hashOf(v)
	}
	if n.kind != listNode || len(n.kids) != v.Len() {
		return false
	}
	for i := range n.kids {
		if !f.same(reach(v.Index(i)), &n.kids[i], depth+1) {
			return false
		}
	}
	return true
}

func (f *Fields) sameMap(v reflect.Value, n *node, depth int) bool {
	if n.kind != mapNode || n.kids[0].text == "" && len(n.kids)-1 != v.Len() || n.kids[0].text != oddEntries(v) {
		return false
	}
	for it := v.MapRange(); it.Next(); {
		key := copyOf(it.Key()).Interface()
		if key != key {
			continue
		}
		if i, ok := n.index[key]; !ok || !f.same(copyOf(it.Value()), &n.kids[i], depth+1) {
			return false
		}
	}
	return true
}
