package main

import (
	"slices"
	"strconv"
	"strings"
)

// goArg is one argument for go test: a flag with its value, a package, or something for the test binary.
type goArg struct {
	name    string // of a flag, without hyphens and without "test."; else ""
	value   string // "true" for a boolean flag without one
	words   []string
	pattern bool // it names packages
}

// goArgs are the arguments for go test behind its name, or the flags in GOFLAGS.
type goArgs []goArg

// Flags of go test that may stand without a value. All others take the next argument if they have none.
var goBooleans = strings.Fields(`a artifacts asan benchmem buildvcs c cover failfast fullpath json linkshared modcacherw
	msan n race short trimpath v work x`)

var goValues = strings.Fields(`C asmflags bench benchtime blockprofile blockprofilerate buildmode compiler count covermode
	coverpkg coverprofile cpu cpuprofile debug-actiongraph debug-runtime-trace debug-trace exec fuzz fuzzminimizetime
	fuzztime gccgoflags gcflags installsuffix ldflags list memprofile memprofilerate mod modfile mutexprofile
	mutexprofilefraction o outputdir overlay p parallel pgo pkgdir run shuffle skip tags timeout toolexec trace vet`)

// parseGoArgs takes arguments apart as go test does. A flag that it does not know belongs to the test binary; what comes
// behind one, and behind -args, may do so too, and is no package.
func parseGoArgs(args []string) goArgs {
	var parsed goArgs
	patterns, listed := true, false
	for len(args) > 0 {
		name, value, hasValue := nameAndValue(args[0])
		known := slices.Contains(goValues, name)
		arg := goArg{words: args[:1]}
		switch {
		case name == "args" || args[0] == "--":
			return append(parsed, goArg{words: args})
		case name == "" && patterns:
			arg.pattern, listed = true, true
		case name == "":
		case slices.Contains(goBooleans, name):
			arg.name, arg.value = name, value
			if !hasValue {
				arg.value = "true"
			}
		case known && !hasValue && len(args) > 1:
			arg.name, arg.value, arg.words = name, args[1], args[:2]
		default:
			arg.name, arg.value = name, value
			patterns = patterns && known
		}
		if !arg.pattern && listed {
			patterns = false
		}
		parsed, args = append(parsed, arg), args[len(arg.words):]
	}
	return parsed
}

// nameAndValue splits a flag for go test; the name of what is no flag is "".
func nameAndValue(flag string) (name, value string, hasValue bool) {
	name, value, hasValue = strings.Cut(flag, "=")
	if !strings.HasPrefix(name, "-") {
		return "", "", false
	}
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "-"), "-"), "test."), value, hasValue
}

// words are the arguments as they were.
func (a goArgs) words() []string {
	var words []string
	for _, arg := range a {
		words = append(words, arg.words...)
	}
	return words
}

// without returns the other arguments than the flags of those names.
func (a goArgs) without(names ...string) goArgs {
	return slices.DeleteFunc(slices.Clone(a), func(arg goArg) bool { return arg.name != "" && slices.Contains(names, arg.name) })
}

// only returns the flags of those names.
func (a goArgs) only(names ...string) goArgs {
	return slices.DeleteFunc(slices.Clone(a), func(arg goArg) bool { return arg.name == "" || !slices.Contains(names, arg.name) })
}

// values of a flag, in order.
func (a goArgs) values(name string) []string {
	var values []string
	for _, arg := range a.only(name) {
		values = append(values, arg.value)
	}
	return values
}

// last is the value of a flag that counts; "" if it is not there.
func (a goArgs) last(name string) string {
	if v := a.values(name); len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}

// on reports whether a boolean flag is set.
func (a goArgs) on(name string) bool {
	b, err := strconv.ParseBool(a.last(name))
	return err == nil && b
}

// packages are the packages that the arguments name.
func (a goArgs) packages() []string {
	var names []string
	for _, arg := range a {
		if arg.pattern {
			names = append(names, arg.words[0])
		}
	}
	return names
}

// splitQuoted splits GOFLAGS: its words are separated by spaces, and a word within quotes may contain some.
func splitQuoted(s string) []string {
	const space = " \t\n\r"
	var words []string
	for s = strings.TrimLeft(s, space); s != ""; s = strings.TrimLeft(s, space) {
		if q := s[:1]; q == `"` || q == "'" {
			word, rest, _ := strings.Cut(s[1:], q)
			words, s = append(words, word), rest
			continue
		}
		end := strings.IndexAny(s, space)
		if end < 0 {
			end = len(s)
		}
		words, s = append(words, s[:end]), s[end:]
	}
	return words
}

// hasFlag reports whether flags for go test hold one of that name.
func hasFlag(flags []string, name string) bool { return len(parseGoArgs(flags).only(name)) > 0 }

// withoutVerbose takes -v out of flags for go test, and reports whether it was set.
func withoutVerbose(flags []string) (rest []string, verbose bool) {
	args := parseGoArgs(flags)
	if v := args.last("v"); v != "" {
		verbose = v != "false" && v != "0"
	}
	return args.without("v").words(), verbose
}
