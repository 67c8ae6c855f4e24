package ravel

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/ravelgo/ravel/internal/machine"
)

// State names a state of a machine or monitor.
type State string

// Definition describes the machines whose state is an M: their states, and what each state does with which event. It is
// immutable and safe for concurrent use.
type Definition[M any] struct{ def *machine.Def }

// Define compiles the definition of a machine. It panics with a *DefinitionError that lists every mistake with its file
// and line; use it for package variables, as one uses regexp.MustCompile.
func Define[M any](name string, states ...StateClause) *Definition[M] {
	def, err := compile(name, reflect.TypeFor[M](), false, states, within())
	if err != nil {
		panic(err)
	}
	return &Definition[M]{def}
}

// TryDefine is Define with the *DefinitionError returned.
func TryDefine[M any](name string, states ...StateClause) (*Definition[M], error) {
	def, err := compile(name, reflect.TypeFor[M](), false, states, within())
	if err != nil {
		return nil, err
	}
	return &Definition[M]{def}, nil
}

// New returns a machine to be created, with self as its state. The machine owns self from then on.
func (d *Definition[M]) New(self *M) Machine {
	return Machine{machine.Spec{Def: d.def, Self: self}}
}

// Name returns the name of the definition.
func (d *Definition[M]) Name() string { return d.def.Name }

// Machine is a machine that is about to be created.
type Machine struct{ spec machine.Spec }

// Named returns m with a name of its own for reports.
func (m Machine) Named(name string) Machine {
	m.spec.Name = name
	return m
}

// SpecOf returns what a machine is made of, for runtimes.
func SpecOf(m Machine) machine.Spec { return m.spec }

// Func returns a machine that is a plain function: its body runs when the machine starts, takes its events with Receive
// and Next, and halts the machine when it returns.
func Func(name string, body func(c *Context)) Machine {
	return Machine{machine.Spec{Def: &machine.Def{Name: name, Body: body, Fn: func(ctx any) { body(ctx.(*Context)) }}}}
}

// MonitorDefinition describes a monitor: a specification machine that only listens.
type MonitorDefinition[M any] struct{ def *machine.Def }

// DefineMonitor compiles the definition of a monitor; its first state is where it starts. It panics like Define.
func DefineMonitor[M any](name string, states ...StateClause) *MonitorDefinition[M] {
	def, err := compile(name, reflect.TypeFor[M](), true, states, within())
	if err != nil {
		panic(err)
	}
	return &MonitorDefinition[M]{def}
}

// TryDefineMonitor is DefineMonitor with the *DefinitionError returned.
func TryDefineMonitor[M any](name string, states ...StateClause) (*MonitorDefinition[M], error) {
	def, err := compile(name, reflect.TypeFor[M](), true, states, within())
	if err != nil {
		return nil, err
	}
	return &MonitorDefinition[M]{def}, nil
}

// New returns a monitor with self as its state.
func (d *MonitorDefinition[M]) New(self *M) Monitor { return Monitor{d.def, self} }

// Name returns the name of the definition.
func (d *MonitorDefinition[M]) Name() string { return d.def.Name }

// Monitor is a monitor that is about to be registered with an execution.
type Monitor struct {
	def  *machine.Def
	self any
}

// Problem is a mistake in a definition and the place of the declaration that has it.
type Problem struct {
	File string
	Line int
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// DefinitionError lists the mistakes of a definition, all of them.
type DefinitionError struct {
	Name     string
	Problems []Problem
}

func (e *DefinitionError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ravel: definition of %q has %d mistake", e.Name, len(e.Problems))
	if len(e.Problems) > 1 {
		b.WriteByte('s')
	}
	for _, p := range e.Problems {
		b.WriteString("\n\t" + p.String())
	}
	return b.String()
}

// MonitorOf returns what a monitor is made of, for runtimes.
func MonitorOf(m Monitor) (def *machine.Def, self any) { return m.def, m.self }
