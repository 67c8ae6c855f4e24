package trace

import (
	"reflect"
	"sort"
)

// update brings a picture up to date and tells what is different.
func (f *Fields) update(v reflect.Value, n *node, depth int) {
	here := v.Type() == n.of.typ && n.of.how == byStructure
	switch {
	case here && n.kind == structNode: // each field sees for itself
		f.spend()
		for i, p := range n.of.plan {
			f.at(p.name, true, func() { f.update(reach(v.Field(p.index)), &n.kids[i], depth+1) })
		}
	case f.same(v, n, depth):
	case here && (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && long(v):
		f.replace(v, n, depth)
	case here && n.kind == listNode:
		f.updateList(v, n, depth)
	case here && n.kind == mapNode:
		f.updateMap(v, n, depth)
	case f.throughTo(v, n):
		defer f.throughFrom(v)
		f.update(f.behind(v), n, depth+step(v))
	default:
		f.replace(v, n, depth)
	}
}

// throughTo reports whether a value is a pointer or an interface whose picture is that of what is behind it, and notes that it
// is being looked at.
func (f *Fields) throughTo(v reflect.Value, n *node) bool {
	how := f.kindOf(v.Type()).how
	switch {
	case how == asAtomic:
		return true
	case how != byStructure || v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface || v.IsNil():
		return false
	case n.kind != structNode && n.kind != listNode && n.kind != mapNode:
		return false
	case v.Kind() == reflect.Interface:
		return true
	}
	p := v.UnsafePointer()
	_, named := f.named(p)
	return !named && f.enter(p, v.Type())
}

func (f *Fields) throughFrom(v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		f.leave()
	}
}

// behind is what a pointer, an interface or an atomic leads to.
func (f *Fields) behind(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		return v.Elem()
	case reflect.Interface:
		return copyOf(v.Elem())
	}
	return atomicValue(v)
}

// step is how many levels a pointer adds.
func step(v reflect.Value) int {
	if v.Kind() == reflect.Pointer {
		return 1
	}
	return 0
}

// replace puts a new picture in the place of one that is of no use.
func (f *Fields) replace(v reflect.Value, n *node, depth int) {
	was := *n
	f.nodes -= was.size()
	*n = f.look(v, depth)
	f.changed(&was, n)
}

func (n *node) size() int {
	k := 1
	for i := range n.kids {
		k += n.kids[i].size()
	}
	return k
}

// updateList tells what is different in a list. If its length is another one, elements have been added or taken out where it
// differs: what is the same at its beginning and its end has stayed.
func (f *Fields) updateList(v reflect.Value, n *node, depth int) {
	had, has := len(n.kids), v.Len()
	if has > had+max(0, maxNodes-f.nodes) {
		has = had + max(0, maxNodes-f.nodes)
	}
	head, tail := 0, 0
	if had != has {
		for head < min(had, has) && f.same(reach(v.Index(head)), &n.kids[head], depth+1) {
			head++
		}
		for tail < min(had, has)-head && f.same(reach(v.Index(has-1-tail)), &n.kids[had-1-tail], depth+1) {
			tail++
		}
	}
	both := min(had, has) - head - tail
	kids := n.kids
	if had != has {
		kids = make([]node, has)
		copy(kids, n.kids[:head+both])
		copy(kids[has-tail:], n.kids[had-tail:])
	}
	for i := head; i < head+both; i++ {
		if f.same(reach(v.Index(i)), &kids[i], depth+1) {
			continue
		}
		f.at(element(i), false, func() { f.update(reach(v.Index(i)), &kids[i], depth+1) })
	}
	for i := head + both; i < had-tail; i++ {
		gone := &n.kids[i]
		f.nodes -= gone.size()
		f.at(element(i), false, func() { f.changed(gone, nil) })
	}
	for i := head + both; i < has-tail; i++ {
		kids[i] = f.look(reach(v.Index(i)), depth+1)
		f.at(element(i), false, func() { f.changed(nil, &kids[i]) })
	}
	n.kids = kids
}

// entry is one of a map.
type entry struct {
	text string // of the key
	key  reflect.Value
	at   int // index of its picture, -1 if it has none
}

// updateMap tells what is different in a map, in the order of the keys' texts.
func (f *Fields) updateMap(v reflect.Value, n *node, depth int) {
	var list []entry
	seen := make([]bool, len(n.kids))
	for it := v.MapRange(); it.Next(); {
		key := copyOf(it.Key())
		k := key.Interface()
		if k != k {
			continue // see oddEntries
		}
		i, known := n.index[k]
		if known {
			seen[i] = true
			if f.same(copyOf(it.Value()), &n.kids[i], depth+1) {
				continue
			}
			list = append(list, entry{n.keys[i], key, i})
		} else {
			list = append(list, entry{keyText(f, key), key, -1})
		}
	}
	for i, there := range seen {
		if !there && i > 0 { // the first are the odd ones
			list = append(list, entry{text: n.keys[i], at: i})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].text < list[j].text })
	for _, e := range list {
		f.at(e.text, false, func() { f.updateEntry(v, n, e, depth) })
	}
	if odd := oddEntries(v); odd != n.kids[0].text {
		was := n.kids[0]
		n.kids[0].text = odd
		f.at("[NaN]", false, func() { f.changed(&was, &n.kids[0]) })
	}
	n.forget(list)
}

func (f *Fields) updateEntry(v reflect.Value, n *node, e entry, depth int) {
	switch {
	case !e.key.IsValid():
		gone := n.kids[e.at]
		f.nodes -= gone.size()
		f.changed(&gone, nil)
	case e.at >= 0:
		f.update(copyOf(v.MapIndex(e.key)), &n.kids[e.at], depth+1)
	default:
		if f.nodes > maxNodes || n.bits == beyond {
			return // see lookMap
		}
		f.add(n, e, copyOf(v.MapIndex(e.key)), depth)
		f.changed(nil, &n.kids[len(n.kids)-1])
	}
}
