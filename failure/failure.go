package failure

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// Failure is how an execution ended, if not well. Every type of this package that implements it is a pointer.
//
// Error is one sentence of plain English without step numbers, so that it survives shrinking; Detail holds the rest,
// possibly many lines, without a final line break, "" if there is nothing more to say.
type Failure interface {
	error
	Kind() Kind
	Where() Site
	Detail() string
}

// Site is where a failure happened, as far as it is known. Failures embed it.
type Site struct {
	Machine string // name of the machine, monitor or goroutine; "" is the body of the test
	State   string // the state it was in; "" if it has none
	Step    int    // number of the step, counted from 1; 0 is unknown
	Place   Place  // line of the code under test

	Handling *Handling // what the machine took last, if it failed itself and this is known
}

// Where returns the site itself.
func (s Site) Where() Site { return s }

// Place is a line of code. The zero Place is an unknown one.
type Place struct {
	File string // full path
	Line int
	Func string // as runtime.Frame names it
}

// String is the base name of the file and the line.
func (p Place) String() string {
	if p.File == "" {
		return "an unknown line"
	}
	// Paths may have been recorded on another system.
	return fmt.Sprintf("%s:%d", filepath.Base(strings.ReplaceAll(p.File, `\`, "/")), p.Line)
}

// IsZero reports whether the place is unknown.
func (p Place) IsZero() bool { return p.File == "" }

// Of returns the first Failure in the chain of err, nil if there is none.
func Of(err error) Failure {
	var f Failure
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Same reports whether two errors are the same failure: same kind, same machine, same message. Addresses, numbers of
// goroutines and lines of code in the message do not count, nor do stacks, steps, and states that Error does not name.
//
// Deadlocks and leaks of goroutines are the same if the same lines of code wait, in goroutines that the same lines
// created: how many they are and which objects they wait for does not count. Nil is not the same as nil.
func Same(a, b error) bool { return a != nil && b != nil && Key(a) == Key(b) }

// SameMessage is Same for a failure of which only kind and message are known, such as a saved one.
func SameMessage(err error, kind Kind, message string) bool {
	f := Of(err)
	return f != nil && f.Kind() == kind && cleanOf(kind, f.Error()) == cleanOf(kind, message)
}

// Key is equal for errors that are the Same. It is one line.
func Key(err error) string {
	if err == nil {
		return ""
	}
	f := Of(err)
	if f == nil {
		return clean(err.Error())
	}
	if p, ok := f.(interface{ same() string }); ok {
		if s := p.same(); s != "" {
			return fmt.Sprintf("%s|%s", f.Kind(), s)
		}
	}
	return fmt.Sprintf("%s|%s|%s", f.Kind(), goroutineName.ReplaceAllString(f.Where().Machine, "a goroutine"), cleanOf(f.Kind(), f.Error()))
}

// unstable is what may differ between two runs of the same schedule: addresses, arguments that a stack is not sure of, goroutine
// ids, and lines, which change when
// a program is edited elsewhere and which only recorded executions know all of.
var unstable = regexp.MustCompile(`0x[0-9a-fA-F]{4,}\??|0x[0-9a-fA-F]+\?|\b[gG]oroutine [0-9]+|\ban unknown line\b|[^\s()"]*\.go:[0-9]+`)

// goroutineName is what GoroutineName makes of a goroutine, up to the name of a machine. Another schedule numbers it
// otherwise. Where it was created is not always known: a bare number counts as a name at the beginning of a sentence only.
var goroutineName = regexp.MustCompile(`^g[0-9]+\b( \([^\s()"]*\.go:[0-9]+\))?|\bg[0-9]+ \([^\s()"]*\.go:[0-9]+\)`)

// number is that of a goroutine or an object.
var number = regexp.MustCompile(`\bg[0-9]+\b|#[0-9]+`)

func clean(message string) string {
	message = goroutineName.ReplaceAllString(oneLine(message), "a goroutine")
	return unstable.ReplaceAllStringFunc(message, func(s string) string {
		switch {
		case strings.HasSuffix(s, "line") || strings.Contains(s, ".go:"):
			return "a line"
		case s[0] == '0':
			return "0x?"
		}
		return "goroutine ?"
	})
}

// cleanOf is clean for the message of a failure. Where it is all Ravel's own words, numbers of goroutines and objects do
// not count either.
func cleanOf(k Kind, message string) string {
	message = clean(message)
	if k == KindDeadlock || k == KindLeak {
		message = number.ReplaceAllString(message, "?")
	}
	return message
}
