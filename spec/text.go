package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sorted sorts items by their text: what a monitor says must not depend on the order of a map.
func sorted[E any](items []E) []E {
	if len(items) > 1 {
		slices.SortFunc(items, func(a, b E) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return items
}

// ordered returns the keys of a map by their text.
func ordered[K comparable, V any](m map[K]V) []K { return sorted(slices.Collect(maps.Keys(m))) }

// least returns the matching key that comes first by its text, and whether one matches. Keys become text only when several
// match, as nearly always none does.
func least[K comparable, V any](set map[K]V, match func(K, V) bool) (key K, ok bool) {
	for k, v := range set {
		if match(k, v) && (!ok || fmt.Sprint(k) < fmt.Sprint(key)) {
			key, ok = k, true
		}
	}
	return key, ok
}

// list writes "a", "a and b", "a, b and c".
func list[E any](items []E) string {
	if len(items) == 0 {
		return "nobody"
	}
	var b strings.Builder
	for i, x := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		fmt.Fprint(&b, x)
	}
	return b.String()
}

// has is the subject of a sentence in the perfect tense.
func has[E any](items []E) string {
	if len(items) > 1 {
		return list(items) + " have"
	}
	return list(items) + " has"
}

// pendingNow is what is pending, formatted only when somebody reads it.
type pendingNow[Q comparable] map[Q]bool

func (p pendingNow[Q]) String() string {
	if len(p) == 0 {
		return "nothing is pending"
	}
	return fmt.Sprintf("%d pending: %s", len(p), list(ordered(p)))
}
