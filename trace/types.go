package trace

import (
	"regexp"
	"strings"
)

// qualifier is a package's name, or in type arguments its path, in front of a type's name.
var qualifier = regexp.MustCompile(`(?:[^\[\],*{}()\s]*/)?\b[\pL_][\pL\pN_]*\.`)

// unqualified drops the names of packages from the name of a type.
func unqualified(name string) string { return qualifier.ReplaceAllString(name, "") }

// instance is the name of a generic type with its type arguments.
var instance = regexp.MustCompile(`^(\**[\pL_][\pL\pN_]*\.[\pL_][\pL\pN_]*)\[.*\]$`)

// bare is unqualified, and drops the type arguments of a generic type.
func bare(name string) string { return unqualified(instance.ReplaceAllString(name, "$1")) }

// typeNames shortens the names of types as far as they stay unambiguous within one trace.
type typeNames map[string]string

func newTypeNames(events []Event) typeNames {
	names := typeNames{}
	for i := range events {
		if events[i].hasType() {
			names[events[i].Type] = events[i].Type
		}
	}
	forms := []func(string) string{bare, unqualified}
	// short[f] has the one type without pointer that a name in form f stands for; "" if there are several.
	short := make([]map[string]string, len(forms))
	base := func(name string) string { return strings.TrimLeft(name, "*") }
	for f, form := range forms {
		short[f] = map[string]string{}
		for full := range names {
			s := form(base(full))
			if was, ok := short[f][s]; !ok {
				short[f][s] = base(full)
			} else if was != base(full) {
				short[f][s] = ""
			}
		}
	}
	for full := range names {
		for f, form := range forms {
			if short[f][form(base(full))] != "" {
				names[full] = form(full)
				break
			}
		}
	}
	return names
}

// hasType reports whether the Type of an event is that of an event of the program, not an operation, a definition, or a field.
func (ev *Event) hasType() bool { return !ev.ofGoroutine() && ev.Kind != Began && ev.Kind != Changed }

func (n typeNames) of(full string) string {
	if s, ok := n[full]; ok {
		return s
	}
	return full
}
