package trace

import (
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// The picture of a map has one kid for each entry, found by its key; the first one stands for all entries whose keys are not
// equal to themselves, which nobody can find again.

func (f *Fields) lookMap(v reflect.Value, n *node, depth int) {
	n.kind = mapNode
	n.keys, n.kids, n.index = []string{""}, []node{{kind: phraseNode, text: oddEntries(v)}}, map[any]int{}
	var list []entry
	for it := v.MapRange(); it.Next(); {
		if key := copyOf(it.Key()); selfEqual(key) {
			list = append(list, entry{text: keyText(f, key), key: key})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].text < list[j].text })
	for _, e := range list {
		if f.nodes > maxNodes {
			n.bits = beyond // what is new later is not followed either
			return
		}
		f.add(n, e, copyOf(v.MapIndex(e.key)), depth)
	}
}

// add makes the picture of an entry.
func (f *Fields) add(n *node, e entry, v reflect.Value, depth int) {
	n.index[e.key.Interface()] = len(n.kids)
	n.keys = append(n.keys, e.text)
	n.kids = append(n.kids, f.look(v, depth+1))
}

// forget drops the pictures of entries that have gone.
func (n *node) forget(changed []entry) {
	gone := map[int]bool{}
	for _, e := range changed {
		if !e.key.IsValid() {
			gone[e.at] = true
		}
	}
	if len(gone) == 0 {
		return
	}
	to := make([]int, len(n.kids)) // where each one is afterwards
	kids, keys := make([]node, 0, len(n.kids)-len(gone)), make([]string, 0, len(n.kids)-len(gone))
	for i := range n.kids {
		if to[i] = len(kids); !gone[i] {
			kids, keys = append(kids, n.kids[i]), append(keys, n.keys[i])
		}
	}
	for k, i := range n.index {
		if gone[i] {
			delete(n.index, k)
		} else {
			n.index[k] = to[i]
		}
	}
	n.kids, n.keys = kids, keys
}

// selfEqual reports whether a key is equal to itself, as all are but those with a number in them that is none.
func selfEqual(key reflect.Value) bool {
	k := key.Interface()
	return k == k
}

// oddEntries are the entries of a map whose keys are not equal to themselves, as a text; "" if there are none.
func oddEntries(v reflect.Value) string {
	if !mayBeOdd(v.Type().Key()) {
		return ""
	}
	var list []string
	for it := v.MapRange(); it.Next(); {
		if !selfEqual(copyOf(it.Key())) {
			list = append(list, valueText(copyOf(it.Value())))
		}
	}
	slices.Sort(list)
	if len(list) > maxElements {
		list = append(list[:maxElements], "... "+strconv.Itoa(len(list)-maxElements)+" more")
	}
	return strings.Join(list, ", ")
}

// mayBeOdd reports whether a type has values that are not equal to themselves.
func mayBeOdd(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Interface:
		return true
	case reflect.Array:
		return mayBeOdd(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if mayBeOdd(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// keyText is the step of a path to an entry.
func keyText(f *Fields, key reflect.Value) string {
	k := Fields{Text: f.Text, Name: f.Name, nodes: f.nodes} // keys may lead back to the map, which is not known there
	n := k.look(key, 0)
	f.nodes = k.nodes
	s := k.show(&n)
	if len(s) > maxKey {
		s = cutRunes(s, maxKey-3) + "..."
	}
	return "[" + s + "]"
}

// maxKey is how long the text of a key may be, in bytes.
const maxKey = 60

// valueText is a picture's text of a value that is not followed.
func valueText(v reflect.Value) string {
	var f Fields
	n := f.look(v, 0)
	return f.show(&n)
}

// element is the step of a path to an element.
func element(i int) string { return "[" + strconv.Itoa(i) + "]" }
