package trace

import (
	"regexp"
	"strings"
)

// qualifier is a package's name in front of a type's.
var qualifier = regexp.MustCompile(`\b[\pL_][\pL\pN_]*\.`)

// unqualified drops the names of packages from the name of a type.
func unqualified(name string) string { return qualifier.ReplaceAllString(name, "") }

// typeNames shortens the names of types as far as they stay unambiguous within one trace.
type typeNames map[string]string

func newTypeNames(events []Event) typeNames {
	short := map[string]string{} // the one type without pointer that a short name stands for; "" if there are several
	base := func(name string) string { return strings.TrimLeft(name, "*") }
	for i := range events {
		full := base(events[i].Type)
		s := unqualified(full)
		if was, ok := short[s]; !ok {
			short[s] = full
		} else if was != full {
			short[s] = ""
		}
	}
	names := typeNames{}
	for i := range events {
		full := events[i].Type
		if names[full] = unqualified(full); short[unqualified(base(full))] == "" {
			names[full] = full
		}
	}
	return names
}

func (n typeNames) of(full string) string {
	if s, ok := n[full]; ok {
		return s
	}
	return full
}
