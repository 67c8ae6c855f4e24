package ravel

import (
	"reflect"
	"runtime"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// StateClause declares a state.
type StateClause struct {
	name        State
	start       bool
	temperature machine.Temperature
	mood        string // "", "cold", "hot", "warm": which of the monitor's words declared it
	clauses     []Clause
	place       place
}

// Clause declares something that a state does.
type Clause struct {
	handler  machine.DraftHandler
	entry    machine.Func
	exit     machine.Func
	elem     reflect.Type // the M of the function, nil if there is none
	monitor  bool         // the function takes a *MonitorContext
	function bool
	target   State // of Goto and Push
	place    place
}

type place struct {
	file string
	line int
	in   string // function, if it was asked for
}

func (p place) of() failure.Place { return failure.Place{File: p.file, Line: p.line, Func: p.in} }

// here is the place of the caller's caller: the declaration in the user's file.
func here() place {
	_, file, line, _ := runtime.Caller(2)
	return place{file: file, line: line}
}

// within is here with the function, which tells the package.
func within() place {
	var pc [1]uintptr
	runtime.Callers(3, pc[:])
	f, _ := runtime.CallersFrames(pc[:]).Next()
	return place{f.File, f.Line, f.Function}
}

// Start declares the state in which a machine starts. A machine has exactly one.
func Start(name State, clauses ...Clause) StateClause {
	return StateClause{name: name, start: true, clauses: clauses, place: here()}
}

// In declares a further state of a machine.
func In(name State, clauses ...Clause) StateClause {
	return StateClause{name: name, clauses: clauses, place: here()}
}

// Cold declares a state of a monitor in which what should happen has happened.
func Cold(name State, clauses ...Clause) StateClause {
	return StateClause{name: name, temperature: machine.Cold, mood: "Cold", clauses: clauses, place: here()}
}

// Hot declares a state of a monitor in which something must still happen: a monitor that stays hot violates liveness.
func Hot(name State, clauses ...Clause) StateClause {
	return StateClause{name: name, temperature: machine.Hot, mood: "Hot", clauses: clauses, place: here()}
}

// Warm declares a state of a monitor that is neither hot nor cold: every state of a safety monitor, for instance.
func Warm(name State, clauses ...Clause) StateClause {
	return StateClause{name: name, mood: "Warm", clauses: clauses, place: here()}
}

// Handling is what a handler talks to: a machine's handlers take a *Context, a monitor's take a *MonitorContext.
type Handling interface{ *Context | *MonitorContext }

// On handles events of type E. E is matched exactly: a handler of T does not see *T, nor the other way round. A handler
// whose event is of type any is the wildcard: it takes every event that the state does not declare by type.
func On[M any, C Handling, E any](h func(*M, C, E)) Clause {
	c := function[M, C]()
	c.handler.Cell = machine.Cell{Verb: machine.Do, Fn: func(self, ctx, ev any) { h(self.(*M), ctx.(C), ev.(E)) }}
	c.place = here()
	return on[E](c)
}

// OnDefault runs h whenever the machine has no event that it could take.
func OnDefault[M any, C Handling](h func(*M, C)) Clause {
	c := function[M, C]()
	c.handler = machine.DraftHandler{Default: true, Cell: machine.Cell{Verb: machine.Do, Fn: func(self, ctx, _ any) { h(self.(*M), ctx.(C)) }}}
	c.place = here()
	return c
}

// Entry runs h whenever the state is entered by a start, a goto or a push; Context.Event is the event that led there.
func Entry[M any, C Handling](h func(*M, C)) Clause {
	c := function[M, C]()
	c.entry = func(self, ctx, _ any) { h(self.(*M), ctx.(C)) }
	c.place = here()
	return c
}

// Exit runs h whenever the state is left by a goto or a pop. It makes no transitions.
func Exit[M any, C Handling](h func(*M, C)) Clause {
	c := function[M, C]()
	c.exit = func(self, ctx, _ any) { h(self.(*M), ctx.(C)) }
	c.place = here()
	return c
}

// Goto leaves the state for another one when an E comes. Goto[any] does so for every event not declared by type.
func Goto[E any](to State) Clause { return verb[E](machine.Goto, to, here()) }

// Push puts another state on top of this one when an E comes.
func Push[E any](to State) Clause { return verb[E](machine.Push, to, here()) }

// Pop leaves a pushed state for the one below it when an E comes.
func Pop[E any]() Clause { return verb[E](machine.Pop, "", here()) }

// HaltOn halts the machine when an E comes.
func HaltOn[E any]() Clause { return verb[E](machine.Halt, "", here()) }

// Defer leaves events of type E in the inbox until a state takes them.
func Defer[E any]() Clause { return verb[E](machine.Defer, "", here()) }

// Ignore drops events of type E.
func Ignore[E any]() Clause { return verb[E](machine.Ignore, "", here()) }

// NoInherit makes a pushed state deaf to what the states below it do with an E. NoInherit[any] does so for every event.
func NoInherit[E any]() Clause {
	c := verb[E](machine.None, "", here())
	c.handler.Stop = true
	return c
}

func function[M any, C Handling]() Clause {
	return Clause{elem: reflect.TypeFor[M](), function: true, monitor: reflect.TypeFor[C]() == reflect.TypeFor[*MonitorContext]()}
}

func verb[E any](v machine.Verb, to State, at place) Clause {
	return on[E](Clause{handler: machine.DraftHandler{Cell: machine.Cell{Verb: v}}, target: to, place: at})
}

func on[E any](c Clause) Clause {
	t := reflect.TypeFor[E]()
	if t == reflect.TypeFor[any]() {
		c.handler.Wildcard = true
	} else {
		c.handler.Type = t
	}
	return c
}
